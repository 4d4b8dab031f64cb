"""A room at the near end of a thin line, as a program: `write` enrols it and fills its queue where the centre is, `drain`
sends the queue across and says every half second how long is left; it may write more meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import msgspec
import structlog

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from console.room import Room, open_room
from console.store.folder import Identity

EVERY_S = 0.5


def opened(folder: str) -> Room:
    """The room of the territory that the folder is called after."""
    pack, territory = pack_path("bandung"), Path(folder).name
    identity = Identity(territory, territory, pack.name)
    return open_room(Path(folder), read_city(pack, trusted=True), SystemClock(), identity=identity)


async def note(room: Room, count: int, size: int) -> None:
    """Entries of so many bytes that no packing makes smaller."""
    drafts = [
        Draft("incident.noted", "x-1", msgspec.json.encode({"text": os.urandom(size // 2).hex()})) for _ in range(count)
    ]
    await room.store.append(room.territory, drafts, "op-1")


async def write(folder: str, url: str, code: str, count: str, size: str) -> None:
    room = opened(folder)
    try:
        await room.uplink.enrol(url, code, room.territory)
        await note(room, int(count), int(size))
    finally:
        await room.close()


async def drain(folder: str, more: str, size: str) -> None:
    """`more` entries are written in five goes, two seconds apart."""
    room = opened(folder)
    try:
        began, goes = time.monotonic(), 5 if int(more) else 0
        await room.uplink.start()
        while goes or room.link().queue or room.link().last_contact is None:
            await asyncio.sleep(EVERY_S)
            at = time.monotonic() - began
            if goes and at > 2.0 * (6 - goes):
                goes -= 1
                await note(room, int(more) // 5, int(size))
            link = room.link()
            print(json.dumps({"at": at, "queue": link.queue, "drain_s": link.drain_s, "goes": goes}), flush=True)
        rows = [row.bytes_day for row in await room.line_budgets() if row.active]
        print(
            json.dumps({"seconds": time.monotonic() - began, "link": room.link().link, "carried": rows[0]}), flush=True
        )
        # Whoever counts does so now, before the lines are closed.
        await asyncio.to_thread(sys.stdin.readline)
    finally:
        await room.close()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run({"write": write, "drain": drain}[sys.argv[1]](*sys.argv[2:]))
