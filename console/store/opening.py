"""Opening a room's files: brought up to date for writing, or as they lie where they can only be looked at."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from console.domain.city import City
from console.store import projection, readings, schema
from console.store.backup import DiskGuard
from console.store.blobs import blob_file
from console.store.journal import Journals
from console.store.writer import connect, connect_reader, must_write, no_room, transaction

Files = tuple[sqlite3.Connection, sqlite3.Connection]
"""The journal's and the readings'."""


class Opening:
    """How the files of one folder were opened: where each lies, `read_only` when a newer program wrote any of them, or they
    cannot be written (`unwritable`); `leave` is to be called once they are closed."""

    def __init__(self, folder: Path, city: City, journals: Journals, unwritable: bool) -> None:
        self._folder = folder
        self._city = city
        self._journals = journals
        self.unwritable = self.read_only = unwritable
        self.path, self.readings_path = folder / "room.db", folder / "readings.db"
        self.blobs_path = folder / "blobs.db"
        self.leave: Callable[[], None] = lambda: None

    def open(self) -> Files:
        """The journal's file and the readings', for writing where that can be; the attributes say how."""
        if not self.unwritable:
            # On a disk that is full to the last byte, what is held back for that moment is given up.
            opened = self._try_open() or (DiskGuard(self._folder).release() and self._try_open())
            if opened:
                return opened
            self.unwritable = self.read_only = True
        return self._open_to_look()

    def _open_to_look(self) -> Files:
        from console.store.looking import blobs_place, place_to_look

        folder = self._folder
        place, self.leave = place_to_look(folder)
        self.blobs_path = blobs_place(folder, place) / "blobs.db"
        try:
            return self._open_in(place, as_it_lies=place == folder)
        except BaseException:
            self.leave()
            raise

    def _try_open(self) -> Files | None:
        """Both files; None when there is a room, but it cannot be written."""
        try:
            return self._open_in(self._folder)
        except sqlite3.OperationalError as error:
            if not no_room(error) or not (self._folder / "room.db").exists():
                raise
            return None

    def _open_in(self, place: Path, as_it_lies: bool = False) -> Files:
        self.path, self.readings_path = place / "room.db", place / "readings.db"
        journal = self._open_as_it_lies() if as_it_lies else self._open_journal()
        try:
            return journal, connect_reader(self.readings_path) if as_it_lies else self._open_readings()
        except BaseException:
            journal.close()
            raise

    def _open_as_it_lies(self) -> sqlite3.Connection:
        reader = connect_reader(self.path)
        with contextlib.suppress(sqlite3.OperationalError):
            # People can still log in, as long as a newer program kept the tables that say who they are.
            self._journals.reload(reader)
        return reader

    def _open_journal(self) -> sqlite3.Connection:
        if _newer(self.path, schema.CURRENT):
            self.read_only = True
            return self._open_as_it_lies()
        db = connect(self.path, "FULL")
        try:
            must_write(db)
            if 0 < schema.version(db) < schema.CURRENT:
                _rehearse(self.path)
            schema.migrate(db)
            if not projection.current(db):
                _rebuild(db, self._city)
            self._journals.reload(db)
        except BaseException:
            db.close()
            raise
        return db

    def _open_readings(self) -> sqlite3.Connection:
        newer_journal = self.read_only and not self.unwritable
        newer = _newer(self.readings_path, readings.VERSION) or _newer(self.blobs_path, blob_file.VERSION)
        if newer_journal or newer:
            self.read_only = True
            return connect_reader(self.readings_path)
        db = connect(self.readings_path, "NORMAL")
        readings.prepare(db)
        return db


def _newer(path: Path, known: int) -> bool:
    """Whether a newer program made the file; looks without writing."""
    if not path.exists():
        return False
    reader = connect_reader(path)
    try:
        return schema.version(reader) > known
    finally:
        reader.close()


def _rebuild(db: sqlite3.Connection, city: City) -> None:
    with transaction(db):
        projection.rebuild(db, city)


def _rehearse(path: Path) -> None:
    """Run the migrations on a copy first: what fails there never touches the room's file."""
    copy = path.with_name("rehearsal.db")
    copy.unlink(missing_ok=True)
    source, target = connect_reader(path), sqlite3.connect(copy, isolation_level=None)
    try:
        source.backup(target)
        schema.migrate(target)
        answer = target.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(f"the migrated copy is damaged: {answer}")
    finally:
        source.close()
        target.close()
        copy.unlink(missing_ok=True)
