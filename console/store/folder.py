"""A room's data folder: one owner process at a time, the device's key, and where and as what the room is enrolled."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import filelock
import msgspec

from console.domain.keys import DeviceKey
from console.log import logger

PROGRAM = "simpul"
_log = logger("store")


class Owner(msgspec.Struct, frozen=True):
    """Which process owns a folder: its id, what it is in people's words, and since when (ms since epoch UTC)."""

    pid: int = 0
    program: str = "program lain"
    since: int = 0

    def __str__(self) -> str:
        pid = f" (proses {self.pid}" if self.pid else ""
        since = time.strftime(", sejak %d-%m-%Y %H.%M)", time.localtime(self.since / 1000)) if self.pid else ""
        return self.program + pid + since


class FolderBusy(Exception):
    """Another process owns the folder; `owner` is which, as far as known."""

    def __init__(self, folder: Path, owner: Owner) -> None:
        super().__init__(f"Folder {folder} sedang dipakai {owner}; kerjakan di sana, atau tutup dahulu program itu.")
        self.owner = owner


AUTHORITY = "centre-ca.pem"
"""The file that holds a city's own certificate authority, where it has one."""


class FolderUnwritable(OSError):
    """The folder cannot be written, and what was to be done needs that; the text says what to do."""

    def __init__(self, folder: Path, error: OSError | None = None) -> None:
        super().__init__(
            f"Folder {folder} tidak dapat ditulis{_why(error)}; periksa izin folder dan cakramnya, atau pakai --data lain."
        )


def _why(error: OSError | None) -> str:
    return f" ({error.strerror})" if error is not None and error.strerror else ""


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
    """The folder itself. Made by `open`; `close` lets the next process in. `read_only`: nothing can be written here, and
    nobody is kept out."""

    def __init__(self, path: Path, lock: filelock.BaseFileLock | None, key: DeviceKey) -> None:
        self.path = path
        self.key = key
        self.read_only = lock is None
        self._lock = lock
        # Screens ask who the room is at every tick; only this process writes either file.
        self._identity = _identity(path / "room.json")
        token = path / "token"
        self._token = token.read_text() if token.exists() else ""

    @classmethod
    def open(cls, path: Path, program: str = PROGRAM) -> Folder:
        """Own the folder (made when it is missing) as `program`; FolderBusy when another process does. One that holds a room
        but cannot be written is opened for looking only; FolderUnwritable when there is nothing to look at."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            _close_to_others(path)
            lock = _locked(path, program)
        except OSError as error:
            return cls._for_looking(path, error)
        try:
            return cls(path, lock, _device_key(path / "device.key"))
        except OSError as error:
            lock.release()
            raise FolderUnwritable(path, error) from error
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _for_looking(cls, path: Path, error: OSError) -> Folder:
        try:
            found = cls(path, None, DeviceKey.from_bytes((path / "device.key").read_bytes()))
        except OSError:
            raise FolderUnwritable(path, error) from error
        if found.identity is None:
            raise FolderUnwritable(path, error) from error
        _log.info("folder cannot be written", why=str(error))
        return found

    def for_writing(self) -> None:
        """FolderUnwritable when this folder cannot be written."""
        if self.read_only:
            raise FolderUnwritable(self.path)

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
        if self._lock is not None:
            with contextlib.suppress(OSError):
                # The lock decides; this only says whose it was, and a disk may have turned read-only meanwhile.
                (self.path / "owner.pid").unlink(missing_ok=True)
            self._lock.release()


def _locked(path: Path, program: str) -> filelock.BaseFileLock:
    """Take the folder's lock; FolderBusy when another process has it, OSError when nothing can be written here."""
    lock = filelock.FileLock(path / "owner.lock", timeout=0, mode=0o600, thread_local=False)
    note = path / "owner.pid"
    try:
        lock.acquire()
    except filelock.Timeout:
        raise FolderBusy(path, _owner(note)) from None
    try:
        note.write_bytes(msgspec.json.encode(Owner(os.getpid(), program, time.time_ns() // 1_000_000)))
    except OSError as error:
        # On a full disk the lock alone will do.
        _log.info("owner not noted", why=str(error))
    return lock


def _owner(note: Path) -> Owner:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Owner)
    except (OSError, msgspec.MsgspecError):
        return Owner()


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
