"""A room that comes back from its older copy, at a real centre: it goes on in a stream of its own, gets back what it had
written since, and nothing forks. Also: what a damaged room could not save comes back from the centre."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.commands.checkup import check_room
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, open_room
from console.safekeeping import back_up_room, restore_room
from console.store.doctor.doctor import Report
from console.store.folder import Identity
from console.store.salvage.salvage import Mended
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack

OPERATOR = Operator("op-1", "Petugas uji", "koordinator", NORTH, "")


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


async def opened(folder: Path, territory: str = NORTH) -> Room:
    """The room of a folder, not exchanging yet, with somebody logged in."""
    city = read_city(make_small_pack(folder.parent / f"{folder.name}-pack"))
    room = open_room(folder, city, SystemClock(), identity=Identity(territory, territory, "uji"))
    room.log_in_as(OPERATOR)
    return room


async def join(server: CentralServer, folder: Path, territory: str) -> Room:
    room = await opened(folder, territory)
    await room.enrol(server.url, await asyncio.to_thread(server.code, territory))
    room.log_in_as(OPERATOR)
    return room


async def settle(*rooms: Room) -> None:
    """Until everything that any of them wrote has its number in all of them."""
    async with asyncio.timeout(40):
        while True:
            for room in rooms:
                await room.sync_now()
            queued = [(await room.store.queue()).entries for room in rooms]
            reached = [(await room.store.cursors())[NORTH] for room in rooms]
            if not any(queued) and len(set(reached)) == 1:
                return
            await asyncio.sleep(0.1)


async def titles(room: Room) -> list[str]:
    return sorted(i.title for i in (await room.incidents(IncidentQuery(limit=500))).items)


async def write(room: Room, *names: str) -> None:
    for name in names:
        await room.open_incident(NewIncident(name, "D02", NORTH))


def forks(folder: Path) -> int:
    with sqlite3.connect(folder / "room.db") as db:
        (count,) = db.execute("SELECT COUNT(*) FROM set_aside").fetchone()
    db.close()
    return int(count)


@pytest.mark.parametrize("with_keys", [True, False])
def test_a_restored_room_goes_on_and_nothing_forks(server: CentralServer, tmp_path: Path, with_keys: bool) -> None:
    async def work() -> None:
        hall = await join(server, tmp_path / "hall", CITY)
        room = await join(server, tmp_path / "room", NORTH)
        mark = "sama" if with_keys else "baru"
        await write(room, f"{mark} satu", f"{mark} dua")
        await settle(room, hall)
        await write(room, f"{mark} belum terkirim saat disalin")
        await asyncio.to_thread(back_up_room, tmp_path / "room", tmp_path / "file", 0, with_keys)
        await write(room, f"{mark} sesudah salinan")
        await settle(room, hall)
        await room.close()
        restore_room(tmp_path / "file", tmp_path / "back")
        again = await opened(tmp_path / "back")
        if with_keys:
            await again.start()
        else:
            await again.enrol(server.url, await asyncio.to_thread(server.code, NORTH))
            again.log_in_as(OPERATOR)
        await write(again, f"{mark} setelah pulih")
        await settle(again, hall)
        wanted = ["belum terkirim saat disalin", "dua", "satu", "sesudah salinan", "setelah pulih"]
        for each in (again, hall):
            assert [t for t in await titles(each) if t.startswith(mark)] == [f"{mark} {w}" for w in wanted]
            assert [s.code for s in each.states() if s.code in ("centre_forked", "entries_refused")] == []
        await again.close()
        await hall.close()
        assert forks(tmp_path / "back") == forks(tmp_path / "hall") == 0

    asyncio.run(asyncio.wait_for(work(), 100))


@pytest.mark.parametrize("damage", ["numbered", "waiting", "order", "keys"])
def test_what_could_not_be_saved_comes_back_from_the_centre(server: CentralServer, tmp_path: Path, damage: str) -> None:
    async def work() -> None:
        hall = await join(server, tmp_path / "hall", CITY)
        room = await join(server, tmp_path / "room", NORTH)
        await write(room, *(f"{damage} {k}" for k in range(6)))
        await settle(room, hall)
        await room.uplink.stop()
        await write(room, f"{damage} menunggu a", f"{damage} menunggu b", f"{damage} menunggu c")
        expected = await titles(room)
        await room.close()
        with sqlite3.connect(tmp_path / "room" / "room.db") as db:
            lost = ruin(db, damage)
        db.close()
        mended = await asyncio.to_thread(check_room, tmp_path / "room", SystemClock(), True)
        assert isinstance(mended, Mended)
        assert mended.salvaged is not None
        assert mended.after.clean
        again = await opened(tmp_path / "room")
        await again.start()
        await settle(again, hall)
        assert await titles(again) == await titles(hall) == [t for t in expected if t not in lost]
        await again.close()
        await hall.close()
        looked = check_room(tmp_path / "room", SystemClock(), False)
        assert isinstance(looked, Report)
        assert looked.clean

    asyncio.run(asyncio.wait_for(work(), 100))


def ruin(db: sqlite3.Connection, damage: str) -> set[str]:
    """Damage one thing; the titles that nobody else has."""
    if damage == "numbered":
        db.execute("UPDATE entries SET body = CAST('x' AS BLOB) WHERE kind = 'incident.opened' AND n = (SELECT max(n) - 3"
                   " FROM entries WHERE kind = 'incident.opened')")  # fmt: skip
    elif damage == "waiting":
        db.execute("UPDATE entries SET body = CAST('x' AS BLOB) WHERE rowid = (SELECT min(rowid) FROM entries"
                   " WHERE n IS NULL AND kind = 'incident.opened')")  # fmt: skip
        return {"waiting menunggu a"}
    elif damage == "order":
        db.execute("UPDATE orders SET accepted_at = accepted_at + 1 WHERE n = 3")
    else:
        db.execute("UPDATE entries SET body = CAST('x' AS BLOB) WHERE kind = 'device.enrolled'")
    return set()
