"""What neighbours say to each other through the door, inside the seal, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from console.domain.reading import Frame
from console.store.carried import FramesPart, Held
from console.store.recovery import Lost
from console.wire import codec
from console.wire.messages import Changes
from console.wire.phrases import ENCODING
from console.wire.recovery import LostOrder

DOOR_TYPE = "application/vnd.simpul.door"
HELLO, JOIN = "/v1/door/hello", "/v1/door/join"
HEADS, PART, ENTRIES = "/v1/door/heads", "/v1/door/part", "/v1/door/entries"
TRAIL, LOST, KEEP = "/v1/door/trail", "/v1/door/lost", "/v1/door/keep"
FRAMES, READINGS = "/v1/door/frames", "/v1/door/readings"
PAGE = 5_000
"""Entries that travel at once."""
FRAMES_PAGE = 200
"""Frames of readings that travel at once."""
_BIG = 2**62
T = TypeVar("T", bound=msgspec.Struct)


class Nothing(msgspec.Struct, frozen=True):
    """A question that needs no words."""


class Heads(msgspec.Struct, frozen=True):
    """How far a room holds each journal, the lost orders that it can prove, by their ends, and the place of the frame of
    readings that came to it last (None: it takes and gives no readings)."""

    held: dict[str, Held]
    lost: Lost = {}
    frames: int | None = None


class PartAsked(msgspec.Struct, frozen=True):
    """What does somebody lack who holds `have`? `page` counts up from 0 while there is more."""

    territory: str
    have: Held = Held()
    page: int = 0


class TrailAsked(msgspec.Struct, frozen=True):
    """Where does your order of this journal come from? Its answer is a `Held` with a trail."""

    territory: str


class LostAsked(msgspec.Struct, frozen=True):
    """Which lost order of this journal ends with O_n = `name`?"""

    territory: str
    n: int
    name: bytes


class LostGiven(msgspec.Struct, frozen=True):
    """A lost order, or none."""

    order: LostOrder | None = None


class Kept(msgspec.Struct, frozen=True):
    """Whether a lost order could be proven and is kept."""

    kept: bool


class Given(msgspec.Struct, frozen=True):
    """Entries, proofs and signed order of journals; `more`: another page of the same part follows."""

    changes: Changes
    more: bool = False


class FramesAsked(msgspec.Struct, frozen=True):
    """Which readings came to you at places above `after` and below `before`?"""

    after: int
    before: int


class FramesGiven(msgspec.Struct, frozen=True):
    """Readings, newest first, down to the place `low` of whoever gives them; those at the indexes `on` are for the centre."""

    frames: list[Frame]
    on: list[int] = []
    low: int = 0

    @classmethod
    def of(cls, part: FramesPart) -> FramesGiven:
        """As it travels."""
        return cls(list(part.frames), list(part.on), part.low)


def packed(message: msgspec.Struct) -> bytes:
    """A message's bytes, to be sealed."""
    return codec.compress(msgspec.json.encode(message), ENCODING)


def unpacked(data: bytes, kind: type[T]) -> T:
    """A message from its bytes; `codec.Oversize` and `codec.Malformed` when it cannot be."""
    return codec.decode(data, ENCODING, kind)


def in_range(held: Mapping[str, Held]) -> bool:
    """Whether all numbers fit where they are kept, and a trail is no longer than one can be."""
    numbers = (x for h in held.values() for x in (h.n, *h.heads.values(), *(n for n, _ in h.trail)))
    return in_places(*numbers) and all(len(h.trail) <= 64 for h in held.values())


def in_places(*places: int) -> bool:
    """Whether these are places where something may lie."""
    return all(0 <= place < _BIG for place in places)
