"""Waiting for an event of asyncio, in the one way that a cancellation always ends."""

from __future__ import annotations

import asyncio
import contextlib


async def event_within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, at most so long. (`asyncio.wait_for` before Python 3.12 drops a cancellation that comes together
    with the event, so that a loop which is told to end would go on for ever.)"""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
