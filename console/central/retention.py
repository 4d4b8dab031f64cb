"""How long the centre keeps readings: what is older goes, a few rows at a time, so that what comes in never waits for it.

Rooms show eight days and ask for no more, so that no room misses what went; whoever asks for older readings is told from
when on there are some. Cursors stay good: they are numbers, and what went is only stepped over.
"""

from __future__ import annotations

import threading

import psycopg
from psycopg_pool import PoolTimeout

from console.central.centre import Centre
from console.central.frames import KEPT_FROM
from console.log import logger

KEEP_DAYS, LEAST_DAYS = 400, 10
EVERY_S = 3600.0
AT_ONCE, PAUSE_S = 1_000, 0.2
DAY_MINUTES, MINUTE_MS = 1440, 60_000
PRUNED = "simpul_frames_pruned_total"
_LATELY = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY minute) FROM (SELECT minute FROM frames ORDER BY n DESC LIMIT 101) last
"""
"""When what came last was measured: one source whose clock is wrong does not move it."""
_PRUNE = """
DELETE FROM frames WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM frames WHERE minute < %s ORDER BY minute LIMIT %s FOR UPDATE SKIP LOCKED
))
"""
"""By their places in the file, which stay theirs while they are locked: by their keys the whole table is read each time."""
_NOTE = """
INSERT INTO counters VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET n = GREATEST(counters.n, excluded.n)
"""
_log = logger(__name__)


def edge(db: psycopg.Connection, now: int, days: int) -> int:
    """The minute from which on readings stay, by the clock (ms since epoch UTC) or by what came last, whichever is the
    earlier: a clock that ran ahead gives nothing up."""
    row = db.execute(_LATELY).fetchone()
    lately = int(row[0]) if row and row[0] is not None else 0
    return max(0, min(now // MINUTE_MS, lately) - days * DAY_MINUTES)


def prune(db: psycopg.Connection, before: int, at_once: int = AT_ONCE) -> int:
    """Give up a few of the frames before a minute; how many."""
    with db.transaction():
        gone = db.execute(_PRUNE, (before, at_once)).rowcount
        if gone:
            db.execute(_NOTE, (KEPT_FROM, before))
    return gone


class Retention:
    """Gives up old readings at the start and every hour, on a thread of its own. Several servers of one database may: none
    waits for what another is at. Use as a context manager; 0 days keep everything."""

    def __init__(self, centre: Centre, days: int) -> None:
        self._centre = centre
        self._days = days
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def __enter__(self) -> Retention:
        if self._days:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._round()
            except (psycopg.Error, PoolTimeout) as error:
                _log.warning("old readings stay for now", error=type(error).__name__)
            self._stop.wait(EVERY_S)

    def _round(self) -> None:
        with self._centre.database() as db:
            before = edge(db, self._centre.clock.now(), self._days)
        gone, total = AT_ONCE, 0
        while gone == AT_ONCE and not self._stop.wait(PAUSE_S):
            with self._centre.database() as db:
                gone = prune(db, before)
            total += gone
            self._centre.metrics.add(PRUNED, amount=gone)
        if total:
            _log.info("old readings given up", frames=total, before_minute=before)
