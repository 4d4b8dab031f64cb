"""The calls that a room makes at a neighbour's door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from console.domain.exchange import Incoming
from console.domain.keys import DeviceKey, KeyRing
from console.store.carried import Held
from console.sync.caller import Caller
from console.sync.door import content
from console.sync.door.content import Page
from console.sync.door.messages import (
    DOOR_TYPE,
    ENTRIES,
    FRAMES,
    HEADS,
    HELLO,
    JOIN,
    KEEP,
    LOST,
    PART,
    READINGS,
    TRAIL,
    FramesAsked,
    FramesGiven,
    Given,
    Heads,
    Kept,
    LostAsked,
    LostGiven,
    Nothing,
    PartAsked,
    TrailAsked,
    in_places,
    in_range,
    packed,
    unpacked,
)
from console.sync.door.session import CallingSide, Seal, Stranger, Welcome
from console.sync.door.talks import TALK_HEADER
from console.wire import codec
from console.wire.guard import Garbled, Guard, Limits, TooLarge, Unauthorized
from console.wire.messages import MEDIA_TYPE
from console.wire.recovery import LostOrder

CALL = Limits(seconds=30.0, wire=codec.MAX_WIRE + 64, connect=3.0)
T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")


class NeighbourClient:
    """One neighbour's door, at one of `addresses` (host:port). Calls raise console.wire.guard.Trouble when it does not answer
    well, and Stranger when who answers is no member of this city, or this room is none to it.

    `device` is who answered last, "" before; `own` is this room's.
    """

    def __init__(
        self, addresses: str | tuple[str, ...], key: DeviceKey, ring: Callable[[], KeyRing], city: str
    ) -> None:
        self._addresses = (addresses,) if isinstance(addresses, str) else addresses
        self._at = 0
        self._key = key
        self._ring = ring
        self._city = city
        self._lane = Caller(f"neighbour-{self.address}", CALL)
        self._talk = ""
        self._seal: Seal | None = None
        self._number = 0
        self.own = key.id
        self.device = ""

    @property
    def address(self) -> str:
        """Where it is called at present."""
        return self._addresses[self._at]

    def elsewhere(self) -> bool:
        """Call at its next address from now on; False when each was tried and it is the first one's turn again."""
        before, self._at = self._at, (self._at + 1) % len(self._addresses)
        if self._at != before:
            self._seal = None
        return self._at != 0

    def move(self, addresses: tuple[str, ...], keep: bool) -> bool:
        """It is at these addresses from now on; with `keep`, the present one stays the first to be called. False when that
        changes nothing."""
        before = self._addresses
        self._addresses = tuple(dict.fromkeys((self.address, *addresses) if keep else addresses))
        self._at = 0
        return self._addresses != before

    async def heads(self) -> Heads:
        """How far the neighbour holds everything."""
        return await self._lane.run(lambda guard: _checked(self._call(guard, HEADS, Nothing(), Heads)))

    async def part(self, territory: str, have: Held, page: int) -> tuple[Incoming, bool]:
        """A page of what this room lacks, and whether more follow."""

        def call(guard: Guard) -> tuple[Incoming, bool]:
            given = self._call(guard, PART, PartAsked(territory, have, page), Given)
            return _read(lambda: content.read(given, self._city)), given.more

        return await self._lane.run(call)

    async def give(self, page: Page) -> dict[str, Held]:
        """Give a page of what the neighbour lacks; how far it holds each journal then."""
        return await self._lane.run(lambda guard: _checked(self._call(guard, ENTRIES, page.pack(), Heads)).held)

    async def trail(self, territory: str) -> Held:
        """How far the neighbour holds one journal, and where its order comes from."""

        def call(guard: Guard) -> Held:
            held = self._call(guard, TRAIL, TrailAsked(territory), Held)
            return _checked(Heads({territory: held})).held[territory]

        return await self._lane.run(call)

    async def lost(self, territory: str, n: int, name: bytes) -> LostOrder | None:
        """A lost order that the neighbour can prove."""
        return await self._lane.run(
            lambda guard: self._call(guard, LOST, LostAsked(territory, n, name), LostGiven).order
        )

    async def give_lost(self, order: LostOrder) -> bool:
        """Give a lost order; whether the neighbour keeps it."""
        return await self._lane.run(lambda guard: self._call(guard, KEEP, LostGiven(order), Kept).kept)

    async def frames(self, after: int, before: int) -> FramesGiven:
        """A page of the readings that came to the neighbour at places between these."""

        def call(guard: Guard) -> FramesGiven:
            given = self._call(guard, FRAMES, FramesAsked(after, before), FramesGiven)
            return _read(lambda: content.read_frames(given, self._city))

        return await self._lane.run(call)

    async def give_frames(self, given: FramesGiven) -> None:
        """Give a page of the readings that came here."""
        await self._lane.run(lambda guard: self._call(guard, READINGS, given, Nothing))

    async def ask(self, path: str, message: msgspec.Struct, kind: type[T]) -> T:
        """Any other call at the door."""
        return await self._lane.run(lambda guard: self._call(guard, path, message, kind))

    def close(self) -> None:
        """End what is in progress."""
        self._lane.close()

    def _call(self, guard: Guard, path: str, message: msgspec.Struct, kind: type[T]) -> T:
        """One sealed call. A talk that the other end has forgotten is begun again, once."""
        known = self._seal is not None
        try:
            return self._once(guard, path, message, kind)
        except Unauthorized as error:
            self._seal = None
            if known:
                return self._call(guard, path, message, kind)
            raise Stranger("this room is none of theirs") from error
        except Stranger:
            self._seal = None
            raise

    def _once(self, guard: Guard, path: str, message: msgspec.Struct, kind: type[T]) -> T:
        seal = self._seal or self._introduce(guard)
        self._number += 1
        body = seal.ask(self._number, path, packed(message))
        said = {TALK_HEADER: f"{self._talk}:{self._number}", "Content-Type": DOOR_TYPE}
        reply = guard.fetch("POST", self._url(path), frozenset({DOOR_TYPE}), body, said, CALL)
        plain = seal.answered(self._number, path, reply.body)
        return _read(lambda: unpacked(plain, kind))

    def _url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def _introduce(self, guard: Guard) -> Seal:
        caller = CallingSide(self._key)
        welcome = self._say(guard, HELLO, caller.hello, Welcome)
        join, seal = caller.join(welcome, self._ring())
        self._say(guard, JOIN, join, Nothing)
        self._seal, self._talk, self._number, self.device = seal, welcome.talk, 0, seal.device
        return seal

    def _say(self, guard: Guard, path: str, message: msgspec.Struct, kind: type[T]) -> T:
        body = msgspec.json.encode(message)
        reply = guard.fetch("POST", self._url(path), frozenset({MEDIA_TYPE}), body, {"Content-Type": MEDIA_TYPE}, CALL)
        return _read(lambda: codec.parse(reply.body, kind))


def _checked(heads: Heads) -> Heads:
    if not in_range(heads.held) or not in_places(heads.frames or 0):
        raise Garbled("a number out of range")
    return heads


def _read(read: Callable[[], R]) -> R:
    """Read with the codec; what it cannot read is the line's trouble."""
    try:
        return read()
    except codec.Oversize as error:
        raise TooLarge(str(error)) from error
    except codec.Malformed as error:
        raise Garbled(str(error)) from error
