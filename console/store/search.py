"""Lists of incidents: filters, full-text search, order and pages over the projection. Total for any query."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from console.domain.incident import Incident
from console.domain.views import IncidentPage, IncidentQuery

MAX_WORDS = 16
LARGEST_PAGE = 100_000
_FAR = 2**62
_line = msgspec.json.Decoder(Incident)
_LETTER = re.compile(r"[^\W_]")
_UNSEARCHABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Filter:
    """A query as SQL: `where` over `incidents AS i` with its `values`, and `match`, the full-text part ("" for none)."""

    def __init__(self, q: IncidentQuery) -> None:
        self.match = match_of(q.text)
        self.where = ["1"]
        self.values: list[Any] = []
        if q.open_only:
            self.where.append("i.open = 1")
        if q.undecided_only:
            self.where.append("i.undecided > 0")
        if q.territory:
            place = _plain(q.territory)
            # "/" is the character after ".": everything that lies below the code.
            below = (place + ".", place + "/")
            self._add("(i.territory = ? OR i.place = ? OR (i.place > ? AND i.place < ?))", place, place, *below)
        self._one_of("i.status", [_plain(s) for s in q.status])
        self._one_of("i.priority", [p for p in q.priority if abs(p) < _FAR])
        if q.category:
            self._add("i.category = ?", _plain(q.category))
        if q.agency:
            self._add("instr(' ' || i.agencies || ' ', ?) > 0", f" {_plain(q.agency)} ")

    def _add(self, condition: str, *values: Any) -> None:
        self.where.append(condition)
        self.values += values

    def _one_of(self, column: str, wanted: Sequence[Any]) -> None:
        if wanted:
            self._add(f"{column} IN ({','.join('?' * len(wanted))})", *wanted)

    @property
    def bare(self) -> bool:
        """Whether nothing but words filters."""
        return self.where == ["1"]

    def sql(self, *more: str, streamed: bool = False) -> tuple[str, list[Any]]:
        """FROM and WHERE; `streamed` when rows are wanted in the order of their ids."""
        conditions = [*self.where, *more]
        if not self.match:
            return f"FROM incidents i WHERE {' AND '.join(conditions)}", [*self.values]
        if streamed:
            joined = "FROM incidents_fts f CROSS JOIN incidents i ON i.id = f.rowid WHERE incidents_fts MATCH ?"
            return f"{joined} AND {' AND '.join(conditions)}", [self.match, *self.values]
        found = "i.id IN (SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH ?)"
        return f"FROM incidents i WHERE {' AND '.join([*conditions, found])}", [*self.values, self.match]


def _plain(text: str) -> str:
    return _UNSEARCHABLE.sub("", text)


def match_of(text: str) -> str:
    """The full-text expression for what somebody typed: every word, by its beginning. "" when nothing can be searched.

    Each word stands in quotes, so that no character of it is taken for FTS5 syntax (sqlite.org/fts5.html, section 3).
    """
    words = [w for w in _UNSEARCHABLE.sub(" ", text).split() if _LETTER.search(w)]
    return " ".join('"{}"*'.format(w.replace('"', '""')) for w in words[:MAX_WORDS])


def incidents(db: sqlite3.Connection, q: IncidentQuery) -> IncidentPage:
    """One page of incidents; `hidden` counts open ones that the filter leaves out."""
    chosen = Filter(q)
    limit = min(max(q.limit, 0), LARGEST_PAGE)
    offset = min(max(q.offset, 0), _FAR)
    total, matching_open = _counts(db, chosen)
    ids = (
        _newest(db, chosen, limit, offset) if q.order == "newest" else _urgent(db, chosen, limit, offset, matching_open)
    )
    all_open = db.execute("SELECT COUNT(*) FROM incidents WHERE open = 1").fetchone()[0]
    return IncidentPage(tuple(_lines(db, ids)), total, all_open - matching_open)


def _counts(db: sqlite3.Connection, chosen: Filter) -> tuple[int, int]:
    """How many match, and how many of them are open."""
    source, values = chosen.sql("i.open = 1")
    open_ones: int = db.execute(f"SELECT COUNT(*) {source}", values).fetchone()[0]
    if "i.open = 1" in chosen.where:
        return open_ones, open_ones
    if chosen.match and chosen.bare:
        found = "SELECT COUNT(*) FROM incidents_fts WHERE incidents_fts MATCH ?"
        total: int = db.execute(found, (chosen.match,)).fetchone()[0]
        return total, open_ones
    source, values = chosen.sql()
    total = db.execute(f"SELECT COUNT(*) {source}", values).fetchone()[0]
    return total, open_ones


def _newest(db: sqlite3.Connection, chosen: Filter, limit: int, offset: int, *more: str) -> list[int]:
    source, values = chosen.sql(*more, streamed=True)
    key = "f.rowid" if chosen.match else "i.id"
    found = db.execute(f"SELECT i.id {source} ORDER BY {key} DESC LIMIT ? OFFSET ?", (*values, limit, offset))
    return [i for (i,) in found]


def _urgent(db: sqlite3.Connection, chosen: Filter, limit: int, offset: int, matching_open: int) -> list[int]:
    """Open ones by priority and the clock that runs, oldest first among equals; then the closed ones, newest first."""
    source, values = chosen.sql("i.open = 1")
    found = db.execute(
        f"SELECT i.id {source} ORDER BY i.priority, i.due IS NULL, i.due, i.id LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    ids = [i for (i,) in found]
    if len(ids) < limit and "i.open = 1" not in chosen.where:
        ids += _newest(db, chosen, limit - len(ids), max(0, offset - matching_open), "i.open = 0")
    return ids


def _lines(db: sqlite3.Connection, ids: Sequence[int]) -> list[Incident]:
    read = "SELECT line FROM incident_texts WHERE id = ?"
    return [_line.decode(db.execute(read, (i,)).fetchone()[0]) for i in ids]


def line(db: sqlite3.Connection, subject: str) -> Incident | None:
    """One incident as the list shows it, or None."""
    row = db.execute(
        "SELECT t.line FROM incidents i JOIN incident_texts t ON t.id = i.id WHERE i.subject = ? ORDER BY i.territory",
        (_plain(subject),),
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
        "SELECT territory FROM incidents WHERE subject = ? ORDER BY territory", (_plain(subject),)
    ).fetchone()
    return row[0] if row else None
