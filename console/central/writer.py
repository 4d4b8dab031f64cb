"""The centre's own entries in the city's journal: it enrols, revokes and names operators like any other writer, in
streams of its own, chained and signed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg

from console.central.heads import Head, lock_head
from console.central.journal import Arrival, Taken, take_entries
from console.central.ring import RingKeeper
from console.domain.clock import Clock
from console.domain.entry import FIRST_HASH, Entry, Seen, chain_hash, short
from console.domain.keys import DeviceKey
from console.domain.stream import OPENED, StreamOpened, new_stream

ACTOR = "pusat"


class CentreWriter:
    """Writes entries to the city's journal under one key, one short stream per act, so that nothing has to be remembered
    between acts or shared between processes."""

    def __init__(self, key: DeviceKey, keeper: RingKeeper, clock: Clock) -> None:
        self._key = key
        self._keeper = keeper
        self._clock = clock

    def write(self, db: psycopg.Connection, acts: Sequence[tuple[str, str, object]]) -> Taken:
        """Append (kind, subject, body) acts to the city's journal, in one transaction of their own."""
        with db.transaction():
            head = lock_head(db, self._keeper.city)
            entries = self._entries(head, acts)
            last = FIRST_HASH
            for entry in entries:
                last = chain_hash(last, entry)
            checkpoint = self._key.checkpoint(head.territory, entries[0].stream, len(entries), last)
            arrival = Arrival(self._key.id, self._clock.now())
            ring = self._keeper.current(db)
            return take_entries(db, head.territory, entries, [checkpoint], ring, self._keeper.city, arrival)

    def _entries(self, head: Head, acts: Sequence[tuple[str, str, object]]) -> list[Entry]:
        stream, now = new_stream(), self._clock.now()
        opening = (OPENED, "", StreamOpened(self._key.id, program="simpul-pusat"))
        return [
            Entry(
                head.territory, stream, seq, now, 0, ACTOR, Seen(head.n, short(head.order)), kind, subject,
                msgspec.json.encode(body),
            )
            for seq, (kind, subject, body) in enumerate([opening, *acts], start=1)
        ]  # fmt: skip
