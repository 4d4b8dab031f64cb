"""Copies of a room's databases that stand by themselves: made from files that may be in use, checked by opening them."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from console.store import readings, schema
from console.store.backup import back_up
from console.store.blobs import blob_file
from console.store.blobs.copies import BLOBS, copy_unsent
from console.store.doctor.doctor import JOURNAL, READINGS
from console.store.looking import blobs_place, place_to_look
from console.store.writer import connect_reader


class UnfitCopy(Exception):
    """A copy is damaged, or of a newer program."""


def copy_databases(folder: Path, work: Path, now: int) -> dict[str, Path]:
    """Copy what a room's folder has into the folder `work`; the path of each copy by its name in the room. Of photos and
    documents only those that the centre may not have: the others are fetched again. Raises
    `console.store.backup.BackupFailed` when the journal is damaged. `now` in ms since epoch UTC."""
    place, leave = place_to_look(folder)
    try:
        copies = {JOURNAL: back_up(place / JOURNAL, work / "journal", now, threading.Event())}
        if (place / READINGS).exists():
            copies[READINGS] = work / READINGS
            reader = connect_reader(place / READINGS, copies=True)
            try:
                reader.execute("VACUUM INTO ?", (str(copies[READINGS]),))
            finally:
                reader.close()
        shelf = blobs_place(folder, place) / BLOBS
        if shelf.exists():
            copies[BLOBS] = work / BLOBS
            copy_unsent(shelf, copies[BLOBS])
    finally:
        leave()
    return copies


def copy_pages(folder: Path, work: Path) -> None:
    """Copy the databases of a room that may be at work into the folder `work`, page by page, damaged ones too; photos and
    documents, which are large and never change, are looked at where they lie."""
    if (folder / BLOBS).exists():
        (work / BLOBS).symlink_to((folder / BLOBS).absolute())
    for name in (JOURNAL, READINGS):
        if (folder / name).exists():
            source = connect_reader(folder / name)
            try:
                target = sqlite3.connect(work / name)
                try:
                    source.backup(target)
                finally:
                    target.close()
            finally:
                source.close()


def entries_in(journal: Path) -> int:
    """How many entries a copy holds."""
    db = connect_reader(journal)
    try:
        return int(db.execute("SELECT COUNT(*) FROM entries").fetchone()[0])
    finally:
        db.close()


def check_copy(file: Path) -> None:
    """Open a copy of a database, named as in the room, and look at every page. Raises UnfitCopy."""
    known = {JOURNAL: schema.CURRENT, READINGS: readings.VERSION, BLOBS: blob_file.VERSION}[file.name]
    try:
        # As if on a disk that cannot be written: nothing may appear beside the copy.
        db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            present = schema.version(db)
        finally:
            db.close()
    except sqlite3.Error as error:
        raise UnfitCopy(f"{file.name}: {error}") from error
    if said != "ok" or not 0 < present <= known:
        raise UnfitCopy(f"{file.name} rusak, atau dari program yang lebih baru")
