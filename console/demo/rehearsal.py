"""A simulated city around an agent: made-up sources over real HTTP, read by the real feeds, and staff that works off what
comes. Everything it brings says SIMULASI."""

from __future__ import annotations

import asyncio

from console.demo.outage import play_file
from console.demo.staff import SimulatedStaff
from console.domain.clock import ReplayClock
from console.domain.views import IncidentQuery
from console.feeds.catalogue import simulated_feeds
from console.feeds.collector import Collector, Feed
from console.feeds.locate import Locator
from console.feeds.run import FeedRunner, round_of
from console.feeds.simserver import SimServer
from console.feeds.simulator import Simulator
from console.room import Room

PAST_MS = 150 * 60_000
STEP_MS = 2 * 60_000
STORM_AGO_MS = 35 * 60_000
"""The storm is hardest this long before the present, so that the river still rises when somebody looks."""
PACE = 4.0
"""Calls come this many times as often as the published counts say, so that a demo has something to show."""
WORK_EVERY_S = 5.0
LOOK_EVERY_S = 0.5
CALLS = "simulasi-aduan"


class Rehearsal:
    """Plays the last hours through in seconds, then goes on live. The room must run on `clock`, set to the past."""

    def __init__(self, room: Room, clock: ReplayClock, present: int, seed: int = 1) -> None:
        simulator = Simulator(room.city, seed, present - STORM_AGO_MS, PACE)
        self._room = room
        self._clock = clock
        self._present = present
        self._server = SimServer(simulator, clock)
        self._staff = SimulatedStaff(room)
        self._simulator = simulator
        self._runner: FeedRunner | None = None
        self._working: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Play the past into a new room, then read the simulated sources from now on."""
        self._server.start()
        feeds = simulated_feeds(self._simulator, self._server.url)
        if not (await self._room.incidents(IncidentQuery(limit=1))).total:
            await self._replay(next(f for f in feeds if f.name == CALLS))
        self._clock.go_live()
        self._runner = FeedRunner(feeds, self._room.intake, self._clock, self._room.city)
        self._runner.told = self._room.feeds_changed
        self._room.watch_feeds(self._runner.states)
        await self._runner.start()
        self._working = [asyncio.create_task(self._work()), asyncio.create_task(self._wait_for_outage())]

    async def _replay(self, calls: Feed) -> None:
        """The past in steps: calls come in as they came, staff works them off, and every entry bears its own time."""
        collector = Collector(calls, self._room.city, Locator(self._room.city), self._clock.now())
        try:
            while self._clock.now() < self._present:
                self._clock.step(STEP_MS)
                await round_of(collector, self._room.intake, self._clock, asyncio.sleep)
                await self._staff.work()
        finally:
            collector.close()

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(WORK_EVERY_S)
            await self._staff.work()

    async def _wait_for_outage(self) -> None:
        """The demo plans it once it knows what there is to disagree about."""
        while True:
            if await play_file(self._room):
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def stop(self) -> None:
        """End sources and staff. Idempotent."""
        working, self._working = self._working, []
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        if self._runner is not None:
            await self._runner.stop()
            self._runner = None
        self._server.stop()
