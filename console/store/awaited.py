"""Subjects that may look different when a stream is held further, or otherwise: their entries name a place in it, as known
to their writers, that is not held, or not as they name it. Mostly there are none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from console.domain.entry import Entry, EntryId, from_bytes
from console.domain.journal import replaced
from console.store import rows

_HERE = "EXISTS (SELECT 1 FROM entries e WHERE e.stream = a.stream AND e.seq = a.seq"


def held(db: sqlite3.Connection, stream: str, entries: Iterable[Entry]) -> set[str]:
    """Note what these entries of a stream, just held, name and is not here. Gives the subjects of those who named another
    entry than what is here now, or one that is known now to have been written again."""
    out: set[str] = set()
    for e in entries:
        _note(db, e)
        for old in {p.stream for p in replaced(e)}:
            out |= _subjects(db, "stream = ?", old)
    db.execute(
        f"DELETE FROM awaited AS a WHERE stream = ? AND {_HERE} AND lower(hex(substr(e.hash, 1, 8))) = a.name)",
        (stream,),
    )
    return out | _subjects(db, f"stream = ? AND {_HERE})", stream)


def gave_way(db: sqlite3.Connection, territory: str, stream: str) -> set[str]:
    """The end of a stream was taken out: note who names it. Gives their subjects. Reads every header, since this is rare."""
    found = db.execute(
        "SELECT header, body, body_hash FROM entries WHERE territory = ? AND instr(CAST(header AS TEXT), ?) > 0",
        (territory, f'["{stream}",'),
    ).fetchall()
    for row in found:
        _note(db, from_bytes(*row))
    return _subjects(db, "stream = ?", stream)


def _subjects(db: sqlite3.Connection, where: str, stream: str) -> set[str]:
    return {subject for (subject,) in db.execute(f"SELECT subject FROM awaited a WHERE {where}", (stream,))}


def _note(db: sqlite3.Connection, e: Entry) -> None:
    missing = [h for h in e.seen.heads if h.name and rows.name(db, EntryId(h.stream, h.seq)) != h.name]
    db.executemany(
        "INSERT OR IGNORE INTO awaited(stream, seq, name, subject) VALUES (?, ?, ?, ?)",
        [(h.stream, h.seq, h.name, e.subject_id) for h in missing],
    )
