"""The order of one territory as the room's file holds it: the fold's view of it, moving the cursor, and falling back."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from console.domain.entry import EntryId, short
from console.domain.order import FIRST_ORDER, Cursor, GaveWay, Link, OrderHead, next_order
from console.store import rewriting

PRESENT = 0
"""The branch number of the order that the centre and this room share; lost branches have others."""

MILESTONE = 45_000
"""Of each stretch of so many numbers the first signed head stays, so that a long order can be proven, carried and lost in
pieces of less than two stretches."""


class OrderMismatch(Exception):
    """What the centre sent does not chain to what a centre of this city signed: nothing of it is taken."""

    def __init__(self, territory: str) -> None:
        super().__init__(f"order of {territory} is not what the centre signed")
        self.territory = territory


class StoredOrder:
    """An OrderView over the file for one territory; remembers what it looked up, so make a new one per transaction."""

    def __init__(self, connection: sqlite3.Connection, territory: str) -> None:
        self._db = connection
        self._territory = territory
        self._found: dict[EntryId, tuple[int | None, str, str]] = {}
        self._names: dict[tuple[int, str], int | None] = {}
        self._gave_way: dict[str, list[GaveWay]] | None = None

    def preload(self, entry: EntryId, n: int | None, void: str, chain: bytes) -> None:
        """Say what is known already, so that it need not be looked up."""
        self._found[entry] = (n, void, short(chain))

    def number(self, entry: EntryId) -> int | None:
        """Its number in the present order, or None."""
        return self._place(entry)[0]

    def void(self, entry: EntryId) -> str:
        """Its void code in the present order, or ""."""
        return self._place(entry)[1]

    def name(self, entry: EntryId) -> str:
        """The name of what is held at this place, or ""."""
        return self._place(entry)[2]

    def gave_way(self, stream: str) -> Sequence[GaveWay]:
        """The entries that left this stream, as far as those that stand for them are held."""
        if self._gave_way is None:
            self._gave_way = {}
            for gone in rewriting.gave_way(self._db, self._territory):
                self._gave_way.setdefault(gone.old.stream, []).append(gone)
        return self._gave_way.get(stream, ())

    def within(self, entry: EntryId, n: int, name: str) -> bool:
        """Whether it is among the first `n` of the order (present or lost) whose O_n begins with `name`."""
        if n == 0:
            return False
        branch = self._branch(n, name)
        if branch is None:
            return False
        if branch == PRESENT:
            at = self.number(entry)
            return at is not None and at <= n
        return self._in_branch(entry, branch, n)

    def _place(self, entry: EntryId) -> tuple[int | None, str, str]:
        if entry not in self._found:
            row = self._db.execute(
                "SELECT n, void, hash FROM entries WHERE stream = ? AND seq = ?", (entry.stream, entry.seq)
            ).fetchone()
            self._found[entry] = (row[0], row[1] or "", short(row[2])) if row else (None, "", "")
        return self._found[entry]

    def _branch(self, n: int, name: str) -> int | None:
        key = (n, name)
        if key not in self._names:
            row = self._db.execute(
                "SELECT branch FROM orders WHERE territory = ? AND n = ? AND lower(hex(substr(hash, 1, 8))) = ?"
                " ORDER BY branch LIMIT 1",
                (self._territory, n, name),
            ).fetchone()
            self._names[key] = row[0] if row else None
        return self._names[key]

    def _in_branch(self, entry: EntryId, branch: int, n: int) -> bool:
        """Walk from a lost branch down to the present one; each holds its own part of the order."""
        while True:
            row = self._db.execute(
                "SELECT 1 FROM orders WHERE territory = ? AND branch = ? AND n <= ? AND stream = ? AND seq = ?",
                (self._territory, branch, n, entry.stream, entry.seq),
            ).fetchone()
            if row:
                return True
            parent = self._db.execute(
                "SELECT parent, common_n FROM branches WHERE territory = ? AND branch = ?", (self._territory, branch)
            ).fetchone()
            if parent is None:
                return False
            branch, n = parent[0], min(n, parent[1])


def cursor(db: sqlite3.Connection, territory: str) -> Cursor:
    """The room's cursor in a territory's order; the zero cursor when it never pulled."""
    row = db.execute("SELECT n, hash, epoch FROM cursors WHERE territory = ?", (territory,)).fetchone()
    return Cursor(*row) if row else Cursor()


def name_at(db: sqlite3.Connection, territory: str, n: int) -> bytes | None:
    """O_n of the present order; None where it does not go as far."""
    row = db.execute(
        "SELECT hash FROM orders WHERE territory = ? AND branch = ? AND n = ?", (territory, PRESENT, n)
    ).fetchone()
    return row[0] if row else None


def name_below(db: sqlite3.Connection, territory: str, branch: int, n: int) -> bytes | None:
    """O_n where a branch stands: its own, or further down its parents'. None when it cannot be found."""
    if n == 0:
        return FIRST_ORDER
    seen: set[int] = set()
    while branch not in seen:
        seen.add(branch)
        row = db.execute(
            "SELECT hash FROM orders WHERE territory = ? AND branch = ? AND n = ?", (territory, branch, n)
        ).fetchone()
        if row:
            return bytes(row[0])
        found = db.execute(
            "SELECT parent FROM branches WHERE territory = ? AND branch = ?", (territory, branch)
        ).fetchone()
        branch = found[0] if found else branch
    return None


