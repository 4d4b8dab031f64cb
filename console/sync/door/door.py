"""The room's door: answers neighbours on the LAN while the line to the city is dead.

Knows nothing of HTTP (`console.sync.door.server` does). Calls are answered on the server's threads; what touches the store
is asked of the room's own loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

import msgspec

from console.domain.keys import DeviceKey
from console.log import logger
from console.store.carried import Held
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.door import content
from console.sync.door.blobs import BLOBS, PIECE, Blobs, PieceAsked, given, had
from console.sync.door.bringing import BRING, LACKING, Bringer, PieceBrought, Reached, lacking
from console.sync.door.messages import (
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
from console.sync.door.session import Hello, Join, Stranger
from console.sync.door.talks import Talks
from console.sync.recovery import epochs, lost_orders
from console.wire import codec

ANSWER_S = 30.0
T = TypeVar("T")
_log = logger("sync")


class Closed(Exception):
    """The call was not done: the HTTP `status` and a `code` for programs."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Door:
    """Answers calls with the journals of one room."""

    def __init__(
        self, store: Store, key: DeviceKey, loop: asyncio.AbstractEventLoop, talks: Talks | None = None
    ) -> None:
        self._store = store
        self._device = key.id
        self._loop = loop
        self._talks = talks or Talks(key, lambda: store.ring)
        self._bringer = Bringer(store)
        self._calls: dict[str, Callable[[bytes], msgspec.Struct]] = {
            HEADS: self._heads, PART: self._part, ENTRIES: self._entries,
            TRAIL: self._trail, LOST: self._lost, KEEP: self._keep,
            FRAMES: self._frames, READINGS: self._readings,
            BLOBS: lambda plain: self._ask(had(store, unpacked(plain, Blobs))),
            PIECE: lambda plain: self._ask(given(store, unpacked(plain, PieceAsked))),
            LACKING: lambda plain: self._ask(lacking(store)),
        }  # fmt: skip

    def answer(self, path: str, talk: str, body: bytes) -> bytes:
        """The reply to one call; Closed when there is none. Runs on any thread but the loop's."""
        try:
            if path == HELLO:
                return msgspec.json.encode(self._talks.begin(codec.parse(body, Hello)))
            if path == JOIN:
                self._talks.join(codec.parse(body, Join))
                return b"{}"
            return self._sealed(path, talk, body)
        except Stranger as error:
            _log.info("stranger at the door", why=str(error))
            raise Closed(401, "stranger") from error
        except codec.Oversize as error:
            raise Closed(413, "toobig") from error
        except codec.Malformed as error:
            _log.info("unreadable call at the door", path=path, why=str(error))
            raise Closed(400, "malformed") from error
        except StoreFull as error:
            raise Closed(503, "full") from error

    def _sealed(self, path: str, talk: str, body: bytes) -> bytes:
        if path not in self._calls and path != BRING:
            raise Closed(404, "unknown")
        seal, number, plain = self._talks.open(talk, path, body)
        reply = self._bring(seal.device, plain) if path == BRING else self._calls[path](plain)
        return seal.answer(number, path, packed(reply))

    def _bring(self, device: str, plain: bytes) -> Reached:
        return self._ask(self._bringer.take(device, unpacked(plain, PieceBrought)))

    def _heads(self, plain: bytes) -> Heads:
        return self._ask(content.heads(self._store))

    def _part(self, plain: bytes) -> Given:
        asked = unpacked(plain, PartAsked)
        if not in_range({asked.territory: asked.have}) or not 0 <= asked.page < 2**31:
            raise codec.Malformed("a number out of range")
        return self._ask(content.page_for(self._store, asked.territory, asked.have, asked.page)).pack()

    def _entries(self, plain: bytes) -> Heads:
        incoming = content.read(unpacked(plain, Given), self._store.city.code)
        self._ask(epochs.take(self._store, incoming))
        return self._heads(b"")

    def _trail(self, plain: bytes) -> Held:
        return self._ask(content.held_with_trail(self._store, unpacked(plain, TrailAsked).territory))

    def _lost(self, plain: bytes) -> LostGiven:
        asked = unpacked(plain, LostAsked)
        if not in_places(asked.n):
            raise codec.Malformed("a number out of range")
        return LostGiven(self._ask(lost_orders.find(self._store, asked.territory, asked.n, asked.name)))

    def _keep(self, plain: bytes) -> Kept:
        given = unpacked(plain, LostGiven)
        return Kept(given.order is not None and self._ask(lost_orders.keep(self._store, given.order)))

    def _frames(self, plain: bytes) -> FramesGiven:
        asked = unpacked(plain, FramesAsked)
        if not in_places(asked.after, asked.before):
            raise codec.Malformed("a number out of range")
        return FramesGiven.of(self._ask(content.frames_between(self._store, asked.after, asked.before)))

    def _readings(self, plain: bytes) -> Nothing:
        given = content.read_frames(unpacked(plain, FramesGiven), self._store.city.code)
        self._ask(content.take_frames(self._store, self._device, given))
        return Nothing()

    def _ask(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the room's loop do it."""
        try:
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError as error:
            work.close()
            raise Closed(503, "closing") from error
        try:
            return future.result(ANSWER_S)
        except (TimeoutError, CancelledError) as error:
            future.cancel()
            raise Closed(503, "busy") from error
