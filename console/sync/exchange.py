"""The exchange of one room with the centre: two loops side by side, one that pushes what was written here and one that
waits for what others wrote.

Plain asyncio. Blocking calls run on the client's own threads; the store's transactions decide what counts as taken, so
that a loop may be stopped, or the process killed, at any point.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from console.domain.clock import Clock
from console.domain.views import LinkState
from console.log import logger
from console.store.writer import StoreFull
from console.sync.lane import Hold
from console.sync.once import Exchanged, exchange_once
from console.sync.push import Pushed
from console.sync.steps import Steps
from console.sync.troubles import UNUSABLE
from console.waiting import event_within
from console.wire.guard import Trouble

POLL_S, LONGEST_POLL_S, POLL_STEP_S = 25.0, 55.0, 10.0
"""How long the centre may hold an empty answer back (console.sync.lane.Hold)."""
FRAMES_EVERY_S = {"langsung": 5.0, "hemat": 60.0}
GATHER_S = {"langsung": 0.0, "hemat": 3.0}
"""On a thin line, what is written within these seconds goes in one request."""
COUNT_EVERY_S = 0.25
AFTER_FAULT_S = 30.0
_log = logger("sync")


class Exchange:
    """Keeps one room in step with the centre, by `steps`; `now` is how things stand."""

    def __init__(self, steps: Steps, clock: Clock) -> None:
        self.steps = steps
        self.now = steps.now
        self._clock = clock
        self._uncounted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def state(self) -> LinkState:
        """The line as it is now."""
        return self.now.state(self.steps.client.url)

    async def start(self) -> None:
        """Begin, where the last run ended."""
        await self.steps.recall()
        self._tasks = [
            asyncio.create_task(self._keep(self._push_loop), name="sync-push"),
            asyncio.create_task(self._keep(self._pull_loop), name="sync-pull"),
            asyncio.create_task(self._keep(self._count_loop), name="sync-count"),
            asyncio.create_task(self._keep(self.steps.history.run), name="sync-history"),
        ]
        if self.steps.blobs is not None:
            self._tasks.append(asyncio.create_task(self._keep(self.steps.blobs.run), name="sync-blobs"))

    async def stop(self) -> None:
        """End at once, whatever is in progress; what the store took stays taken. Idempotent."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.steps.client.close)
        await self.steps.book.close()

    def wake(self) -> None:
        """Something was written here. Called on the loop's thread."""
        self.now.sent = False
        self.steps.written.set()
        self._uncounted.set()
        if self.steps.blobs is not None:
            self.steps.blobs.wake()

    async def sync_once(self) -> Exchanged:
        """Push everything and pull everything, once, also beside the running loops: those then bring photos and history."""
        return await exchange_once(self.steps, alone=not self._tasks)

    # ---- the loops

    async def _keep(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop for ever; a fault of the program is logged whole and must not end the exchange for good."""
        while True:
            try:
                await loop()
            except StoreFull:
                _log.warning("exchange waits: nothing can be written")
            except Exception:  # noqa: BLE001 - the last stop: logged with its traceback, and tried again
                _log.exception("exchange failed", loop=getattr(loop, "__name__", ""))
            await asyncio.sleep(AFTER_FAULT_S)

    async def _pull_loop(self) -> None:
        current, hold = False, Hold(POLL_S, LONGEST_POLL_S, POLL_STEP_S)
        while True:
            await self.now.pull_lane.rest()
            wait, began = hold.seconds if current and self.steps.link.open else 0.0, self._clock.monotonic()
            try:
                pulled = await self.steps.pull(wait)
                hold.held(self._clock.monotonic() - began if wait else 0.0)
            except Trouble as trouble:
                hold.broke(self._clock.monotonic() - began if wait else 0.0)
                current = False
                await self.steps.fail(self.now.pull_lane, trouble)
                continue
            current = not pulled.more
            await self.steps.refresh()

    async def _push_loop(self) -> None:
        while True:
            await self.now.push_lane.rest()
            self.steps.written.clear()
            try:
                pushed = Pushed()
                await self.steps.push(pushed)
            except Trouble as trouble:
                await self.steps.refresh()
                await self.steps.fail(self.now.push_lane, trouble)
                continue
            await self.steps.refresh()
            if pushed.stuck:
                self.now.push_lane.stuck(UNUSABLE)
                continue
            await self._idle()

    async def _idle(self) -> None:
        """Until something is written here, or it is time to look for telemetry."""
        mode = self.steps.link.mode
        await event_within(self.steps.written, FRAMES_EVERY_S.get(mode, FRAMES_EVERY_S["hemat"]))
        if self.steps.written.is_set():
            await asyncio.sleep(GATHER_S.get(mode, 0.0))

    async def _count_loop(self) -> None:
        """Keep the queue's length right on screen, also while the line is dead and nothing else moves."""
        while True:
            await self._uncounted.wait()
            self._uncounted.clear()
            await self.steps.refresh()
            await asyncio.sleep(COUNT_EVERY_S)
