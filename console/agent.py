"""What a room does without a screen: the agent of a field office, one exchange, one reading of a source."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import msgspec

from console.room import Room


async def run_agent(room: Room, *, server: str = "", simulate: bool = False) -> None:
    """Sync and feeds until SIGTERM or SIGINT; the room is closed in order."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, ended.set)
    try:
        await (room.move_to(server) if server else room.start())
        await ended.wait()
    finally:
        await room.close()


async def exchange_once(room: Room) -> dict[str, Any]:
    """One full exchange with the centre, as counts for programs."""
    try:
        result = await room.sync_now()
        return {} if result is None else dict(msgspec.to_builtins(result))
    finally:
        await room.close()
