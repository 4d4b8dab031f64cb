"""Runs feeds beside each other on the loop: each at its own pace, none stopping another, all handing over to one sink."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Protocol

from console.domain.city import City
from console.domain.clock import Clock
from console.domain.reading import Frame
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import FeedState
from console.feeds import faults
from console.feeds.collector import Collector, Feed
from console.feeds.locate import Locator
from console.feeds.parsed import Bulletin, Report
from console.log import logger
from console.waiting import event_within

BACK_OFF_MAX_S = 15 * 60.0
JITTER = 0.1
"""Part of an interval by which calls are spread, so that rooms do not all call at once."""
GRACE_S = 5.0
FRAMES_AT_ONCE = 300
"""Frames in one hand-over: hours of history must not hold up what an operator writes meanwhile."""
_log = logger("console.feeds")


class Sink(Protocol):
    """Who takes what feeds bring. Taking the same thing twice must be harmless; returning means that it is saved."""

    async def take_reports(self, reports: Sequence[Report]) -> None:
        """Take complaints and calls: new ones, and known ones that changed at their source."""

    async def take_frames(self, frames: Sequence[Frame]) -> None:
        """Take readings."""

    async def take_bulletins(self, bulletins: Sequence[Bulletin]) -> None:
        """Take news of authorities."""


class FeedRunner:
    """Runs feeds until it is stopped. `told` is called on the loop's thread after each round of any feed.

    `territory` is whose room this is: a kecamatan's takes what lies in its own journal; "" and the city's take all.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        sink: Sink,
        clock: Clock,
        city: City,
        territory: str = "",
        random: Random | None = None,
    ) -> None:
        self.told: Callable[[], None] = lambda: None
        self._sink = sink
        self._clock = clock
        self._random = random or Random()
        locator = Locator(city)
        self._collectors = [Collector(feed, city, locator, clock.now(), territory) for feed in feeds]
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Begin reading every feed at once."""
        self._stopping.clear()
        self._tasks = [asyncio.create_task(self._run(c), name=f"feed {c.feed.name}") for c in self._collectors]

    async def stop(self) -> None:
        """End calls in progress and come to rest. What was handed over is safe; the rest is read again the next time."""
        self._stopping.set()
        for collector in self._collectors:
            collector.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for collector in self._collectors:
            collector.close()
        self._tasks = []

    def states(self) -> list[FeedState]:
        """How every feed is, in the order they were given."""
        return [collector.state(self._clock.now()) for collector in self._collectors]

    async def _run(self, collector: Collector) -> None:
        while not self._stopping.is_set():
            asked = 0.0
            try:
                asked = await round_of(collector, self._sink, self._clock, self._rest)
            except Exception:  # noqa: BLE001 - a feed's own failure must stop neither it nor the others
                _log.error("feed failed", feed=collector.feed.name, exc_info=True)
                collector.blame(faults.INTERNAL)
                collector.failures += 1
            self.told()
            await self._rest(max(asked, self._pace(collector)))

    def _pace(self, collector: Collector) -> float:
        """Seconds until the next round: the interval, doubled for each failure in a row up to a bound, spread a little."""
        interval = collector.feed.interval_s
        wait = min(interval * 2.0 ** min(collector.failures, 20), max(BACK_OFF_MAX_S, interval))
        return wait * (1 + self._random.uniform(-JITTER, JITTER))

    async def _rest(self, seconds: float) -> None:
        await event_within(self._stopping, seconds)


async def round_of(collector: Collector, sink: Sink, clock: Clock, rest: Callable[[float], Awaitable[object]]) -> float:
    """Read every source of a feed once and hand over what is new. Returns the seconds that a source asks to be left alone.

    A source that cannot be reached ends the round: the others stand at the same end of the same line.
    """
    asked, answered = 0.0, 0
    for k, source in enumerate(collector.feed.sources):
        if k:
            await rest(collector.feed.pause_s)
        if collector.stopped:
            break
        batch = await asyncio.to_thread(collector.collect, source, clock.now())
        collector.took(batch, clock.now())
        answered += not batch.fault
        asked = max(asked, batch.wait_s)
        await hand_over(collector, sink)
        if not batch.reached or batch.wait_s:
            break
    collector.failures = 0 if answered else collector.failures + 1
    return asked


async def hand_over(collector: Collector, sink: Sink) -> None:
    """Give a feed's pending things to the sink; what the room refuses stays pending, and is counted."""
    pending = collector.pending
    try:
        while frames := pending.frames[:FRAMES_AT_ONCE]:
            await sink.take_frames(frames)
            pending.drop_frames(frames)
        if pending.bulletins:
            await sink.take_bulletins(pending.bulletins)
            pending.drop_bulletins()
        if pending.reports:
            await sink.take_reports(pending.reports)
            pending.drop_reports()
    except (Refused, NotPermitted):
        collector.blame(faults.NOT_SAVED)


async def run_once(feed: Feed, sink: Sink, clock: Clock, city: City, territory: str = "") -> FeedState:
    """Read a feed once, for the command line. Faults stand in the state that is returned; nothing is raised for them."""
    collector = Collector(feed, city, Locator(city), clock.now(), territory)
    try:
        await round_of(collector, sink, clock, asyncio.sleep)
    finally:
        collector.close()
    return collector.state(clock.now())
