"""The doctor's command: owns the folder, looks at it or mends it, and says so line by line or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from console.cities.read import read_city
from console.domain.clock import Clock
from console.room import known_pack
from console.store.doctor import Report, examine
from console.store.doctor_words import Finding
from console.store.folder import Folder
from console.store.salvage import Mended, repair


class NoRoom(Exception):
    """There is nothing to look at."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Folder {path} tidak berisi ruang; sebutkan foldernya dengan --data.")


def check_room(path: Path, clock: Clock, mend: bool) -> Report | Mended:
    """Look at a room that no process owns, or mend it. Raises NoRoom, FolderBusy, FolderUnwritable, and what `examine`
    raises."""
    pack = known_pack(path)
    if pack is None:
        raise NoRoom(path)
    city = read_city(pack, trusted=True)
    folder = Folder.open(path)
    try:
        identity = folder.identity
        root = bytes.fromhex(identity.root) if identity is not None else b""
        if mend:
            folder.for_writing()
            return repair(path, city, root, folder.key, clock.now())
        return examine(path, city, root, folder.key)
    finally:
        folder.close()


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
    return {"clean": report.clean, **counts, "findings": [_finding(f) for f in report.findings]}


def _finding(f: Finding) -> dict[str, Any]:
    return {**msgspec.to_builtins(f), "advice": f.advice, "sentence": f.sentence()}
