"""Which blobs the entries name, in the room's file: written in the fold's transaction, read by what moves and keeps blobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

import msgspec

from console.domain.attachment import ATTACHED, Naming, named_by
from console.domain.entry import from_bytes


def renew(db: sqlite3.Connection, territory: str, subject: str, named: Sequence[Naming]) -> None:
    """What the entries of one subject name now, in place of what they named before."""
    db.execute("DELETE FROM blob_names WHERE subject = ? AND territory = ?", (subject, territory))
    db.executemany(
        "INSERT OR REPLACE INTO blob_names(subject, territory, entry, thumb, sha256, size, media, counts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(subject, territory, *msgspec.structs.astuple(n)) for n in named],
    )


def any_named(db: sqlite3.Connection) -> bool:
    """Whether any entry here names a blob."""
    return bool(db.execute("SELECT EXISTS(SELECT 1 FROM blob_names)").fetchone()[0])


def sizes(db: sqlite3.Connection, names: Collection[str]) -> dict[str, int]:
    """How many bytes the blobs of these names are said to have; only of those that some entry names."""
    out: dict[str, int] = {}
    for name in names:
        row = db.execute("SELECT MAX(size) FROM blob_names WHERE sha256 = ?", (name,)).fetchone()
        if row[0] is not None:
            out[name] = row[0]
    return out


def spoken_for(db: sqlite3.Connection, names: Collection[str]) -> set[str]:
    """Those of the names that any entry gives which this room holds: folded, void, parked or set aside."""
    found = set(sizes(db, names))
    for table in ("parked", "set_aside"):
        for header, body in db.execute(
            f"SELECT header, body FROM {table} WHERE instr(header, ?)", (ATTACHED.encode(),)
        ):
            found |= {n.sha256 for n in named_by(from_bytes(header, body), False)}
    return found & set(names)
