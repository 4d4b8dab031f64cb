"""What is new since a place: entries, links, checkpoints, frames and signed heads, the city's journal first (it says whose
signatures to believe), then the room's own, then the latest readings, then the other territories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import psycopg

from console.central.frames import Live, frames_after, frames_behind
from console.central.heads import Head, orders_at, read_heads, sign_head
from console.central.lost import last_lost
from console.central.places import MARK, Place, read_place, write_place
from console.domain.clock import Clock
from console.domain.entry import Checkpoint, Entry, EntryId, from_bytes, read_json
from console.domain.keys import Device, DeviceKey
from console.domain.order import Link
from console.wire.messages import Changes, Fork, LinkRun
from console.wire.runs import pack_links, pack_runs

MAX_ENTRIES = 5000
MAX_BYTES = 4 * 1024 * 1024
"""Bytes of entries on one page, roughly: one page must pass the reader's caps."""
_PAGE = """
SELECT e.n, e.stream, e.seq, e.header, e.body, e.body_hash, e.accepted_at, e.void, e.clock_off, e.order_hash, s.device
FROM entries e JOIN streams s USING (stream)
WHERE e.territory = %s AND e.n > %s AND e.n <= %s ORDER BY e.n
"""
_ENROLMENTS = """
SELECT stream, seq, body FROM entries WHERE territory = %s AND n > %s AND kind = 'device.enrolled' ORDER BY n
"""
_BEGINNING = "SELECT header, body, body_hash FROM entries WHERE stream = %s AND seq <= %s ORDER BY seq"
_CHECKPOINTS = """
SELECT territory, stream, checkpoint_seq, checkpoint_hash, checkpoint_signature FROM streams
WHERE stream = ANY(%s) AND checkpoint_seq > 0
"""


class _Enrolled(msgspec.Struct):
    device: str


class Ask(msgspec.Struct, frozen=True):
    """One request for changes. `lanes` of "journal", "own" (of the journals only
    the city's and the device's own) and "frames"; `echo` to get one's own entries back as well; `heads` to
    be told where every order stands, so as to notice one that is behind."""

    since: str
    limit: int
    lanes: frozenset[str]
    echo: bool
    heads: bool = False


class ChangesReader:
    """Answers `Ask`s of enrolled devices from the database."""

    def __init__(self, city: str, territories: Iterable[str], key: DeviceKey, clock: Clock) -> None:
        self._city = city
        self._territories = frozenset(territories)
        self._key = key
        self._clock = clock

    def read(self, db: psycopg.Connection, ask: Ask, device: Device) -> Changes:
        """The next page after `ask.since`; empty when there is nothing new."""
        place = read_place(ask.since, self._city)
        page = _Page(min(max(ask.limit, 1), MAX_ENTRIES), "" if ask.echo else device.id)
        heads = {t: h for t, h in read_heads(db).items() if t in self._territories}
        forks = _forks(db, place, heads)
        self._fill(db, page, place, ask.lanes, [h for t, h in heads.items() if t not in forks], device)
        changes = self._changes(db, page, place, ask, list(forks.values()))
        behind = self._behind(db, place, [h for t, h in heads.items() if t not in forks], device)
        if behind:
            changes = msgspec.structs.replace(changes, behind=behind)
        epochs = {h.territory for h in page.reached if len(h.epochs) > 1}
        if epochs or ask.heads:
            lost = {t: n for t, n in last_lost(db).items() if ask.heads or t in epochs}
            changes = msgspec.structs.replace(changes, lost=lost)
        if not ask.heads:
            return changes
        standing = [sign_head(self._key, heads.get(t, Head(t))) for t in sorted(self._territories)]
        return msgspec.structs.replace(changes, heads=[*changes.heads, *standing])

    def _fill(
        self,
        db: psycopg.Connection,
        page: _Page,
        place: Place,
        lanes: frozenset[str],
        heads: list[Head],
        device: Device,
    ) -> None:
        """Read the lanes asked for onto the page, most urgent first."""
        urgent = (self._city, device.territory)
        if lanes & {"journal", "own"}:
            for head in sorted((h for h in heads if h.territory in urgent), key=lambda h: h.territory != self._city):
                page.read(db, head, place)
        if "frames" in lanes and page.left > 0:
            page.live = frames_after(db, place.frames, page.left, page.silent)
            place.frames = page.live.reached
        if "journal" in lanes:
            for head in sorted((h for h in heads if h.territory not in urgent), key=lambda h: h.territory):
                page.read(db, head, place)
        if page.reached:
            page.entries += self._own_enrolment(db, place)

    def _own_enrolment(self, db: psycopg.Connection, place: Place) -> list[Entry]:
        """The stream that names this centre's key, for a room that has not come so far in the city's journal: without it, it
        could believe no page that ends below."""
        n = place.orders.get(self._city, (0, b""))[0]
        for stream, seq, body in db.execute(_ENROLMENTS, (self._city, n)).fetchall():
            said = read_json(body, _Enrolled)
            if said is not None and said.device == self._key.id:
                return [from_bytes(*row) for row in db.execute(_BEGINNING, (stream, seq))]
        return []

    def _behind(self, db: psycopg.Connection, place: Place, heads: list[Head], device: Device) -> dict[str, int]:
        """How much of each lane lies beyond a place."""
        names = {self._city: "city", device.territory: "own"}
        out = {"readings": frames_behind(db, place.frames, device.id)}
        for head in heads:
            lane = names.get(head.territory, "others")
            out[lane] = out.get(lane, 0) + head.n - place.orders.get(head.territory, (0, b""))[0]
        return {lane: count for lane, count in out.items() if count > 0}

    def _changes(self, db: psycopg.Connection, page: _Page, place: Place, ask: Ask, forks: list[Fork]) -> Changes:
        now = self._clock.now()
        if page.empty and not forks and ask.since:
            return Changes(now)
        cursor = write_place(place, self._city)
        return Changes(
            now,
            "" if cursor == ask.since else cursor,
            pack_runs(page.entries),
            page.checkpoints(db),
            page.links,
            [sign_head(self._key, head) for head in page.reached],
            forks,
            {h.territory: list(h.epochs) for h in page.reached if len(h.epochs) > 1},
            page.live.frames,
            page.more or page.live.more,
            skipped=page.live.skipped,
        )


