"""What waits for a person: incidents with two sides, and entries that the centre refuses."""

from __future__ import annotations

import sqlite3

from console.domain.entry import from_bytes
from console.domain.views import IncidentQuery, Undecided, Withheld
from console.store import outbox, projection, search


def undecided(db: sqlite3.Connection, limit: int) -> Undecided:
    """The most urgent incidents with a field to decide, at most `limit`."""
    page = search.incidents(db, IncidentQuery(undecided_only=True, limit=limit))
    details = (projection.detail(db, one.territory, one.subject) for one in page.items)
    return Undecided(tuple(detail for detail in details if detail is not None), page.total)


def withheld(db: sqlite3.Connection) -> tuple[Withheld, ...]:
    """What the centre's refusals hold back, by stream and subject, incidents first."""
    out: list[Withheld] = []
    for refusal in outbox.stops(db).refused:
        found = db.execute(
            "SELECT e.header, e.body, e.body_hash, s.device FROM entries e JOIN streams s USING (stream)"
            " WHERE e.stream = ? AND e.seq >= ? AND e.n IS NULL ORDER BY e.seq",
            (refusal.stream, refusal.from_seq),
        )
        about: dict[str, tuple[str, str, int, int]] = {}
        for header, body, body_hash, device in found:
            e = from_bytes(header, body, body_hash)
            count = about[e.subject_id][2] if e.subject_id in about else 0
            about[e.subject_id] = (e.territory, device, count + 1, e.at)
        for subject, (territory, device, count, at) in about.items():
            detail = projection.detail(db, territory, subject)
            title = detail.incident.title if detail else ""
            out.append(
                Withheld(refusal.stream, refusal.from_seq, refusal.reason, territory, device, subject, title, count, at)
            )
    return tuple(sorted(out, key=lambda one: not one.title))
