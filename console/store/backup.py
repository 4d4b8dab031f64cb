"""Keeping the room's file safe from its disk: verified copies beside it, and a ballast to give up when the disk fills."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from console.store import schema
from console.store.writer import connect_reader

KEEP = 2
BALLAST = 32 * 1024 * 1024
"""What is given up at first: enough for days of entries, and for SQLite to tidy its log."""
LOW = 64 * 1024 * 1024
"""Free bytes below which the ballast goes; it comes back when the disk has twice this and the ballast beside."""


class BackupFailed(Exception):
    """No verified copy could be made; the ones before stay."""


def back_up(source: Path, folder: Path, now: int, stop: threading.Event) -> Path:
    """Copy a live SQLite file into `folder`, open the copy and check it; the newest `KEEP` stay.

    `now` in ms since epoch UTC names the copy. Raises BackupFailed, also when `stop` was set meanwhile.
    """
    folder.mkdir(exist_ok=True)
    new = folder / "unchecked.db"
    new.unlink(missing_ok=True)
    try:
        _copy(source, new, stop)
        _check(source, new, stop)
    except sqlite3.Error as error:
        new.unlink(missing_ok=True)
        raise BackupFailed(str(error)) from error
    made = folder / datetime.fromtimestamp(now / 1000, UTC).strftime("room-%Y%m%dT%H%M%S.db")
    new.replace(made)
    others = sorted(set(folder.glob("room-*.db")) - {made})
    # By name, but never the one just made: a clock that was ahead for a while has named copies of the future.
    for old in others[: max(0, len(others) - KEEP + 1)]:
        old.unlink()
    return made


def _copy(source: Path, new: Path, stop: threading.Event) -> None:
    reader = connect_reader(source, copies=True)
    try:
        reader.set_progress_handler(stop.is_set, 20_000)
        reader.execute("VACUUM INTO ?", (str(new),))
    finally:
        reader.close()
    with new.open("rb") as copied:
        os.fsync(copied.fileno())


def _check(source: Path, new: Path, stop: threading.Event) -> None:
    """Opened like any file: sound all through, and of the schema that it should have."""
    copy = sqlite3.connect(f"{new.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        copy.set_progress_handler(stop.is_set, 20_000)
        (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok" or schema.version(copy) != schema.CURRENT:
            raise sqlite3.DatabaseError(f"the copy of {source.name} is damaged: {said}")
    finally:
        copy.close()


class DiskGuard:
    """Holds a ballast file in the room's folder and gives it up when the disk runs low. `low` says that it did.

    `free` gives the free bytes of a folder's disk.
    """

    def __init__(self, folder: Path, free: Callable[[Path], int] | None = None, ballast: int = BALLAST) -> None:
        self._file = folder / "ballast"
        self._free = free or (lambda path: shutil.disk_usage(path).free)
        self._size = ballast
        self.low = False

    def check(self) -> None:
        """Look at the disk: give the ballast up, or take it on again."""
        free = self._free(self._file.parent)
        if free < LOW:
            self.release()
        elif not self._file.exists() and free > 2 * LOW + self._size:
            self._take_on()
        if free >= LOW:
            self.low = False

    def room_for(self, size: int) -> bool:
        """Whether something of `size` bytes fits without the disk running low."""
        return self._free(self._file.parent) > size + 2 * LOW

    def release(self) -> bool:
        """Give the ballast up; whether that freed anything."""
        self.low = True
        try:
            self._file.unlink()
        except OSError:
            # There was none, or the disk takes no change at all any more.
            return False
        return True

    def _take_on(self) -> None:
        new = self._file.with_suffix(".new")
        try:
            with new.open("wb") as out:
                # Written, not only reserved: a hole or a compressed run of zeros would free nothing.
                for _ in range(self._size // 2**20):
                    out.write(os.urandom(2**20))
            new.replace(self._file)
        except OSError:
            new.unlink(missing_ok=True)