class _Page:
    """What one answer collects, up to a number of entries and an amount of bytes."""

    def __init__(self, limit: int, silent_device: str) -> None:
        self.left = limit
        self.entries: list[Entry] = []
        self.links: list[LinkRun] = []
        self.reached: list[Head] = []
        self.live = Live([], 0)
        self.more = False
        self._bytes = 0
        self.silent = silent_device

    @property
    def empty(self) -> bool:
        return not (self.links or self.live.frames or self.live.skipped)

    def read(self, db: psycopg.Connection, head: Head, place: Place) -> None:
        """Add one territory's entries after its place, and move the place."""
        start = place.orders.get(head.territory, (0, b""))[0]
        if start >= head.n:
            return
        if self.left <= 0:
            self.more = True
            return
        rows = db.execute(_PAGE, (head.territory, start, min(head.n, start + self.left))).fetchall()
        rows = rows[: self._fitting(rows)]
        self.left -= len(rows)
        n, order = rows[-1][0], rows[-1][9]
        self.links += _with_clocks(pack_links(head.territory, map(_link, rows)), rows)
        self.entries += [from_bytes(r[3], r[4], r[5]) for r in rows if r[10] != self.silent]
        self.reached.append(msgspec.structs.replace(head, n=n, order=order))
        self.more = self.more or n < head.n
        place.orders[head.territory] = (n, order[:MARK])

    def _fitting(self, rows: Sequence[tuple[Any, ...]]) -> int:
        for k, row in enumerate(rows):
            self._bytes += len(row[3]) + len(row[4] or b"")
            if self._bytes > MAX_BYTES:
                self.left = 0
                return k + 1
        return len(rows)

    def checkpoints(self, db: psycopg.Connection) -> list[Checkpoint]:
        """The checkpoints that cover what is on the page and no more than was sent by now."""
        last = {e.stream: e.seq for e in self.entries}
        rows = db.execute(_CHECKPOINTS, (list(last),)).fetchall() if last else []
        return [Checkpoint(*row) for row in rows if row[2] <= last[row[1]]]


def _link(row: tuple[Any, ...]) -> Link:
    return Link(row[0], EntryId(row[1], row[2]), row[6], row[7])


def _with_clocks(runs: list[LinkRun], rows: Sequence[tuple[Any, ...]]) -> list[LinkRun]:
    """Mark the stretches that came from a device whose clock was far off; one run, as a page has no holes."""
    first = runs[0].n
    for n, off in ((row[0], row[8]) for row in rows if row[8]):
        marks = runs[0].clocks
        if marks and marks[-1][2] == off and marks[-1][0] + marks[-1][1] == n - first:
            marks[-1] = (marks[-1][0], marks[-1][1] + 1, off)
        else:
            marks.append((n - first, 1, off))
    return runs


def _forks(db: psycopg.Connection, place: Place, heads: dict[str, Head]) -> dict[str, Fork]:
    """Territories whose place names another order than this centre's. How far back they agree a place cannot tell; a
    push with cursors and trails can."""
    known = orders_at(db, ((t, n) for t, (n, _) in place.orders.items()))
    forks = {}
    for territory, (n, mark) in place.orders.items():
        if n and known.get((territory, n), b"")[:MARK] != mark:
            head = heads.get(territory, Head(territory))
            forks[territory] = Fork(territory, 0, head.n, head.epoch)
    return forks
