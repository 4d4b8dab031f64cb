"""The steps of an exchange, one at a time: push, pull, and what a failure or a stranger order means. Its loops, and one
exchange on demand, are made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from console.domain.clock import Clock
from console.domain.exchange import Taken
from console.domain.keys import DeviceKey
from console.log import logger
from console.sync.blobs.lane import BlobLane
from console.sync.client import Client
from console.sync.history import History
from console.sync.lane import Lane
from console.sync.line.book import LineBook
from console.sync.line.link import Link
from console.sync.line.skew import Skew
from console.sync.ports import CURSOR, RoomStore
from console.sync.pull import Pulled, Puller
from console.sync.push import Pushed, Pusher
from console.sync.recovery.mending import Mending
from console.sync.recovery.reoffer import Recovery
from console.sync.standing import Standing
from console.sync.troubles import UNUSABLE
from console.wire.guard import Trouble, Unauthorized

UNASKED_S = 5.0
"""How often to ask a centre that does not hold empty answers back."""
_log = logger("sync")


class Steps:
    """One room and its centre.

    `now` is how things stand, `book` what is remembered of the line, `mending` and `recovery` what is apart between the room
    and the centre; `blobs` moves photos and documents beside, `history` the readings that were missed. `written` is set when
    there is something to push. `on_change` is called on the loop's thread when `now` may differ, `on_taken` after each
    transaction that took something, `on_skew` with how far this machine's clock is ahead of the centre's (ms).
    """

    def __init__(
        self, store: RoomStore, link: Link, client: Client, key: DeviceKey, clock: Clock, city: str = ""
    ) -> None:
        self.store, self.link, self.client = store, link, client
        self.written = asyncio.Event()
        self.pusher = Pusher(store, client, link, key, clock, self._after_batch)
        self.history = History(store, client, link, clock, self._all_quiet)
        self.puller = Puller(store, client, link, self.history)
        self._skew = Skew(link, clock)
        self.book = LineBook(store, link, clock)
        client.on_carried = link.carried
        self.recovery = Recovery(store, client, link, key, clock, city)
        self.mending = Mending(store, self.recovery, self.pusher, clock)
        self.mending.on_lost = self._recheck_blobs
        self.now = Standing(store, link, clock, self.pusher, self.history, self.mending, self._skew)
        self.blobs: BlobLane | None = None
        self.on_change: Callable[[], None] = lambda: None
        self.on_taken: Callable[[Taken], None] = lambda taken: None
        self.on_skew: Callable[[int], None] = lambda skew: None

    def blobs_may_move(self) -> bool:
        """Whether the line is free for photos: it works, this room is current, nothing urgent waits or moves, and the budget
        leaves something. On a thin line they wait for no turn: each goes as far as it can while nobody else wants it."""
        free = self.link.open and self.now.quiet and not self.written.is_set()
        return free and self.now.turns.why(self.now.draining) in ("", "thin")

    def _all_quiet(self) -> bool:
        return self.now.quiet and (self.blobs is None or self.blobs.idle)

    async def push(self, done: Pushed) -> None:
        """Everything that waits here, the most urgent first. Raises Trouble."""
        self.now.pushing = True
        try:
            await self.pusher.drain(done)
            self.now.sent = True
            while self.link.within_budget and await self.pusher.send_frames(done):
                await self.pusher.drain(done)  # what was written meanwhile goes first
        finally:
            self.now.pushing = False
        if done.sent or done.frames:
            self._came_through(self.now.push_lane, self.now.pull_lane)

    async def _after_batch(self, taken: Taken) -> None:
        self._took(taken)
        await self.refresh()

    async def pull(self, wait: float, aside: bool = False) -> Pulled:
        """One page of what came since, held back by the centre for up to `wait` seconds where there is nothing; `aside`: on a
        thread of its own, beside one that waits. Raises Trouble."""
        await self.mending.begin()
        mark, checking = self.pusher.mark(), self.mending.due
        asked_from = {t: c.n for t, c in (await self.store.cursors()).items()} if checking else None
        whole = self.now.may_be_patient
        if not whole:
            wait = min(wait, self.now.turns.look_again_s(self.now.draining))
        pulled = await self.puller.page(wait, aside, checking, "" if whole else "own")
        self.now.behind = pulled.page.behind
        if whole and not pulled.more:
            self.now.turns.had()
        if pulled.stuck:
            self.now.pull_lane.stuck(UNUSABLE)
        else:
            self._came_through(self.now.pull_lane, self.now.push_lane)
        if pulled.unasked and not checking:
            self.now.pull_lane.breathe(UNASKED_S)
        if self._skew.hear(pulled.page.now):
            self.on_skew(self._skew.ms or 0)
        self._took(pulled.taken)
        away = await self.mending.apart(pulled, asked_from)
        self.recovery.hear_lost(pulled.page.lost)
        if away:
            return await self._mended(pulled, away)
        self.now.current = not (pulled.more or pulled.stuck)
        if self.now.current:
            await self.recovery.fetch_lost()
            if await self.mending.go_on():
                await self.refresh()
                self.written.set()
            if whole:
                self.history.free()
            if (whole or not self.now.draining) and self.pusher.caught_up(mark) and self.now.queue.entries:
                self.written.set()
        return msgspec.structs.replace(pulled, more=pulled.more or (checking and wait > 0))

    async def _mended(self, pulled: Pulled, territories: set[str]) -> Pulled:
        """Stop these territories, mend them, and have what came since pulled before anything of theirs is offered again."""
        self.now.current = False
        await self.mending.stop(territories)
        await self.refresh()
        if not await self.mending.mend(territories, pulled.taken.mismatch):
            self.now.pull_lane.stuck()
            return msgspec.structs.replace(pulled, more=False, stuck=True)
        self.now.pull_lane.went_well()
        self.written.set()
        return msgspec.structs.replace(pulled, more=True, stuck=False)

    def _recheck_blobs(self) -> None:
        """Who lost entries may have lost their photos too."""
        if self.blobs is not None:
            self.blobs.recheck()

    def _came_through(self, lane: Lane, other: Lane) -> None:
        lane.went_well()
        if other.problem or other.pausing:
            other.hurry()
        if self.blobs is not None:
            self.blobs.line_is_back()

    def _took(self, taken: Taken) -> None:
        if taken != Taken():
            self.on_taken(taken)

    async def fail(self, lane: Lane, trouble: Trouble) -> bool:
        """Note a call that failed; whether a new token makes it worth calling again at once."""
        self.now.behind = None
        self.mending.doubt()
        if isinstance(trouble, Unauthorized):
            refused = await self.mending.readmit(trouble)
            if refused is None:
                self.now.current = False
                lane.went_well()
                self.on_change()
                return True
            trouble = refused
        asked = lane.troubled(trouble)
        _log.info("exchange", trouble=type(trouble).__name__, said=str(trouble), mode=self.link.mode)
        await self.book.remember(always=asked)
        self.on_change()
        return False

    async def recall(self) -> None:
        """Go on where the last run ended."""
        if await self.book.recall():
            self.client.since = await self.store.get_meta(CURSOR) or ""
            await self.history.recall()
            await self.refresh()

    async def refresh(self) -> None:
        """Count again what waits here."""
        self.now.queue = await self.store.queue()
        self.now.stops = await self.store.stops()
        if self.now.current and not self.now.queue.entries:
            self.mending.settled(self.now.stops)
        await self.book.remember()
        self.on_change()
        if self.blobs is not None and self.blobs_may_move():
            self.blobs.wake()