def branch_at(db: sqlite3.Connection, territory: str, n: int, name: bytes) -> int | None:
    """The branch whose order has this O_n; the present one for the beginning."""
    if n == 0:
        return PRESENT
    row = db.execute(
        "SELECT branch FROM orders WHERE territory = ? AND n = ? AND hash = ? ORDER BY branch LIMIT 1",
        (territory, n, name),
    ).fetchone()
    return row[0] if row else None


def parting(db: sqlite3.Connection, territory: str, branch: int, n: int) -> int:
    """The last number up to `n` that a branch shares with the present order. Orders that share one share all below."""
    upto = min(n, cursor(db, territory).n)
    return bisect_left(
        range(1, upto + 1),
        True,
        key=lambda k: name_at(db, territory, k) != name_below(db, territory, branch, k),
    )


def cursors(db: sqlite3.Connection) -> dict[str, Cursor]:
    """Every cursor by territory."""
    return {t: Cursor(n, h, e) for t, n, h, e in db.execute("SELECT territory, n, hash, epoch FROM cursors")}


def chain(start: Cursor, links: Iterable[Link], hashes: Mapping[EntryId, bytes]) -> list[tuple[Link, bytes]]:
    """Follow links from a cursor as far as they run on without a gap and their entries' hashes are known."""
    out: list[tuple[Link, bytes]] = []
    n, head = start.n, start.hash
    for link in sorted(links, key=lambda x: x.n):
        if link.n <= start.n:
            continue
        if link.n != n + 1 or link.id not in hashes:
            break
        head = next_order(head, link.n, hashes[link.id], link.accepted_at, link.void)
        n = link.n
        out.append((link, head))
    return out


def advance(db: sqlite3.Connection, territory: str, linked: list[tuple[Link, bytes]], epoch: int) -> None:
    """Write proven links into the present order, number their entries, and move the cursor to the last of them."""
    db.executemany(
        "INSERT INTO orders(territory, branch, n, stream, seq, accepted_at, void, hash) VALUES (?, 0, ?, ?, ?, ?, ?, ?)",
        [(territory, x.n, x.id.stream, x.id.seq, x.accepted_at, x.void, h) for x, h in linked],
    )
    db.executemany(
        "UPDATE entries SET n = ?, accepted_at = ?, void = ? WHERE stream = ? AND seq = ?",
        [(x.n, x.accepted_at, x.void, x.id.stream, x.id.seq) for x, _ in linked],
    )
    last, head = linked[-1]
    db.execute(
        "INSERT INTO cursors(territory, n, hash, epoch) VALUES (?, ?, ?, ?)"
        " ON CONFLICT(territory) DO UPDATE SET n = excluded.n, hash = excluded.hash, epoch = excluded.epoch",
        (territory, last.n, head, epoch),
    )


