"""One file that holds a whole room, and a room out of such a file.

A zip archive with fixed members: the databases as copied by SQLite, who the room is, its city's pack, and, only when
asked for, its secrets. The reader takes nothing by the archive's own paths and caps every size.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

import msgspec

from console.cities.pack import pack_bytes, unpack
from console.store.blobs.copies import BLOBS
from console.store.doctor.doctor import JOURNAL, READINGS
from console.store.folder import AUTHORITY, Identity
from console.store.room_copies import UnfitCopy, check_copy, copy_databases, entries_in

FORMAT = "simpul-room-1"
MANIFEST, PACK = "manifest.json", "pack"
KEPT_FILES = ("room.json", "pack.signed", AUTHORITY)
OPEN_MEMBERS = (JOURNAL, READINGS, BLOBS, *KEPT_FILES, PACK)
SECRETS = ("device.key", "token")
MOST = 64 * 2**30
_CHUNK = 2**20
_KEPT_BESIDE = {"logs"}

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, msgspec.MsgspecError, KeyError, OSError, EOFError,
    UnfitCopy, ValueError,
)  # fmt: skip
"""What a zip archive with flipped or missing bytes makes its reader say."""


class UnfitFile(Exception):
    """The file is no sound room backup, or the folder cannot take it; the text says what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: each member's size in bytes and SHA-256 in hex, whose room it is, and when it was made (ms since
    epoch UTC)."""

    format: str
    territory: str
    name: str
    made_at: int
    entries: int
    members: dict[str, tuple[int, str]]

    @property
    def with_keys(self) -> bool:
        """Whether the room's secrets are in it."""
        return "device.key" in self.members


def back_up_room(folder: Path, file: Path, now: int, with_keys: bool = False) -> Manifest:
    """Write a room into one file and read that back; the room may be open meanwhile. Raises UnfitFile when there is no room,
    `console.store.backup.BackupFailed` when its journal is damaged."""
    if not (folder / "room.json").exists() or not (folder / JOURNAL).exists():
        raise UnfitFile(f"Folder {folder} tidak berisi ruang.")
    new = file.with_name(file.name + ".new")
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".simpul-") as work:
        try:
            parts = _parts(folder, Path(work), now, with_keys)
            manifest = _manifest(folder, parts, now)
            _write(new, manifest, parts)
            read_back(new, Path(work) / "check")
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
    return manifest


def _parts(folder: Path, work: Path, now: int, with_keys: bool) -> dict[str, Path]:
    """Where each member is read from."""
    parts = copy_databases(folder, work, now)
    if (folder / PACK / "city.toml").exists():
        parts[PACK] = work / PACK
        parts[PACK].write_bytes(pack_bytes(folder / PACK))
    names = (*KEPT_FILES, *(SECRETS if with_keys else ()))
    return parts | {name: folder / name for name in names if (folder / name).exists()}


def _manifest(folder: Path, parts: dict[str, Path], now: int) -> Manifest:
    identity = msgspec.json.decode((folder / "room.json").read_bytes(), type=Identity)
    members = {name: (path.stat().st_size, _digest(path)) for name, path in parts.items()}
    return Manifest(FORMAT, identity.territory, identity.name, now, entries_in(parts[JOURNAL]), members)


def _digest(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _write(new: Path, manifest: Manifest, parts: dict[str, Path]) -> None:
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(MANIFEST, msgspec.json.encode(manifest))
            for name, path in parts.items():
                archive.write(path, name)
        out.flush()
        os.fsync(out.fileno())


def read_back(file: Path, folder: Path) -> Manifest:
    """Take a backup apart into a new folder, everything held against its manifest and every database opened. Raises
    UnfitFile; then the folder is gone again."""
    folder.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive)
            for name, (size, digest) in manifest.members.items():
                _extract(archive, name, folder / name, size, digest)
        for name in {JOURNAL, READINGS, BLOBS} & manifest.members.keys():
            check_copy(folder / name)
        return manifest
    except _DAMAGED as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnfitFile(f"{file} bukan cadangan ruang yang utuh: {error}; pakai cadangan lain.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > 2**16:
        raise ValueError("manifes terlalu besar")
    manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    if manifest.format != FORMAT or not {JOURNAL, "room.json"} <= manifest.members.keys():
        raise ValueError("bukan cadangan ruang")
    if unknown := manifest.members.keys() - {*OPEN_MEMBERS, *SECRETS}:
        raise ValueError(f"isi yang tidak dikenal: {sorted(unknown)[0]}")
    return manifest


def _extract(archive: zipfile.ZipFile, name: str, target: Path, size: int, digest: str) -> None:
    if not 0 <= size <= MOST or archive.getinfo(name).file_size != size:
        raise ValueError(f"ukuran {name} tidak cocok")
    seen = hashlib.sha256()
    with (
        archive.open(name) as source,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
    ):
        _copy(source, out, size, seen)
        out.flush()
        os.fsync(out.fileno())
    if seen.hexdigest() != digest:
        raise ValueError(f"{name} berubah")


def _copy(source: IO[bytes], out: IO[bytes], size: int, seen: hashlib._Hash) -> None:
    left = size
    while chunk := source.read(min(_CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise ValueError("lebih panjang dari yang disebut")
        seen.update(chunk)
        out.write(chunk)


def restore_room(file: Path, folder: Path) -> Manifest:
    """Make a room out of a backup, in a folder that is missing or empty; whole or not at all. Without the room's secrets in
    the file it is a new device, to be enrolled again; what it holds goes on to the centre all the same."""
    if folder.exists() and {f.name for f in folder.iterdir()} - _KEPT_BESIDE:
        raise UnfitFile(f"Folder {folder} sudah berisi; pulihkan ke folder kosong dengan --data.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.absolute().parent, prefix=".simpul-"))
    try:
        ready = work / "room"
        manifest = read_back(file, ready)
        if (ready / PACK).exists():
            packed = (ready / PACK).read_bytes()
            (ready / PACK).unlink()
            unpack(packed, ready / PACK)
        _swap_in(ready, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _swap_in(ready: Path, folder: Path) -> None:
    if folder.exists():
        for kept in _KEPT_BESIDE & {f.name for f in folder.iterdir()}:
            (folder / kept).rename(ready / kept)
        folder.rmdir()
    ready.rename(folder)
