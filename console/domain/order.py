"""The order of a journal: the centre numbers entries, chains the numbers, and signs where the chain stands.

    O_n = SHA-256(O_{n-1} || n || entry hash || accepted_at || void code)

`n` and `accepted_at` (ms since epoch UTC, the centre's clock) are 8 bytes big-endian, the void code is UTF-8; O_0 is 32
zero bytes. The centre signs ``simpul-order-1 0x00`` and the JSON array ``[territory, epoch, n, "O_n in hex"]``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import msgspec

from console.domain.entry import EntryId, NamedId

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


class GaveWay(msgspec.Struct, frozen=True):
    """An entry that had to leave its place, `old`, and the place where its writer wrote it again."""

    old: NamedId
    again: EntryId


class OrderView(Protocol):
    """What the fold asks of a copy about one territory: its order, and which of two ends of a stream it holds."""

    def number(self, entry: EntryId) -> int | None:
        """Its number in the present order, or None."""

    def within(self, entry: EntryId, n: int, name: str) -> bool:
        """Whether it is among the first `n` of the order whose O_n begins with `name` (16 hex digits)."""

    def void(self, entry: EntryId) -> str:
        """Its void code in the present order, "" when it counts or has no number."""

    def name(self, entry: EntryId) -> str:
        """The name (the first 8 bytes of its hash, in hex) of what is held at this place, "" when nothing is."""

    def gave_way(self, stream: str) -> Sequence[GaveWay]:
        """The entries that left this stream, as far as those that stand for them are held."""


def next_order(previous: bytes, n: int, entry_hash: bytes, accepted_at: int, void: str) -> bytes:
    """O_n, given O_{n-1}."""
    stamp = n.to_bytes(8, "big") + entry_hash + accepted_at.to_bytes(8, "big", signed=True)
    return hashlib.sha256(previous + stamp + void.encode()).digest()
