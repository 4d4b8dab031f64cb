"""One taking-in of what came from anywhere: streams are proven, then numbered as the centre's signed order says.

Lives for one transaction. What contradicts what is held, or is signed by nobody we know, changes nothing that was good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from console.domain.entry import Checkpoint, Entry, EntryId
from console.domain.exchange import Incoming, Refusal, Taken
from console.domain.keys import KeyRing, verify
from console.domain.order import Cursor, Link, OrderHead
from console.domain.stream import Admission, StreamHead, admit, same_entry, walk
from console.store import awaited, order, rewriting, rows
from console.store.keyring import RING_KINDS, load_ring, touches_ring
from console.store.order import OrderMismatch
from console.store.rewriting import Tail

_SOFT = ("", "signature")
"""Faults of an admission that spoil no entry."""


class Outcome(msgspec.Struct, frozen=True):
    """What a take came to: `taken` for the exchange, the `ring` as it is now, the subjects touched, by territory, and which
    ends of streams gave way to another machine's entries."""

    taken: Taken
    ring: KeyRing
    touched: dict[str, set[str]]
    keys_changed: bool
    displaced: tuple[Tail, ...] = ()

    @property
    def subjects(self) -> frozenset[str]:
        """Every subject that may look different now."""
        return frozenset().union(*self.touched.values())


