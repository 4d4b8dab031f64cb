"""History: the readings that a room which is new or was long away was not given at first. They come last of all, newest
minute first, in pages, and go on where they stopped, also after a restart."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from console.domain.clock import Clock
from console.log import logger
from console.store.readings import KEEP_MS, MINUTE
from console.sync.client import Client, measured
from console.sync.line.link import Link
from console.sync.line.size import Size
from console.sync.line.turns import LOOK_AGAIN_S
from console.sync.ports import HISTORY, RoomStore
from console.wire.guard import Garbled, TimedOut, TooLarge, Trouble, Truncated

FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE = 200, 20, 2_000
PAGE_S = 3.0
"""Seconds of the line that a page should take: so long does what is urgent share the line with it."""
FROM_NEWEST = 2**61
_log = logger("sync")


class Hole(msgspec.Struct, frozen=True):
    """Frames numbered above `above` and up to `upto` that are not here; those from (`minute`, `n`) on came already."""

    above: int
    upto: int
    minute: int = FROM_NEWEST
    n: int = 0


class History:
    """Remembers what was stepped over, and fetches it page by page. `quiet` says whether nothing else wants the line."""

    def __init__(self, store: RoomStore, client: Client, link: Link, clock: Clock, quiet: Callable[[], bool]) -> None:
        self._store = store
        self._client = client
        self._link = link
        self._clock = clock
        self._holes: list[Hole] = []
        self._size = Size(FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE, PAGE_S)
        self._changing = asyncio.Lock()
        self._quiet = quiet
        self._free = asyncio.Event()

    @property
    def pending(self) -> bool:
        """Whether anything is to be had."""
        return bool(self._holes)

    @property
    def reached(self) -> int | None:
        """How far back what is being fetched has come, in ms since epoch UTC; None before its first page."""
        minute = self._holes[-1].minute if self._holes else FROM_NEWEST
        return None if minute == FROM_NEWEST else minute * MINUTE

    async def recall(self) -> None:
        """Go on from what an earlier run remembered."""
        text = await self._store.get_meta(HISTORY)
        if text:
            with contextlib.suppress(msgspec.DecodeError):
                self._holes = msgspec.json.decode(text, type=list[Hole])

    async def note(self, skipped: tuple[int, int]) -> None:
        """The centre stepped over these numbers. Called before the cursor moves past them, so that they are told again when
        this run ends in between; then, and when the centre's numbers began anew, they stand for what they cover."""
        above, upto = skipped
        await self._change(lambda holes: [*(h for h in holes if h.upto <= above), Hole(above, upto)])

    def free(self) -> None:
        """What is more urgent had its turn."""
        self._free.set()

    async def run(self) -> None:
        """For ever: a page in each turn on a thin line, else page after page, whenever nothing else wants the line."""
        while True:
            await self._free.wait()
            self._free.clear()
            if not await self._pages():
                await asyncio.sleep(LOOK_AGAIN_S)
                self._free.set()

    async def _pages(self) -> bool:
        """Fetch while that may be; False when it should be tried again soon."""
        while self.pending and self._link.open and self._link.within_budget:
            if not self._quiet():
                return False
            try:
                await self.fetch()
            except Trouble as trouble:
                _log.info("history waits", trouble=type(trouble).__name__, said=str(trouble))
                return True
            if self._link.mode == "hemat":
                return True
        return True

    async def fetch(self) -> int:
        """Take one page of the newest hole; how many frames came. Raises Trouble."""
        hole, since = self._holes[-1], max(0, (self._clock.now() - KEEP_MS) // MINUTE)
        try:
            received = await self._client.history(hole.above, hole.upto, (hole.minute, hole.n), since, self._size.value)
        except (TimedOut, Truncated, TooLarge):
            self._size.broke(self._size.value)
            raise
        page = received.value
        if page.more and (page.minute, page.n) >= (hole.minute, hole.n):
            raise Garbled("history leads nowhere")
        self._link.done(measured(received.reply))
        self._size.carried(len(page.frames), received.reply.seconds, self._link.trip_s or 0.0)
        await self._store.take_frames(page.frames, at_centre=True)
        rest = [Hole(hole.above, hole.upto, page.minute, page.n)] if page.more else []
        await self._change(lambda holes: [kept for h in holes for kept in (rest if h == hole else [h])])
        return len(page.frames)

    async def _change(self, changed: Callable[[list[Hole]], list[Hole]]) -> None:
        """On the disk first: what `reached` says is not fetched again."""
        async with self._changing:
            holes = changed(self._holes)
            await self._store.set_meta(HISTORY, msgspec.json.encode(holes).decode())
            self._holes = holes
