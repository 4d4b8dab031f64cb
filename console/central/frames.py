"""Telemetry at the centre: frames by territory, source and minute, the highest revision of each, numbered as they come.

A room that is far behind gets the newest frame of each source and is told which numbers that stepped over; it fetches
those as history, newest first, when nothing else moves. What a device recorded itself it is not given back, but when it
begins from nothing.

Numbers are given under a row lock, as for entries, so that a reader who has seen one has seen all below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg

from console.domain.keys import Device
from console.domain.reading import Frame
from console.wire.messages import FramePage, FramesReply, HistoryPage

MAX_SENSORS, MAX_TIMES, MAX_TEXT = 2000, 600, 64
_BIG = 2**62
_KEEP = """
INSERT INTO frames (territory, source, minute, revision, n, frame, device) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (territory, source, minute) DO UPDATE
SET revision = excluded.revision, n = excluded.n, frame = excluded.frame, device = excluded.device
WHERE frames.revision < excluded.revision
"""
_NEWEST = """
WITH RECURSIVE sources AS (
    (SELECT territory, source FROM frames ORDER BY territory, source LIMIT 1)
    UNION ALL
    SELECT next.* FROM sources s CROSS JOIN LATERAL (
        SELECT f.territory, f.source FROM frames f WHERE (f.territory, f.source) > (s.territory, s.source)
        ORDER BY f.territory, f.source LIMIT 1
    ) next
)
SELECT newest.frame FROM sources s CROSS JOIN LATERAL (
    SELECT n, device, frame FROM frames f WHERE f.territory = s.territory AND f.source = s.source
    ORDER BY minute DESC LIMIT 1
) newest WHERE newest.n > %s AND newest.device <> %s
"""
"""Steps from source to source through the key, however many frames there are."""
_NEAR = "SELECT n, frame FROM frames WHERE n > %s AND n <= %s AND device <> %s ORDER BY n LIMIT %s"
_HISTORY = """
SELECT minute, n, frame FROM frames
WHERE (minute, n) < (%s, %s) AND minute >= %s AND n > %s AND n <= %s AND device <> %s
ORDER BY minute DESC, n DESC LIMIT %s
"""
KEPT_FROM = "frames_kept_from"
"""The counter that says from which minute on readings are kept."""
LIVE = 60
"""So many frames behind, or as many as fit on the page, is not far."""


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
                kept = db.execute(_KEEP, (*values, msgspec.json.encode(frame), device.id)).rowcount
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


def kept_from(db: psycopg.Connection) -> int:
    """The minute before which readings were given up, 0 while none were."""
    row = db.execute("SELECT n FROM counters WHERE name = %s", (KEPT_FROM,)).fetchone()
    return int(row[0]) if row else 0


def frames_head(db: psycopg.Connection) -> int:
    """The number of the last frame."""
    row = db.execute("SELECT n FROM counters WHERE name = 'frames'").fetchone()
    return int(row[0]) if row else 0


class Live(msgspec.Struct, frozen=True):
    """Frames that came after a number: the number reached, whether there are more, and the numbers stepped over: above the
    first, up to the second."""

    frames: list[Frame]
    reached: int
    more: bool = False
    skipped: tuple[int, int] | None = None


def frames_behind(db: psycopg.Connection, n: int, silent: str) -> int:
    """How many frames would come live after `n` (as in `frames_after`)."""
    head = frames_head(db)
    if 0 <= n <= head:
        near = len(db.execute(_NEAR, (n, head, silent, LIVE + 1)).fetchall()) if n < head else 0
        if near <= LIVE:
            return near
    return len(_newest(db, n, head, silent).frames)


def frames_after(db: psycopg.Connection, n: int, limit: int, silent: str) -> Live:
    """Frames numbered above `n`, oldest first; only the newest of each source where those are too many (or `n` is below 0, or
    of a database that had more). Those of the device `silent` stay out."""
    head, near = frames_head(db), max(limit, LIVE)
    if n == head:
        return Live([], head)
    rows = db.execute(_NEAR, (n, head, silent, near + 1)).fetchall() if 0 <= n < head else []
    if not 0 <= n < head or len(rows) > near:
        return _newest(db, n, head, silent)
    more = len(rows) > limit
    return Live([_frame(data) for _, data in rows[:limit]], rows[limit - 1][0] if more else head, more)


def _newest(db: psycopg.Connection, n: int, head: int, silent: str) -> Live:
    """The newest frame of each source, its own too for who begins from nothing."""
    above = n if 0 < n < head else 0
    found = db.execute(_NEWEST, (above, silent if above else "")).fetchall()
    return Live([_frame(data) for (data,) in found], head, skipped=(above, head) if head else None)


class Stretch(msgspec.Struct, frozen=True):
    """What is asked of history: frames numbered above `above` and up to `upto`, from the place `before` (minute, number)
    down to the minute `since`."""

    above: int
    upto: int
    before: tuple[int, int]
    since: int


def history(db: psycopg.Connection, asked: Stretch, limit: int, silent: str) -> HistoryPage:
    """A page of history, newest minute first."""
    silent = silent if asked.above else ""
    rows = db.execute(_HISTORY, (*asked.before, asked.since, asked.above, asked.upto, silent, limit)).fetchall()
    minute, n = (rows[-1][0], rows[-1][1]) if rows else asked.before
    return HistoryPage([_frame(data) for _, _, data in rows], minute, n, len(rows) == limit, kept_from(db))


def frame_page(db: psycopg.Connection, territory: str, source: str, since: int, limit: int) -> FramePage:
    """Frames of a territory ("" for all) and source ("" for all), by number."""
    rows = db.execute(
        "SELECT n, frame FROM frames WHERE n > %s AND (%s = '' OR territory = %s) AND (%s = '' OR source = %s)"
        " ORDER BY n LIMIT %s",
        (since, territory, territory, source, source, limit),
    ).fetchall()
    page = [_frame(data) for _, data in rows]
    return FramePage(page, rows[-1][0] if rows else since, len(rows) == limit, kept_from(db))


def _frame(data: bytes) -> Frame:
    return msgspec.json.decode(data, type=Frame)
