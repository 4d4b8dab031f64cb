"""A room's data folder: one owner process at a time, the device's key, and where and as what the room is enrolled."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from console.domain.keys import DeviceKey


class FolderBusy(Exception):
    """Another process owns the folder; `owner` is its process id, as far as known."""

    def __init__(self, folder: Path, owner: str) -> None:
        super().__init__(f"Folder {folder} sedang dipakai proses {owner}; tutup dahulu program itu.")
        self.owner = owner


AUTHORITY = "centre-ca.pem"
"""The file that holds a city's own certificate authority, where it has one."""


class Identity(msgspec.Struct, frozen=True):
    """What the room is: its territory's code, its name, the pack's folder name, and (once enrolled) the centre.

    `root` is the city's public key in hex, "" while the room stands alone. The token is kept apart, in its own file.
    """

    territory: str
    name: str
    pack: str
    server: str = ""
    root: str = ""
    centre: str = ""
    role: str = ""


class Folder:
    """The folder itself. Made by `open`; `close` lets the next process in."""

    def __init__(self, path: Path, lock: FileLock, key: DeviceKey) -> None:
        self.path = path
        self.key = key
        self._lock = lock
        # Screens ask who the room is at every tick; only this process writes either file.
        self._identity = _identity(path / "room.json")
        token = path / "token"
        self._token = token.read_text() if token.exists() else ""

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Own the folder (made when it is missing); FolderBusy when another process does."""
        path.mkdir(parents=True, exist_ok=True)
        _close_to_others(path)
        lock = FileLock(path / "owner.lock")
        owner = path / "owner.pid"
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise FolderBusy(path, owner.read_text() if owner.exists() else "?") from None
        try:
            owner.write_text(str(os.getpid()))
            return cls(path, lock, _device_key(path / "device.key"))
        except BaseException:
            lock.release()
            raise

    @property
    def identity(self) -> Identity | None:
        """Who this room is, or None in a new folder."""
        return self._identity

    def keep(self, identity: Identity) -> None:
        """Write who this room is, whole or not at all."""
        write_private(self.path / "room.json", msgspec.json.format(msgspec.json.encode(identity)))
        self._identity = identity

    @property
    def token(self) -> str:
        """The bearer token for the centre, "" when there is none."""
        return self._token

    def keep_token(self, token: str) -> None:
        """Write the token where only its owner reads."""
        write_private(self.path / "token", token.encode())
        self._token = token

    @property
    def authority(self) -> Path | None:
        """The certificates of those who alone may vouch for the centre's address, or None for the public authorities."""
        return self.path / AUTHORITY if (self.path / AUTHORITY).exists() else None

    def keep_authority(self, certificates: bytes) -> None:
        """Believe a centre that one of these certificates (PEM) vouches for, and no other, from the next start on."""
        write_private(self.path / AUTHORITY, certificates)

    def close(self) -> None:
        """Let the next process in."""
        (self.path / "owner.pid").unlink(missing_ok=True)
        self._lock.release()


def _identity(file: Path) -> Identity | None:
    return msgspec.json.decode(file.read_bytes(), type=Identity) if file.exists() else None


def _close_to_others(path: Path) -> None:
    """Let nobody else on the machine read a new folder: callers' names and numbers will lie in it. A folder that holds
    other things already keeps its rights."""
    if not {file.name for file in path.iterdir()} - {"logs"}:
        path.chmod(0o700)


def _device_key(file: Path) -> DeviceKey:
    if file.exists():
        return DeviceKey.from_bytes(file.read_bytes())
    key = DeviceKey.generate()
    write_private(file, key.to_bytes())
    return key


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and make sure it is on the disk."""
    new = file.with_name(file.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    if hasattr(os, "O_DIRECTORY"):
        # Without this a power cut may forget the new name: a device would wake up with another key.
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
