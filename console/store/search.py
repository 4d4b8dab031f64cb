"""Lists of incidents: filters, full-text search, order and pages over the projection. Total for any query.

Filters are marks in the full-text index (`console.store.marks`), so that every query is one expression of terms.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

import msgspec

from console.domain.incident import Incident
from console.domain.views import IncidentPage, IncidentQuery
from console.store import marks

MAX_WORDS = 16
LARGEST_PAGE = 100_000
_FAR = 2**62
_line = msgspec.json.Decoder(Incident)
_LETTER = r"[^\W_]"
_UNSEARCHABLE = f"[\x00-\x1f\x7f{marks.SIGN}\ud800-\udfff]"


def words_of(text: str) -> list[str]:
    """What somebody typed as full-text terms: every word, by its beginning; empty when nothing can be searched.

    Each word stands in quotes, so that no character of it is taken for FTS5 syntax (sqlite.org/fts5.html, section 3).
    """
    words = [w for w in re.sub(_UNSEARCHABLE, " ", text).split() if re.search(_LETTER, w)]
    return ['"{}"*'.format(w.replace('"', '""')) for w in words[:MAX_WORDS]]


def terms_of(q: IncidentQuery) -> list[str]:
    """A query as full-text terms that must all match; empty when it leaves nothing out."""
    terms = words_of(q.text)
    if q.open_only:
        terms.append(_any([marks.OPEN]))
    if q.undecided_only:
        terms.append(_any([marks.UNDECIDED]))
    if q.territory:
        terms.append(_any([marks.territory(q.territory)]))
    if q.status:
        terms.append(_any([marks.status(s) for s in q.status]))
    if q.priority:
        terms.append(_any([marks.priority(p) for p in q.priority]))
    if q.category:
        terms.append(_any([marks.category(q.category)]))
    if q.agency:
        terms.append(_any([marks.agency(q.agency)]))
    return terms


def _any(wanted: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{mark}"' for mark in wanted[:MAX_WORDS]) + ")"


def incidents(db: sqlite3.Connection, q: IncidentQuery) -> IncidentPage:
    """One page of incidents; `hidden` counts open ones that the filter leaves out."""
    terms = terms_of(q)
    limit = min(max(q.limit, 0), LARGEST_PAGE)
    offset = min(max(q.offset, 0), _FAR)
    all_open: int = db.execute("SELECT COUNT(*) FROM incidents WHERE open = 1").fetchone()[0]
    total = _count(db, terms)
    still_open = total if q.open_only else _count(db, [*terms, _any([marks.OPEN])]) if terms else all_open
    if q.order == "newest":
        ids = _newest(db, terms, limit, offset)
    else:
        ids = _urgent(db, terms if set(terms) - {_any([marks.OPEN])} else [], limit, offset)
        if len(ids) < limit and still_open < total:
            closed = [*terms, _any([marks.CLOSED])]
            ids += _newest(db, closed, limit - len(ids), max(0, offset - still_open))
    return IncidentPage(tuple(_lines(db, ids)), total, all_open - still_open)


def _count(db: sqlite3.Connection, terms: Sequence[str]) -> int:
    if not terms:
        whole: int = db.execute("SELECT COUNT(*) FROM incidents").fetchone()[0]
        return whole
    found = "SELECT COUNT(*) FROM incidents_fts WHERE incidents_fts MATCH ?"
    count: int = db.execute(found, (" AND ".join(terms),)).fetchone()[0]
    return count


def _newest(db: sqlite3.Connection, terms: Sequence[str], limit: int, offset: int) -> list[int]:
    if not terms:
        found = db.execute("SELECT id FROM incidents ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset))
    else:
        found = db.execute(
            "SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?",
            (" AND ".join(terms), limit, offset),
        )
    return [i for (i,) in found]


def _urgent(db: sqlite3.Connection, terms: Sequence[str], limit: int, offset: int) -> list[int]:
    """Open ones by priority and the clock that runs, oldest first among equals."""
    ordered = "ORDER BY i.priority, i.due IS NULL, i.due, i.id LIMIT ? OFFSET ?"
    if not terms:
        found = db.execute(f"SELECT i.id FROM incidents i WHERE i.open = 1 {ordered}", (limit, offset))
    else:
        found = db.execute(
            "SELECT i.id FROM incidents_fts f CROSS JOIN incidents i ON i.id = f.rowid"
            f" WHERE incidents_fts MATCH ? {ordered}",
            (" AND ".join([*terms, _any([marks.OPEN])]), limit, offset),
        )
    return [i for (i,) in found]


def _lines(db: sqlite3.Connection, ids: Sequence[int]) -> list[Incident]:
    read = "SELECT line FROM incident_texts WHERE id = ?"
    return [_line.decode(db.execute(read, (i,)).fetchone()[0]) for i in ids]


def line(db: sqlite3.Connection, subject: str) -> Incident | None:
    """One incident as the list shows it, or None."""
    row = db.execute(
        "SELECT t.line FROM incidents i JOIN incident_texts t ON t.id = i.id WHERE i.subject = ? ORDER BY i.territory",
        (subject.encode(errors="replace").decode(),),
    ).fetchone()
    return _line.decode(row[0]) if row else None


def lines(db: sqlite3.Connection, subjects: Sequence[str]) -> dict[str, Incident]:
    """Those of the incidents that are known here, by subject."""
    found = ((subject, line(db, subject)) for subject in subjects)
    return {subject: known for subject, known in found if known is not None}


def territory_of(db: sqlite3.Connection, subject: str) -> str | None:
    """The journal in which an incident was born, or None when it is not known here. Where two collectors wrote the same
    thing into two journals, every copy names the same one."""
    row = db.execute(
        "SELECT territory FROM incidents WHERE subject = ? ORDER BY territory",
        (subject.encode(errors="replace").decode(),),
    ).fetchone()
    return row[0] if row else None
