"""Two machines that went on from one resumed image wrote different entries in the same places. The centre keeps what reached
it first; here the other gives way, and its writer writes it again in a new stream, as he does with what follows an entry that
the centre will not take. Every rewritten entry names the one that it stands for, so that folds count one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.domain.entry import FIRST_HASH, MAX_BODY, Entry, EntryId, NamedId, Seen, from_bytes, short
from console.domain.journal import REPLACES, replaced
from console.domain.order import GaveWay
from console.domain.stream import OPENED, StreamHead, StreamOpened, same_entry, walk
from console.store import rows

_AGAIN_TAG = b"simpul-again-1\0"


class Tail(msgspec.Struct, frozen=True):
    """The end of a stream of `device` that had to leave its place: each entry with its name there. `base` is what it stood
    on, None when it began the stream."""

    device: str
    entries: tuple[tuple[Entry, str], ...]
    base: NamedId | None = None

    @property
    def first(self) -> Entry:
        """Its first entry."""
        return self.entries[0][0]

    @property
    def subjects(self) -> set[str]:
        """What its entries are about."""
        return {e.subject_id for e, _ in self.entries}


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


def take_out(db: sqlite3.Connection, stream: str, from_seq: int, now: int) -> Tail | None:
    """Take the unnumbered entries of a stream from a place on out of the journal; they stay among what is set aside."""
    found = db.execute(
        "SELECT header, body, body_hash, hash FROM entries WHERE stream = ? AND seq >= ? AND n IS NULL ORDER BY seq",
        (stream, from_seq),
    )
    tail = tuple((from_bytes(*row), short(chain)) for *row, chain in found)
    if not tail or tail[0][0].seq != from_seq:
        return None
    head = rows.stream_head(db, "", stream)
    for e, _ in tail:
        rows.set_aside(db, e, "displaced", now)
    db.execute("DELETE FROM entries WHERE stream = ? AND seq >= ?", (stream, from_seq))
    for table in ("checkpoints", "parked", "parked_checkpoints"):
        db.execute(f"DELETE FROM {table} WHERE stream = ? AND seq >= ?", (stream, from_seq))
    # What the centre refused of it will not be offered again.
    db.execute("UPDATE streams SET refused = '' WHERE stream = ?", (stream,))
    last = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (stream, from_seq - 1)).fetchone()
    if last is None:
        db.execute("DELETE FROM streams WHERE stream = ?", (stream,))
        return Tail(head.device, tail)
    db.execute("UPDATE streams SET seq = ?, hash = ? WHERE stream = ?", (from_seq - 1, last[0], stream))
    return Tail(head.device, tail, NamedId(stream, from_seq - 1, short(last[0])))


def again(tail: Tail, stream: str, program: str, pack: str) -> list[Entry]:
    """What was taken out as it goes into a stream of its own, opening included; nothing when there is nothing to say again.

    Who writes, when, and what was known stay; what the old stream knew of its own beginning is said, since the new one does
    not follow on it. The same tail gives the same bytes wherever it is written again, so that machines that hold it both
    write one stream, not two.
    """
    left = [(e, name) for e, name in tail.entries if e.kind != OPENED]
    if not left:
        return []
    first = left[0][0]
    previous = EntryId(tail.base.stream, tail.base.seq) if tail.base else None
    body = msgspec.json.encode(StreamOpened(tail.device, previous, program, pack))
    opening = msgspec.structs.replace(
        first, stream=stream, seq=1, kind=OPENED, subject="", body=body, body_hash=None, seen=seen_on(first, tail.base)
    )
    moved = {str(e.id): str(EntryId(stream, seq)) for seq, (e, _) in enumerate(left, 2) if not e.subject}
    out = [opening]
    for seq, (e, name) in enumerate(left, 2):
        seen, subject = seen_on(e, tail.base), moved.get(e.subject, e.subject)
        out.append(msgspec.structs.replace(e, stream=stream, seq=seq, seen=seen, subject=subject, body=named(e, name)))
    return out


def stream_for(tail: Tail) -> str:
    """The stream that a tail is written again in: nobody else's, and the same wherever it is held."""
    return hashlib.sha256(_AGAIN_TAG + f"{tail.first.id} {tail.entries[0][1]}".encode()).hexdigest()[:16]


def seen_on(e: Entry, base: NamedId | None) -> Seen:
    """What its writer knew, with what it stood on."""
    heads = {h.stream: h for h in (*e.seen.heads, *([base] if base else []))}
    return msgspec.structs.replace(e.seen, heads=tuple(sorted(heads.values())))


def named(e: Entry, name: str) -> bytes | None:
    """Its body, saying where it stood and under which name. One that has no room for that stays as it is."""
    fields = e.fields()
    if e.body is None or not (fields or e.body == b"{}"):
        return e.body
    body = msgspec.json.encode({**fields, REPLACES: (*replaced(e), NamedId(e.stream, e.seq, name))})
    return body if len(body) <= MAX_BODY else e.body


def gave_way(db: sqlite3.Connection, territory: str) -> list[GaveWay]:
    """Every place that an entry held here stood in before it was written again."""
    found = db.execute(
        "SELECT header, body FROM entries WHERE territory = ? AND instr(body, '\"_replaces\"') > 0", (territory,)
    )
    entries = [from_bytes(header, body) for header, body in found]
    return [GaveWay(old, e.id) for e in entries for old in replaced(e)]
