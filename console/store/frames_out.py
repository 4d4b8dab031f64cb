"""Readings that were recorded here and wait for the centre: newest first, since the newest say most; and bounded, since
nobody knows how long a line stays dead. Entries are never thinned; readings are, and what is left out is counted.

What waits longer than two days is thinned to the lowest and highest value of each hour: true readings at their true times,
so that no flood crest is lost (6 sensors each 10 s: 620 kB a day before, 24 kB after). Beyond `MAX_BYTES` the oldest are
dropped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from console.domain.reading import Frame

FULL_MS = 2 * 24 * 3_600_000
"""What is younger waits as it was recorded."""
HOUR_MINUTES = 60
MAX_BYTES = 64 * 1024 * 1024
NOTE_MS = 7 * 24 * 3_600_000
"""How long what was left out is told."""
_Row = tuple[int, Frame]


def create(db: sqlite3.Connection) -> None:
    """The table that remembers what was left out; made where an older program did not."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS frames_left_out(one INTEGER PRIMARY KEY CHECK(one = 1), count INTEGER NOT NULL,"
        " at INTEGER NOT NULL, thinned INTEGER NOT NULL)"
    )
    db.execute("INSERT OR IGNORE INTO frames_left_out VALUES (1, 0, 0, 0)")


def outbox(db: sqlite3.Connection, limit: int) -> list[Frame]:
    """Own frames that the centre does not have, newest first."""
    found = db.execute("SELECT frame FROM frames_out ORDER BY id DESC LIMIT ?", (limit,))
    return [msgspec.json.decode(raw, type=Frame) for (raw,) in found]


def waiting(db: sqlite3.Connection) -> tuple[int, int]:
    """How many own frames the centre does not have, and their bytes as they lie here."""
    count, size = db.execute("SELECT COUNT(*), COALESCE(SUM(length(frame)), 0) FROM frames_out").fetchone()
    return count, size


def left_out(db: sqlite3.Connection, now: int) -> int:
    """How many readings were left out of what waits, while that is recent."""
    row = db.execute("SELECT count, at FROM frames_left_out").fetchone()
    return row[0] if row and now - row[1] < NOTE_MS else 0


def sent(db: sqlite3.Connection, frames: Sequence[Frame]) -> None:
    """Drop frames from the outbox; a higher revision made meanwhile stays."""
    db.executemany(
        "DELETE FROM frames_out WHERE territory = ? AND source = ? AND minute = ? AND revision <= ?",
        [(f.territory, f.source, f.minute, f.revision) for f in frames],
    )


def bound(db: sqlite3.Connection, now: int, most: int = MAX_BYTES) -> int:
    """Thin what waits long and drop what is beyond `most` bytes; returns how many readings that left out."""
    count = _thin(db, (now - FULL_MS) // 3_600_000) + _drop(db, most)
    if count:
        db.execute(
            "UPDATE frames_left_out SET count = CASE WHEN ? - at < ? THEN count ELSE 0 END + ?, at = ?",
            (now, NOTE_MS, count, now),
        )
    return count


def _thin(db: sqlite3.Connection, edge: int) -> int:
    """Thin the hours before `edge` (hours since the epoch) that were not thinned yet."""
    done = db.execute("SELECT thinned FROM frames_left_out").fetchone()[0]
    found = db.execute(
        "SELECT id, frame FROM frames_out WHERE minute >= ? AND minute < ? ORDER BY territory, source, minute, revision",
        (done * HOUR_MINUTES, edge * HOUR_MINUTES),
    ).fetchall()
    rows: list[_Row] = [(number, msgspec.json.decode(raw, type=Frame)) for number, raw in found]
    count = 0
    for _, hour in groupby(rows, lambda r: (r[1].territory, r[1].source, r[1].minute // HOUR_MINUTES)):
        count += _thin_hour(db, list(hour))
    db.execute("UPDATE frames_left_out SET thinned = ?", (max(done, edge),))
    return count


def _thin_hour(db: sqlite3.Connection, rows: list[_Row]) -> int:
    newest = {frame.minute: (number, frame) for number, frame in rows}
    kept = _extremes(frame for _, frame in newest.values())
    count = 0
    for number, frame in rows:
        thin = _only(frame, kept) if newest[frame.minute][0] == number else None
        count += values_in(frame) - values_in(thin) if newest[frame.minute][0] == number else 0
        if thin is None:
            db.execute("DELETE FROM frames_out WHERE id = ?", (number,))
        elif thin != frame:
            db.execute("UPDATE frames_out SET frame = ? WHERE id = ?", (msgspec.json.encode(thin), number))
    return count


def _extremes(frames: Iterable[Frame]) -> set[tuple[int, str, int]]:
    """Where (minute, sensor, offset) the lowest and the highest value of each sensor stand, for each quality."""
    found: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for frame in frames:
        for sensor, values, quality in zip(frame.sensors, frame.values, frame.quality, strict=True):
            told = [(v, frame.minute, at) for at, v in zip(frame.at, values, strict=True) if v is not None]
            if told:
                found.setdefault((sensor, quality), []).extend((min(told), max(told)))
    return {(minute, s, at) for (s, _), told in found.items() for _, minute, at in (min(told), max(told))}


def _only(frame: Frame, kept: set[tuple[int, str, int]]) -> Frame | None:
    """The frame with these places alone, None when it has none of them."""
    columns = [k for k, at in enumerate(frame.at) if any((frame.minute, s, at) in kept for s in frame.sensors)]
    rows = [k for k, s in enumerate(frame.sensors) if any((frame.minute, s, at) in kept for at in frame.at)]
    if not rows:
        return None
    at = tuple(frame.at[c] for c in columns)
    values = tuple(
        tuple(frame.values[r][c] if (frame.minute, frame.sensors[r], frame.at[c]) in kept else None for c in columns)
        for r in rows
    )
    sensors, quality = tuple(frame.sensors[r] for r in rows), tuple(frame.quality[r] for r in rows)
    return msgspec.structs.replace(frame, sensors=sensors, at=at, values=values, quality=quality)


def values_in(frame: Frame | None) -> int:
    """How many values a frame has."""
    return sum(v is not None for values in frame.values for v in values) if frame else 0


def _drop(db: sqlite3.Connection, most: int) -> int:
    """Drop the oldest until no more than `most` bytes wait."""
    over, count = waiting(db)[1] - most, 0
    gone: list[tuple[int]] = []
    for number, raw in db.execute("SELECT id, frame FROM frames_out ORDER BY minute, id") if over > 0 else ():
        if over <= 0:
            break
        over, count = over - len(raw), count + values_in(msgspec.json.decode(raw, type=Frame))
        gone.append((number,))
    db.executemany("DELETE FROM frames_out WHERE id = ?", gone)
    return count
