"""Is the order what the centre signed? Every number is chained again, lost branches too, and held against cursors, entries
and signed heads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from console.domain.keys import KeyRing
from console.domain.order import FIRST_ORDER, OrderHead, next_order
from console.store import order
from console.store.doctor.streams import UNREADABLE
from console.store.doctor.words import Finding

_ROWS = (
    "SELECT o.n, o.accepted_at, coalesce(o.void, ''), o.hash, e.hash, e.n, e.accepted_at, coalesce(e.void, '')"
    " FROM orders o LEFT JOIN entries e ON e.stream = o.stream AND e.seq = o.seq AND e.territory = o.territory"
    " WHERE o.territory = ? AND o.branch = ? ORDER BY o.n"
)


def check_orders(db: sqlite3.Connection, ring: KeyRing) -> Iterator[Finding]:
    """The present order and the lost ones, the cursors, and the heads that the centre signed."""
    parents = {(t, b): (p, n) for t, b, p, n in db.execute("SELECT territory, branch, parent, common_n FROM branches")}
    met = db.execute("SELECT DISTINCT territory, branch FROM orders ORDER BY territory, branch").fetchall()
    cursors = {t: (n, h) for t, n, h in db.execute("SELECT territory, n, hash FROM cursors")}
    for territory, branch in met:
        if branch == 0:
            yield from _check_present(db, territory, cursors.pop(territory, None))
        elif (territory, branch) not in parents:
            yield Finding("order", f"{territory} cabang {branch}", "asal cabang tidak ada")
        else:
            parent, common = parents.pop((territory, branch))
            base = order.name_below(db, territory, parent, common)
            yield from _check_branch(db, territory, branch, common, base)
    for territory, (n, _) in cursors.items():
        if n:
            yield Finding("cursor", str(territory), f"menyebut {n}, urutannya tidak ada")
    yield from _check_unnumbered(db)
    yield from _check_heads(db, ring)


def _check_present(db: sqlite3.Connection, territory: str, cursor: tuple[int, bytes] | None) -> Iterator[Finding]:
    links, reached = {FIRST_ORDER}, 0
    for n, at, void, stored, entry_hash, number, accepted, verdict in db.execute(_ROWS, (territory, 0)):
        where = f"{territory} nomor {n}"
        links, fault = _step(links, reached, n, entry_hash, at, void, stored)
        if fault:
            yield Finding("order", where, fault)
        elif (number, accepted, verdict) != (n, at, void):
            yield Finding("order", where, "entrinya menyebut nomor, waktu atau putusan lain")
        reached = n
    if cursor is None or cursor[0] != reached or cursor[1] not in links:
        yield Finding("cursor", territory, f"menyebut {cursor[0] if cursor else 0}, dipegang {reached}")
    count = db.execute("SELECT COUNT(*) FROM entries WHERE territory = ? AND n IS NOT NULL", (territory,)).fetchone()[0]
    if (
        count
        != db.execute("SELECT COUNT(*) FROM orders WHERE territory = ? AND branch = 0", (territory,)).fetchone()[0]
    ):
        yield Finding("order", territory, f"{count} entri bernomor, jumlah nomor lain")


def _check_branch(
    db: sqlite3.Connection, territory: str, branch: int, common: int, base: bytes | None
) -> Iterator[Finding]:
    links, reached = {base} if base is not None else set(), common
    for n, at, void, stored, entry_hash, *_ in db.execute(_ROWS, (territory, branch)):
        links, fault = _step(links, reached, n, entry_hash, at, void, stored)
        if fault:
            yield Finding("order", f"{territory} cabang {branch} nomor {n}", fault)
        reached = n


def _step(
    links: set[bytes], reached: int, n: int, entry_hash: bytes | None, at: int, void: str, stored: bytes
) -> tuple[set[bytes], str]:
    """One number: the names that the next may follow on, and what is wrong ("" when nothing is)."""
    if n != reached + 1:
        return {stored}, f"setelah {reached} datang {n}"
    if entry_hash is None:
        return {stored}, "entrinya tidak ada"
    try:
        computed = {next_order(link, n, entry_hash, at, void) for link in links}
    except (*UNREADABLE, AttributeError, OverflowError):
        return {stored}, "tidak terbaca"
    return {stored} | computed, "" if stored in computed else "rantai tidak menyambung"


def _check_unnumbered(db: sqlite3.Connection) -> Iterator[Finding]:
    """An entry without a number may keep a verdict only of an order that was lost, and is accepted by nobody."""
    found = db.execute(
        "SELECT stream, seq FROM entries e WHERE n IS NULL AND (accepted_at IS NOT NULL OR (coalesce(void, '') <> ''"
        " AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.stream = e.stream AND o.seq = e.seq AND o.void = e.void)))"
    )
    for stream, seq in found:
        yield Finding("order", f"{stream}-{seq}", "membawa putusan tanpa nomor")


def _check_heads(db: sqlite3.Connection, ring: KeyRing) -> Iterator[Finding]:
    found = db.execute(
        "SELECT h.territory, h.epoch, h.n, h.hash, h.signature,"
        " EXISTS(SELECT 1 FROM orders o WHERE o.territory = h.territory AND o.n = h.n AND o.hash = h.hash)"
        " FROM order_heads h"
    )
    for territory, epoch, n, name, signature, known in found:
        head = OrderHead(territory, epoch, n, name, signature)
        try:
            signed = ring.centre_signed(signature, head.message())
        except (*UNREADABLE, AttributeError):
            signed = False
        if not signed:
            yield Finding("signature", f"{territory} nomor {n}", "bukan oleh pusat kota ini")
        elif not known and n:
            yield Finding("signature", f"{territory} nomor {n}", "menyebut urutan lain")
    present = db.execute("SELECT territory, n, epoch FROM cursors WHERE n > 0").fetchall()
    for territory, n, epoch in present:
        row = db.execute("SELECT 1 FROM order_heads WHERE territory = ? AND epoch = ?", (territory, epoch)).fetchone()
        if row is None and db.execute("SELECT 1 FROM order_heads WHERE territory = ?", (territory,)).fetchone():
            yield Finding("cursor", territory, f"menyebut masa {epoch} yang tidak ditandatangani (nomor {n})")
