"""Telemetry at the centre: frames by territory, source and minute, the highest revision of each, numbered as they come.

Numbers are given under a row lock, as for entries, so that a reader who has seen one has seen all below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg

from console.domain.keys import Device
from console.domain.reading import Frame
from console.wire.messages import FramePage, FramesReply

MAX_SENSORS, MAX_TIMES, MAX_TEXT = 2000, 600, 64
_BIG = 2**62
_KEEP = """
INSERT INTO frames (territory, source, minute, revision, n, frame) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (territory, source, minute) DO UPDATE
SET revision = excluded.revision, n = excluded.n, frame = excluded.frame WHERE frames.revision < excluded.revision
"""
_NEWEST = """
SELECT DISTINCT ON (territory, source) frame FROM frames ORDER BY territory, source, minute DESC LIMIT %s
"""


def take_frames(db: psycopg.Connection, frames: Sequence[Frame], device: Device, city: str) -> FramesReply:
    """Keep the frames that are new or newer; a kecamatan's device may send its own territory's only."""
    refused = [(k, reason) for k, frame in enumerate(frames) if (reason := _fault(frame, device, city))]
    bad = {k for k, _ in refused}
    taken = 0
    with db.transaction():
        row = db.execute("SELECT n FROM counters WHERE name = 'frames' FOR UPDATE").fetchone()
        n = int(row[0]) if row else 0
        for k, frame in enumerate(frames):
            if k not in bad:
                values = (frame.territory, frame.source, frame.minute, frame.revision, n + 1)
                kept = db.execute(_KEEP, (*values, msgspec.json.encode(frame))).rowcount
                n, taken = n + kept, taken + kept
        if taken:
            db.execute("UPDATE counters SET n = %s WHERE name = 'frames'", (n,))
            db.execute("SELECT pg_notify('simpul', 'frames')")
    return FramesReply(taken, refused)


def _fault(frame: Frame, device: Device, city: str) -> str:
    if device.role == "kecamatan" and frame.territory != device.territory:
        return "outside"
    inside = frame.territory == city or frame.territory.startswith(f"{city}.")
    texts = (frame.territory, frame.source, *frame.sensors)
    if not inside or any("\0" in t or len(t) > MAX_TEXT for t in texts):
        return "names"
    if not (0 <= frame.minute < 2**40 and 0 < frame.revision < 2**31):
        return "range"
    return "" if _rectangular(frame) else "shape"


def _rectangular(frame: Frame) -> bool:
    rows, columns = len(frame.sensors), len(frame.at)
    if not (0 < rows <= MAX_SENSORS and columns <= MAX_TIMES and len(frame.values) == len(frame.quality) == rows):
        return False
    return all(len(row) == columns for row in frame.values) and all(
        value is None or -_BIG < value < _BIG for row in frame.values for value in row
    )


def frames_head(db: psycopg.Connection) -> int:
    """The number of the last frame."""
    row = db.execute("SELECT n FROM counters WHERE name = 'frames'").fetchone()
    return int(row[0]) if row else 0


def frames_after(db: psycopg.Connection, n: int, limit: int) -> tuple[list[Frame], int, bool]:
    """Frames numbered above `n` (below 0: the newest of each source, to begin with), the number reached, and whether there
    are more."""
    head = frames_head(db)
    if n < 0:
        newest = db.execute(_NEWEST, (limit,)).fetchall()
        return [_frame(data) for (data,) in newest], head, False
    if n >= head:
        return [], n, False
    rows = db.execute(
        "SELECT n, frame FROM frames WHERE n > %s AND n <= %s ORDER BY n LIMIT %s", (n, head, limit)
    ).fetchall()
    reached = rows[-1][0] if len(rows) == limit else head
    return [_frame(data) for _, data in rows], reached, reached < head


def frame_page(db: psycopg.Connection, territory: str, source: str, since: int, limit: int) -> FramePage:
    """Frames of a territory ("" for all) and source ("" for all), by number."""
    rows = db.execute(
        "SELECT n, frame FROM frames WHERE n > %s AND (%s = '' OR territory = %s) AND (%s = '' OR source = %s)"
        " ORDER BY n LIMIT %s",
        (since, territory, territory, source, source, limit),
    ).fetchall()
    return FramePage([_frame(data) for _, data in rows], rows[-1][0] if rows else since, len(rows) == limit)


def _frame(data: bytes) -> Frame:
    return msgspec.json.decode(data, type=Frame)
