"""Mending a room's files: what is folded is folded anew; what is damaged is read page by page into a new file.

Only what is proven goes into the new journal; what waits for proof is parked, what nothing can prove is set aside. The
damaged file is kept. Own entries that the centre has not numbered and that stand above a damaged one are written again
under a new name that says what they stand for, since perhaps nobody else has what stood between.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from console.domain.city import City
from console.domain.keys import DeviceKey
from console.durable import sync
from console.store import projection, schema
from console.store.blobs.copies import BLOBS, copy_sound, mend
from console.store.doctor import blobs
from console.store.doctor.doctor import JOURNAL, READINGS, Report, examine
from console.store.salvage.found import Found
from console.store.salvage.journal import Rebuilding, Salvaged
from console.store.writer import connect, transaction

_NEW, _READY = "room.salvaging.db", "room.salvaged.db"
ASIDE = "damaged"
_DAMAGED_BLOBS = (blobs.SAFE, blobs.ALONE)


class Mended(msgspec.Struct, frozen=True):
    """What was done: `rebuilt` says that projection and search were made anew, `salvaged` what came of a damaged file,
    `aside` where the damaged files lie now ("" when none were), `dropped` how many photos and documents are to be fetched
    again, `before` and `after` what was found."""

    before: Report
    after: Report
    rebuilt: bool = False
    salvaged: Salvaged | None = None
    aside: str = ""
    dropped: int = 0

    def lines(self) -> list[str]:
        """What a person reads."""
        out = [f.sentence() for f in self.before.findings]
        if self.rebuilt:
            out.append("Daftar kejadian dan pencarian disusun ulang dari jurnal.")
        if self.salvaged is not None:
            out += self.salvaged.lines()
        if self.dropped:
            out.append(f"{self.dropped} lampiran rusak dikeluarkan; ruang mengambilnya lagi saat tersambung.")
        if self.aside:
            out.append(f"Berkas yang rusak disimpan di {self.aside}; jangan dihapus sebelum ruang kembali sinkron.")
        return [*out, *self.after.lines()]


def repair(folder: Path, city: City, root: bytes, key: DeviceKey, now: int) -> Mended:
    """Mend what `examine` finds. `now` in ms since epoch UTC names what is set aside. Idempotent: a sound room stays as it
    is, and one that was interrupted here goes on."""
    before = examine(folder, city, root, key) if (folder / JOURNAL).exists() else Report()
    after, aside, rebuilt, salvaged = before, "", False, None
    dropped, kept = _mend_blobs(folder, before, now)
    aside = kept or aside
    if any(f.code == "readings" for f in before.findings):
        aside = str(_set_aside(folder, READINGS, now, move=True))
    if _rebuildable(before):
        rebuilt = rebuild(folder / JOURNAL, city)
        after = examine(folder, city, root, key)
    if after.needs_salvage or _rebuildable(after) or (folder / _READY).exists():
        aside = str(_set_aside(folder, JOURNAL, now, move=False))
        salvaged = salvage(folder, city, root, key, now)
    if aside or dropped:
        after = examine(folder, city, root, key)
    return Mended(before, after, rebuilt, salvaged, aside, dropped)


def _mend_blobs(folder: Path, report: Report, now: int) -> tuple[int, str]:
    """Take damaged photos out, so that the room fetches them again; how many, and where a damaged file of them lies."""
    damaged = {f.where: f.code == blobs.SAFE for f in report.findings if f.code in _DAMAGED_BLOBS}
    if any(f.code == blobs.FILE for f in report.findings):
        aside = _set_aside(folder, BLOBS, now, move=True)
        with contextlib.suppress(sqlite3.DatabaseError):
            copy_sound(aside / BLOBS, folder / BLOBS)
        return len(damaged), str(aside)
    if damaged:
        db = connect(folder / BLOBS, "FULL")
        try:
            mend(db, damaged)
        finally:
            db.close()
    return len(damaged), ""


def _rebuildable(report: Report) -> bool:
    return not report.needs_salvage and any(f.code in ("projection", "index") for f in report.findings)


def rebuild(path: Path, city: City) -> bool:
    """Make projection, search and indexes anew from the journal; False when the file will not have it."""
    db = connect(path, "FULL")
    try:
        with transaction(db):
            schema.drop_projection(db)
            projection.rebuild(db, city)
            schema.index_projection(db)
            db.execute("REINDEX")
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    finally:
        db.close()
    return True


def salvage(folder: Path, city: City, root: bytes, key: DeviceKey, now: int) -> Salvaged:
    """Read what can be read into a new file, and put that in the damaged one's place."""
    found = Found()
    for name in (JOURNAL, _READY):
        if (folder / name).exists():
            found.read(folder / name)
    new = folder / _NEW
    _forget(new)
    db = connect(new, "FULL")
    try:
        schema.migrate(db)
        with transaction(db):
            done = Rebuilding(db, city, root, key, now).run(found)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()
    _put_in_place(folder, new)
    return done


def _put_in_place(folder: Path, new: Path) -> None:
    """From here on the new file is whole: cut short anywhere, the next repair reads both."""
    sync(new)
    new.replace(folder / _READY)
    sync(folder)
    for rest in ("-wal", "-shm"):
        (folder / (JOURNAL + rest)).unlink(missing_ok=True)
    (folder / _READY).replace(folder / JOURNAL)
    sync(folder)


def _set_aside(folder: Path, name: str, now: int, move: bool) -> Path:
    """Keep a damaged file, with its log, where nobody writes any more."""
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%S")
    aside, count = folder / ASIDE / stamp, 1
    while (aside / name).exists():
        aside, count = folder / ASIDE / f"{stamp}-{count}", count + 1
    aside.mkdir(parents=True, exist_ok=True)
    for file in (folder / name, folder / f"{name}-wal"):
        if file.exists():
            shutil.copy2(file, aside / file.name)
            sync(aside / file.name)
    sync(aside)
    if move:
        _forget(folder / name)
    return aside


def _forget(path: Path) -> None:
    for rest in ("", "-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
