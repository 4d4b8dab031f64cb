"""Two machines that went on from one resumed image wrote different entries in the same places. The centre keeps what reached
it first; here the other gives way, and its writer writes it again in a new stream, as he does with what follows an entry that
the centre will not take. Every rewritten entry names the one that it stands for, so that folds count one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.domain.entry import FIRST_HASH, MAX_BODY, Entry, EntryId, from_bytes
from console.domain.journal import REPLACES, stands_for
from console.domain.stream import OPENED, StreamHead, same_entry, walk
from console.store import rows


def rivals(db: sqlite3.Connection, territory: str, came: Iterable[Entry]) -> dict[str, list[Entry]]:
    """What came, stream by stream, from the first place on that has something else here and no number yet."""
    out: dict[str, list[Entry]] = {}
    for e in sorted(came, key=lambda e: (e.stream, e.seq)):
        if e.stream in out or _contradicts(db, territory, e):
            out.setdefault(e.stream, []).append(e)
    return out


def _contradicts(db: sqlite3.Connection, territory: str, e: Entry) -> bool:
    waits = db.execute(
        "SELECT 1 FROM entries WHERE stream = ? AND seq = ? AND territory = ? AND n IS NULL",
        (e.stream, e.seq, territory),
    ).fetchone()
    held = rows.entry(db, e.stream, e.seq) if waits else None
    return held is not None and not same_entry(held, e)


def hashes_with(
    db: sqlite3.Connection, hashes: Mapping[EntryId, bytes], territory: str, came: Mapping[str, Sequence[Entry]]
) -> dict[EntryId, bytes]:
    """Chain hashes as they were if these rivals stood in their places."""
    out = {i: h for i, h in hashes.items() if i.stream not in came or i.seq < came[i.stream][0].seq}
    for stream, entries in came.items():
        below = entries[0].seq - 1
        row = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (stream, below)).fetchone()
        base = StreamHead(territory, stream, "", below, row[0] if row else FIRST_HASH)
        out.update((e.id, h) for e, h in walk(base, {e.seq: e for e in entries}))
    return out


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
        rows.set_aside(db, e, "displaced", now)
    db.execute("DELETE FROM entries WHERE stream = ? AND seq >= ?", (stream, from_seq))
    for table in ("checkpoints", "parked", "parked_checkpoints"):
        db.execute(f"DELETE FROM {table} WHERE stream = ? AND seq >= ?", (stream, from_seq))
    # What the centre refused of it will not be offered again.
    db.execute("UPDATE streams SET refused = '' WHERE stream = ?", (stream,))
    last = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (stream, from_seq - 1)).fetchone()
    if last:
        db.execute("UPDATE streams SET seq = ?, hash = ? WHERE stream = ?", (from_seq - 1, last[0], stream))
    else:
        db.execute("DELETE FROM streams WHERE stream = ?", (stream,))
    return tail


def claim(db: sqlite3.Connection, tail: Sequence[Entry]) -> list[Entry]:
    """Those of what was taken out that are to be written again, noted as written: each only once, although a neighbour may
    bring it back to its old place."""
    return [e for e in tail if e.kind != OPENED and rows.note_rewritten(db, e)]


def again(tail: Sequence[Entry], claimed: Sequence[Entry], stream: str, seq: int) -> list[Entry]:
    """What was claimed of a tail as it goes on a stream after `seq`. Who writes, when, and what was known stay; what the old
    stream knew of its own beginning is said, since the new one does not follow on it."""
    moved: dict[str, str] = {}
    out: list[Entry] = []
    base = [EntryId(tail[0].stream, tail[0].seq - 1)] if tail[0].seq > 1 else []
    for e in claimed:
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
    body = msgspec.json.encode({**fields, REPLACES: stands_for(e)})
    return body if len(body) <= MAX_BODY else e.body
