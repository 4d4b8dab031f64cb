"""How entries, checkpoints and stream heads lie in the room's file: one row shape, read and written here only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from console.domain.entry import Checkpoint, Entry, EntryId, from_bytes, header_bytes, short
from console.domain.stream import StreamHead


def stream_head(db: sqlite3.Connection, territory: str, stream: str) -> StreamHead:
    """How far a stream is held; an empty head when nothing of it is."""
    row = db.execute("SELECT territory, device, seq, hash FROM streams WHERE stream = ?", (stream,)).fetchone()
    return StreamHead(row[0], stream, row[1], row[2], row[3]) if row else StreamHead(territory, stream)


def put_stream_head(db: sqlite3.Connection, head: StreamHead) -> None:
    """Move a stream's head."""
    db.execute(
        "INSERT INTO streams(stream, territory, device, seq, hash, refused) VALUES (?, ?, ?, ?, ?, '')"
        " ON CONFLICT(stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, device = excluded.device",
        (head.stream, head.territory, head.device, head.seq, head.hash),
    )


def insert_entries(db: sqlite3.Connection, accepted: Iterable[tuple[Entry, bytes]]) -> None:
    """Write proven entries with their chain hashes."""
    db.executemany(
        "INSERT INTO entries(stream, seq, territory, kind, subject, header, body, body_hash, hash, seen_n)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (e.stream, e.seq, e.territory, e.kind, e.subject_id, header_bytes(e), e.body, e.body_hash, h, e.seen.n)
            for e, h in accepted
        ],
    )


def entry(db: sqlite3.Connection, stream: str, seq: int) -> Entry | None:
    """The held entry at a place, or None."""
    row = db.execute(
        "SELECT header, body, body_hash FROM entries WHERE stream = ? AND seq = ?", (stream, seq)
    ).fetchone()
    return from_bytes(*row) if row else None


def name(db: sqlite3.Connection, place: EntryId) -> str:
    """The name of the entry held at a place, "" when none is."""
    row = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (place.stream, place.seq)).fetchone()
    return short(row[0]) if row else ""


def park(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Keep entries that cannot be proven yet."""
    db.executemany(
        "INSERT OR REPLACE INTO parked(stream, seq, territory, header, body, body_hash) VALUES (?, ?, ?, ?, ?, ?)",
        [(e.stream, e.seq, e.territory, header_bytes(e), e.body, e.body_hash) for e in entries],
    )


def parked(db: sqlite3.Connection, territory: str, stream: str) -> list[Entry]:
    """What is parked of a stream that claims to be of this territory."""
    rows = db.execute(
        "SELECT header, body, body_hash FROM parked WHERE stream = ? AND territory = ?", (stream, territory)
    )
    return [from_bytes(*row) for row in rows]


def unpark(db: sqlite3.Connection, territory: str, stream: str) -> None:
    """Drop what is parked of a stream, checkpoints too."""
    for table in ("parked", "parked_checkpoints"):
        db.execute(f"DELETE FROM {table} WHERE stream = ? AND territory = ?", (stream, territory))


def holds(db: sqlite3.Connection, place: EntryId) -> bool:
    """Whether the entry of that place is held."""
    found = db.execute("SELECT 1 FROM entries WHERE stream = ? AND seq = ?", (place.stream, place.seq)).fetchone()
    return found is not None


def parked_checkpoints(db: sqlite3.Connection, stream: str) -> list[Checkpoint]:
    """Checkpoints of a stream that lie above what is held."""
    rows = db.execute(
        "SELECT territory, stream, seq, hash, signature FROM parked_checkpoints WHERE stream = ?", (stream,)
    )
    return [Checkpoint(*row) for row in rows]


def park_checkpoint(db: sqlite3.Connection, c: Checkpoint) -> None:
    """Keep a checkpoint for entries that have not come yet."""
    db.execute(
        "INSERT OR REPLACE INTO parked_checkpoints(stream, seq, territory, hash, signature) VALUES (?, ?, ?, ?, ?)",
        (c.stream, c.seq, c.territory, c.hash, c.signature),
    )


def keep_checkpoint(db: sqlite3.Connection, c: Checkpoint, at: int) -> None:
    """Keep the newest checkpoint of a stream, to be passed on with its entries; `at` is when it was verified, in ms."""
    db.execute(
        "INSERT INTO checkpoints(stream, seq, territory, hash, signature, at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature,"
        " at = excluded.at WHERE excluded.seq >= checkpoints.seq",
        (c.stream, c.seq, c.territory, c.hash, c.signature, at),
    )


def checkpoints_of(db: sqlite3.Connection, streams: Iterable[str]) -> Iterator[Checkpoint]:
    """The kept checkpoints of these streams."""
    for stream in streams:
        row = db.execute(
            "SELECT territory, stream, seq, hash, signature FROM checkpoints WHERE stream = ?", (stream,)
        ).fetchone()
        if row:
            yield Checkpoint(*row)


def take_back(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """What was set aside because something else stood in its place no longer contradicts anything."""
    db.executemany(
        "DELETE FROM set_aside WHERE stream = ? AND seq = ? AND header = ? AND body IS ? AND reason = 'forked'",
        [(e.stream, e.seq, header_bytes(e), e.body) for e in entries],
    )


def set_aside(db: sqlite3.Connection, e: Entry, reason: str, at: int) -> None:
    """Keep something that contradicts what is held apart, for people to look into; never folded."""
    known = db.execute(
        "SELECT 1 FROM set_aside WHERE stream = ? AND seq = ? AND header = ? AND body IS ?",
        (e.stream, e.seq, header_bytes(e), e.body),
    ).fetchone()
    if not known:
        db.execute(
            "INSERT INTO set_aside(stream, seq, territory, reason, header, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (e.stream, e.seq, e.territory, reason, header_bytes(e), e.body, at),
        )
