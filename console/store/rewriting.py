"""Writing the end of a stream again under another name, after the centre was found to hold something else in its place: two
machines went on from one resumed image. Every rewritten entry names the one that it stands for, so that folds count one."""

from __future__ import annotations

import sqlite3

import msgspec

from console.domain.entry import MAX_BODY, Entry, EntryId, from_bytes
from console.domain.journal import REPLACES
from console.domain.stream import OPENED
from console.store import rows


def take_out(db: sqlite3.Connection, stream: str, from_seq: int, now: int) -> list[Entry]:
    """Take the unnumbered entries of a stream from a place on out of the journal; they stay among what is set aside."""
    found = db.execute(
        "SELECT header, body, body_hash FROM entries WHERE stream = ? AND seq >= ? AND n IS NULL ORDER BY seq",
        (stream, from_seq),
    )
    tail = [from_bytes(*row) for row in found]
    if not tail or tail[0].seq != from_seq:
        return []
    for e in tail:
        rows.set_aside(db, e, "rewritten", now)
    db.execute("DELETE FROM entries WHERE stream = ? AND seq >= ?", (stream, from_seq))
    for table in ("checkpoints", "parked", "parked_checkpoints"):
        db.execute(f"DELETE FROM {table} WHERE stream = ? AND seq >= ?", (stream, from_seq))
    last = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (stream, from_seq - 1)).fetchone()
    if last:
        db.execute("UPDATE streams SET seq = ?, hash = ? WHERE stream = ?", (from_seq - 1, last[0], stream))
    else:
        db.execute("DELETE FROM streams WHERE stream = ?", (stream,))
    return tail


def again(tail: list[Entry], stream: str, seq: int) -> list[Entry]:
    """The same entries as they go on a stream after `seq`. Who writes, when, and what was known stay; what the old stream
    knew of its own beginning is said, since the new one does not follow on it."""
    moved: dict[str, str] = {}
    out: list[Entry] = []
    base = [EntryId(tail[0].stream, tail[0].seq - 1)] if tail[0].seq > 1 else []
    for e in (e for e in tail if e.kind != OPENED):
        seq += 1
        if not e.subject:
            moved[str(e.id)] = str(EntryId(stream, seq))
        heads = {h.stream: h for h in e.seen.heads} | {h.stream: h for h in base}
        seen = msgspec.structs.replace(e.seen, heads=tuple(sorted(heads.values())))
        out.append(
            msgspec.structs.replace(
                e, stream=stream, seq=seq, seen=seen, subject=moved.get(e.subject, e.subject), body=_named(e)
            )
        )
    return out


def _named(e: Entry) -> bytes | None:
    fields = e.fields()
    if e.body is None or not (fields or e.body == b"{}"):
        return e.body
    body = msgspec.json.encode({**fields, REPLACES: e.id})
    return body if len(body) <= MAX_BODY else e.body
