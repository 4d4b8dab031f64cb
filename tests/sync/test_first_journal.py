"""A room that is installed anew gets its journals back as files that go on where they were cut, and works on after that."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path

import pytest
import requests

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from console.wire.journal_file import PIECE, read_pages
from tests.faults.toxic import ToxicProxy
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import NORTH, make_small_pack

PLACE = "99.01.01.1001"


async def enrolled(server: CentralServer, folder: Path, url: str = "") -> Room:
    city = read_city(make_small_pack(folder / "pack"))
    room = open_room(folder / "room", city, SystemClock(), identity=Identity(NORTH, "Utara", ""))
    await room.enrol(url or server.url, await asyncio.to_thread(server.code, NORTH))
    room.log_in_as(Operator("op-1", "Petugas uji", "koordinator", NORTH, ""))
    return room


async def until_told(room: Room, subject: str, notes: int, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while (d := await room.incident(subject)) is None or sum(e.n is not None for e in d.story) < notes + 1:
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_a_room_installed_anew_gets_its_journal_through_a_line_that_cuts(tmp_path: Path) -> None:
    async def work(server: CentralServer, proxy: ToxicProxy) -> None:
        chance = random.Random(7)
        room = await enrolled(server, tmp_path)
        subject = await room.open_incident(NewIncident("Sebelum rusak", "D02", PLACE))
        for _ in range(300):
            await room.note(subject, chance.randbytes(900).hex())
        await until_told(room, subject, 300)
        old = await room.incident(subject)
        await room.close()
        shutil.rmtree(tmp_path / "room")
        # Long enough for one piece, too short for two.
        proxy.cut, proxy.cut_after = "rst", PIECE + 20_000
        room = await enrolled(server, tmp_path, proxy.url)
        try:
            await until_told(room, subject, 300)
            assert await room.incident(subject) == old
            assert proxy.cuts >= 1
            proxy.cut_after = 0
            assert not list((tmp_path / "room" / "incoming").glob("*"))
            await room.note(subject, "ruang baru")
            await until_told(room, subject, 301)
            after = await room.incident(subject)
            assert after is not None and after.story[-1].text == "ruang baru"
            streams = await room.store.read(lambda db: db.execute("SELECT DISTINCT device FROM streams").fetchall())
            assert len(streams) >= 3
        finally:
            await room.close()

    with (
        short_folder() as folder,
        central_server(folder / "central", make_small_pack(folder / "pack")) as server,
        ToxicProxy(int(server.url.rsplit(":", 1)[1])) as proxy,
    ):
        asyncio.run(asyncio.wait_for(work(server, proxy), 140))


def test_the_file_has_the_same_bytes_whenever_it_is_asked_for(tmp_path: Path) -> None:
    async def work(server: CentralServer) -> None:
        room = await enrolled(server, tmp_path)
        try:
            subject = await room.open_incident(NewIncident("Pohon tumbang", "D02", PLACE))
            await until_told(room, subject, 0)
            said = {"Authorization": f"Bearer {room.uplink._folder.token}"}
            url = f"{server.url}/v1/journal/{NORTH}"
            first = await asyncio.to_thread(requests.get, url, headers=said, timeout=10)
            n = int(first.headers["ETag"].strip('"').split("-")[0])
            await room.note(subject, "kemudian")
            await until_told(room, subject, 1)
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            again = await asyncio.to_thread(
                requests.get, f"{url}?n={n}", headers={**said, "Range": "bytes=100-"}, timeout=10
            )
            assert first.content[100:] == again.content and first.headers["ETag"] == again.headers["ETag"]
            [(end, page)] = read_pages(first.content)
            assert (end, page.heads[-1].n) == (len(first.content), n)
            beyond = await asyncio.to_thread(requests.get, f"{url}?n=999999", headers=said, timeout=10)
            assert beyond.status_code == 404
        finally:
            await room.close()

    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:
        asyncio.run(asyncio.wait_for(work(server), 60))
