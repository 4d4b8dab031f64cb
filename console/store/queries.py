"""What lists, figures and the Sinkron workspace read from the room's file. Read-only connections only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from console.domain.city import City
from console.domain.entry import EntryId, from_bytes
from console.domain.incident import Event, Incident, IncidentDetail
from console.domain.order import short
from console.domain.views import DistrictLoad, Figure, IncidentPage, IncidentQuery, JournalHead
from console.store import projection

HOUR = 3_600_000
DAY = 24 * HOUR
_line = msgspec.json.Decoder(Incident)
_WORD = re.compile(r"\w+", re.UNICODE)


def incidents(db: sqlite3.Connection, q: IncidentQuery) -> IncidentPage:
    """One page of incidents; `hidden` counts open ones that the filter leaves out."""
    where, values = _filter(q)
    order = "open DESC, priority, due IS NULL, due, opened_at" if q.order == "urgency" else "id DESC"
    found = db.execute(
        f"SELECT line FROM incidents WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, q.limit, q.offset)
    )
    items = tuple(_line.decode(line) for (line,) in found)
    total, matching_open = db.execute(
        f"SELECT COUNT(*), COALESCE(SUM(open), 0) FROM incidents WHERE {where}", values
    ).fetchone()
    all_open = db.execute("SELECT COUNT(*) FROM incidents WHERE open = 1").fetchone()[0]
    return IncidentPage(items, total, all_open - matching_open)


def _filter(q: IncidentQuery) -> tuple[str, list[Any]]:
    parts: list[str] = ["1"]
    values: list[Any] = []
    words = _WORD.findall(q.text)
    if words:
        parts.append("id IN (SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH ?)")
        values.append(" ".join(f'"{w}"*' for w in words))
    if q.open_only:
        parts.append("open = 1")
    if q.undecided_only:
        parts.append("undecided > 0")
    if q.territory:
        parts.append("(territory = ? OR place = ? OR place LIKE ? || '.%')")
        values += [q.territory] * 3
    for column, wanted in (("status", q.status), ("priority", q.priority)):
        if wanted:
            parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values += wanted
    if q.category:
        parts.append("category = ?")
        values.append(q.category)
    if q.agency:
        parts.append("' ' || agencies || ' ' LIKE '% ' || ? || ' %'")
        values.append(q.agency)
    return " AND ".join(parts), values


def territory_of(db: sqlite3.Connection, subject: str) -> str | None:
    """The journal in which an incident was born, or None when it is not known here."""
    row = db.execute("SELECT territory FROM incidents WHERE subject = ? ORDER BY id", (subject,)).fetchone()
    return row[0] if row else None


def incident(db: sqlite3.Connection, subject: str) -> IncidentDetail | None:
    """Everything about one incident, or None."""
    territory = territory_of(db, subject)
    return None if territory is None else projection.detail(db, territory, subject)


def line(db: sqlite3.Connection, subject: str) -> Incident | None:
    """One incident as the list shows it, or None."""
    row = db.execute("SELECT line FROM incidents WHERE subject = ? ORDER BY id", (subject,)).fetchone()
    return _line.decode(row[0]) if row else None


def lines(db: sqlite3.Connection, subjects: Sequence[str]) -> dict[str, Incident]:
    """Those of the incidents that are known here, by subject."""
    found = ((subject, line(db, subject)) for subject in subjects)
    return {subject: known for subject, known in found if known is not None}


def known_subjects(db: sqlite3.Connection, subjects: Sequence[str]) -> set[str]:
    """Those of the subjects that any entry here is about."""
    has = "SELECT EXISTS(SELECT 1 FROM entries WHERE subject = ?)"
    return {s for s in subjects if db.execute(has, (s,)).fetchone()[0]}


def open_by_priority(db: sqlite3.Connection) -> tuple[int, int, int, int]:
    """Open incidents, counted by priority 1 to 4."""
    found = dict(db.execute("SELECT priority, COUNT(*) FROM incidents WHERE open = 1 GROUP BY priority").fetchall())
    return (found.get(1, 0), found.get(2, 0), found.get(3, 0), found.get(4, 0))


def districts(db: sqlite3.Connection, city: City) -> tuple[DistrictLoad, ...]:
    """Every kecamatan with its open incidents, most first; `last_contact` is when the centre last took an entry of it."""
    load = {
        t: (n, worst)
        for t, n, worst in db.execute(
            "SELECT substr(place, 1, length(territory)), COUNT(*), MIN(priority) FROM"
            " (SELECT CASE WHEN territory = ? THEN substr(place, 1, ?) ELSE territory END AS territory, place, priority"
            " FROM incidents WHERE open = 1) GROUP BY territory",
            (city.code, len(city.code) + 3),
        )
    }
    contact = dict(db.execute("SELECT territory, MAX(accepted_at) FROM entries WHERE n IS NOT NULL GROUP BY territory"))
    out = [DistrictLoad(t.code, t.name, *load.get(t.code, (0, None)), contact.get(t.code)) for t in city.districts()]
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
    held = {
        t: (n, waiting, void)
        for t, n, waiting, void in db.execute(
            "SELECT territory, COUNT(*), SUM(n IS NULL), SUM(coalesce(void, '') <> '') FROM entries GROUP BY territory"
        )
    }
    parked = dict(db.execute("SELECT territory, COUNT(*) FROM parked GROUP BY territory"))
    checked = dict(db.execute("SELECT territory, MAX(at) FROM checkpoints GROUP BY territory"))
    places = {t: (n, h, e) for t, n, h, e in db.execute("SELECT territory, n, hash, epoch FROM cursors")}
    out = []
    for code in sorted(held.keys() | parked.keys() | places.keys(), key=lambda c: (c != city.code, c)):
        n, order_hash, epoch = places.get(code, (0, bytes(32), 1))
        name = t.name if (t := city.territory(code)) else code
        count, waiting, void = held.get(code, (0, 0, 0))
        out.append(
            JournalHead(
                code, name, epoch, n, short(order_hash), count, waiting, parked.get(code, 0), void, checked.get(code)
            )
        )
    return tuple(out)


def audit(db: sqlite3.Connection, limit: int) -> tuple[Event, ...]:
    """Entries that do not show elsewhere: void ones, newest first."""
    found = db.execute(
        "SELECT e.stream, e.seq, e.territory, e.header, e.body, e.n, e.void, s.device FROM entries e"
        " JOIN streams s USING (stream) WHERE coalesce(e.void, '') <> '' ORDER BY e.rowid DESC LIMIT ?",
        (limit,),
    )
    out = []
    for stream, seq, _, header, body, n, void, device in found:
        e = from_bytes(header, body)
        changes = {k: bytes(v).decode() for k, v in e.fields().items()}
        out.append(Event(str(EntryId(stream, seq)), e.kind, e.at - e.skew, e.actor, device, changes, "", n, void))
    return tuple(out)


def figures(
    db: sqlite3.Connection, now: int, live: int, sensors: int, live_trend: tuple[float, ...]
) -> tuple[Figure, ...]:
    """The six headline figures. `live` of `sensors` answered within twice their interval."""
    open_now = float(sum(open_by_priority(db)))
    response, cases = _first_response(db, now)
    within, judged = _within_limit(db, now)
    overdue: int = db.execute("SELECT COUNT(*) FROM incidents WHERE open = 1 AND due < ?", (now,)).fetchone()[0]
    opened = _hourly(db, "opened_at", now)
    return (
        Figure("open", open_now, "", "", None, opened, now),
        Figure("first_response", response, "mnt", f"n {cases}", 5, _hourly(db, "acknowledged_at", now), now),
        Figure("within_limit", within, "%", f"n {judged}", 90, (), now),
        Figure("overdue", float(overdue), "", "", 0, (), now),
        Figure("sensors", float(live), f"/ {sensors}", "", None, live_trend, now),
        Figure("queue", float(queue_length(db)), "", "", 0, (), now),
    )


def _first_response(db: sqlite3.Connection, now: int) -> tuple[float | None, int]:
    """Median minutes from opening to the first person's step, P1 and P2 of the last 24 hours."""
    waits = sorted(
        w
        for (w,) in db.execute(
            "SELECT acknowledged_at - opened_at FROM incidents"
            " WHERE priority <= 2 AND acknowledged_at IS NOT NULL AND opened_at > ?",
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
    met = judged = 0
    for (raw,) in db.execute("SELECT line FROM incidents WHERE opened_at > ?", (now - 30 * DAY,)):
        times = _line.decode(raw).times
        if times.acknowledge_by is None or (times.acknowledged_at is None and times.acknowledge_by > now):
            continue
        judged += 1
        met += times.acknowledged_at is not None and times.acknowledged_at <= times.acknowledge_by
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
