"""The exchange's loops end when they are told to, also at the very moment something happens."""

from __future__ import annotations

import asyncio
import random

from console.domain.clock import SystemClock
from console.sync.lane import Lane
from console.sync.line.link import Link
from console.waiting import event_within


def test_a_loop_that_is_told_to_end_as_its_event_comes_ends() -> None:
    async def work() -> None:
        event = asyncio.Event()

        async def loop() -> None:
            while True:
                await event_within(event, 60)
                event.clear()

        task = asyncio.create_task(loop())
        await asyncio.sleep(0)
        event.set()
        await asyncio.sleep(0)
        task.cancel()
        assert await asyncio.wait([task], timeout=30) == ({task}, set())

    asyncio.run(work())


def test_a_lane_that_rests_goes_on_when_it_is_hurried_or_the_pause_is_over() -> None:
    async def work() -> None:
        lane = Lane(Link(SystemClock(), random.Random(1)))
        lane.breathe(0.01)
        await lane.rest()
        lane.breathe(600)
        asyncio.get_running_loop().call_soon(lane.hurry)
        await lane.rest()

    asyncio.run(asyncio.wait_for(work(), 60))
