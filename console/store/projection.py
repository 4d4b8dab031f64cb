"""The incident projection: what lists, counts and search read. Always the fold of entries; it can be rebuilt any time."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable

import msgspec

from console.domain.attachment import namings
from console.domain.city import City
from console.domain.entry import Entry, from_bytes
from console.domain.incident import Incident, IncidentDetail
from console.domain.incident_fold import fold_incident
from console.store import marks
from console.store.blobs import blob_names as names
from console.store.order import StoredOrder

VERSION = "2"
"""Goes up when the fold or its columns change, so that older projections are made anew."""
_MADE_BY = "projection"


def load(db: sqlite3.Connection, territory: str, subject: str) -> tuple[list[Entry], StoredOrder]:
    """A subject's entries in one journal, and the order to fold them by."""
    view = StoredOrder(db, territory)
    entries = []
    for header, body, body_hash, n, void, chain in db.execute(
        "SELECT header, body, body_hash, n, void, hash FROM entries WHERE subject = ? AND territory = ?",
        (subject, territory),
    ):
        e = from_bytes(header, body, body_hash)
        view.preload(e.id, n, void or "", chain)
        entries.append(e)
    return entries, view


def detail(db: sqlite3.Connection, territory: str, subject: str) -> IncidentDetail | None:
    """An incident folded afresh from its entries, or None when no opening counts (yet)."""
    entries, view = load(db, territory, subject)
    return fold_incident(subject, entries, view, lambda stream: _device(db, stream))


def refold(db: sqlite3.Connection, city: City, territory: str, subjects: Iterable[str]) -> None:
    """Bring the projection of these subjects up to date."""
    for subject in subjects:
        entries, view = load(db, territory, subject)
        if entries and not any(e.kind.startswith("incident.") for e in entries):
            continue
        names.renew(db, territory, subject, namings(entries, view))
        folded = fold_incident(subject, entries, view, lambda _: "")
        if folded is None:
            _drop(db, territory, subject)
        else:
            _put(db, folded.incident, _text(city, folded))


def current(db: sqlite3.Connection) -> bool:
    """Whether the projection was made by the fold of this program."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_MADE_BY,)).fetchone()
    return row is not None and row[0] == VERSION


def rebuild(db: sqlite3.Connection, city: City) -> int:
    """Throw the projection away and fold every incident afresh; returns how many there are."""
    db.execute("DELETE FROM incidents")
    db.execute("DELETE FROM incident_texts")
    db.execute("DELETE FROM blob_names")
    db.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (_MADE_BY, VERSION))
    subjects = db.execute(
        "SELECT territory, subject FROM entries WHERE kind LIKE 'incident.%' GROUP BY territory, subject"
    ).fetchall()
    for territory, subject in subjects:
        refold(db, city, territory, [subject])
    count: int = db.execute("SELECT COUNT(*) FROM incidents").fetchone()[0]
    return count


def _device(db: sqlite3.Connection, stream: str) -> str:
    row = db.execute("SELECT device FROM streams WHERE stream = ?", (stream,)).fetchone()
    return row[0] if row else ""


def _text(city: City, folded: IncidentDetail) -> str:
    """What search looks through: title, description, address, place and category names, every note and file name, and the
    marks that filters look for."""
    i = folded.incident
    place, category, journal = city.territory(i.place), city.category(i.category), city.territory(i.territory)
    named = [x.name for x in (place, journal, category) if x is not None]
    notes = [e.text for e in folded.story if e.text]
    files = [a.name for a in folded.attachments]
    said = "\n".join(x for x in (i.title, i.description, i.address, *named, *notes, *files) if x)
    return f"{said.replace(marks.SIGN, '')}\n{marks.of(i)}"


def _place(db: sqlite3.Connection, i: Incident) -> int:
    """The id under which an incident lies: its time of opening, then something of its own, then what is free."""
    row = db.execute(
        "SELECT id, opened_at FROM incidents WHERE subject = ? AND territory = ?", (i.subject, i.territory)
    ).fetchone()
    if row and row[1] == i.opened_at:
        return int(row[0])
    _drop(db, i.territory, i.subject)
    own = zlib.crc32(f"{i.subject} {i.territory}".encode()) & 0xFFFFF
    place = i.opened_at << 20 | own
    while db.execute("SELECT 1 FROM incidents WHERE id = ?", (place,)).fetchone():
        place += 1
    return place


def _drop(db: sqlite3.Connection, territory: str, subject: str) -> None:
    row = db.execute("SELECT id FROM incidents WHERE subject = ? AND territory = ?", (subject, territory)).fetchone()
    if row:
        db.execute("DELETE FROM incidents WHERE id = ?", row)
        db.execute("DELETE FROM incident_texts WHERE id = ?", row)


def _put(db: sqlite3.Connection, i: Incident, text: str) -> None:
    place = _place(db, i)
    db.execute(
        "INSERT INTO incidents(id, subject, territory, status, priority, open, place, due, opened_at, acknowledge_by,"
        " acknowledged_at, undecided) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET status = excluded.status, priority = excluded.priority, open = excluded.open,"
        " place = excluded.place, due = excluded.due, acknowledge_by = excluded.acknowledge_by,"
        " acknowledged_at = excluded.acknowledged_at, undecided = excluded.undecided",
        (
            place, i.subject, i.territory, i.status, i.priority, int(i.open), i.place, i.due, i.opened_at,
            i.times.acknowledge_by, i.times.acknowledged_at, len(i.undecided),
        ),
    )  # fmt: skip
    db.execute(
        "INSERT INTO incident_texts(id, text, line) VALUES (?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET text = excluded.text, line = excluded.line",
        (place, text, msgspec.json.encode(i)),
    )
