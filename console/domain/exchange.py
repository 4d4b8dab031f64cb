"""What passes between a room's store and its exchange with the centre: shapes only, unpacked, the same for any carrier.

The store says what the centre has not numbered (`Outbox`), takes what came (`Incoming`) in one transaction, and says what
became of it (`Taken`).
"""

from __future__ import annotations

import msgspec

from console.domain.entry import Checkpoint, Entry, EntryId
from console.domain.order import Cursor, Link, OrderHead
from console.domain.stream import StreamHead


class Outbox(msgspec.Struct, frozen=True):
    """A batch for the centre: held entries, ascending and gap-free within each stream, and what proves them.

    `heads` gives the chain hash at the last entry of each stream in the batch, so that the writer of a stream can sign
    there when the batch ends below the stored checkpoint. `checkpoints` are the stored ones of the batch's streams.
    `more`: the outbox holds entries beyond this batch.
    """

    entries: tuple[Entry, ...] = ()
    heads: tuple[StreamHead, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    more: bool = False


class Queue(msgspec.Struct, frozen=True):
    """How much the centre has not numbered: entries, and their header and body bytes (uncompressed) together."""

    entries: int = 0
    bytes: int = 0


class Incoming(msgspec.Struct, frozen=True):
    """What a reply of the centre brings. `links` are ascending; those at or below the room's cursor are known already,
    those that do not join it wait for a later reply. `heads` are signed at the number reached. `cursor` is the changes
    cursor to keep from now on ("": keep the old one). `epochs` gives (first n, epoch) where there is more than one."""

    entries: tuple[Entry, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    links: dict[str, tuple[Link, ...]] = {}
    heads: tuple[OrderHead, ...] = ()
    epochs: dict[str, tuple[tuple[int, int], ...]] = {}
    cursor: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """A stream that is stopped from `from_seq` on, and why."""

    stream: str
    from_seq: int
    reason: str


class Forked(msgspec.Struct, frozen=True):
    """A territory whose order the centre does not share with this room; `common_n` is the last number they share."""

    territory: str
    common_n: int


class Taken(msgspec.Struct, frozen=True):
    """What became of an `Incoming`.

    `advanced`: cursors that moved. `held` and `parked` count new entries; `numbered` counts entries that got their number.
    `missing`: numbered entries that this room does not hold, so that their territory's cursor (and the changes cursor)
    stayed: ask again with everything echoed. `mismatch`: territories where the links do not lead to what the centre
    signed; then nothing at all was taken. `faults`: streams of others that are broken from a place on. `subjects`: the
    incidents that may look different now.
    """

    advanced: dict[str, Cursor] = {}
    held: int = 0
    parked: int = 0
    numbered: int = 0
    missing: tuple[EntryId, ...] = ()
    mismatch: tuple[str, ...] = ()
    faults: tuple[Refusal, ...] = ()
    subjects: frozenset[str] = frozenset()


class Stops(msgspec.Struct, frozen=True):
    """What the exchange may not go on with until a person looked: refused streams and forked territories; `held` counts
    the entries here that the refusals hold back."""

    refused: tuple[Refusal, ...] = ()
    forked: tuple[Forked, ...] = ()
    held: int = 0
