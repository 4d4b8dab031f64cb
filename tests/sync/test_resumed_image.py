"""A machine image that is resumed twice: two machines go on writing in the same stream, and the later one is mended."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from tests.servers import central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack

PLACE = "99.01.01.1001"


def machine(folder: Path, pack: Path, territory: str) -> Room:
    room = open_room(folder, read_city(pack), SystemClock(), identity=Identity(territory, territory, ""))
    room.log_in_as(Operator("op-1", "Petugas uji", "koordinator", territory, ""))
    return room


async def numbered(room: Room) -> None:
    async with asyncio.timeout(30):
        while (await room.store.queue()).entries or room.link().mode == "belum":
            await asyncio.sleep(0.05)


async def story(room: Room, subject: str) -> list[str]:
    async with asyncio.timeout(20):
        while (detail := await room.incident(subject)) is None or any(e.n is None for e in detail.story):
            await asyncio.sleep(0.05)
    assert all(not e.void for e in detail.story)
    return [e.text for e in detail.story if e.text]


def test_what_the_second_machine_wrote_is_written_again_in_a_stream_of_its_own_and_counts_once(tmp_path: Path) -> None:
    async def work(url: str, codes: dict[str, str], pack: Path) -> None:
        first, hall = machine(tmp_path / "first", pack, NORTH), machine(tmp_path / "hall", pack, CITY)
        rooms = [first, hall]
        try:
            for room in rooms:
                await room.enrol(url, codes[room.territory])
            old = await first.open_incident(NewIncident("Sebelum citra", "D02", PLACE))
            await numbered(first)
            await first.uplink.stop()
            shutil.copytree(
                tmp_path / "first", tmp_path / "second", ignore=shutil.ignore_patterns("*.lock", "owner.pid")
            )
            second = machine(tmp_path / "second", pack, NORTH)
            rooms.append(second)
            # What a resumed process has in memory: the stream that it was writing.
            second.store._journals._streams = dict(first.store._journals._streams)

            theirs = await first.open_incident(NewIncident("Mesin pertama", "D02", PLACE))
            await first.note(old, "catatan mesin pertama")
            await first.start()
            await numbered(first)
            await first.uplink.stop()

            mine = await second.open_incident(NewIncident("Mesin kedua", "D02", PLACE))
            assert mine == theirs
            await second.note(mine, "pada kejadian mesin kedua")
            await second.note(old, "catatan mesin kedua")
            await second.start()
            await numbered(second)
            assert await story(second, old) == ["catatan mesin pertama", "catatan mesin kedua"]

            await hall.sync_now()
            await numbered(hall)
            assert await story(hall, old) == ["catatan mesin pertama", "catatan mesin kedua"]
            for room in (hall, second):
                page = await room.incidents(IncidentQuery(limit=100))
                titles = {i.title: i.subject for i in page.items}
                assert sorted(titles) == ["Mesin kedua", "Mesin pertama", "Sebelum citra"]
                assert titles["Mesin pertama"] == theirs
                assert await story(room, titles["Mesin kedua"]) == ["pada kejadian mesin kedua"]
            assert not (await second.store.stops()).refused
        finally:
            for room in rooms:
                await room.close()

    with short_folder() as folder:
        pack = make_small_pack(folder / "pack")
        with central_server(folder / "central", pack) as server:
            codes = {t: server.code(t) for t in (CITY, NORTH)}
            asyncio.run(asyncio.wait_for(work(server.url, codes, pack), 100))
