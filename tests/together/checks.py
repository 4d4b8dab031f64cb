"""What must hold once everything has come together: each check raises AssertionError with what it found."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec
import psycopg

from console.domain.city import City
from console.domain.entry import EntryId, from_bytes
from console.domain.incident_fold import FIELD_KINDS
from console.domain.journal import counting, fold_fields
from console.domain.order import FIRST_ORDER, next_order
from console.store import projection
from console.store.order import StoredOrder

MARK = re.compile(rb"tanda-\d+")
_ENTRIES = "SELECT n, stream, seq, accepted_at, void, order_hash, body FROM entries WHERE territory = %s ORDER BY n"


def marks_in(db: sqlite3.Connection) -> Counter[str]:
    """Every mark that the room's file has in any form: held, parked or set aside."""
    tables = ("entries", "parked", "set_aside")
    bodies = (body for table in tables for (body,) in db.execute(f"SELECT body FROM {table}"))
    return Counter(m.decode() for body in bodies for m in MARK.findall(body or b""))


def held_marks(db: sqlite3.Connection, territory: str) -> frozenset[str]:
    """The marks that the room shows of a journal: what its operator knows."""
    bodies = (body for (body,) in db.execute("SELECT body FROM entries WHERE territory = ?", (territory,)))
    return frozenset(m.decode() for body in bodies for m in MARK.findall(body or b""))


def marks_of_centre(db: psycopg.Connection) -> Counter[str]:
    """Every mark that the centre numbered."""
    bodies = (bytes(body or b"") for (body,) in db.execute("SELECT body FROM entries"))
    return Counter(m.decode() for body in bodies for m in MARK.findall(body))


def check_centre(db: psycopg.Connection, territories: Iterable[str]) -> dict[str, dict[EntryId, tuple[int, str]]]:
    """Numbers run from 1 without a gap, the chain leads to the head, every place has one number, streams have no gaps. Gives
    number and verdict of every entry by territory."""
    heads = {t: (n, bytes(o)) for t, n, o in db.execute("SELECT territory, n, order_hash FROM heads")}
    hashes = {s: (q, bytes(h)) for s, q, h in db.execute("SELECT stream, seq, hash FROM streams")}
    found: dict[str, dict[EntryId, tuple[int, str]]] = {}
    for territory in territories:
        rows = db.execute(_ENTRIES, (territory,)).fetchall()
        assert [r[0] for r in rows] == list(range(1, len(rows) + 1)), ("gap in numbers", territory)
        last = rows[-1] if rows else (0, "", 0, 0, "", FIRST_ORDER)
        assert heads.get(territory, (0, FIRST_ORDER)) == (last[0], bytes(last[5])), ("head", territory)
        found[territory] = {EntryId(r[1], r[2]): (r[0], r[4]) for r in rows}
        assert len(found[territory]) == len(rows), ("one place, two numbers", territory)
        seqs = Counter(i.stream for i in found[territory])
        ends = {s: max(i.seq for i in found[territory] if i.stream == s) for s in seqs}
        assert ends == seqs, ("gap in a stream", ends, seqs)
        assert all(hashes[s][0] == seqs[s] for s in seqs), ("a stream's head", territory)
    return found


def check_room(db: sqlite3.Connection, city: City) -> None:
    """Orders chain without a gap up to the cursor, numbers are the order's, and the projection is the fold."""
    for territory, n, name in db.execute("SELECT territory, n, hash FROM cursors"):
        rows = db.execute(
            "SELECT o.n, o.stream, o.seq, o.accepted_at, o.void, o.hash, e.hash, e.n, e.void FROM orders o"
            " JOIN entries e USING (stream, seq) WHERE o.territory = ? AND branch = 0 ORDER BY o.n", (territory,)
        ).fetchall()  # fmt: skip
        assert [r[0] for r in rows] == list(range(1, n + 1)), ("gap in a room's order", territory)
        order = FIRST_ORDER
        for k, _, _, at, void, chained, entry, number, verdict in rows:
            order = next_order(order, k, entry, at, void)
            assert (chained, k, void) == (order, number, verdict), ("order and entries differ", territory, k)
        assert order == name, ("cursor", territory)
        numbered = db.execute("SELECT COUNT(*) FROM entries WHERE territory = ? AND n IS NOT NULL", (territory,))
        assert numbered.fetchone()[0] == n, ("numbers beyond the cursor", territory)
    for territory, subject in db.execute("SELECT DISTINCT territory, subject FROM entries").fetchall():
        detail = projection.detail(db, territory, subject)
        line = db.execute(
            "SELECT line FROM incidents JOIN incident_texts USING (id) WHERE subject = ? AND territory = ?",
            (subject, territory),
        ).fetchone()
        shown = msgspec.json.encode(detail.incident) if detail else None
        assert (line[0] if line else None) == shown, ("the projection is not the fold", territory, subject)


def verdicts(db: sqlite3.Connection) -> dict[EntryId, set[str]]:
    """Every verdict that any signed order known here gives, lost ones included."""
    out: dict[EntryId, set[str]] = {}
    for stream, seq, void in db.execute("SELECT stream, seq, void FROM orders"):
        out.setdefault(EntryId(stream, seq), set()).add(void or "")
    return out


def shown(db: sqlite3.Connection, territory: str, subject: str) -> str:
    """What the room shows of an incident."""
    return repr(projection.detail(db, territory, subject))


def counted_marks(db: sqlite3.Connection, territory: str, subject: str) -> Counter[str]:
    """How often each mark counts in the fold, and how often it stands there void."""
    entries, view = projection.load(db, territory, subject)
    counted = counting(entries, view)
    return Counter(m.decode() for c in counted for m in MARK.findall(c.origin.body or b""))


def voided_marks(db: sqlite3.Connection) -> dict[str, str]:
    """The void code of each mark that does not count."""
    found = db.execute("SELECT body, void FROM entries WHERE coalesce(void, '') <> ''")
    return {m.decode(): void for body, void in found for m in MARK.findall(body or b"")}


def check_conflicts(
    db: sqlite3.Connection, territory: str, subject: str, field: str, truth: Mapping[str, frozenset[str]]
) -> tuple[set[bytes], set[bytes]]:
    """The values that the field shows, and those that it should: what nobody who really knew it has replaced."""
    found = db.execute(
        "SELECT header, body, body_hash FROM entries WHERE subject = ? AND territory = ?", (subject, territory)
    )
    view = StoredOrder(db, territory)
    entries = [from_bytes(*row) for row in found]
    setting = {}
    for e in (c.origin for c in counting(entries, view)):
        marks = [m.decode() for m in MARK.findall(e.body or b"")]
        if field in e.fields() and e.kind in FIELD_KINDS and marks:
            setting[marks[0]] = bytes(e.fields()[field])
    leaves = {m for m in setting if not any(m in truth[other] for other in setting if other != m)}
    standing = fold_fields(entries, FIELD_KINDS, [field], view).get(field)
    values = {standing.value.raw, *(c.raw for c in standing.candidates)} if standing else set()
    return values, {setting[m] for m in leaves}
