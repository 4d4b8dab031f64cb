"""The order of a journal: the centre numbers entries, chains the numbers, and signs where the chain stands.

    O_n = SHA-256(O_{n-1} || n || entry hash || accepted_at || void code)

`n` and `accepted_at` (ms since epoch UTC, the centre's clock) are 8 bytes big-endian, the void code is UTF-8; O_0 is 32
zero bytes. The centre signs ``simpul-order-1 0x00`` and the JSON array ``[territory, epoch, n, "O_n in hex"]``.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

import msgspec

from console.domain.entry import Entry, EntryId

FIRST_ORDER = bytes(32)
ORDER_TAG = b"simpul-order-1\0"


class Link(msgspec.Struct, frozen=True, array_like=True):
    """One number of an order: which entry got it, when, and the void code ("" when the entry counts)."""

    n: int
    id: EntryId
    accepted_at: int
    void: str = ""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """How far a copy holds the order of a territory: the last `n`, its O_n, and the epoch it belongs to."""

    n: int = 0
    hash: bytes = FIRST_ORDER
    epoch: int = 1


class OrderHead(msgspec.Struct, frozen=True):
    """The centre's signature over O_n of a territory: it vouches for every entry numbered up to `n`."""

    territory: str
    epoch: int
    n: int
    hash: bytes
    signature: bytes

    def message(self) -> bytes:
        """The bytes that are signed."""
        return ORDER_TAG + msgspec.json.encode((self.territory, self.epoch, self.n, self.hash.hex()))


class OrderView(Protocol):
    """What the fold asks of a copy's order of one territory."""

    def number(self, entry: EntryId) -> int | None:
        """Its number in the present order, or None."""

    def within(self, entry: EntryId, n: int, name: str) -> bool:
        """Whether it is among the first `n` of the order whose O_n begins with `name` (16 hex digits)."""

    def void(self, entry: EntryId) -> str:
        """Its void code in the present order, "" when it counts or has no number."""


def next_order(previous: bytes, n: int, entry_hash: bytes, accepted_at: int, void: str) -> bytes:
    """O_n, given O_{n-1}."""
    stamp = n.to_bytes(8, "big") + entry_hash + accepted_at.to_bytes(8, "big", signed=True)
    return hashlib.sha256(previous + stamp + void.encode()).digest()


def short(order_hash: bytes) -> str:
    """The first 8 bytes of an O_n in hex, as `Seen.order` names it."""
    return order_hash[:8].hex()


def knows(e: Entry, f: Entry, order: OrderView) -> bool:
    """Whether the writer of `e` knew `f` (same stream and earlier, under a head in `seen`, or within the order
    that `seen` names)."""
    if e.stream == f.stream:
        return f.seq < e.seq
    if any(h.stream == f.stream and f.seq <= h.seq for h in e.seen.heads):
        return True
    return order.within(f.id, e.seen.n, e.seen.order)
