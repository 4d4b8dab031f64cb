"""What a room does without a screen: the agent of a field office, one exchange, one reading of a source."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import msgspec

from console.domain.clock import ReplayClock
from console.feeds.run import FeedRunner, run_once
from console.feeds.settings import FILE, Setting, feed_of, read_feeds
from console.rehearsal import PAST_MS, Rehearsal
from console.room import Room


async def run_agent(room: Room, *, server: str = "", simulate: bool = False) -> None:
    """Sync and feeds until SIGTERM or SIGINT; the room is closed in order. With `simulate` the room's clock must be a
    `simulated_clock`."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, ended.set)
    sources = _rehearsal(room) if simulate else _feeds(room)
    try:
        await sources.start()
        await (room.move_to(server) if server else room.start())
        await ended.wait()
    finally:
        await sources.stop()
        await room.close()


def simulated_clock(present: int) -> ReplayClock:
    """The clock for a room with simulated sources: it begins in the past that they play first."""
    return ReplayClock(present - PAST_MS)


def _rehearsal(room: Room) -> Rehearsal:
    assert isinstance(room.clock, ReplayClock)
    return Rehearsal(room, room.clock, room.clock.now() + PAST_MS)


def _feeds(room: Room) -> FeedRunner:
    """The feeds that the file in the room's folder names."""
    runner = FeedRunner(read_feeds(room.folder.path / FILE, room.city), room.intake, room.clock, room.city)
    runner.told = room.feeds_changed
    room.watch_feeds(runner.states)
    return runner


async def exchange_once(room: Room) -> dict[str, Any]:
    """One full exchange with the centre, as counts for programs."""
    try:
        result = await room.sync_now()
        return {} if result is None else dict(msgspec.to_builtins(result))
    finally:
        await room.close()


async def read_once(room: Room, kind: str, file: Path | None, url: str) -> dict[str, Any]:
    """Read one source once into the room, from a file or an address; what came, and what was wrong with it."""
    where = str(file) if file is not None else url
    try:
        feed = feed_of(Setting(kind, where=(where,) if where else ()), room.city)
        state = await run_once(feed, room.intake, room.clock, room.city)
        return {"source": state.name, "taken": state.taken, "faults": state.faults}
    finally:
        await room.close()
