"""A machine whose clock is off is told by how many minutes, also while the line has other trouble."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.room import Room, open_room
from tests.servers import central_server, short_folder
from tests.small_city import CITY, make_small_pack

AHEAD_MIN = 12


class FastClock(SystemClock):
    """The machine's clock, wrong by `AHEAD_MIN` minutes."""

    def now(self) -> int:
        return super().now() + AHEAD_MIN * 60_000


def clock_states(room: Room) -> list[str]:
    return [state.detail for state in room.states() if state.code == "clock_wrong"]


async def told(room: Room) -> None:
    async with asyncio.timeout(20):
        while not clock_states(room):
            await asyncio.sleep(0.05)


def test_the_minutes_are_told_and_stay_when_the_line_is_cut(tmp_path: Path) -> None:
    async def work(folder: Path) -> None:
        pack = make_small_pack(folder / "pack")
        with central_server(folder / "central", pack) as server:
            room = open_room(tmp_path / "room", read_city(pack), FastClock())
            try:
                assert clock_states(room) == []
                await room.enrol(server.url, await asyncio.to_thread(server.code, CITY))
                await told(room)
                assert clock_states(room) == [str(AHEAD_MIN)]
                server.kill()
                async with asyncio.timeout(30):
                    while room.link().mode != "putus":
                        await asyncio.sleep(0.05)
                assert clock_states(room) == [str(AHEAD_MIN)]
            finally:
                await room.close()

    with short_folder() as folder:
        asyncio.run(work(folder))
