"""What the centre has not numbered yet, as far as this room knows, and what it may not be sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from console.domain.entry import Checkpoint, Entry, from_bytes
from console.domain.exchange import Forked, Outbox, Queue, Refusal, Stops
from console.domain.stream import StreamHead
from console.store import rows

FORKS = "sync.forks"


def outbox(
    db: sqlite3.Connection,
    device: str,
    limit: int,
    limit_bytes: int,
    skip: Mapping[str, int],
    resend: Mapping[str, int],
) -> Outbox:
    """The next batch, this device's streams first, gap-free and ascending within each stream."""
    entries: list[Entry] = []
    heads: dict[str, StreamHead] = {}
    checkpoints: list[Checkpoint] = []
    size, more = 0, False
    for territory, stream, first, stop in _streams(db, device, skip, resend):
        found = db.execute(
            "SELECT header, body, body_hash, hash FROM entries WHERE stream = ? AND seq >= ? AND seq < ? ORDER BY seq",
            (stream, first, stop),
        )
        for header, body, body_hash, chain in found:
            if entries and (len(entries) >= limit or size >= limit_bytes):
                more = True
                break
            e = from_bytes(header, body, body_hash)
            entries.append(e)
            size += len(header) + len(body or b"")
            heads[stream] = StreamHead(territory, stream, _device(db, stream), e.seq, chain)
        if more:
            break
    checkpoints.extend(rows.checkpoints_of(db, heads))
    return Outbox(tuple(entries), tuple(heads.values()), tuple(checkpoints), more)


def _streams(
    db: sqlite3.Connection, device: str, skip: Mapping[str, int], resend: Mapping[str, int]
) -> list[tuple[str, str, int, int]]:
    """(territory, stream, first seq, seq to stop before) of every stream with something to send: after those of this device,
    in the order in which they came to be held here, so that whoever lacks a key gets it before what it signed."""
    stopped = stops(db)
    forked = {f.territory for f in stopped.forked}
    refused = {r.stream: r.from_seq for r in stopped.refused}
    waiting = {
        stream: (territory, first, writer, came)
        for territory, stream, first, writer, came in db.execute(
            "SELECT e.territory, e.stream, MIN(e.seq), s.device, MIN(e.rowid) FROM entries e JOIN streams s USING (stream)"
            " WHERE e.n IS NULL GROUP BY e.territory, e.stream"
        )
    }
    for stream in resend.keys() - waiting.keys():
        row = db.execute("SELECT territory, device FROM streams WHERE stream = ?", (stream,)).fetchone()
        if row:
            waiting[stream] = (row[0], resend[stream], row[1], 0)
    out = []
    for stream, (territory, first, writer, came) in waiting.items():
        start = min(max(first, skip.get(stream, 0) + 1), resend.get(stream, 2**62))
        if territory not in forked and start < refused.get(stream, 2**62):
            out.append((writer != device, territory, came, stream, start, refused.get(stream, 2**62)))
    return [(territory, stream, start, stop) for _, territory, _, stream, start, stop in sorted(out)]


def _device(db: sqlite3.Connection, stream: str) -> str:
    row = db.execute("SELECT device FROM streams WHERE stream = ?", (stream,)).fetchone()
    return row[0] if row else ""


def queue(db: sqlite3.Connection) -> Queue:
    """How much waits for a number."""
    count, size = db.execute(
        "SELECT COUNT(*), COALESCE(SUM(length(header) + length(coalesce(body, ''))), 0) FROM entries WHERE n IS NULL"
    ).fetchone()
    return Queue(count, size)


def stops(db: sqlite3.Connection) -> Stops:
    """What is refused and forked at present."""
    refused = db.execute("SELECT seq, refused FROM streams WHERE coalesce(refused, '') <> ''")
    told = [(seq, msgspec.json.decode(raw, type=Refusal)) for seq, raw in refused]
    parsed = tuple(refusal for _, refusal in told)
    held = sum(max(0, seq - refusal.from_seq + 1) for seq, refusal in told)
    row = db.execute("SELECT value FROM meta WHERE key = ?", (FORKS,)).fetchone()
    return Stops(parsed, msgspec.json.decode(row[0], type=tuple[Forked, ...]) if row else (), held)


def note_refusal(db: sqlite3.Connection, refusal: Refusal) -> bool:
    """Remember that the centre refuses a stream from a place on; the first such place stands. False, and nothing noted, when
    nothing from there on waits for a number: what was refused has left its place since it was sent."""
    waits = "SELECT 1 FROM entries WHERE stream = ? AND seq >= ? AND n IS NULL"
    if not db.execute(waits, (refusal.stream, refusal.from_seq)).fetchone():
        return False
    if any(r.stream == refusal.stream and r.from_seq <= refusal.from_seq for r in stops(db).refused):
        return True
    db.execute(
        "UPDATE streams SET refused = ? WHERE stream = ?", (msgspec.json.encode(refusal).decode(), refusal.stream)
    )
    return True


def allow_again(db: sqlite3.Connection, reason: str) -> None:
    """Forget what was refused for this reason: it is offered again."""
    for refusal in stops(db).refused:
        if refusal.reason == reason:
            db.execute("UPDATE streams SET refused = '' WHERE stream = ?", (refusal.stream,))


def note_forks(db: sqlite3.Connection, forks: Sequence[Forked]) -> None:
    """Remember exactly these territories as forked."""
    put_meta(db, FORKS, msgspec.json.encode(tuple(forks)).decode())


def meta(db: sqlite3.Connection, key: str) -> str | None:
    """A remembered text, or None."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def put_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    """Remember a text."""
    db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value)
    )
