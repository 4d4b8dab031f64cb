"""What stands in one incident, raw, and what is kept but does not count: what undoing and adopting look at."""

from __future__ import annotations

import sqlite3

from console.domain.entry import Entry, EntryId, from_bytes
from console.domain.incident_fold import FIELD_KINDS, FIELDS, event_of
from console.domain.journal import ADOPTED, Standing, adopted_by, fold_fields
from console.domain.views import Uncounted
from console.store import projection


def standing(db: sqlite3.Connection, territory: str, subject: str) -> dict[str, Standing]:
    """What stands in each field of an incident that was ever set."""
    entries, view = projection.load(db, territory, subject)
    return fold_fields(entries, FIELD_KINDS, FIELDS, view)


def voided(db: sqlite3.Connection, place: EntryId) -> Entry | None:
    """The entry of that place when the order voids it, or None."""
    row = db.execute(
        "SELECT header, body, body_hash FROM entries WHERE stream = ? AND seq = ? AND void <> ''",
        (place.stream, place.seq),
    ).fetchone()
    return from_bytes(*row) if row else None


def adopted(db: sqlite3.Connection, e: Entry) -> bool:
    """Whether an entry that counts adopts this void one."""
    found = db.execute(
        "SELECT header, body, body_hash FROM entries"
        " WHERE subject = ? AND territory = ? AND kind = ? AND coalesce(void, '') = ''",
        (e.subject_id, e.territory, ADOPTED),
    )
    return any(adopted_by(from_bytes(*row)) == e.id for row in found)


def uncounted(db: sqlite3.Connection, limit: int, device: str = "") -> tuple[Uncounted, ...]:
    """Void entries, newest first, with what they are about; of one `device` when it is named."""
    # Named, since the order of the answer would make SQLite look through the whole journal from its end.
    found = db.execute(
        "SELECT e.header, e.body, e.body_hash, e.n, e.void, s.device"
        " FROM entries e INDEXED BY entries_void JOIN streams s USING (stream)"
        " WHERE e.void <> '' AND ? IN ('', s.device) ORDER BY e.rowid DESC LIMIT ?",
        (device, limit),
    ).fetchall()
    out = []
    for header, body, body_hash, n, void, device in found:
        e = from_bytes(header, body, body_hash)
        detail = projection.detail(db, e.territory, e.subject_id)
        title = detail.incident.title if detail else ""
        out.append(Uncounted(event_of(e, device, n, void), e.territory, e.subject_id, title, adopted(db, e)))
    return tuple(out)
