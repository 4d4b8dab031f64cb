"""What the room's file gives and takes when the centre has lost something: the order as held, what proves it, falling back,
and orders that are lost to the centre but named by entries.

Functions that read take a reader's connection; those that change something run inside one transaction of the writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.domain.entry import Checkpoint, Entry, EntryId, from_bytes, read_json, short
from console.domain.keys import KeyRing
from console.domain.order import FIRST_ORDER, Link, OrderHead, next_order
from console.store import order, rows
from console.store.outbox import meta, put_meta

EPOCHS = "order.epochs"
LOST = "order.lost."
Epochs = dict[str, tuple[tuple[int, int], ...]]


class Suffix(msgspec.Struct, frozen=True):
    """A stretch of a territory's order with its entries; `bases` are the chain hashes below the first of each stream."""

    links: tuple[Link, ...] = ()
    entries: tuple[Entry, ...] = ()
    bases: dict[str, bytes] = {}
    checkpoints: tuple[Checkpoint, ...] = ()


def names(db: sqlite3.Connection, territory: str, numbers: Iterable[int]) -> list[tuple[int, str]]:
    """(n, first 8 bytes of O_n in hex) of the present order at these numbers, ascending."""
    asked = sorted(set(numbers))
    marks = ",".join("?" * len(asked))
    found = db.execute(
        f"SELECT n, hash FROM orders WHERE territory = ? AND branch = 0 AND n IN ({marks}) ORDER BY n",
        (territory, *asked),
    )
    return [(n, short(h)) for n, h in found]


def apart(db: sqlite3.Connection, heads: Sequence[OrderHead], least: Mapping[str, int]) -> list[str]:
    """Territories whose order as a centre tells it is not ours: behind the number in `least`, or another at its head."""
    out = []
    for head in heads:
        held = order.cursor(db, head.territory)
        mine = dict(names(db, head.territory, [head.n])).get(head.n, short(FIRST_ORDER) if head.n == 0 else "")
        behind = head.n < min(held.n, least.get(head.territory, 0))
        if behind or (0 < head.n <= held.n and mine != short(head.hash)):
            out.append(head.territory)
    return out


def signed_head(db: sqlite3.Connection, territory: str, above: int) -> OrderHead | None:
    """The last signed head that stands on the present order above a number."""
    row = db.execute(
        "SELECT h.epoch, h.n, h.hash, h.signature FROM order_heads h JOIN orders o"
        " ON o.territory = h.territory AND o.n = h.n AND o.hash = h.hash AND o.branch = 0"
        " WHERE h.territory = ? AND h.n > ? ORDER BY h.n DESC, h.epoch DESC LIMIT 1",
        (territory, above),
    ).fetchone()
    return OrderHead(territory, *row) if row else None


def suffix(db: sqlite3.Connection, territory: str, first: int, last: int, limit: int, limit_bytes: int) -> Suffix:
    """The order from `first` on, up to `last`, at most `limit` numbers and about `limit_bytes`."""
    found = db.execute(
        "SELECT o.n, o.stream, o.seq, o.accepted_at, o.void, e.header, e.body, e.body_hash FROM orders o"
        " JOIN entries e ON e.stream = o.stream AND e.seq = o.seq"
        " WHERE o.territory = ? AND o.branch = 0 AND o.n >= ? AND o.n <= ? ORDER BY o.n LIMIT ?",
        (territory, first, last, limit),
    )
    links: list[Link] = []
    entries: list[Entry] = []
    size = 0
    for n, stream, seq, at, void, header, body, body_hash in found:
        links.append(Link(n, EntryId(stream, seq), at, void or ""))
        entries.append(from_bytes(header, body, body_hash))
        size += len(header) + len(body or b"")
        if size >= limit_bytes:
            break
    streams = {e.stream for e in entries}
    return Suffix(tuple(links), tuple(entries), _bases(db, entries), tuple(rows.checkpoints_of(db, sorted(streams))))


def _bases(db: sqlite3.Connection, entries: Iterable[Entry]) -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    for e in entries:
        if e.stream not in out and e.seq > 1:
            row = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (e.stream, e.seq - 1)).fetchone()
            out[e.stream] = row[0] if row else b""
    return out


