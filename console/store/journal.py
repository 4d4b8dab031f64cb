"""Taking entries into the room's journals, and writing the room's own.

Everything here runs inside one transaction of the writer: entry, checkpoint, order, cursor and projection together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.domain.city import City
from console.domain.drafts import OPENED_HERE, Draft
from console.domain.entry import Checkpoint, Entry, EntryId, Seen, chain_hash, from_bytes
from console.domain.exchange import Incoming, Refusal, Taken
from console.domain.keys import DeviceKey, KeyRing
from console.domain.order import Cursor, Link, OrderHead
from console.domain.stream import OPENED, StreamHead, StreamOpened, admit, new_stream, same_entry, walk
from console.store import order, rows
from console.store.order import OrderMismatch
from console.store.projection import refold

RING_KINDS = ("device.enrolled", "device.revoked", "operator.set")


class Outcome(msgspec.Struct, frozen=True):
    """What a take came to, for the exchange (`taken`) and for the screens: incidents that may look different now, and
    whether keys or people changed."""

    taken: Taken
    subjects: frozenset[str]
    keys_changed: bool


class _Tally:
    """What one take has gathered so far."""

    def __init__(self) -> None:
        self.accepted = 0
        self.parked = 0
        self.numbered = 0
        self.faults: list[Refusal] = []
        self.advanced: dict[str, Cursor] = {}
        self.missing: list[EntryId] = []
        self.subjects: dict[str, set[str]] = {}
        self.keys_changed = False

    def touch(self, territory: str, subjects: Iterable[str]) -> None:
        self.subjects.setdefault(territory, set()).update(subjects)

    def outcome(self) -> Outcome:
        taken = Taken(
            self.advanced, self.accepted, self.parked, self.numbered, tuple(self.missing), (), tuple(self.faults)
        )
        return Outcome(taken, frozenset().union(*self.subjects.values()), self.keys_changed)


class Journals:
    """The journals of one room. `ring` is what the city's journal says about keys and people so far.

    All methods take the writer's connection and run inside its transaction. If one fails, `reload` must run before the
    next, since streams and ring live in memory too.
    """

    def __init__(self, city: City, root: bytes, key: DeviceKey, program: str, now: int) -> None:
        self._city = city
        self._key = key
        self._program = program
        self._now = now
        self._streams: dict[str, str] = {}
        self.ring = KeyRing(root)

    def reload(self, db: sqlite3.Connection) -> None:
        """Build the key ring anew from the city's journal, and forget streams that were not committed."""
        self.ring = KeyRing(self.ring.root)
        marks = ",".join("?" * len(RING_KINDS))
        found = db.execute(
            f"SELECT e.header, e.body, e.body_hash, s.device FROM entries e JOIN streams s USING (stream)"
            f" WHERE e.territory = ? AND e.kind IN ({marks}) AND coalesce(e.void, '') = ''"
            f" ORDER BY e.n IS NULL, e.n, e.stream, e.seq",
            (self._city.code, *RING_KINDS),
        )
        for header, body, body_hash, device in found:
            self.ring.take(from_bytes(header, body, body_hash), device)
        self._streams = {t: s for t, s in self._streams.items() if rows.stream_head(db, t, s).seq > 0}

    def take(self, db: sqlite3.Connection, incoming: Incoming, now: int) -> Outcome:
        """Take what came from anywhere. Raises OrderMismatch when links contradict what the centre signed."""
        entries, checkpoints, links, heads = incoming.entries, incoming.checkpoints, incoming.links, incoming.heads
        self._now = now
        tally = _Tally()
        for territory in self._territories(entries, checkpoints, links):
            self._take_territory(db, territory, entries, checkpoints, links.get(territory, ()), heads, tally)
        if tally.keys_changed:
            self._retry_parked(db, tally)
        for territory, subjects in tally.subjects.items():
            refold(db, self._city, territory, subjects)
        return tally.outcome()

    def _territories(
        self, entries: Sequence[Entry], checkpoints: Sequence[Checkpoint], links: Mapping[str, Sequence[Link]]
    ) -> list[str]:
        """The city's journal first: its keys decide what can be proven in the others."""
        named = {e.territory for e in entries} | {c.territory for c in checkpoints} | set(links)
        return sorted(named, key=lambda t: (t != self._city.code, t))

    def _take_territory(
        self,
        db: sqlite3.Connection,
        territory: str,
        entries: Sequence[Entry],
        checkpoints: Sequence[Checkpoint],
        links: Sequence[Link],
        heads: Sequence[OrderHead],
        tally: _Tally,
    ) -> None:
        batches: dict[str, list[Entry]] = {}
        for e in entries:
            if e.territory == territory:
                batches.setdefault(e.stream, []).append(e)
        for c in checkpoints:
            if c.territory == territory:
                batches.setdefault(c.stream, [])
        proofs = [c for c in checkpoints if c.territory == territory]
        for stream, batch in batches.items():
            self._take_stream(db, territory, stream, batch, proofs, {}, tally)
        if links:
            self._take_order(db, territory, links, [h for h in heads if h.territory == territory], tally)

    def _take_stream(
        self,
        db: sqlite3.Connection,
        territory: str,
        stream: str,
        batch: Sequence[Entry],
        checkpoints: Sequence[Checkpoint],
        vouched: Mapping[int, bytes],
        tally: _Tally,
    ) -> None:
        head = rows.stream_head(db, territory, stream)
        self._compare_known(db, head, batch, tally)
        proofs = [c for c in checkpoints if c.stream == stream] + rows.parked_checkpoints(db, stream)
        held_back = rows.parked(db, stream)
        got = admit(head, [*held_back, *batch], proofs, self.ring.key, vouched)
        if got.fault == "chain" and held_back:
            # What lay parked was never proven; it must not spoil what is good now.
            got = admit(head, batch, proofs, self.ring.key, vouched)
        if got.fault:
            tally.faults.append(Refusal(stream, got.head.seq + 1, got.fault))
        rows.unpark(db, stream, got.head.seq if got.fault in ("", "signature") else None)
        rows.park(db, got.parked)
        tally.parked += len(got.parked)
        if got.accepted:
            self._accept(db, got.head, got.accepted, tally)
        for c in proofs:
            if c.seq <= got.head.seq and got.head.device:
                if (c.seq, c.hash) == (got.head.seq, got.head.hash):
                    rows.keep_checkpoint(db, c, self._now)
            elif got.fault in ("", "signature"):
                rows.park_checkpoint(db, c)

    def _compare_known(self, db: sqlite3.Connection, head: StreamHead, batch: Sequence[Entry], tally: _Tally) -> None:
        """The same place with other bytes (a resumed machine image) is kept apart and reported."""
        for e in batch:
            if e.seq <= head.seq and (held := rows.entry(db, e.stream, e.seq)) and not same_entry(held, e):
                rows.set_aside(db, e, "forked", self._now)
                tally.faults.append(Refusal(e.stream, e.seq, "forked"))

    def _accept(
        self, db: sqlite3.Connection, head: StreamHead, accepted: Sequence[tuple[Entry, bytes]], tally: _Tally
    ) -> None:
        rows.insert_entries(db, accepted)
        rows.put_stream_head(db, head)
        tally.accepted += len(accepted)
        tally.touch(head.territory, (e.subject_id for e, _ in accepted))
        if head.territory == self._city.code:
            for e, _ in accepted:
                if e.kind in RING_KINDS:
                    tally.keys_changed |= self.ring.take(e, head.device)

    def _retry_parked(self, db: sqlite3.Connection, tally: _Tally) -> None:
        waiting = db.execute("SELECT DISTINCT territory, stream FROM parked").fetchall()
        tally.parked = 0
        for territory, stream in waiting:
            self._take_stream(db, territory, stream, (), (), {}, tally)

    def _take_order(
        self,
        db: sqlite3.Connection,
        territory: str,
        links: Sequence[Link],
        heads: Sequence[OrderHead],
        tally: _Tally,
    ) -> None:
        start = order.cursor(db, territory)
        hashes = self._hashes(db, territory, links)
        linked = order.chain(start, links, hashes)
        proven = self._signed_up_to(start.n, linked, heads)
        good = [x for x in linked if x[0].n <= proven]
        self._vouch(db, territory, [(x, hashes[x.id]) for x, _ in good], tally)
        held = [x for x in good if rows.entry(db, x[0].id.stream, x[0].id.seq) is not None]
        if len(held) < len(good):
            held = good[: next(i for i, x in enumerate(good) if x not in held)]
        reached = held[-1][0].n if held else start.n
        tally.missing.extend(x.id for x in links if x.n > reached)
        if not held:
            return
        epoch = max((h.epoch for h in heads if h.n >= start.n), default=start.epoch)
        order.advance(db, territory, held, epoch)
        for h in heads:
            if h.n <= reached:
                order.keep_head(db, h)
        tally.advanced[territory] = order.cursor(db, territory)
        tally.numbered += len(held)
        tally.touch(territory, self._reordered(db, territory, start.n, reached))

    def _hashes(self, db: sqlite3.Connection, territory: str, links: Sequence[Link]) -> dict[EntryId, bytes]:
        """Chain hashes of the linked entries: of held ones, and of parked ones that follow on what is held."""
        out: dict[EntryId, bytes] = {}
        wanted: dict[str, list[int]] = {}
        for x in links:
            wanted.setdefault(x.id.stream, []).append(x.id.seq)
        for stream, seqs in wanted.items():
            held = db.execute(
                "SELECT seq, hash FROM entries WHERE stream = ? AND seq BETWEEN ? AND ?", (stream, min(seqs), max(seqs))
            )
            out.update((EntryId(stream, seq), h) for seq, h in held)
            waiting = {e.seq: e for e in rows.parked(db, stream)}
            out.update((e.id, h) for e, h in walk(rows.stream_head(db, territory, stream), waiting))
        return out

    def _signed_up_to(self, start: int, linked: Sequence[tuple[Link, bytes]], heads: Sequence[OrderHead]) -> int:
        """The highest number of the chain that a centre's signature confirms."""
        reached = {x.n: h for x, h in linked}
        proven = start
        for head in heads:
            if head.n not in reached:
                continue
            if not self.ring.centre_signed(head.signature, head.message()):
                raise OrderMismatch(head.territory)
            if reached[head.n] != head.hash:
                raise OrderMismatch(head.territory)
            proven = max(proven, head.n)
        return proven

    def _vouch(
        self, db: sqlite3.Connection, territory: str, linked: Sequence[tuple[Link, bytes]], tally: _Tally
    ) -> None:
        """Signed order proves entries that no checkpoint covers yet."""
        by_stream: dict[str, dict[int, bytes]] = {}
        for x, h in linked:
            by_stream.setdefault(x.id.stream, {})[x.id.seq] = h
        for stream, vouched in by_stream.items():
            if max(vouched) > rows.stream_head(db, territory, stream).seq:
                self._take_stream(db, territory, stream, (), (), vouched, tally)

    def _reordered(self, db: sqlite3.Connection, territory: str, low: int, high: int) -> set[str]:
        """Subjects whose fold may change when numbers in (low, high] become known."""
        numbered = db.execute(
            "SELECT DISTINCT subject FROM entries WHERE territory = ? AND n > ? AND n <= ?", (territory, low, high)
        )
        aware = db.execute(
            "SELECT DISTINCT subject FROM entries WHERE territory = ? AND seen_n > ? AND seen_n <= ?",
            (territory, low, high),
        )
        return {s for (s,) in numbered} | {s for (s,) in aware}

    def append(
        self, db: sqlite3.Connection, territory: str, drafts: Sequence[Draft], actor: str, now: int, skew: int
    ) -> list[EntryId]:
        """Write entries of our own in one go: the entries, their checkpoint and what they change."""
        self._now = now
        head = self._own_head(db, territory)
        seen = self._seen(db, territory, head.stream)
        written: list[tuple[Entry, bytes]] = []
        queue = list(drafts) if head.seq else [self._opening(db, territory), *drafts]
        first = str(EntryId(head.stream, head.seq + 1 + len(queue) - len(drafts)))
        for draft in queue:
            subject = first if draft.subject == OPENED_HERE else draft.subject
            e = Entry(
                territory, head.stream, head.seq + 1, now, skew, actor, seen, draft.kind, subject, draft.body
            )
            link = chain_hash(head.hash, e)
            head = StreamHead(territory, head.stream, self._key.id, e.seq, link)
            written.append((e, link))
        tally = _Tally()
        self._accept(db, head, written, tally)
        rows.keep_checkpoint(db, self._key.checkpoint(territory, head.stream, head.seq, head.hash), now)
        refold(db, self._city, territory, tally.subjects[territory])
        return [e.id for e, _ in written[len(queue) - len(drafts) :]]

    def _own_head(self, db: sqlite3.Connection, territory: str) -> StreamHead:
        if territory not in self._streams:
            self._streams[territory] = new_stream()
        return rows.stream_head(db, territory, self._streams[territory])

    def leave_stream(self, stream: str) -> None:
        """If this is a stream that we write, write the next entry of its territory in a new one."""
        self._streams = {t: s for t, s in self._streams.items() if s != stream}

    def _opening(self, db: sqlite3.Connection, territory: str) -> Draft:
        last = db.execute(
            "SELECT s.stream, s.seq FROM streams s JOIN entries e ON e.stream = s.stream AND e.seq = s.seq"
            " WHERE s.territory = ? AND s.device = ? ORDER BY e.rowid DESC LIMIT 1",
            (territory, self._key.id),
        ).fetchone()
        body = StreamOpened(self._key.id, EntryId(*last) if last else None, self._program, self._city.version)
        return Draft(OPENED, "", msgspec.json.encode(body))

    def _seen(self, db: sqlite3.Connection, territory: str, own: str) -> Seen:
        """What this room knows now: its cursor, and the head of every other stream with entries above it."""
        here = order.cursor(db, territory)
        heads = db.execute(
            "SELECT stream, MAX(seq) FROM entries WHERE territory = ? AND n IS NULL AND stream <> ?"
            " GROUP BY stream ORDER BY stream",
            (territory, own),
        )
        return Seen(here.n, order.name_of(here), tuple(EntryId(s, q) for s, q in heads))
