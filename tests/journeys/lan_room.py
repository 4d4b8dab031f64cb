"""A room as a process of its own, for journeys: opens its door on the loopback interface, looks for others there, and does
what it is told.

Run as `python tests/journeys/lan_room.py DATA PACK NAME SERVER CODE`. It enrols where it is not yet, then reads one JSON
object a line on standard input and answers with one each: {"open": title}, {"see": true}, {"end": true}.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.log import configure
from console.room import Room, open_room
from console.store.folder import Identity
from tests.small_city import NORTH

PLACE = "99.01.01.1001"


async def do(room: Room, told: dict[str, Any]) -> dict[str, Any]:
    if "open" in told:
        await room.open_incident(NewIncident(told["open"], "A01", PLACE))
    page = await room.incidents(IncidentQuery(limit=1_000))
    cursors = {t: [c.n, c.hash.hex()] for t, c in (await room.store.cursors()).items()}
    return {
        "titles": sorted(i.title for i in page.items), "neighbours": room.link().neighbours, "cursors": cursors,
        "waiting": (await room.store.queue()).entries, "devices": len(room.store.ring.devices),
    }  # fmt: skip


async def live(data: Path, pack: Path, name: str, server: str, code: str) -> None:
    configure(data, "room")
    room = open_room(data, read_city(pack), SystemClock(), identity=Identity(NORTH, name, "uji"))
    room.neighbourhood.arrange(0, (), "127.0.0.1", find=True)
    try:
        await room.start()
        if not room.uplink.enrolled:
            await room.enrol(server, code)
        room.log_in_as(Operator("op-1", name, "koordinator", NORTH, ""))
        while line := await asyncio.to_thread(sys.stdin.readline):
            told = msgspec.json.decode(line, type=dict[str, Any])
            if "end" in told:
                return
            print(msgspec.json.encode(await do(room, told)).decode(), flush=True)
    finally:
        await room.close()


if __name__ == "__main__":
    data, pack, name, server, code = sys.argv[1:]
    asyncio.run(live(Path(data), Path(pack), name, server, code))
