"""Taking entries into the room's journals, and writing the room's own.

Everything here runs inside one transaction of the writer: entry, checkpoint, order, cursor and projection together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from console.domain.city import City
from console.domain.drafts import OPENED_HERE, Draft
from console.domain.entry import MAX_BODY, Entry, EntryId, NamedId, Seen, chain_hash, short
from console.domain.exchange import Incoming
from console.domain.keys import DeviceKey, KeyRing
from console.domain.stream import OPENED, StreamHead, StreamOpened, new_stream, walk
from console.store import awaited, order, rewriting, rows
from console.store.keyring import load_ring
from console.store.projection import refold
from console.store.rewriting import Tail
from console.store.taking import Outcome, Taking

MAX_HEADS = 150
"""How many other streams `seen` may name: more would not fit a header. Beyond it the longest silent ones are left out,
which can only flag a conflict too many."""


class BodyTooLarge(Exception):
    """A draft says more than an entry may hold; no other copy would take it, so it is not written here either."""


class Journals:
    """The journals of one room. `ring` is what the city's journal says about keys and people so far.

    All methods take the writer's connection and run inside its transaction. If that is not committed, `reload` must run
    before the next, since streams and ring live in memory too.
    """

    def __init__(self, city: City, root: bytes, key: DeviceKey, program: str) -> None:
        self._city = city
        self._key = key
        self._program = program
        self._streams: dict[str, str] = {}
        self.ring = KeyRing(root)

    def reload(self, db: sqlite3.Connection) -> None:
        """Build the key ring anew from the city's journal, and forget streams that were not committed."""
        self.ring = load_ring(db, self._city.code, self.ring.root)
        self._streams = {t: s for t, s in self._streams.items() if rows.stream_head(db, t, s).seq > 0}

    def take(self, db: sqlite3.Connection, incoming: Incoming, now: int) -> Outcome:
        """Take what came from anywhere. Raises OrderMismatch when links contradict what the centre signed."""
        outcome = self._done(db, Taking(db, self._city.code, self.ring, now, self.leave_stream).run(incoming))
        for tail in outcome.displaced:
            if tail.device == self._key.id:
                outcome.touched.setdefault(tail.first.territory, set()).update(self._write_again(db, tail, now))
        return outcome

    def _done(self, db: sqlite3.Connection, outcome: Outcome) -> Outcome:
        for territory, subjects in outcome.touched.items():
            refold(db, self._city, territory, subjects)
        self.ring = outcome.ring
        return outcome

    def append(
        self, db: sqlite3.Connection, territory: str, drafts: Sequence[Draft], actor: str, now: int, skew: int
    ) -> list[EntryId]:
        """Write entries of our own in one go: the entries, their checkpoint and what they change.

        Raises BodyTooLarge before anything is written.
        """
        if any(len(d.body) > MAX_BODY for d in drafts):
            raise BodyTooLarge
        head = self._own_head(db, territory)
        seen = self._seen(db, territory, head.stream)
        queue = list(drafts) if head.seq else [self._opening(db, territory), *drafts]
        added = len(queue) - len(drafts)
        first = str(EntryId(head.stream, head.seq + 1 + added))
        written: list[tuple[Entry, bytes]] = []
        for d in queue:
            subject = first if d.subject == OPENED_HERE else d.subject
            e = Entry(territory, head.stream, head.seq + 1, now, skew, actor, seen, d.kind, subject, d.body)
            head = StreamHead(territory, head.stream, self._key.id, e.seq, chain_hash(head.hash, e))
            written.append((e, head.hash))
        self._write(db, head, written, now)
        return [e.id for e, _ in written[added:]]

    def _write(
        self, db: sqlite3.Connection, head: StreamHead, written: Sequence[tuple[Entry, bytes]], now: int
    ) -> None:
        self._done(db, Taking(db, self._city.code, self.ring, now).own(head, written))
        rows.keep_checkpoint(db, self._key.checkpoint(head.territory, head.stream, head.seq, head.hash), now)

    def rewrite(self, db: sqlite3.Connection, stream: str, from_seq: int, now: int) -> frozenset[str]:
        """Nothing of our own stream can go up from `from_seq` on: write what waits there again in a new one.
        Gives the subjects that may look different now; none when there is nothing of ours to rewrite."""
        old = rows.stream_head(db, "", stream)
        if old.device != self._key.id:
            return frozenset()
        tail = rewriting.take_out(db, stream, from_seq, now)
        if tail is None:
            return frozenset()
        if (left := rows.stream_head(db, "", stream)).seq:
            # What signed the end of the stream went with it.
            rows.keep_checkpoint(db, self._key.checkpoint(left.territory, stream, left.seq, left.hash), now)
        touched = self._write_again(db, tail, now) | awaited.gave_way(db, old.territory, stream)
        self.refold(db, old.territory, touched)
        return frozenset(touched)

    def _write_again(self, db: sqlite3.Connection, tail: Tail, now: int) -> set[str]:
        """Write what had to leave its place again, in a stream of its own, as far as it does not stand there already. Gives
        the subjects that may look different now."""
        self.leave_stream(tail.first.stream)
        again = self._again(tail, rewriting.stream_for(tail))
        here = rows.stream_head(db, tail.first.territory, again[0][0].stream) if again else None
        if here is not None and here.seq and not _same_so_far(db, again, here):
            # A program of another make says it otherwise there.
            again, here = self._again(tail, new_stream()), None
        written = again[here.seq if here else 0 :]
        if written:
            last, chain = written[-1]
            self._write(db, StreamHead(last.territory, last.stream, self._key.id, last.seq, chain), written, now)
        return tail.subjects | {e.subject_id for e, _ in written}

    def _again(self, tail: Tail, stream: str) -> list[tuple[Entry, bytes]]:
        entries = rewriting.again(tail, stream, self._program, self._city.version)
        return walk(StreamHead(tail.first.territory, stream), {e.seq: e for e in entries})

    def refold(self, db: sqlite3.Connection, territory: str, subjects: Iterable[str]) -> None:
        """Fold these subjects anew, and build the ring anew when it is the city's journal that changed."""
        refold(db, self._city, territory, subjects)
        if territory == self._city.code:
            self.ring = load_ring(db, self._city.code, self.ring.root)

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
            "SELECT stream, MAX(seq), hash FROM entries WHERE territory = ? AND n IS NULL AND stream <> ?"
            " GROUP BY stream ORDER BY MAX(rowid) DESC LIMIT ?",
            (territory, own, MAX_HEADS),
        )
        return Seen(here.n, order.name_of(here), tuple(sorted(NamedId(s, q, short(h)) for s, q, h in heads)))


def _same_so_far(db: sqlite3.Connection, entries: Sequence[tuple[Entry, bytes]], here: StreamHead) -> bool:
    """Whether what is held of a stream is the beginning of these entries, or the other way round."""
    last, chain = entries[min(here.seq, len(entries)) - 1]
    return rows.name(db, last.id) == short(chain)
