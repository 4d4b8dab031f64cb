"""Marks: what filters look for, as words of the search index that nobody can type.

A filter and a text are then one full-text expression, and counting 100,000 incidents under any filter is counting the
entries of an index.
"""

from __future__ import annotations

from itertools import accumulate

from console.domain.incident import Incident

SIGN = "\ue000"
"""Begins every mark: a private-use character, which FTS5's unicode61 takes as part of a word (sqlite.org/fts5.html,
section 4.3.1)."""
LONGEST = 64
OPEN, CLOSED, UNDECIDED = f"{SIGN}o", f"{SIGN}d", f"{SIGN}u"


def status(value: str) -> str:
    """The mark of a status."""
    return _mark("s", value)


def priority(value: int) -> str:
    """The mark of a priority."""
    return _mark("p", str(value))


def category(code: str) -> str:
    """The mark of a category."""
    return _mark("c", code)


def agency(code: str) -> str:
    """The mark of an agency."""
    return _mark("a", code)


def territory(code: str) -> str:
    """The mark of everything in a territory, or below it."""
    return _mark("t", code)


def of(i: Incident) -> str:
    """Every mark of an incident."""
    above = {t for code in (i.place, i.territory) for t in accumulate(code.split("."), "{}.{}".format)}
    found = [
        OPEN if i.open else CLOSED, status(i.status), priority(i.priority), category(i.category),
        *map(agency, i.agencies), *map(territory, sorted(above)),
    ]  # fmt: skip
    return " ".join([*found, UNDECIDED] if i.undecided else found)


def _mark(kind: str, value: str) -> str:
    return SIGN + kind + value.encode(errors="replace").hex()[:LONGEST]