class _Enrolled(msgspec.Struct):
    device: str


def witness(db: sqlite3.Connection, city: str, device: str) -> tuple[list[Entry], list[Checkpoint]]:
    """Streams of the city's journal that lead from the city key to this device's enrolment."""
    enrolments: dict[str, str] = {}
    for stream, body in db.execute(
        "SELECT stream, body FROM entries WHERE territory = ? AND kind = 'device.enrolled' ORDER BY n IS NULL, n",
        (city,),
    ):
        if said := read_json(body, _Enrolled):
            enrolments.setdefault(said.device, stream)
    streams: list[str] = []
    while (stream := enrolments.get(device, "")) and stream not in streams:
        streams.append(stream)
        device = rows.stream_head(db, city, stream).device
    entries = [
        from_bytes(*row)
        for stream in streams
        for row in db.execute("SELECT header, body, body_hash FROM entries WHERE stream = ? ORDER BY seq", (stream,))
    ]
    return entries, list(rows.checkpoints_of(db, streams))


def epochs(db: sqlite3.Connection, territory: str) -> tuple[tuple[int, int], ...]:
    """The (first n, epoch) of a territory, as far as the centre told."""
    return _epochs(db).get(territory, ((1, 1),))


def _epochs(db: sqlite3.Connection) -> Epochs:
    text = meta(db, EPOCHS)
    return msgspec.json.decode(text, type=Epochs) if text else {}


def note_epochs(db: sqlite3.Connection, told: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    """Remember what the centre told."""
    if told:
        known = _epochs(db) | {t: tuple(steps) for t, steps in told.items()}
        put_meta(db, EPOCHS, msgspec.json.encode(known).decode())


def fall_back(db: sqlite3.Connection, territory: str, common_n: int) -> set[str]:
    """Take the cursor back to `common_n`; the order above is kept as a lost one, and its entries wait for a number again.
    Streams that were refused may be tried again. Gives the subjects that may look different now."""
    touched = order.affected(db, territory, common_n, order.cursor(db, territory).n)
    order.fall_back(db, territory, common_n)
    db.execute("UPDATE streams SET refused = '' WHERE territory = ?", (territory,))
    return touched


def lost_known(db: sqlite3.Connection, territory: str) -> int:
    """The number of the last lost order that this room took."""
    return int(meta(db, LOST + territory) or 0)


def take_lost(
    db: sqlite3.Connection,
    ring: KeyRing,
    number: int,
    head: OrderHead,
    common: tuple[int, bytes],
    links: Sequence[Link],
) -> set[str] | None:
    """Keep a lost order that follows on `common`, (n, O_n), up to a signed head. None, and nothing kept, while an entry of
    it is not here or it does not lead to what a centre of this city signed; else the subjects that may look different.
    `number` is the centre's, 0 when somebody else brought it."""
    territory = head.territory
    signed = ring.centre_signed(head.signature, head.message())
    if signed and order.branch_at(db, territory, head.n, head.hash) is not None:
        _note_lost(db, number, head)
        return set()
    chained = _chain(db, common, links)
    parent = order.branch_at(db, territory, *common)
    if not (signed and chained and chained[-1][1] == head.hash) or parent is None:
        return None
    branch = (
        1 + db.execute("SELECT coalesce(max(branch), 0) FROM branches WHERE territory = ?", (territory,)).fetchone()[0]
    )
    db.execute(
        "INSERT INTO branches(territory, branch, parent, common_n) VALUES (?, ?, ?, ?)",
        (territory, branch, parent, common[0]),
    )
    db.executemany(
        "INSERT INTO orders(territory, branch, n, stream, seq, accepted_at, void, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(territory, branch, x.n, x.id.stream, x.id.seq, x.accepted_at, x.void, h) for x, h in chained],
    )
    _note_lost(db, number, head)
    return order.affected(db, territory, common[0], head.n)


def _note_lost(db: sqlite3.Connection, number: int, head: OrderHead) -> None:
    """The head stays as the proof for others."""
    order.add_head(db, head)
    if number:
        put_meta(db, LOST + head.territory, str(number))


def _chain(db: sqlite3.Connection, common: tuple[int, bytes], links: Sequence[Link]) -> list[tuple[Link, bytes]]:
    n, name = common
    out: list[tuple[Link, bytes]] = []
    for x in links:
        row = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (x.id.stream, x.id.seq)).fetchone()
        if row is None or x.n != n + 1:
            return []
        n, name = x.n, next_order(name, x.n, row[0], x.accepted_at, x.void)
        out.append((x, name))
    return out


