"""What lists, figures and the Sinkron workspace read from the room's file. Read-only connections only."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from console.domain.city import City, journal_of
from console.domain.entry import short
from console.domain.incident import IncidentDetail
from console.domain.order import Cursor
from console.domain.views import DistrictLoad, Figure, JournalHead
from console.store import order, outbox, projection
from console.store.search import territory_of

HOUR = 3_600_000
DAY = 24 * HOUR
_MEANT = "status NOT IN ('diarsipkan', 'duplikat')"
"""Ghost calls and doubles say nothing about how fast anybody was."""


def incident(db: sqlite3.Connection, subject: str) -> IncidentDetail | None:
    """Everything about one incident, or None."""
    territory = territory_of(db, subject)
    return None if territory is None else projection.detail(db, territory, subject)


def known_subjects(db: sqlite3.Connection, subjects: Sequence[str]) -> set[str]:
    """Those of the subjects that any entry here is about."""
    has = "SELECT EXISTS(SELECT 1 FROM entries WHERE subject = ?)"
    return {s for s in subjects if db.execute(has, (s,)).fetchone()[0]}


def open_by_priority(db: sqlite3.Connection) -> tuple[int, int, int, int]:
    """Open incidents, counted by priority 1 to 4."""
    found = dict(db.execute("SELECT priority, COUNT(*) FROM incidents WHERE open = 1 GROUP BY priority").fetchall())
    return (found.get(1, 0), found.get(2, 0), found.get(3, 0), found.get(4, 0))


def districts(db: sqlite3.Connection, city: City) -> tuple[DistrictLoad, ...]:
    """Every kecamatan with the open incidents that lie in it, most first; `last_contact` is when the centre took the last
    entry of its journal that this room knows of."""
    load: dict[str, tuple[int, int]] = {}
    for place, count, worst in db.execute(
        "SELECT place, COUNT(*), MIN(priority) FROM incidents WHERE open = 1 GROUP BY place"
    ):
        before, gravest = load.get(journal_of(place), (0, worst))
        load[journal_of(place)] = (before + count, min(gravest, worst))
    contact = dict(
        db.execute(
            "SELECT e.territory, e.accepted_at FROM cursors c CROSS JOIN entries e"
            " ON e.territory = c.territory AND e.n = c.n"
        )
    )
    out = []
    for t in city.districts():
        count, gravest_here = load.get(t.code, (0, None))
        out.append(DistrictLoad(t.code, t.name, count, gravest_here, contact.get(t.code)))
    return tuple(sorted(out, key=lambda d: (-d.open, d.worst or 9, d.code)))


def queue_length(db: sqlite3.Connection) -> int:
    """Entries that the centre has not numbered yet, as far as this room knows."""
    count: int = db.execute("SELECT COUNT(*) FROM entries WHERE n IS NULL").fetchone()[0]
    return count


def undecided(db: sqlite3.Connection) -> int:
    """Incidents with a field to decide."""
    count: int = db.execute("SELECT COUNT(*) FROM incidents WHERE undecided > 0").fetchone()[0]
    return count


def journals(db: sqlite3.Connection, city: City) -> tuple[JournalHead, ...]:
    """Every journal that this room holds something of, the city's first."""
    waiting = dict(db.execute("SELECT territory, COUNT(*) FROM entries WHERE n IS NULL GROUP BY territory"))
    void = dict(db.execute("SELECT territory, COUNT(*) FROM entries WHERE void <> '' GROUP BY territory"))
    parked = dict(db.execute("SELECT territory, COUNT(*) FROM parked GROUP BY territory"))
    checked = _checked(db)
    forked = {f.territory: f.common_n for f in outbox.stops(db).forked}
    places = order.cursors(db)
    out = []
    for code in sorted(waiting.keys() | parked.keys() | places.keys(), key=lambda c: (c != city.code, c)):
        here = places.get(code, Cursor())
        name = t.name if (t := city.territory(code)) else code
        # A cursor moves over held entries only, so that its number is how many are held up to it.
        held = here.n + waiting.get(code, 0)
        at, seq, device = checked.get(code, (None, 0, ""))
        out.append(
            JournalHead(
                code, name, here.epoch, here.n, short(here.hash), held, waiting.get(code, 0), parked.get(code, 0),
                void.get(code, 0), at, seq, device, forked.get(code),
            )
        )  # fmt: skip
    return tuple(out)


