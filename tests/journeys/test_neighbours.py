"""Rooms of one kecamatan whose line to the city is dead: what one writes, the others see within seconds, conflicts look alike
everywhere, and when the centre is back every entry is numbered once."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.incident import IncidentDetail
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, open_room
from console.store import carried
from console.store.doctor.doctor import examine
from console.store.folder import Identity
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack

PLACE = "99.01.01.1001"
NAMES = ("Meja 1", "Meja 2", "Dinding")
SOON_S = 5.0


def free_ports(count: int) -> list[int]:
    lines = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [line.getsockname()[1] for line in lines]
    for line in lines:
        line.close()
    return ports


async def open_rooms(stack: AsyncExitStack, server: CentralServer, folder: Path) -> list[Room]:
    """Three enrolled rooms, in step with the centre. The two desks know the wall's door only: what one of them writes
    reaches the other through the wall."""
    city = read_city(make_small_pack(folder / "pack"))
    doors = free_ports(len(NAMES))
    calls = [doors[2:], doors[2:], doors[:2]]
    rooms = []
    for k, name in enumerate(NAMES):
        room = open_room(folder / f"room-{k}", city, SystemClock(), identity=Identity(NORTH, name, "uji"))
        stack.push_async_callback(room.close)
        room.neighbourhood.arrange(doors[k], [f"127.0.0.1:{port}" for port in calls[k]], "127.0.0.1")
        await room.start()
        await room.enrol(server.url, await asyncio.to_thread(server.code, NORTH))
        room.log_in_as(Operator(f"op-{k}", "Petugas uji", "koordinator", NORTH, ""))
        rooms.append(room)
    return rooms


async def until(what: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await what():
            await asyncio.sleep(0.05)


async def details(room: Room) -> dict[str, IncidentDetail]:
    page = await room.incidents(IncidentQuery(limit=1_000))
    found = [await room.incident(i.subject) for i in page.items]
    return {d.incident.subject: d for d in found if d is not None}


async def neighbours(rooms: list[Room], expected: list[int]) -> bool:
    return [room.link().neighbours for room in rooms] == expected


async def know_each_other(rooms: list[Room]) -> bool:
    return all({r.device for r in rooms} <= set(room.store.ring.devices) for room in rooms)


async def hold_the_same(rooms: list[Room]) -> bool:
    held = [await room.store.read(carried.held) for room in rooms]
    return held[0] == held[1] == held[2]


async def show_the_same(rooms: list[Room]) -> bool:
    copies = [await details(room) for room in rooms]
    return copies[0] == copies[1] == copies[2]


@pytest.mark.slow
def test_three_rooms_without_a_centre_keep_exchanging(tmp_path: Path) -> None:
    async def journey(server: CentralServer) -> None:
        async with AsyncExitStack() as stack:
            rooms = await open_rooms(stack, server, tmp_path)
            desk, other, wall = rooms
            await until(lambda: know_each_other(rooms), 120)
            await asyncio.to_thread(server.stop)
            await until(lambda: neighbours(rooms, [1, 1, 2]), 120)

            # One writes; the others see it.
            subject = await desk.open_incident(NewIncident("Banjir jalan", "A01", PLACE))
            await until(lambda: sees(other, subject), SOON_S)
            await until(lambda: sees(wall, subject), SOON_S)

            # Two write the same field while they do not hear of each other.
            await wall.neighbourhood.stop()
            await desk.set_fields(subject, {"title": "Banjir jalan raya"})
            await other.set_fields(subject, {"title": "Banjir jalan kampung"})
            await wall.neighbourhood.start()
            await until(lambda: hold_the_same(rooms), 120)
            assert await show_the_same(rooms)
            assert (await details(wall))[subject].incident.undecided == ("title",)
            written = (await desk.store.queue()).entries
            assert written > 0

            # The centre is back: every entry has one number, and every room the same.
            await asyncio.to_thread(server.start)
            await until(lambda: numbered(rooms), 90)
            await until(lambda: show_the_same(rooms), 120)
            await numbered_once(rooms)
            assert (await details(desk))[subject].incident.undecided == ("title",)

    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:
        asyncio.run(journey(server))


async def sees(room: Room, subject: str) -> bool:
    return await room.incident(subject) is not None


async def numbered(rooms: list[Room]) -> bool:
    waiting = [(await room.store.queue()).entries for room in rooms]
    cursors = [await room.store.cursors() for room in rooms]
    return not any(waiting) and cursors[0] == cursors[1] == cursors[2]


async def numbered_once(rooms: list[Room]) -> None:
    for room in rooms:
        rows = await room.store.read(
            lambda db: db.execute("SELECT territory, n, stream, seq, void FROM entries").fetchall()
        )
        assert not any(void for *_, void in rows)
        for territory, count in Counter(t for t, *_ in rows).items():
            assert sorted(n for t, n, *_ in rows if t == territory) == list(range(1, count + 1))


# ---- rooms as processes, that find each other


class Desk:
    """A room in a process of its own."""

    def __init__(self, folder: Path, pack: Path, name: str, server: CentralServer) -> None:
        program = Path(__file__).with_name("lan_room.py")
        said = [folder, pack, name, server.url, server.code(NORTH)]
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(program), *map(str, said)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, **told: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(told), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> int:
        self._process.communicate(json.dumps({"end": True}) + "\n", 30)
        return self._process.wait(30)


def wait_for(desks: list[Desk], holds: Callable[[list[dict[str, Any]]], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not holds(seen := [desk.tell(see=True) for desk in desks]):
        assert time.monotonic() < ends, seen
        time.sleep(0.1)


@pytest.mark.slow
def test_three_desks_and_a_wall_find_each_other_and_go_on() -> None:
    names = (*NAMES[:2], "Meja 3", NAMES[2])
    with short_folder() as folder:
        pack = make_small_pack(folder / "pack")
        with central_server(folder / "central", pack) as server, ExitStack() as stack:
            desks = [Desk(folder / f"room-{k}", pack, name, server) for k, name in enumerate(names)]
            for desk in desks:
                stack.callback(desk.end)
            wait_for(desks, lambda seen: all(s["devices"] >= len(names) and s["neighbours"] == 3 for s in seen))
            server.stop()
            titles = []
            for desk, name in zip(desks, names, strict=True):
                desk.tell(open=f"Banjir, {name}")
                titles.append(f"Banjir, {name}")
            wait_for(desks, lambda seen: all(s["titles"] == sorted(titles) for s in seen))
            assert all(desk.tell(see=True)["waiting"] for desk in desks)

            server.start()
            wait_for(desks, lambda seen: not any(s["waiting"] for s in seen) and same(seen), 90)
            assert [desk.end() for desk in desks] == [0] * len(names)
            stack.pop_all()
            for desk in desks:
                with closing(sqlite3.connect(desk.folder / "room.db")) as db:
                    rows = db.execute("SELECT territory, n, void FROM entries").fetchall()
                assert not any(void for *_, void in rows)
                for territory, count in Counter(t for t, *_ in rows).items():
                    assert sorted(n for t, n, _ in rows if t == territory) == list(range(1, count + 1))


def same(seen: list[dict[str, Any]]) -> bool:
    return all(s["cursors"] == seen[0]["cursors"] and s["titles"] == seen[0]["titles"] for s in seen)


# ---- a centre that was lost


@pytest.mark.slow
def test_who_has_no_line_hears_of_the_new_epoch_next_door(tmp_path: Path) -> None:
    async def journey(server: CentralServer) -> None:
        async with AsyncExitStack() as stack:
            desk, other, wall = rooms = await open_rooms(stack, server, tmp_path)
            await until(lambda: know_each_other(rooms), 120)
            subject = await desk.open_incident(NewIncident("Banjir jalan", "A01", PLACE))
            await desk.note(subject, "sebelum")
            await until(lambda: numbered(rooms), 60)
            # The others' lines are dead; the centre comes back empty and with another key, and only the wall reaches it.
            for room in (desk, other):
                await room.uplink.stop()
            await desk.set_fields(subject, {"title": "Banjir jalan raya"})
            await asyncio.to_thread(server.stop)
            shutil.rmtree(server.data / "postgres")
            (server.data / "centre.key").unlink()
            await asyncio.to_thread(server.start)
            await until(lambda: epoch(wall, 2), 90)
            await until(lambda: numbered(rooms), 60)
            await until(lambda: show_the_same(rooms), 120)
            assert all([await epoch(room, 2) for room in rooms])
            await numbered_once(rooms)
            for room in rooms:
                root, path = room.store.ring.root, room.folder.path
                report = await asyncio.to_thread(examine, path, room.city, root, room.folder.key)
                assert report.findings == ()
            for room in (desk, other):
                await room.start()
            await until(lambda: numbered(rooms), 60)
            await numbered_once(rooms)

    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:
        asyncio.run(journey(server))


async def epoch(room: Room, number: int) -> bool:
    cursors = await room.store.cursors()
    return {NORTH, CITY} <= set(cursors) and all(cursors[t].epoch == number for t in (NORTH, CITY))
