"""The exchange of one room with the centre: two loops side by side, one that pushes what was written here and one that
waits for what others wrote, and the state of the line that screens show.

Plain asyncio. Blocking calls run on the client's own threads; the store's transactions decide what counts as taken, so
that a loop may be stopped, or the process killed, at any point.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from console.domain.clock import Clock
from console.domain.exchange import Queue, Stops, Taken
from console.domain.keys import DeviceKey
from console.domain.views import LaneKey, LinkState, RoomState
from console.log import logger
from console.store.writer import StoreFull
from console.sync.blobs.lane import BlobLane, Moved
from console.sync.client import Client
from console.sync.history import History
from console.sync.lane import Hold, Lane
from console.sync.lane_states import UNTOLD, LineNow, Load
from console.sync.line.book import LineBook
from console.sync.line.link import Link
from console.sync.line.skew import Skew
from console.sync.line.turns import LONG_QUEUE, PATIENT, Turns
from console.sync.once import Done, Exchanged
from console.sync.ports import CURSOR, RoomStore
from console.sync.pull import Pulled, Puller
from console.sync.push import TOOBIG, Pushed, Pusher
from console.sync.recovery.mending import Mending
from console.sync.recovery.reoffer import Recovery
from console.sync.troubles import BUSY, CLOCK, REFUSED, TOO_LARGE, UNUSABLE, gravest_first, meaning
from console.waiting import event_within
from console.wire.guard import Trouble, Unauthorized

POLL_S, LONGEST_POLL_S, POLL_STEP_S = 25.0, 55.0, 10.0
"""How long the centre may hold an empty answer back (console.sync.lane.Hold)."""
FRAMES_EVERY_S = {"langsung": 5.0, "hemat": 60.0}
GATHER_S = {"langsung": 0.0, "hemat": 3.0}
"""On a thin line, what is written within these seconds goes in one request."""
COUNT_EVERY_S = 0.25
UNASKED_S = 5.0
"""How often to ask a centre that does not hold empty answers back."""
AFTER_FAULT_S = 30.0
_log = logger("sync")


class Exchange:
    """Keeps one room in step with the centre.

    `book` has what is remembered of the line, `mending` and `recovery` what is apart between the room and the centre; `blobs`
    moves photos and documents beside. `on_change` is called on the loop's thread when `state()` may differ, `on_taken` after
    each transaction that took something, `on_skew` with how far this machine's clock is ahead of the centre's (ms).
    """

    def __init__(
        self, store: RoomStore, link: Link, client: Client, key: DeviceKey, clock: Clock, city: str = ""
    ) -> None:
        self._store = store
        self._link = link
        self._client = client
        self._clock = clock
        self._pusher = Pusher(store, client, link, key, clock, self._after_batch)
        self._history = History(store, client, link, clock, self._all_quiet)
        self._puller = Puller(store, client, link, self._history)
        self._push_lane, self._pull_lane = Lane(link), Lane(link)
        self._written, self._uncounted = asyncio.Event(), asyncio.Event()
        self._pushing = self._drained = False
        self._tasks: list[asyncio.Task[None]] = []
        self._queue = Queue()
        self._stops = Stops()
        self._skew = Skew(link, clock)
        self.book = LineBook(store, link, clock)
        client.on_carried = link.carried
        self.recovery = Recovery(store, client, link, key, clock, city)
        self.mending = Mending(store, self.recovery, self._pusher, clock)
        self.mending.on_lost = self._recheck_blobs
        self.blobs: BlobLane | None = None
        self._current = False
        self._turns = Turns(link, clock)
        self._behind: dict[str, int] | None = None
        self.on_change: Callable[[], None] = lambda: None
        self.on_taken: Callable[[Taken], None] = lambda taken: None
        self.on_skew: Callable[[int], None] = lambda skew: None

    # ---- life

    async def start(self) -> None:
        """Begin, where the last run ended."""
        await self._recall()
        self._tasks = [
            asyncio.create_task(self._keep(self._push_loop), name="sync-push"),
            asyncio.create_task(self._keep(self._pull_loop), name="sync-pull"),
            asyncio.create_task(self._keep(self._count_loop), name="sync-count"),
            asyncio.create_task(self._keep(self._history.run), name="sync-history"),
        ]
        if self.blobs is not None:
            self._tasks.append(asyncio.create_task(self._keep(self.blobs.run), name="sync-blobs"))

    async def stop(self) -> None:
        """End at once, whatever is in progress; what the store took stays taken. Idempotent."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._client.close)
        await self.book.close()

    def wake(self) -> None:
        """Something was written here. Called on the loop's thread."""
        self._drained = False
        self._written.set()
        self._uncounted.set()
        if self.blobs is not None:
            self.blobs.wake()

    # ---- what screens see

    def state(self) -> LinkState:
        """The line as it is now."""
        link = self._link
        waiting = self._queue.entries
        # What is refused does not go, however good the line is.
        going = max(0, waiting - self._stops.held)
        drain_s = self._pusher.drain_s(going) if going or not waiting else None
        return LinkState(
            link.mode, link.last_contact, waiting, drain_s, link.rtt_ms, link.bytes_up, link.bytes_down,
            tuple(link.history), self._problem(), self._client.url, link.spent.hour(self._clock.now()),
            link.spent.day(self._clock.now()), link.budget.per_hour, link.budget.per_day,
            () if self._may_be_patient() else PATIENT, link=link.name, rate_up=link.up, rate_down=link.down,
            loss=link.loss if link.last_contact is not None else None,
        )  # fmt: skip

    def line_now(self) -> LineNow:
        """What screens of the lanes need to know of the line."""
        return LineNow(
            self._link.mode, self._problem(), self._link.asked_pause() > 0, False, self._turns.why(self._draining)
        )

    async def up(self) -> dict[LaneKey, Load]:
        """What waits here for the centre, by lane."""
        queue, stops = await self._store.queue(), await self._store.stops()
        frames, size = await self._store.frames_waiting()
        drain_s = self._pusher.drain_s(queue.entries)
        return {
            "outbox": Load(queue.entries, queue.bytes, stops.held, drain_s),
            "readings": Load(frames, size, left_out=await self._store.frames_left_out()),
            "history": Load(reached=self._history.reached),
        }

    def down(self) -> dict[LaneKey, int | None]:
        """What waits at the centre for this room, by lane, None where it is not known now."""
        if self._behind is None or not self._link.open:
            return UNTOLD
        told: dict[LaneKey, int | None] = {key: self._behind.get(key, 0) for key in UNTOLD}
        return told | {"history": None if self._history.pending else 0}

    @property
    def _draining(self) -> bool:
        """Whether a long queue is on its way; one that is stopped, cannot be sent now, or was sent and waits for numbers that
        a pull must bring, holds nothing back."""
        stopped = self._stops.refused or self._stops.forked or self._push_lane.problem or self._push_lane.pausing
        return self._queue.entries > LONG_QUEUE and not (stopped or self._drained)

    def _may_be_patient(self) -> bool:
        return not self._turns.why(self._draining)

    def problems(self) -> list[RoomState]:
        """Everything that is wrong, gravest first (console.sync.troubles). Of what the two loops met, the graver counts."""
        lanes = [lane.problem for lane in (self._pull_lane, self._push_lane) if lane.problem is not None]
        found = [self._counted(state) for state in gravest_first(lanes)[:1]]
        if not found and self._link.asked_pause() > 0:
            found.append(RoomState(BUSY))
        if apart := self.mending.problem(self._stops):
            found.append(RoomState(apart))
        if self._stops.refused:
            too_large = all(r.reason == TOOBIG for r in self._stops.refused)
            found.append(RoomState(TOO_LARGE if too_large else REFUSED, str(self._stops.held)))
        if minutes := self._skew.minutes_off:
            found.append(RoomState(CLOCK, str(minutes)))
        return gravest_first(found)

    def _counted(self, state: RoomState) -> RoomState:
        counts = meaning(state.code).counts_queue
        return RoomState(state.code, str(self._queue.entries)) if counts else state

    def blobs_may_move(self) -> bool:
        """Whether the line is free for photos: it works, this room is current, nothing urgent waits or moves, and the budget
        leaves something. On a thin line they wait for no turn: each goes as far as it can while nobody else wants it."""
        free = self._link.open and self._quiet and not self._written.is_set()
        return free and self._turns.why(self._draining) in ("", "thin")

    def _problem(self) -> str:
        """The gravest thing that is wrong."""
        return next((state.code for state in self.problems()), "")

    # ---- one exchange on demand

    async def sync_once(self) -> Exchanged:
        """Push everything and pull everything, once, also beside the running loops: those then bring photos and history."""
        await self._recall()
        self._pusher.try_large()
        up, down, done = self._link.bytes_up, self._link.bytes_down, Done(Pushed())
        alone, moved = not self._tasks, Moved()
        if alone and self.blobs is not None:
            self.blobs.moved = moved
        if self._link.asked_pause() == 0:
            try:
                await self._everything(done)
            except Trouble as trouble:
                if await self._fail(self._pull_lane, trouble):
                    await self._once_more(done)
        await self._refresh()
        left = await self._left() if alone and done.whole else ()
        return Exchanged(
            done.pushed.sent, done.pushed.void, done.received, done.pushed.refused, self._queue.entries,
            self._link.bytes_up - up, self._link.bytes_down - down, self._link.mode, self._problem(),
            done.whole and not left, tuple(self.problems()), moved.up, moved.down, done.pushed.frames, done.frames,
            done.history, left, "" if not left or self._link.within_budget else "budget",
        )  # fmt: skip

    async def _everything(self, done: Done) -> None:
        """The lanes one after the other, the most urgent first."""
        await self._pull_until_current(done)
        await self._push(done.pushed)
        await self._pull_until_current(done)
        await self._move_patient(done)
        if done.pushed.stuck:
            self._push_lane.stuck(UNUSABLE)
        done.whole = not done.pushed.stuck

    async def _once_more(self, done: Done) -> None:
        """With a new token there is no reason to leave it at that; whoever shares this device's key may end it again soon."""
        try:
            await self._everything(done)
        except Trouble as trouble:
            await self._fail(self._pull_lane, trouble)

    async def _move_patient(self, done: Done) -> None:
        """Photos and documents, and then history, as far as the budget goes; where loops run, they do so anyway."""
        if self._tasks:
            if self.blobs is not None:
                self.blobs.wake()
            return
        await self._refresh()
        # Where no loop runs, whoever would send what is written has just done so.
        self._written.clear()
        if self.blobs is not None:
            await self.blobs.drain()
        while self._quiet and self._link.within_budget and self._history.pending:
            done.history += await self._history.fetch()

    async def _left(self) -> tuple[LaneKey, ...]:
        """The patient lanes that could not be brought to their end; what stops the others is a problem of its own."""
        behind, waiting = self._behind or {}, (await self._store.frames_waiting())[0]
        undone: dict[LaneKey, bool] = {
            "readings": bool(waiting or behind.get("readings")),
            "others": bool(behind.get("others")),
            "blobs": self.blobs is not None and not await self.blobs.through(),
            "history": self._history.pending,
        }
        return tuple(key for key, still in undone.items() if still)

    async def _pull_until_current(self, done: Done) -> None:
        if not self._tasks:
            # Who asks for one exchange need not wait for a turn.
            self._turns.grant()
        while True:
            pulled = await self._pull(0.0, aside=True)
            done.received += pulled.taken.held + pulled.taken.parked
            done.frames += len(pulled.page.frames)
            if not pulled.more:
                return

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
            await self._pull_lane.rest()
            wait, began = hold.seconds if current and self._link.open else 0.0, self._clock.monotonic()
            try:
                pulled = await self._pull(wait)
                hold.held(self._clock.monotonic() - began if wait else 0.0)
            except Trouble as trouble:
                hold.broke(self._clock.monotonic() - began if wait else 0.0)
                current = False
                await self._fail(self._pull_lane, trouble)
                continue
            current = not pulled.more
            await self._refresh()

    async def _push_loop(self) -> None:
        while True:
            await self._push_lane.rest()
            self._written.clear()
            try:
                pushed = Pushed()
                await self._push(pushed)
            except Trouble as trouble:
                await self._refresh()
                await self._fail(self._push_lane, trouble)
                continue
            await self._refresh()
            if pushed.stuck:
                self._push_lane.stuck(UNUSABLE)
                continue
            await self._idle()

    async def _idle(self) -> None:
        """Until something is written here, or it is time to look for telemetry."""
        mode = self._link.mode
        await event_within(self._written, FRAMES_EVERY_S.get(mode, FRAMES_EVERY_S["hemat"]))
        if self._written.is_set():
            await asyncio.sleep(GATHER_S.get(mode, 0.0))

    async def _count_loop(self) -> None:
        """Keep the queue's length right on screen, also while the line is dead and nothing else moves."""
        while True:
            await self._uncounted.wait()
            self._uncounted.clear()
            await self._refresh()
            await asyncio.sleep(COUNT_EVERY_S)

    def _all_quiet(self) -> bool:
        return self._quiet and (self.blobs is None or self.blobs.idle)

    @property
    def _quiet(self) -> bool:
        return self._current and not self._pushing and self._queue.entries <= self._stops.held

    # ---- steps

    async def _push(self, done: Pushed) -> None:
        self._pushing = True
        try:
            await self._pusher.drain(done)
            self._drained = True
            while self._link.within_budget and await self._pusher.send_frames(done):
                await self._pusher.drain(done)  # what was written meanwhile goes first
        finally:
            self._pushing = False
        if done.sent or done.frames:
            self._came_through(self._push_lane, self._pull_lane)

    async def _after_batch(self, taken: Taken) -> None:
        self._took(taken)
        await self._refresh()

    async def _pull(self, wait: float, aside: bool = False) -> Pulled:
        await self.mending.begin()
        mark, checking = self._pusher.mark(), self.mending.due
        asked_from = {t: c.n for t, c in (await self._store.cursors()).items()} if checking else None
        whole = self._may_be_patient()
        if not whole:
            wait = min(wait, self._turns.look_again_s(self._draining))
        pulled = await self._puller.page(wait, aside, checking, "" if whole else "own")
        self._behind = pulled.page.behind
        if whole and not pulled.more:
            self._turns.had()
        if pulled.stuck:
            self._pull_lane.stuck(UNUSABLE)
        else:
            self._came_through(self._pull_lane, self._push_lane)
        if pulled.unasked and not checking:
            self._pull_lane.breathe(UNASKED_S)
        if self._skew.hear(pulled.page.now):
            self.on_skew(self._skew.ms or 0)
        self._took(pulled.taken)
        away = await self.mending.apart(pulled, asked_from)
        self.recovery.hear_lost(pulled.page.lost)
        if away:
            return await self._mended(pulled, away)
        self._current = not (pulled.more or pulled.stuck)
        if self._current:
            await self.recovery.fetch_lost()
            if await self.mending.go_on():
                await self._refresh()
                self._written.set()
            if whole:
                self._history.free()
            if (whole or not self._draining) and self._pusher.caught_up(mark) and self._queue.entries:
                self._written.set()
        return msgspec.structs.replace(pulled, more=pulled.more or (checking and wait > 0))

    async def _mended(self, pulled: Pulled, territories: set[str]) -> Pulled:
        """Stop these territories, mend them, and have what came since pulled before anything of theirs is offered again."""
        self._current = False
        await self.mending.stop(territories)
        await self._refresh()
        if not await self.mending.mend(territories, pulled.taken.mismatch):
            self._pull_lane.stuck()
            return msgspec.structs.replace(pulled, more=False, stuck=True)
        self._pull_lane.went_well()
        self._written.set()
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

    async def _fail(self, lane: Lane, trouble: Trouble) -> bool:
        """Note a call that failed; whether a new token makes it worth calling again at once."""
        self._behind = None
        self.mending.doubt()
        if isinstance(trouble, Unauthorized):
            refused = await self.mending.readmit(trouble)
            if refused is None:
                self._current = False
                lane.went_well()
                self.on_change()
                return True
            trouble = refused
        asked = lane.troubled(trouble)
        _log.info("exchange", trouble=type(trouble).__name__, said=str(trouble), mode=self._link.mode)
        await self.book.remember(always=asked)
        self.on_change()
        return False

    async def _recall(self) -> None:
        if await self.book.recall():
            self._client.since = await self._store.get_meta(CURSOR) or ""
            await self._history.recall()
            await self._refresh()

    async def _refresh(self) -> None:
        self._queue = await self._store.queue()
        self._stops = await self._store.stops()
        if self._current and not self._queue.entries:
            self.mending.settled(self._stops)
        await self.book.remember()
        self.on_change()
        if self.blobs is not None and self.blobs_may_move():
            self.blobs.wake()
