"""Copies of the blobs' file that stand by themselves: of a live one what perhaps only this room has, of a damaged one what
is still sound."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from console.store.backup import BackupFailed
from console.store.blobs import blob_file
from console.store.blobs.blob_file import DAMAGED, PARTIAL, WHOLE
from console.store.writer import connect, connect_reader, transaction

BLOBS = "blobs.db"


def copy_unsent(source: Path, target: Path, stop: threading.Event | None = None) -> int:
    """Bring a copy up to date with what is whole in `source` and not known to be at the centre; the rest can be fetched
    again. Only what the copy lacks is written, with its hash looked at; a wrong one is left out. How many it holds then;
    given up in between when `stop` is set. Raises BackupFailed."""
    try:
        return _update(source, target, stop or threading.Event())
    except sqlite3.Error as error:
        # Next time it is made anew.
        target.unlink(missing_ok=True)
        raise BackupFailed(str(error)) from error


def _update(source: Path, target: Path, stop: threading.Event) -> int:
    with _open(source, target) as (reader, writer):
        wanted = dict(reader.execute(f"SELECT sha256, id FROM blobs WHERE state = {WHOLE} AND central IS NULL"))
        held = {name for (name,) in writer.execute("SELECT sha256 FROM blobs")}
        for name in wanted.keys() - held:
            if stop.is_set():
                break
            _put(writer, name, _read(reader, wanted[name]), None)
        with transaction(writer):
            blob_file.drop(writer, held - wanted.keys(), blob_file.FOREVER)
        return len(wanted)


def copy_sound(source: Path, target: Path) -> int:
    """Write every blob of a damaged file that is still what its name says into a new file, with what is known of the centre;
    how many."""
    target.unlink(missing_ok=True)
    with _open(source, target) as (reader, writer):
        found: list[tuple[int, str, int | None]] = []
        # What can be listed of a damaged table counts; the rest of it is lost.
        with contextlib.suppress(sqlite3.DatabaseError):
            found.extend(reader.execute(f"SELECT id, sha256, central FROM blobs WHERE state <> {PARTIAL}"))
        return sum(_put(writer, name, _read(reader, blob), central) for blob, name, central in found)


@contextlib.contextmanager
def _open(source: Path, target: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    reader = connect_reader(source)
    try:
        writer = connect(target, "FULL")
        try:
            blob_file.prepare(writer)
            yield reader, writer
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # One file, whoever carries it away.
            writer.execute("PRAGMA journal_mode=DELETE")
        finally:
            writer.close()
    finally:
        reader.close()
    with target.open("rb") as made:
        os.fsync(made.fileno())


def _put(db: sqlite3.Connection, name: str, data: bytes | None, central: int | None) -> bool:
    if data is None or blob_file.sha256(data) != name:
        return False
    with transaction(db):
        blob_file.put(db, data, 0)
        blob_file.mark_central(db, name, central)
    return True


def _read(db: sqlite3.Connection, blob: int) -> bytes | None:
    try:
        rows = db.execute("SELECT data FROM blob_rows WHERE blob = ? ORDER BY k", (blob,))
        return b"".join(data for (data,) in rows)
    except (sqlite3.DatabaseError, TypeError):
        return None


def mend(db: sqlite3.Connection, damaged: dict[str, bool]) -> None:
    """Let damaged blobs be fetched again: `damaged` says of each whether the centre has it. Bytes that perhaps nobody else
    has are kept aside in the file."""
    with transaction(db):
        for name, central in damaged.items():
            blob_file.mark_damaged(db, name)
            if central:
                db.execute(
                    "DELETE FROM blob_rows WHERE blob IN (SELECT id FROM blobs WHERE sha256 = ? AND state = ?)",
                    (name, DAMAGED),
                )
                db.execute("DELETE FROM blobs WHERE sha256 = ? AND state = ?", (name, DAMAGED))