def left_before(db: sqlite3.Connection, territory: str, links: Sequence[Link], heads: Sequence[OrderHead]) -> bool:
    """Whether these links lead back onto an order that this room fell back from, and that no newer epoch has taken up."""
    here = order.cursor(db, territory)
    if max((h.epoch for h in heads if h.territory == territory), default=0) > here.epoch:
        return False
    ahead = [x for x in links if x.n > here.n][:1]
    chained = _chain(db, (here.n, here.hash), ahead)
    return any(
        db.execute(
            "SELECT 1 FROM orders WHERE territory = ? AND branch <> 0 AND n = ? AND hash = ?", (territory, x.n, name)
        ).fetchone()
        for x, name in chained
    )


Lost = dict[str, tuple[tuple[int, bytes], ...]]
"""The ends of lost orders, (n, O_n), by territory."""


def lost_ends(db: sqlite3.Connection) -> Lost:
    """The lost orders that this room can prove to others."""
    out: Lost = {}
    found = db.execute(
        "SELECT DISTINCT h.territory, h.n, h.hash FROM order_heads h JOIN orders o ON o.territory = h.territory"
        " AND o.n = h.n AND o.hash = h.hash AND o.branch <> 0 ORDER BY h.territory, h.n"
    )
    for territory, n, name in found:
        out[territory] = (*out.get(territory, ()), (n, name))
    return out


def unknown(db: sqlite3.Connection, ends: Lost) -> Lost:
    """Those of these orders that are neither lost nor present here."""
    new = {t: tuple(end for end in told if end[0] and order.branch_at(db, t, *end) is None) for t, told in ends.items()}
    return {t: told for t, told in new.items() if told}


class LostStretch(msgspec.Struct, frozen=True):
    """A lost order, or a piece of a long one: what followed on `common`, (n, O_n), up to a signed head."""

    head: OrderHead
    common: tuple[int, bytes]
    links: tuple[Link, ...]


def lost_stretch(db: sqlite3.Connection, territory: str, n: int, name: bytes, most: int) -> LostStretch | None:
    """The lost order that ends so, from the last signed head below it, the end of another; None when there is none such,
    nothing proves it, or it is longer than `most`."""
    found = db.execute(
        "SELECT h.epoch, h.signature, b.branch, b.parent, b.common_n FROM order_heads h JOIN orders o"
        " ON o.territory = h.territory AND o.n = h.n AND o.hash = h.hash AND o.branch <> 0"
        " JOIN branches b ON b.territory = o.territory AND b.branch = o.branch"
        " WHERE h.territory = ? AND h.n = ? AND h.hash = ?",
        (territory, n, name),
    ).fetchone()
    if found is None:
        return None
    epoch, signature, branch, parent, common_n = found
    common = _signed_below(db, territory, branch, n)
    if common is None and (below := order.name_below(db, territory, parent, common_n)) is not None:
        common = (common_n, below)
    if common is None or n - common[0] > most:
        return None
    told = db.execute(
        "SELECT n, stream, seq, accepted_at, void FROM orders"
        " WHERE territory = ? AND branch = ? AND n > ? AND n <= ? ORDER BY n",
        (territory, branch, common[0], n),
    )
    links = tuple(Link(k, EntryId(stream, seq), at, void or "") for k, stream, seq, at, void in told)
    return LostStretch(OrderHead(territory, epoch, n, name, signature), common, links)


def _signed_below(db: sqlite3.Connection, territory: str, branch: int, n: int) -> tuple[int, bytes] | None:
    row = db.execute(
        "SELECT h.n, h.hash FROM order_heads h CROSS JOIN orders o ON o.territory = h.territory AND o.branch = ?"
        " AND o.n = h.n AND o.hash = h.hash WHERE h.territory = ? AND h.n < ? ORDER BY h.n DESC LIMIT 1",
        (branch, territory, n),
    ).fetchone()
    return (row[0], bytes(row[1])) if row else None
