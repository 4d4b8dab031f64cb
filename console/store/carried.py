"""What a stick or a neighbour takes along: what a copy holds of each journal, the part of it that another copy lacks, and
readings.

Everything here is a query of one connection; a journal's part is read in one snapshot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

import msgspec

from console.domain.city import City, journal_of
from console.domain.entry import Checkpoint, Entry, EntryId, from_bytes
from console.domain.order import Cursor, Link, OrderHead
from console.domain.reading import Frame
from console.store import order, rows
from console.store.frames_out import values_in

MINUTE = 60_000
MAX_PAGE = 8 * 1024 * 1024
"""Bytes of headers and bodies after which a page ends."""
MAX_LINKS = 2 * order.MILESTONE
"""Numbers of the order that go with one page, or with one lost order."""


class Held(msgspec.Struct, frozen=True):
    """How much of one journal a copy holds: every entry up to number `n` (whose O_n is `order`), and of the streams that go
    on beyond it, everything up to a seq. `trail` has (n, O_n) at growing distances back, where somebody asked for it."""

    n: int = 0
    order: bytes = b""
    heads: dict[str, int] = {}
    trail: tuple[tuple[int, bytes], ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A part of one journal. `pages` are entries in stretches of their streams, each page with what proves it; `links` and
    `heads` are the signed order above `base` and stand for the whole part. `reach` is the number that they lead to."""

    base: int
    reach: int
    pages: tuple[tuple[tuple[Entry, ...], tuple[Checkpoint, ...]], ...]
    links: tuple[Link, ...]
    heads: tuple[OrderHead, ...]

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return sum(len(entries) for entries, _ in self.pages)