def _checked(db: sqlite3.Connection) -> dict[str, tuple[int, int, str]]:
    """When, up to which seq and by whose signature each journal was verified last."""
    found = db.execute(
        "SELECT c.territory, c.at, c.seq, s.device FROM checkpoints c JOIN streams s USING (stream) ORDER BY c.at, c.seq"
    )
    return {territory: (at, seq, device) for territory, at, seq, device in found}


def figures(
    db: sqlite3.Connection,
    now: int,
    live: int,
    sensors: int,
    live_trend: tuple[float, ...],
    as_of: int | None,
) -> tuple[Figure, ...]:
    """The six headline figures. `live` of `sensors` answered within twice their interval; `as_of` is when this room last
    heard of the others (ms since epoch UTC, None: not known). Only the queue is the room's own."""
    open_now = float(sum(open_by_priority(db)))
    response, cases = _first_response(db, now)
    within, judged = _within_limit(db, now)
    overdue: int = db.execute("SELECT COUNT(*) FROM incidents WHERE open = 1 AND due < ?", (now,)).fetchone()[0]
    opened = _hourly(db, "opened_at", now)
    heard = None if as_of is None else min(now, as_of)
    return (
        Figure("open", open_now, "", "", None, opened, heard),
        Figure("first_response", response, "mnt", f"n {cases}", 5, _hourly(db, "acknowledged_at", now), heard),
        Figure("within_limit", within, "%", f"n {judged}", 90, (), heard),
        Figure("overdue", float(overdue), "", "", 0, (), heard),
        Figure("sensors", float(live), f"/ {sensors}", "", None, live_trend, heard),
        Figure("queue", float(queue_length(db)), "", "", 0, (), now),
    )


def _first_response(db: sqlite3.Connection, now: int) -> tuple[float | None, int]:
    """Median minutes from opening to the first person's step, P1 and P2 of the last 24 hours."""
    waits = sorted(
        w
        for (w,) in db.execute(
            "SELECT acknowledged_at - opened_at FROM incidents"
            f" WHERE priority <= 2 AND acknowledged_at IS NOT NULL AND opened_at > ? AND {_MEANT}",
            (now - DAY,),
        )
    )
    if not waits:
        return None, 0
    middle = len(waits) // 2
    median = waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2
    return median / 60_000, len(waits)


def _within_limit(db: sqlite3.Connection, now: int) -> tuple[float | None, int]:
    """Share of the last 30 days' incidents first dealt with inside their limit, of those whose limit has run out or
    that were dealt with."""
    judged, met = db.execute(
        "SELECT COUNT(*), SUM(coalesce(acknowledged_at <= acknowledge_by, 0)) FROM incidents"
        f" WHERE opened_at > ? AND acknowledge_by IS NOT NULL AND {_MEANT}"
        " AND (acknowledged_at IS NOT NULL OR acknowledge_by <= ?)",
        (now - 30 * DAY, now),
    ).fetchone()
    return (100 * met / judged if judged else None), judged


def _hourly(db: sqlite3.Connection, column: str, now: int, hours: int = 12) -> tuple[float, ...]:
    """How many incidents have `column` in each of the last hours, oldest first."""
    start = now - hours * HOUR
    found = dict(
        db.execute(
            f"SELECT ({column} - ?) / {HOUR}, COUNT(*) FROM incidents WHERE {column} > ? AND {column} <= ? GROUP BY 1",
            (start, start, now),
        ).fetchall()
    )
    return tuple(float(found.get(h, 0)) for h in range(hours))
