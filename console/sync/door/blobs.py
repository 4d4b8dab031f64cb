"""Photos and documents between neighbours: what one room asks another for at its door, and how it fetches what it lacks.

A neighbour's LAN costs nothing and knows no budget, so whatever a neighbour has is fetched there, also while the line to
the centre is dead; the hash decides here. `console.sync.door.bringing` is the other way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from console.domain.attachment import MAX_SIZE, SHA
from console.store.store import Store
from console.sync.blobs.calls import Piece
from console.sync.blobs.lane import take_piece
from console.wire.codec import Malformed
from console.wire.guard import Garbled

if TYPE_CHECKING:
    from console.sync.door.client import NeighbourClient

BLOBS, PIECE = "/v1/door/blobs", "/v1/door/piece"
PIECE_BYTES = 256 * 1024
MOST = 200
"""Blobs that are asked about at once."""
AGAIN_S = 30.0
"""How often to ask a neighbour for what it did not have."""
_DIGEST = 32


class Blobs(msgspec.Struct, frozen=True):
    """Blobs by their SHA-256, 32 bytes each, one behind the other: asked for, or had."""

    names: bytes

    @classmethod
    def of(cls, names: list[str]) -> Blobs:
        """These names."""
        return cls(b"".join(map(bytes.fromhex, names)))

    def listed(self) -> list[str]:
        """The names; Malformed when they are cut or too many."""
        if len(self.names) % _DIGEST or len(self.names) > MOST * _DIGEST:
            raise Malformed("names")
        return [self.names[k : k + _DIGEST].hex() for k in range(0, len(self.names), _DIGEST)]


class PieceAsked(msgspec.Struct, frozen=True):
    """At most `length` bytes of a blob from `start` on."""

    name: str
    start: int
    length: int


class PieceGiven(msgspec.Struct, frozen=True):
    """Bytes of a blob of `size` bytes; none and 0 when it is not there."""

    size: int = 0
    data: bytes = b""


async def had(store: Store, asked: Blobs) -> Blobs:
    """Those of the blobs that are whole here and named by an entry. Malformed."""
    here = await store.blobs.here(asked.listed())
    return Blobs.of([name for name, b in here.items() if b.complete and b.named])


async def given(store: Store, asked: PieceAsked) -> PieceGiven:
    """A piece of a blob that is whole here and named by an entry. Malformed."""
    if not SHA.fullmatch(asked.name) or not (0 <= asked.start < MAX_SIZE and 0 < asked.length <= PIECE_BYTES):
        raise Malformed("no such place in a blob")
    here = (await store.blobs.here([asked.name]))[asked.name]
    if not (here.complete and here.named):
        return PieceGiven()
    data = await store.blobs.piece(asked.name, asked.start, asked.start + asked.length)
    return PieceGiven(here.size, data)


class BlobFlow:
    """Fetches from one neighbour what this room lacks and it has."""

    def __init__(self, store: Store, client: NeighbourClient) -> None:
        self._shelf = store.blobs
        self._client = client
        self._asked: tuple[list[str], float] = ([], float("-inf"))
        self._wrong: set[str] = set()

    async def fetch(self, interrupted: Callable[[], bool]) -> None:
        """Until it has no more for this room, or something more urgent is there. Raises Trouble and Stranger."""
        lacking = {m.sha256: m for m in await self._shelf.lacking(MOST) if m.sha256 not in self._wrong}
        before, at = self._asked
        if not lacking or (list(lacking) == before and time.monotonic() - at < AGAIN_S):
            return
        there = await self._client.ask(BLOBS, Blobs.of(list(lacking)), Blobs)
        for name in listed(there):
            while name in lacking and not interrupted():
                taken = await take_piece(self._shelf, self, lacking[name], PIECE_BYTES)
                if taken.wrong or taken.piece is None:
                    self._wrong.add(name)
                if taken.whole or name in self._wrong:
                    break
        if not interrupted():
            self._asked = (list(lacking), time.monotonic())

    async def piece(self, name: str, start: int, length: int) -> Piece | None:
        """See console.sync.blobs.calls.Source."""
        got = await self._client.ask(PIECE, PieceAsked(name, start, length), PieceGiven)
        if not got.size:
            return None
        if not got.data or len(got.data) > length or not start + len(got.data) <= got.size <= MAX_SIZE:
            raise Garbled("another piece")
        return Piece(got.data, got.size)


def listed(there: Blobs) -> list[str]:
    """The names that a neighbour gave. Raises Garbled."""
    try:
        return there.listed()
    except Malformed as error:
        raise Garbled(str(error)) from error
