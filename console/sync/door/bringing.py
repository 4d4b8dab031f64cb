"""Photos and documents that a caller brings to a neighbour's door: a room that has no door of its own, or none that can be
reached, is called by nobody, and what it has would stay there while the line is dead.

The door says what it lacks and takes no more than that, piece by piece, as it would fetch it; the hash decides there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from console.domain.attachment import MAX_SIZE, SHA
from console.store.blobs.plan import Move
from console.store.store import Store
from console.sync.blobs.calls import Piece
from console.sync.blobs.lane import take_piece
from console.sync.door.blobs import MOST, PIECE_BYTES, Blobs, had, listed
from console.sync.door.messages import Nothing
from console.wire.codec import Malformed
from console.wire.guard import Rejected

if TYPE_CHECKING:
    from console.sync.door.client import NeighbourClient

LACKING, BRING = "/v1/door/lacking", "/v1/door/bring"
TRIES = 3
"""How often one device may bring a blob that turns out to be another, and a caller begin one that leads nowhere."""
_REMEMBERED = 1_000


class PieceBrought(msgspec.Struct, frozen=True):
    """Bytes of a blob of `size` bytes from `start` on; none: how far is it there?"""

    name: str
    size: int
    start: int = 0
    data: bytes = b""


class Reached(msgspec.Struct, frozen=True):
    """How much of it is there; `more`: bring what follows."""

    have: int
    more: bool


async def lacking(store: Store) -> Blobs:
    """What this room would fetch, if anybody had it."""
    return Blobs.of([move.sha256 for move in await store.blobs.lacking(MOST)])


class Bringer:
    """Takes at the door what callers bring."""

    def __init__(self, store: Store) -> None:
        self._shelf = store.blobs
        self._wrong: Counter[tuple[str, str]] = Counter()

    async def take(self, device: str, brought: PieceBrought) -> Reached:
        """A piece from a device. Malformed when no room would send it."""
        fits = 0 <= brought.start <= brought.start + len(brought.data) <= brought.size <= MAX_SIZE
        if not SHA.fullmatch(brought.name) or not fits or len(brought.data) > PIECE_BYTES:
            raise Malformed("no such place in a blob")
        wanted = {move.sha256: move for move in await self._shelf.lacking(MOST)}.get(brought.name)
        if wanted is None or self._wrong[device, brought.name] >= TRIES:
            return Reached(0, False)
        have = (await self._shelf.held(brought.name)).have
        if brought.data and have == brought.start:
            return await self._add(device, wanted, brought)
        return Reached(have, True)

    async def _add(self, device: str, wanted: Move, brought: PieceBrought) -> Reached:
        taken = await take_piece(self._shelf, _InHand(brought), wanted, PIECE_BYTES)
        if taken.wrong:
            if len(self._wrong) >= _REMEMBERED:
                self._wrong.clear()
            self._wrong[device, brought.name] += 1
            return Reached(0, False)
        here = await self._shelf.held(brought.name)
        return Reached(here.have, not here.whole and here.have > brought.start)


class _InHand:
    """The piece that was brought, to be taken like one that was asked for."""

    def __init__(self, brought: PieceBrought) -> None:
        self._brought = brought

    async def piece(self, name: str, start: int, length: int) -> Piece | None:
        """See console.sync.blobs.calls.Source; somebody else brought it further meanwhile: then the shelf says so."""
        return Piece(self._brought.data, self._brought.size)


class Bringing:
    """Brings one neighbour what it lacks and this room has."""

    def __init__(self, store: Store, client: NeighbourClient) -> None:
        self._store = store
        self._shelf = store.blobs
        self._client = client
        self._tries: Counter[str] = Counter()
        self._takes = True

    async def bring(self, interrupted: Callable[[], bool]) -> None:
        """Until it lacks nothing that is here, or something more urgent is there. Raises Trouble and Stranger."""
        for name in await self._asked_for() if self._takes else ():
            if interrupted():
                return
            # What is no longer what its name says is not sent.
            if self._tries[name] < TRIES and (data := await self._shelf.get(name)) is not None:
                self._tries[name] += 1
                await self._one(name, data, interrupted)

    async def _asked_for(self) -> list[str]:
        try:
            there = listed(await self._client.ask(LACKING, Nothing(), Blobs))
        except Rejected:
            # An older program, which takes nothing.
            self._takes = False
            return []
        return (await had(self._store, Blobs.of(there))).listed() if there else []

    async def _one(self, name: str, data: bytes, interrupted: Callable[[], bool]) -> None:
        reached = await self._client.ask(BRING, PieceBrought(name, len(data)), Reached)
        while reached.more and 0 <= reached.have < len(data):
            if interrupted():
                self._tries[name] -= 1
                return
            start = reached.have
            piece = PieceBrought(name, len(data), start, data[start : start + PIECE_BYTES])
            reached = await self._client.ask(BRING, piece, Reached)
            if reached.have <= start:
                return
