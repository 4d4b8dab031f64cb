"""Bulletins that are valid now, from the end of the city's journal. Read-only connections only."""

from __future__ import annotations

import sqlite3

from console.domain.bulletin import ISSUED, BulletinLine, current, fold_bulletin
from console.store import projection

REACH_MS = 5 * 24 * 3_600_000
"""Bulletins that the centre took longer ago are over: the longest, a forecast, reaches three days."""


def valid(db: sqlite3.Connection, city: str, now: int, limit: int) -> tuple[BulletinLine, ...]:
    """The bulletins in the journal of `city` that have not expired at `now` (ms since epoch UTC), newest first, at most
    `limit`, and of each place's forecasts only the newest."""
    folded = (
        fold_bulletin(subject, *projection.load(db, city, subject)) for subject in _recent(db, city, now - REACH_MS)
    )
    return current((line for line in folded if line is not None), now, limit)


def _recent(db: sqlite3.Connection, city: str, since: int) -> dict[str, None]:
    """Subjects of the bulletins that the centre took after `since`, or has not numbered yet.

    Walks the journal backwards along its numbers and stops in time: kinds have no index, and need none here.
    """
    # The plus keeps the planner from walking the whole territory, instead of the few that wait.
    waiting = db.execute(
        "SELECT subject FROM entries WHERE +territory = ? AND n IS NULL AND kind = ?", (city, ISSUED)
    ).fetchall()
    found = dict.fromkeys(subject for (subject,) in waiting)
    numbered = db.execute(
        "SELECT kind, subject, accepted_at FROM entries WHERE territory = ? AND n IS NOT NULL ORDER BY n DESC", (city,)
    )
    for kind, subject, accepted_at in numbered:
        if accepted_at < since:
            break
        if kind == ISSUED:
            found[subject] = None
    return found
