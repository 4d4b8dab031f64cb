"""A room whose folder cannot be written, opened for looking: its files as they lie where they can be read so, else a copy
that is gone again when the room is closed."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from console.store import projection, readings, schema
from console.store.writer import connect_reader

_FILES, _BLOBS = ("room.db", "readings.db"), "blobs.db"
_BESIDE = ("", "-wal")


def place_to_look(folder: Path) -> tuple[Path, Callable[[], None]]:
    """Where to read a folder's databases, and what is to be done in the end. OSError when no copy can be made either."""
    blobs_lie = not (folder / _BLOBS).exists() or _opens(folder / _BLOBS)
    if blobs_lie and all(_current(folder / name) for name in _FILES):
        return folder, lambda: None
    copy = Path(tempfile.mkdtemp(prefix="simpul-"))
    try:
        for name in (*_FILES, *([] if blobs_lie else [_BLOBS])):
            for beside in _BESIDE:
                if (folder / f"{name}{beside}").exists():
                    shutil.copyfile(folder / f"{name}{beside}", copy / f"{name}{beside}")
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    return copy, lambda: shutil.rmtree(copy, ignore_errors=True)


def blobs_place(folder: Path, place: Path) -> Path:
    """Where to read photos and documents: they are copied only when they must be."""
    return place if (place / _BLOBS).exists() else folder


def _opens(path: Path) -> bool:
    with contextlib.suppress(sqlite3.DatabaseError):
        connect_reader(path).close()
        return True
    return False


def _current(path: Path) -> bool:
    """Whether a file can be read as it lies, and is as this program (or a newer one) writes it."""
    with contextlib.suppress(sqlite3.DatabaseError):
        reader = connect_reader(path)
        try:
            if path.name == "readings.db":
                return schema.version(reader) >= readings.VERSION
            present = schema.version(reader)
            return present > schema.CURRENT or (present == schema.CURRENT and projection.current(reader))
        finally:
            reader.close()
    return False
