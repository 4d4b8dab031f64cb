"""Many rooms that lost the same centre and come back to it at once: it does not fall over, and all of them drain."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
import requests

from console.central.enrol import make_code
from console.central.keys import CITY as CITY_KEY
from console.central.keys import load
from console.central.postgres import EmbeddedPostgres
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack

EDITS = 5
PLACES = {NORTH: "99.01.01.1001", SOUTH: "99.01.02.1001"}
AT_ONCE = 8
"""Rooms that are set up side by side; the crowd comes later."""
ANSWER_S = 10.0
"""The centre must answer a stranger's question for its health within this, on two busy cores, all the way through."""


def codes(server: CentralServer, count: int) -> list[tuple[str, str]]:
    """Territories and one-time codes for that many rooms, half in each kecamatan."""
    key = load(server.data / CITY_KEY).public
    territories = [(NORTH, SOUTH)[k % 2] for k in range(count)]
    with psycopg.connect(EmbeddedPostgres(server.data).dsn(), autocommit=True) as db:
        return [(t, make_code(db, key, t, "kecamatan", SystemClock().now())) for t in territories]


async def open_crowd(stack: AsyncExitStack, server: CentralServer, folder: Path, count: int) -> list[Room]:
    city, gate = read_city(folder / "pack"), asyncio.Semaphore(AT_ONCE)

    async def one(k: int, territory: str, code: str) -> Room:
        async with gate:
            identity = Identity(territory, f"ruang {k}", "")
            room = open_room(folder / f"room-{k}", city, SystemClock(), identity=identity)
            stack.push_async_callback(room.close)
            await room.enrol(server.url, code)
            room.log_in_as(Operator(f"op-{k}", "Petugas uji", "koordinator", territory, ""))
            return room

    issued = await asyncio.to_thread(codes, server, count)
    return list(await asyncio.gather(*(one(k, t, code) for k, (t, code) in enumerate(issued))))


async def work(rooms: list[Room]) -> set[str]:
    """Every room opens incidents; their subjects."""

    async def one(room: Room) -> list[str]:
        new = NewIncident("Pohon tumbang", "D02", PLACES[room.territory])
        return [await room.open_incident(new) for _ in range(EDITS)]

    opened = await asyncio.gather(*(one(room) for room in rooms))
    return {subject for each in opened for subject in each}


async def drained(rooms: list[Room]) -> float:
    """Until every room holds the same order with nothing waiting; the seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(60 + 2 * len(rooms)):
        while True:
            await asyncio.sleep(0.5)
            if any([(await room.store.queue()).entries for room in rooms]):
                continue
            cursors = [await room.store.cursors() for room in rooms]
            if all(c == cursors[0] for c in cursors):
                return time.monotonic() - began


async def watch(url: str, slowest: list[float]) -> None:
    """Ask the centre for its health once a second; every answer must come, and be good."""

    def ask() -> float:
        began = time.monotonic()
        requests.get(f"{url}/v1/health", timeout=ANSWER_S).raise_for_status()
        return time.monotonic() - began

    while True:
        slowest.append(await asyncio.to_thread(ask))
        await asyncio.sleep(1.0)


async def come_back(server: CentralServer, folder: Path, count: int) -> None:
    async with AsyncExitStack() as stack:
        rooms = await open_crowd(stack, server, folder, count)
        await drained(rooms)
        await asyncio.to_thread(server.kill)
        subjects = await work(rooms)
        assert len(subjects) == EDITS * count
        assert sum([(await room.store.queue()).entries for room in rooms]) >= EDITS * count
        await asyncio.to_thread(server.start)
        answers: list[float] = []
        watching = asyncio.create_task(watch(server.url, answers))
        seconds = await drained(rooms)
        assert not watching.done(), watching.exception()
        watching.cancel()
        assert server.process is not None
        assert server.process.poll() is None
        await check_all(rooms, subjects)
        print(f"{count} rooms drained in {seconds:.1f} s; slowest answer {max(answers):.2f} s")


async def check_all(rooms: list[Room], subjects: set[str]) -> None:
    """Every room holds everybody's incidents, each opened once and numbered, and nothing else."""
    opened = "SELECT stream || '-' || seq FROM entries WHERE kind = 'incident.opened' AND n IS NOT NULL AND void = ''"
    for room in rooms:
        held = Counter(row[0] for row in await room.store.read(lambda db: db.execute(opened).fetchall()))
        assert held == Counter(subjects)
        numbers = {t: c.n for t, c in (await room.store.cursors()).items()}
        assert numbers[NORTH] + numbers[SOUTH] >= len(subjects)
        assert numbers[CITY] >= len(rooms)


def crowd_comes_back(count: int) -> None:
    with (
        short_folder() as folder,
        central_server(folder / "central", make_small_pack(folder / "pack")) as server,
    ):
        asyncio.run(come_back(server, folder, count))


@pytest.mark.slow
def test_forty_rooms_come_back_to_one_centre_at_once() -> None:
    crowd_comes_back(40)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_two_hundred_rooms_come_back_to_one_centre_at_once() -> None:
    crowd_comes_back(200)
