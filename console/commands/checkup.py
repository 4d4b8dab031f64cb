"""What `doctor` does: owns the folder, looks at it or mends it, and says so line by line or as JSON."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import Clock
from console.domain.keys import DeviceKey
from console.room import known_pack
from console.store.doctor.doctor import Report, examine
from console.store.doctor.words import Finding
from console.store.folder import PROGRAM, Folder, FolderBusy, Identity
from console.store.room_copies import copy_pages
from console.store.salvage.salvage import Mended, repair


class NoRoom(Exception):
    """There is nothing to look at."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Folder {path} tidak berisi ruang; sebutkan foldernya dengan --data.")


def check_room(path: Path, clock: Clock, mend: bool, program: str = PROGRAM) -> Report | Mended:
    """Look at a room, also at one that is at work; or mend one that nobody owns. Raises NoRoom, FolderBusy,
    FolderUnwritable, and what `examine` raises."""
    pack = known_pack(path)
    if pack is None:
        raise NoRoom(path)
    city = read_city(pack, trusted=True)
    try:
        folder = Folder.open(path, program)
    except FolderBusy as busy:
        if mend:
            raise
        return _look_beside(path, city, busy)
    try:
        identity = folder.identity
        root = bytes.fromhex(identity.root) if identity is not None else b""
        if mend:
            folder.for_writing()
            return repair(path, city, root, folder.key, clock.now())
        return examine(path, city, root, folder.key)
    finally:
        folder.close()


def _look_beside(path: Path, city: City, busy: FolderBusy) -> Report:
    """Look at a room at work: at copies of its files, page by page, as they were at one moment."""
    identity = msgspec.json.decode((path / "room.json").read_bytes(), type=Identity)
    key = DeviceKey.from_bytes((path / "device.key").read_bytes())
    with tempfile.TemporaryDirectory(prefix="simpul-") as copies:
        copy_pages(path, Path(copies))
        report = examine(Path(copies), city, bytes.fromhex(identity.root), key)
    return msgspec.structs.replace(report, beside=str(busy.owner))


def as_builtins(result: Report | Mended) -> dict[str, Any]:
    """The result for programs."""
    if isinstance(result, Report):
        return _report(result)
    return {
        "before": _report(result.before),
        **_report(result.after),
        "rebuilt": result.rebuilt,
        "salvaged": msgspec.to_builtins(result.salvaged),
        "aside": result.aside,
        "dropped": result.dropped,
    }


def _report(report: Report) -> dict[str, Any]:
    counts = {"entries": report.entries, "streams": report.streams, "numbers": report.numbers}
    return {
        "clean": report.clean,
        "beside": report.beside,
        **counts,
        "findings": [_finding(f) for f in report.findings],
    }


def _finding(f: Finding) -> dict[str, Any]:
    return {**msgspec.to_builtins(f), "advice": f.advice, "sentence": f.sentence()}