@contextmanager
def _snapshot(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def journals(db: sqlite3.Connection) -> list[str]:
    """The territories of which anything is held."""
    return [t for (t,) in db.execute("SELECT DISTINCT territory FROM streams ORDER BY territory")]


def held(db: sqlite3.Connection) -> dict[str, Held]:
    """What this copy holds, by territory."""
    with _snapshot(db):
        return {territory: _held(db, territory) for territory in journals(db)}


def _held(db: sqlite3.Connection, territory: str) -> Held:
    here = order.cursor(db, territory)
    beyond = db.execute(
        "SELECT stream, MAX(seq) FROM entries WHERE territory = ? AND n IS NULL GROUP BY stream", (territory,)
    )
    return Held(here.n, here.hash, dict(beyond.fetchall()))


def held_with_trail(db: sqlite3.Connection, territory: str) -> Held:
    """What this copy holds of one journal, so that another can tell where both orders part."""
    with _snapshot(db):
        trail = tuple((n, bytes.fromhex(name)) for n, name in order.trail(db, territory))
        return msgspec.structs.replace(_held(db, territory), trail=trail)


def apart(db: sqlite3.Connection, territory: str, have: Held) -> bool:
    """Whether the order here is not known to be the one that `have` stands on."""
    return have.n > 0 and order.name_at(db, territory, have.n) != have.order


def part(db: sqlite3.Connection, territory: str, have: Held, page: int) -> Part:
    """What somebody who has `have` lacks of a journal, in pages of at most `page` entries."""
    with _snapshot(db):
        base, have = _shared(db, territory, have)
        heads = _heads(db, territory, base)
        reach = max((h.n for h in heads), default=base)
        return Part(base, reach, tuple(_pages(db, territory, have, page)), _links(db, territory, base, reach), heads)


def part_page(db: sqlite3.Connection, territory: str, have: Held, page: int, size: int) -> tuple[Part, bool]:
    """Page `page` (from 0) of what `part` would give, without reading the rest, and whether more follow; the order comes
    with the last. What is written between two pages may shift them: who missed something then is told so by the heads.
    """
    with _snapshot(db):
        base, have = _shared(db, territory, have)
        found = tuple(islice(_pages(db, territory, have, size), page, page + 2))
        if len(found) > 1:
            return Part(base, base, found[:1], (), ()), True
        heads = _heads(db, territory, base)
        # As much of the order as one message may have, up to a number that the centre signed; entries go without it, too.
        reach = max((h.n for h in heads if h.n <= base + MAX_LINKS), default=base)
        return Part(
            base, reach, found, _links(db, territory, base, reach), tuple(h for h in heads if h.n == reach)
        ), False


def _shared(db: sqlite3.Connection, territory: str, have: Held) -> tuple[int, Held]:
    """The number up to which both copies have one order. Who is further on needs no links; who is on another order is given
    everything above the last number that is known to be shared."""
    if not apart(db, territory, have):
        return have.n, have
    n = order.cursor(db, territory).n
    lost = order.branch_at(db, territory, have.n, have.order)
    if lost is not None:
        common = order.parting(db, territory, lost, have.n)
        return common, Held(common, b"", have.heads)
    common = max((k for k, name in have.trail if order.name_at(db, territory, k) == name), default=0)
    if have.n > n and (common == n or not have.trail):
        return n, have
    return common, Held(common, b"", have.heads)


def _heads(db: sqlite3.Connection, territory: str, base: int) -> tuple[OrderHead, ...]:
    """The centre's signatures on the present order above `base`."""
    found = db.execute(
        "SELECT h.territory, h.epoch, h.n, h.hash, h.signature FROM order_heads h"
        " JOIN orders o ON o.territory = h.territory AND o.branch = ? AND o.n = h.n AND o.hash = h.hash"
        " WHERE h.territory = ? AND h.n > ? ORDER BY h.n",
        (order.PRESENT, territory, base),
    )
    return tuple(OrderHead(*row) for row in found)


def _links(db: sqlite3.Connection, territory: str, base: int, reach: int) -> tuple[Link, ...]:
    found = db.execute(
        "SELECT n, stream, seq, accepted_at, void FROM orders"
        " WHERE territory = ? AND branch = ? AND n > ? AND n <= ? ORDER BY n",
        (territory, order.PRESENT, base, reach),
    )
    return tuple(Link(n, EntryId(stream, seq), at, void) for n, stream, seq, at, void in found)


def _pages(
    db: sqlite3.Connection, territory: str, have: Held, size: int
) -> Iterator[tuple[tuple[Entry, ...], tuple[Checkpoint, ...]]]:
    """Streams by streams, since consecutive entries of one stream travel shortest."""
    found = db.execute(
        "SELECT stream, seq, header, body, body_hash FROM entries"
        " WHERE territory = ? AND (n IS NULL OR n > ?) ORDER BY stream, seq",
        (territory, have.n),
    )
    page: list[Entry] = []
    weight = 0
    for stream, seq, header, body, body_hash in found:
        if seq <= have.heads.get(stream, 0):
            continue
        page.append(from_bytes(header, body, body_hash))
        weight += len(header) + len(body or b"")
        if len(page) == size or weight >= MAX_PAGE:
            yield tuple(page), _proofs(db, page)
            page, weight = [], 0
    if page:
        yield tuple(page), _proofs(db, page)


def _proofs(db: sqlite3.Connection, entries: list[Entry]) -> tuple[Checkpoint, ...]:
    return tuple(rows.checkpoints_of(db, sorted({e.stream for e in entries})))


def shared_with(db: sqlite3.Connection, territory: str, links: Sequence[Link], head: OrderHead) -> int | None:
    """The last number that the order here shares with another one, whose links follow on a number that both share; None where
    they do not lead to the signed `head`, or their entries are not held."""
    below = links[0].n - 1 if links else 0
    base = order.name_at(db, territory, below) if below else Cursor().hash
    if base is None:
        return None
    chained = order.chain(Cursor(below, base), links, dict(_hashes(db, links)))
    if not chained or (chained[-1][0].n, chained[-1][1]) != (head.n, head.hash):
        return None
    found = db.execute(
        "SELECT n, hash FROM orders WHERE territory = ? AND branch = ? AND n <= ?", (territory, order.PRESENT, head.n)
    )
    here = dict(found.fetchall())
    return max((link.n for link, name in chained if here.get(link.n) == name), default=below)


def _hashes(db: sqlite3.Connection, links: Iterable[Link]) -> Iterator[tuple[EntryId, bytes]]:
    for link in links:
        row = db.execute(
            "SELECT hash FROM entries WHERE stream = ? AND seq = ?", (link.id.stream, link.id.seq)
        ).fetchone()
        if row:
            yield link.id, row[0]


# ---- readings


def unsent(db: sqlite3.Connection, limit: int) -> tuple[list[Frame], int]:
    """The oldest frames that this room recorded and the centre does not have, and up to which one of them these are."""
    found = db.execute("SELECT id, frame FROM frames_out ORDER BY id LIMIT ?", (limit,)).fetchall()
    return [msgspec.json.decode(raw, type=Frame) for _, raw in found], found[-1][0] if found else 0


def handed_over(db: sqlite3.Connection, upto: int) -> None:
    """Drop frames from the outbox that somebody else took on to the centre; what was recorded later stays."""
    db.execute("DELETE FROM frames_out WHERE id <= ?", (upto,))


def recent(db: sqlite3.Connection, city: City, since: int, limit: int) -> list[Frame]:
    """The frames of the minutes after `since` (ms since epoch UTC), newest first, at most `limit`, made anew from what is
    kept, with the revision that they came with."""
    found = db.execute(
        "SELECT territory, source, minute, revision FROM frames WHERE minute >= ? ORDER BY minute DESC LIMIT ?",
        (since // MINUTE, limit),
    ).fetchall()
    sensors = _sensors(db, city)
    made = (_frame(db, row, sensors.get((row[0], row[1]), {})) for row in found)
    return [frame for frame in made if frame is not None]


class FramesPart(msgspec.Struct, frozen=True):
    """Frames by when they came to this room, newest first, down to the place `low`. Those at the indexes `on` did not reach
    the centre yet, as far as this room knows: whoever can takes them on."""

    frames: tuple[Frame, ...] = ()
    on: tuple[int, ...] = ()
    low: int = 0


def frames_reach(db: sqlite3.Connection) -> int:
    """The place of the frame that came last; 0 before the first."""
    return int(db.execute("SELECT coalesce(max(rowid), 0) FROM frames").fetchone()[0])


def frames_between(db: sqlite3.Connection, city: City, after: int, before: int, limit: int) -> FramesPart:
    """The frames at places above `after` and below `before`, at most `limit` and about `MAX_PAGE` bytes of them."""
    found = db.execute(
        "SELECT f.rowid, f.territory, f.source, f.minute, f.revision, o.frame FROM frames f LEFT JOIN frames_out o"
        " ON o.territory = f.territory AND o.source = f.source AND o.minute = f.minute AND o.revision = f.revision"
        " WHERE f.rowid > ? AND f.rowid < ? ORDER BY f.rowid DESC LIMIT ?",
        (after, before, limit),
    )
    sensors = _sensors(db, city)
    frames: list[Frame] = []
    on: list[int] = []
    rows, weight = found.fetchall(), 0
    for place, territory, source, minute, revision, own in rows:
        row = (territory, source, minute, revision)
        frame = _fuller(own, _frame(db, row, sensors.get((territory, source), {})))
        if frame is not None:
            on += [len(frames)] if own else []
            frames.append(frame)
            weight += 64 + 12 * len(frame.at) * (1 + len(frame.sensors))
        if weight >= MAX_PAGE:
            return FramesPart(tuple(frames), tuple(on), place)
    return FramesPart(tuple(frames), tuple(on), rows[-1][0] if len(rows) == limit else after)


def _fuller(queued: bytes | None, made: Frame | None) -> Frame | None:
    """A frame as it was recorded, unless what waits for the centre was thinned meanwhile: what lies here has more then."""
    if queued is None:
        return made
    recorded = msgspec.json.decode(queued, type=Frame)
    return made if made is not None and values_in(made) > values_in(recorded) else recorded


def _sensors(db: sqlite3.Connection, city: City) -> dict[tuple[str, str], dict[int, str]]:
    """Sensors (row id to code) by the journal of their place and by source: what one frame holds."""
    out: dict[tuple[str, str], dict[int, str]] = {}
    for row, code, source in db.execute("SELECT id, code, source FROM sensors"):
        sensor = city.sensor(code)
        if sensor is not None:
            out.setdefault((journal_of(sensor.territory), source), {})[row] = code
    return out


def _frame(db: sqlite3.Connection, row: tuple[str, str, int, int], sensors: Mapping[int, str]) -> Frame | None:
    territory, source, minute, revision = row
    start = minute * MINUTE
    cells: dict[str, dict[int, tuple[int, int]]] = {}
    for sensor, code in sensors.items():
        found = db.execute(
            "SELECT at, value, flags FROM readings WHERE sensor = ? AND at >= ? AND at < ?",
            (sensor, start, start + MINUTE),
        )
        if column := {at - start: (value, flags) for at, value, flags in found}:
            cells[code] = column
    if not cells:
        return None
    offsets = sorted({offset for column in cells.values() for offset in column})
    return Frame(
        territory, source, minute, revision, tuple(cells), tuple(offsets),
        tuple(tuple(c[o][0] if o in c else None for o in offsets) for c in cells.values()),
        tuple(max(flags & 3 for _, flags in c.values()) for c in cells.values()),
        any(flags & 4 for c in cells.values() for _, flags in c.values()),
    )  # fmt: skip
