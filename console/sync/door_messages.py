"""What neighbours say to each other through the door, inside the seal, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from console.store.carried import Held
from console.wire import codec
from console.wire.messages import Changes
from console.wire.phrases import ENCODING

DOOR_TYPE = "application/vnd.simpul.door"
HELLO, JOIN = "/v1/door/hello", "/v1/door/join"
HEADS, PART, ENTRIES = "/v1/door/heads", "/v1/door/part", "/v1/door/entries"
PAGE = 5_000
"""Entries that travel at once."""
_BIG = 2**62
T = TypeVar("T", bound=msgspec.Struct)


class Nothing(msgspec.Struct, frozen=True):
    """A question that needs no words."""


class Heads(msgspec.Struct, frozen=True):
    """How far a room holds each journal."""

    held: dict[str, Held]


class PartAsked(msgspec.Struct, frozen=True):
    """What does somebody lack who holds `have`? `page` counts up from 0 while there is more."""

    territory: str
    have: Held = Held()
    page: int = 0


class Given(msgspec.Struct, frozen=True):
    """Entries, proofs and signed order of journals; `more`: another page of the same part follows."""

    changes: Changes
    more: bool = False


def packed(message: msgspec.Struct) -> bytes:
    """A message's bytes, to be sealed."""
    return codec.compress(msgspec.json.encode(message), ENCODING)


def unpacked(data: bytes, kind: type[T]) -> T:
    """A message from its bytes; `codec.Oversize` and `codec.Malformed` when it cannot be."""
    return codec.decode(data, ENCODING, kind)


def in_range(held: Mapping[str, Held]) -> bool:
    """Whether all numbers fit where they are kept."""
    return all(0 <= x < _BIG for h in held.values() for x in (h.n, *h.heads.values()))