def keep_head(db: sqlite3.Connection, head: OrderHead) -> None:
    """Keep a signed head as proof of where the order stood; an older head of the same epoch gives way, unless it is the proof
    of a lost order or the first of its stretch of numbers (`MILESTONE`)."""
    db.execute(
        "DELETE FROM order_heads AS h WHERE territory = ? AND epoch = ? AND n <= ? AND NOT EXISTS (SELECT 1 FROM orders o"
        " WHERE o.territory = h.territory AND o.branch <> ? AND o.n = h.n AND o.hash = h.hash)"
        " AND (n, hash) NOT IN (SELECT MIN(m.n), m.hash FROM order_heads m JOIN orders o ON o.territory = m.territory"
        " AND o.branch = ? AND o.n = m.n AND o.hash = m.hash WHERE m.territory = ? GROUP BY m.n / ?)",
        (head.territory, head.epoch, head.n, PRESENT, PRESENT, head.territory, MILESTONE),
    )
    add_head(db, head)


def add_head(db: sqlite3.Connection, head: OrderHead) -> None:
    """Keep a signed head beside all others."""
    db.execute(
        "INSERT OR IGNORE INTO order_heads(territory, epoch, n, hash, signature) VALUES (?, ?, ?, ?, ?)",
        (head.territory, head.epoch, head.n, head.hash, head.signature),
    )


def fall_back(db: sqlite3.Connection, territory: str, common_n: int) -> None:
    """Keep what this room held above `common_n` as a lost branch, and take the cursor back to `common_n`.

    The entries stay; they only lose their number, and so stand in the outbox again. What was void stays void: a first
    verdict is kept until an order says otherwise.
    """
    here = cursor(db, territory)
    if common_n >= here.n:
        return
    branch = 1 + max(
        (b for (b,) in db.execute("SELECT branch FROM branches WHERE territory = ?", (territory,))), default=0
    )
    db.execute(
        "INSERT INTO branches(territory, branch, parent, common_n) VALUES (?, ?, 0, ?)", (territory, branch, common_n)
    )
    db.execute(
        "UPDATE branches SET parent = ? WHERE territory = ? AND parent = 0 AND common_n > ? AND branch <> ?",
        (branch, territory, common_n, branch),
    )
    db.execute(
        "UPDATE orders SET branch = ? WHERE territory = ? AND branch = 0 AND n > ?", (branch, territory, common_n)
    )
    db.execute(
        "UPDATE entries SET n = NULL, accepted_at = NULL WHERE territory = ? AND n > ?",
        (territory, common_n),
    )
    name = name_at(db, territory, common_n)
    base = Cursor(common_n, name, here.epoch) if name else Cursor(epoch=here.epoch)
    db.execute(
        "UPDATE cursors SET n = ?, hash = ?, epoch = ? WHERE territory = ?", (base.n, base.hash, base.epoch, territory)
    )


def affected(db: sqlite3.Connection, territory: str, low: int, high: int) -> set[str]:
    """Subjects whose fold may change when numbers in (low, high] become known, or are lost."""
    numbered = db.execute(
        "SELECT DISTINCT subject FROM entries WHERE territory = ? AND n > ? AND n <= ?", (territory, low, high)
    )
    aware = db.execute(
        "SELECT DISTINCT subject FROM entries WHERE territory = ? AND seen_n > ? AND seen_n <= ?",
        (territory, low, high),
    )
    return {s for (s,) in numbered} | {s for (s,) in aware}


def trail(db: sqlite3.Connection, territory: str) -> list[tuple[int, str]]:
    """(n, O_n) at growing distances back from the cursor, for finding where a fork began."""
    n, step, steps = cursor(db, territory).n, 1, []
    while n > 0:
        steps.append(n)
        n, step = n - step, step * 2
    marks = ",".join("?" * len(steps))
    rows = db.execute(
        f"SELECT n, hash FROM orders WHERE territory = ? AND branch = 0 AND n IN ({marks}) ORDER BY n DESC",
        (territory, *steps),
    )
    return [(n, bytes(h).hex()) for n, h in rows]


def name_of(here: Cursor) -> str:
    """The name of an order as `Seen.order` gives it."""
    return short(here.hash)