class Taking:
    """Takes one `Incoming` into the file. `leave` is called with a stream that somebody else seems to write as well."""

    def __init__(
        self, db: sqlite3.Connection, city: str, ring: KeyRing, now: int, leave: Callable[[str], None] = lambda _: None
    ) -> None:
        self._db = db
        self._city = city
        # A copy, so that what fails leaves no trace in memory either.
        self._ring = ring.copy()
        self._now = now
        self._leave = leave
        self._held = 0
        self._numbered = 0
        self._parked: set[EntryId] = set()
        self._faults: list[Refusal] = []
        self._advanced: dict[str, Cursor] = {}
        self._missing: list[EntryId] = []
        self._touched: dict[str, set[str]] = {}
        self._new_keys = False
        self._ring_moved = False
        self._keys_changed = False
        self._displaced: list[Tail] = []

    def run(self, incoming: Incoming) -> Outcome:
        """Take everything; OrderMismatch when links contradict what the centre signed."""
        for territory in self._territories(incoming):
            self._take_streams(territory, incoming)
            self._retry_parked()
            links = incoming.links.get(territory, ())
            if links:
                heads = [h for h in incoming.heads if h.territory == territory]
                self._take_order(territory, links, heads, [e for e in incoming.entries if e.territory == territory])
                self._retry_parked()
            self._settle_ring()
        return self._outcome()

    def own(self, head: StreamHead, written: Sequence[tuple[Entry, bytes]]) -> Outcome:
        """Hold entries that this room wrote itself."""
        self._hold(head, written)
        self._settle_ring()
        return self._outcome()

    def _outcome(self) -> Outcome:
        subjects = frozenset().union(*self._touched.values())
        taken = Taken(
            self._advanced, self._held, len(self._parked), self._numbered, tuple(self._missing), (),
            tuple(self._faults), subjects,
        )  # fmt: skip
        return Outcome(taken, self._ring, self._touched, self._keys_changed, tuple(self._displaced))

    def _territories(self, incoming: Incoming) -> list[str]:
        """The city's journal first: its keys decide what can be proven in the others."""
        named = {e.territory for e in incoming.entries} | {c.territory for c in incoming.checkpoints}
        return sorted(named | set(incoming.links), key=lambda t: (t != self._city, t))

    def _touch(self, territory: str, subjects: Iterable[str]) -> None:
        self._touched.setdefault(territory, set()).update(subjects)

    # ---- streams

    def _take_streams(self, territory: str, incoming: Incoming) -> None:
        proofs = [c for c in incoming.checkpoints if c.territory == territory]
        batches: dict[str, list[Entry]] = {c.stream: [] for c in proofs}
        for e in incoming.entries:
            if e.territory == territory:
                batches.setdefault(e.stream, []).append(e)
        for stream, batch in batches.items():
            self._take_stream(territory, stream, batch, [c for c in proofs if c.stream == stream], {})

    def _take_stream(
        self,
        territory: str,
        stream: str,
        batch: Sequence[Entry],
        checkpoints: Sequence[Checkpoint],
        vouched: Mapping[int, bytes],
    ) -> None:
        head = rows.stream_head(self._db, territory, stream)
        if territory != head.territory:
            rows.unpark(self._db, territory, stream)
            self._faults.append(Refusal(stream, min((e.seq for e in batch), default=1), "elsewhere"))
            return
        lying = rows.parked(self._db, territory, stream)
        self._compare_known(head, batch)
        kept = rows.parked_checkpoints(self._db, stream)
        proofs = [*checkpoints, *kept]
        got = self._prove(head, lying, batch, (proofs, checkpoints, kept), vouched)
        if got.fault:
            self._faults.append(Refusal(stream, got.head.seq + 1, got.fault))
        self._repark(head, lying, got)
        if got.accepted:
            self._hold(got.head, got.accepted)
            self._leave(stream)
        self._keep_proofs(got, proofs)

    def _prove(
        self,
        head: StreamHead,
        lying: Sequence[Entry],
        batch: Sequence[Entry],
        proofs: tuple[Sequence[Checkpoint], Sequence[Checkpoint], Sequence[Checkpoint]],
        vouched: Mapping[int, bytes],
    ) -> Admission:
        """Prove what lay parked together with what came, by the `proofs` of both, of the one and of the other. Neither was
        proven so far, so neither may spoil the other (two machines of one image sign different ends of one stream): where
        they do not go together, what gets furthest counts, and what lay parked stays unless it is itself at fault."""
        got = admit(head, [*lying, *batch], proofs[0], self._ring.key, vouched)
        if got.fault in _SOFT or not (lying or proofs[2]):
            return got
        mixes = ([*batch, *lying], batch, lying)
        tried = (got, *(admit(head, mix, by, self._ring.key, vouched) for mix in mixes for by in proofs))
        best = max(tried, key=lambda a: a.head.seq)
        rest = admit(best.head, lying, proofs[0], self._ring.key, vouched)
        return msgspec.structs.replace(best, parked=rest.parked)

    def _repark(self, head: StreamHead, lying: Sequence[Entry], got: Admission) -> None:
        before, after = {e.id for e in lying}, {e.id for e in got.parked}
        rows.unpark(self._db, head.territory, head.stream)
        rows.park(self._db, got.parked)
        self._parked -= {e.id for e, _ in got.accepted}
        self._parked |= after - before

    def _keep_proofs(self, got: Admission, proofs: Sequence[Checkpoint]) -> None:
        """Keep the newest proof with its stream, and those that wait for entries; never one that the device did not sign."""
        public = self._ring.key(got.head.device) if got.head.device else None
        for c in proofs:
            if public is not None and not verify(public, c.signature, c.message()):
                continue
            if c.seq > got.head.seq:
                if got.fault != "opening":
                    rows.park_checkpoint(self._db, c)
            elif (c.seq, c.hash) == (got.head.seq, got.head.hash):
                rows.keep_checkpoint(self._db, c, self._now)

    def _compare_known(self, head: StreamHead, batch: Sequence[Entry]) -> None:
        """The same place with other bytes (a resumed machine image) is kept apart and reported."""
        for e in batch:
            if e.seq <= head.seq and (held := rows.entry(self._db, e.stream, e.seq)) and not same_entry(held, e):
                rows.set_aside(self._db, e, "forked", self._now)
                self._faults.append(Refusal(e.stream, e.seq, "forked"))
                self._leave(e.stream)

    def _hold(self, head: StreamHead, accepted: Sequence[tuple[Entry, bytes]]) -> None:
        rows.insert_entries(self._db, accepted)
        rows.put_stream_head(self._db, head)
        self._held += len(accepted)
        self._touch(head.territory, (e.subject_id for e, _ in accepted))
        self._touch(head.territory, awaited.held(self._db, head.stream, [e for e, _ in accepted]))
        if head.territory == self._city:
            for e, _ in accepted:
                if e.kind in RING_KINDS:
                    self._ring_moved = True
                    self._new_keys |= self._ring.take(e, head.device)

    def _retry_parked(self) -> None:
        """Look again at what waits for keys, for as long as that brings new ones."""
        while self._new_keys:
            self._new_keys, self._keys_changed = False, True
            waiting = self._db.execute(
                "SELECT DISTINCT territory, stream FROM parked ORDER BY territory <> ?, territory, stream",
                (self._city,),
            ).fetchall()
            for territory, stream in waiting:
                self._take_stream(territory, stream, (), (), {})

    def _settle_ring(self) -> None:
        """The order decides what counts and what came last; entries may have come otherwise."""
        if self._ring_moved:
            self._ring_moved = False
            settled = load_ring(self._db, self._city, self._ring.root)
            changed = (settled.devices, settled.operators) != (self._ring.devices, self._ring.operators)
            self._keys_changed |= changed
            self._ring = settled

    # ---- order

    def _take_order(
        self, territory: str, links: Sequence[Link], heads: Sequence[OrderHead], came: Sequence[Entry]
    ) -> None:
        start = order.cursor(self._db, territory)
        hashes = self._hashes(territory, links)
        linked = order.chain(start, links, hashes)
        if len(linked) < sum(x.n > start.n for x in links) or not self._proves(linked, heads):
            # Nothing that came fits above the place of another machine's entry: the chain may as well end there as be wrong.
            rivals = rewriting.rivals(self._db, territory, came)
            theirs = rewriting.hashes_with(self._db, hashes, territory, rivals)
            led = order.chain(start, links, theirs)
            if rivals and self._proves(led, heads):
                self._give_way(territory, rivals, led, heads)
                hashes, linked = theirs, led
        signed = self._signed(linked, heads)
        proven = max((h.n for h in signed), default=start.n)
        good = [x for x in linked if x[0].n <= proven]
        self._vouch(territory, [x for x, _ in good], hashes)
        held = self._held_run(good)
        reached = held[-1][0].n if held else start.n
        self._missing.extend(x.id for x in links if x.n > reached)
        if not held:
            return
        signed = [h for h in signed if h.n <= reached]
        order.advance(self._db, territory, held, max((h.epoch for h in signed), default=start.epoch))
        for h in signed:
            order.keep_head(self._db, h)
        self._advanced[territory] = order.cursor(self._db, territory)
        self._numbered += len(held)
        self._touch(territory, order.affected(self._db, territory, start.n, reached))
        self._ring_moved |= territory == self._city and touches_ring(self._db, territory, start.n, reached)

    def _hashes(self, territory: str, links: Sequence[Link]) -> dict[EntryId, bytes]:
        """Chain hashes of the linked entries: of held ones, and of parked ones that follow on what is held."""
        out: dict[EntryId, bytes] = {}
        wanted: dict[str, list[int]] = {}
        for x in links:
            wanted.setdefault(x.id.stream, []).append(x.id.seq)
        for stream, seqs in wanted.items():
            held = self._db.execute(
                "SELECT seq, hash FROM entries WHERE stream = ? AND territory = ? AND seq BETWEEN ? AND ?",
                (stream, territory, min(seqs), max(seqs)),
            )
            out.update((EntryId(stream, seq), h) for seq, h in held)
            waiting = {e.seq: e for e in rows.parked(self._db, territory, stream)}
            out.update((e.id, h) for e, h in walk(rows.stream_head(self._db, territory, stream), waiting))
        return out

    def _give_way(
        self,
        territory: str,
        rivals: Mapping[str, Sequence[Entry]],
        linked: Sequence[tuple[Link, bytes]],
        heads: Sequence[OrderHead],
    ) -> None:
        """The rivals that the centre signed take their places here too; nobody else's word moves anything. What stood there
        is kept apart."""
        vouched = {x.id for x, _ in linked if x.n <= max(h.n for h in self._signed(linked, heads))}
        for stream, came in rivals.items():
            if came[0].id not in vouched:
                continue
            if tail := rewriting.take_out(self._db, stream, came[0].seq, self._now):
                self._displaced.append(tail)
                self._touch(territory, tail.subjects | awaited.gave_way(self._db, territory, stream))
            self._ring_moved |= territory == self._city
            rows.park(self._db, came)
            rows.take_back(self._db, came)
            self._faults = [f for f in self._faults if (f.stream, f.reason) != (stream, "forked")]

    def _proves(self, linked: Sequence[tuple[Link, bytes]], heads: Sequence[OrderHead]) -> bool:
        """Whether the centre signed that this chain is right, somewhere on it."""
        try:
            return bool(self._signed(linked, heads))
        except OrderMismatch:
            return False

    def _signed(self, linked: Sequence[tuple[Link, bytes]], heads: Sequence[OrderHead]) -> list[OrderHead]:
        """The heads that stand on this chain; OrderMismatch when one of them is not the centre's, or names another chain."""
        reached = {x.n: h for x, h in linked}
        on_chain = [h for h in heads if h.n in reached]
        for head in on_chain:
            if reached[head.n] != head.hash or not self._ring.centre_signed(head.signature, head.message()):
                raise OrderMismatch(head.territory)
        return on_chain

    def _vouch(self, territory: str, links: Sequence[Link], hashes: Mapping[EntryId, bytes]) -> None:
        """Signed order proves entries that no checkpoint covers yet."""
        by_stream: dict[str, dict[int, bytes]] = {}
        for x in links:
            by_stream.setdefault(x.id.stream, {})[x.id.seq] = hashes[x.id]
        for stream, vouched in by_stream.items():
            if max(vouched) > rows.stream_head(self._db, territory, stream).seq:
                self._take_stream(territory, stream, (), (), vouched)

    def _held_run(self, good: Sequence[tuple[Link, bytes]]) -> list[tuple[Link, bytes]]:
        """The beginning of the chain whose entries are really held."""
        out = []
        for link, name in good:
            if not rows.holds(self._db, link.id):
                break
            out.append((link, name))
        return out
