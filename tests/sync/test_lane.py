"""The pacing of one loop: it can be ended at any moment, also when it is told to hurry at the same one."""

from __future__ import annotations

import asyncio
import random

import pytest

from console.domain.clock import ManualClock
from console.sync.lane import Lane
from console.sync.line.link import Link


@pytest.mark.parametrize("steps", range(6))
def test_a_loop_that_is_told_to_hurry_and_to_end_ends(steps: int) -> None:
    async def work() -> None:
        lane = Lane(Link(ManualClock(), random.Random(1)))

        async def forever() -> None:
            while True:
                lane.breathe(3600.0)
                await lane.rest()

        loop = asyncio.create_task(forever())
        await asyncio.sleep(0.01)
        lane.hurry()
        for _ in range(steps):
            await asyncio.sleep(0)
        loop.cancel()
        done, _ = await asyncio.wait([loop], timeout=5)
        loop.cancel()
        assert done, "it went on as if nobody had told it to end"

    asyncio.run(work())
