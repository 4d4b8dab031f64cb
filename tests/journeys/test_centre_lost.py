"""Three rooms whose centre is lost in every way that a centre can be: they notice, offer back what it lost, and all copies
end up the same, with nothing missing, nothing doubled, and one calm sentence meanwhile."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from console.central.backup import backup, restore
from console.central.postgres import EmbeddedPostgres
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.incident import IncidentDetail
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack

TERRITORIES = (CITY, NORTH, SOUTH)
PLACES = {CITY: "99.01.01.1002", NORTH: "99.01.01.1001", SOUTH: "99.01.02.1001"}


class Watch:
    """Three rooms at work, what their people saw as saved, and whether each said that the centre is being restored."""

    def __init__(self, server: CentralServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.rooms: dict[str, Room] = {}
        self.notes: Counter[str] = Counter()
        self.incidents: dict[str, str] = {}
        self.said: dict[str, set[str]] = {t: set() for t in TERRITORIES}

    async def open(self, territory: str, name: str = "") -> Room:
        city = read_city(make_small_pack(self.folder / "pack"))
        room = open_room(
            self.folder / (name or territory), city, SystemClock(), identity=Identity(territory, territory, "")
        )
        self.rooms[name or territory] = room
        self.said.setdefault(name or territory, set())
        await room.start()
        if not room.uplink.enrolled:
            await room.enrol(self.server.url, await asyncio.to_thread(self.server.code, territory))
        room.log_in_as(Operator("op-1", "Petugas uji", "koordinator", territory, ""))
        room.notices.subscribe(lambda _: self.listen(name or territory))
        return room

    def listen(self, name: str) -> None:
        self.said[name] |= {s.code for s in self.rooms[name].states()}

    async def close(self, name: str) -> None:
        await self.rooms.pop(name).close()

    async def write(self, mark: str, count: int = 3, only: tuple[str, ...] = TERRITORIES) -> None:
        """Every room opens an incident, and notes on it and, where it may, on the others'."""
        for name in only:
            room = self.rooms[name]
            title = f"{mark} di {name}"
            subject = await room.open_incident(NewIncident(title, "D02", PLACES[room.territory]))
            self.incidents[subject] = title
            page = await room.incidents(IncidentQuery(limit=1_000))
            mine = [i for i in page.items if room.territory in (CITY, i.territory)]
            for k in range(count):
                text = f"catatan {k}, {mark}, {name}"
                await room.note(mine[k % len(mine)].subject, text)
                self.notes[text] += 1

    async def settled(self, seconds: float = 60) -> None:
        """Until every room holds the same order, with nothing waiting and nothing to say about the centre."""

        async def same() -> bool:
            cursors = [await room.store.cursors() for room in self.rooms.values()]
            places = [{t: (c.n, c.hash) for t, c in found.items()} for found in cursors]
            waiting = [(await room.store.queue()).entries for room in self.rooms.values()]
            said = {s.code for room in self.rooms.values() for s in room.states()}
            return bool(
                not any(waiting) and set(TERRITORIES) <= set(places[0]) and all(p == places[0] for p in places)
                and not said & {"centre_recovering", "centre_forked", "revoked", "line_cut"}
            )  # fmt: skip

        await until(same, seconds)

    async def whole(self) -> None:
        """Everything that anybody saw as saved is everywhere, once, with a number, and the same everywhere."""
        copies = [await details(room) for room in self.rooms.values()]
        assert all(copy == copies[0] for copy in copies)
        assert {s: d.incident.title for s, d in copies[0].items()} == self.incidents
        events = [e for d in copies[0].values() for e in d.story]
        assert Counter(e.text for e in events if e.text) == self.notes
        assert len(events) == len(self.incidents) + self.notes.total()
        assert all(e.n is not None and not e.void for e in events)

    def epochs(self) -> dict[str, int]:
        """The centre's present epoch of each territory."""
        postgres = EmbeddedPostgres(self.server.data)
        with psycopg.connect(postgres.start(own=False)) as db:
            return dict(db.execute("SELECT territory, epoch FROM heads").fetchall())


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def details(room: Room) -> dict[str, IncidentDetail]:
    page = await room.incidents(IncidentQuery(limit=10_000))
    found = [await room.incident(i.subject) for i in page.items]
    return {d.incident.subject: d for d in found if d is not None}


@asynccontextmanager
async def watch(server: CentralServer, folder: Path) -> AsyncIterator[Watch]:
    at_work = Watch(server, folder)
    try:
        for territory in TERRITORIES:
            await at_work.open(territory)
        await at_work.write("sebelum cadangan")
        await at_work.settled()
        yield at_work
    finally:
        for room in at_work.rooms.values():
            await room.close()


@pytest.fixture
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


def journey(server: CentralServer, folder: Path, work: Callable[[Watch], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(240), watch(server, folder) as at_work:
            await work(at_work)

    asyncio.run(whole())


def copy_data(server: CentralServer, to: Path) -> None:
    """What somebody does who copies the folder of a stopped server."""
    subprocess.run(["cp", "-a", str(server.data), str(to)], check=True)


def put_back(server: CentralServer, copy: Path) -> None:
    shutil.rmtree(server.data)
    subprocess.run(["cp", "-a", str(copy), str(server.data)], check=True)


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_restored_from_yesterdays_copy_by_the_command(server: CentralServer, tmp_path: Path) -> None:
    async def work(at_work: Watch) -> None:
        await asyncio.to_thread(backup, server.data, tmp_path / "kemarin.pusat")
        await at_work.write("sesudah cadangan", 8)
        await at_work.settled()
        await asyncio.to_thread(server.stop)
        await at_work.write("pusat mati")
        await asyncio.to_thread(restore, server.data, tmp_path / "kemarin.pusat")
        await asyncio.to_thread(server.start)
        await at_work.settled()
        await at_work.whole()
        assert set(at_work.epochs().values()) == {1}
        assert all("centre_recovering" in said and "centre_forked" not in said for said in at_work.said.values())

    journey(server, tmp_path, work)


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_put_back_behind_its_back_and_already_written_to(server: CentralServer, tmp_path: Path) -> None:
    async def work(at_work: Watch) -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(copy_data, server, tmp_path / "salinan")
        await asyncio.to_thread(server.start)
        await at_work.settled()
        await at_work.close(NORTH)
        await at_work.write("sesudah salinan", 8, (CITY, SOUTH))
        await until_numbered(at_work)
        await asyncio.to_thread(server.stop)
        for name in (CITY, SOUTH):
            await at_work.rooms[name].uplink.stop()
        await asyncio.to_thread(put_back, server, tmp_path / "salinan")
        await asyncio.to_thread(server.start)
        await at_work.open(NORTH)
        await at_work.write("pusat sudah berjalan lagi", 4, (NORTH,))
        await until_numbered(at_work, (NORTH,))
        for name in (CITY, SOUTH):
            await at_work.rooms[name].start()
        await at_work.settled()
        await at_work.whole()
        epochs = at_work.epochs()
        assert epochs[NORTH] == 2 and epochs[SOUTH] == 1
        assert "centre_recovering" in at_work.said[CITY]

    journey(server, tmp_path, work)


async def until_numbered(at_work: Watch, names: tuple[str, ...] = (CITY, SOUTH)) -> None:
    async def numbered() -> bool:
        return not any([(await at_work.rooms[name].store.queue()).entries for name in names])

    await until(numbered)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("key_lost", [False, True], ids=["key kept", "key lost"])
def test_emptied(server: CentralServer, tmp_path: Path, key_lost: bool) -> None:
    async def work(at_work: Watch) -> None:
        await at_work.write("sesudahnya", 8)
        await at_work.settled()
        await asyncio.to_thread(server.stop)
        await at_work.write("pusat mati")
        shutil.rmtree(server.data / "postgres")
        if key_lost:
            (server.data / "centre.key").unlink()
        await asyncio.to_thread(server.start)
        await at_work.settled()
        await at_work.whole()
        epochs = at_work.epochs()
        assert epochs == ({t: 2 for t in TERRITORIES} if key_lost else {CITY: 2, NORTH: 1, SOUTH: 1})
        assert all("centre_recovering" in said for said in at_work.said.values())
        assert "centre_forked" not in set().union(*at_work.said.values())
        # Who joins later gets all of it too, lost orders included.
        await at_work.open(SOUTH, "kedua")
        await at_work.settled()
        await at_work.whole()

    journey(server, tmp_path, work)


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_restored_again_and_again_while_rooms_come_and_go(server: CentralServer, tmp_path: Path, seed: int) -> None:
    """At random: writing, rooms that leave the line and come back, copies of the centre, and older copies put back."""
    chance = random.Random(seed)

    async def work(at_work: Watch) -> None:
        copies: list[Path] = []
        restores = 0
        for step in range(14):
            for room in at_work.rooms.values():
                await (room.start() if chance.random() < 0.6 else room.uplink.stop())
            await at_work.write(f"langkah {step}", chance.randrange(1, 5), (chance.choice(TERRITORIES),))
            await asyncio.sleep(chance.uniform(0, 0.8))
            if chance.random() < 0.3 or not copies:
                copies.append(tmp_path / f"{step}.pusat")
                await asyncio.to_thread(backup, server.data, copies[-1])
            elif chance.random() < 0.4:
                restores += 1
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(restore, server.data, chance.choice(copies))
                await asyncio.to_thread(server.start)
        for room in at_work.rooms.values():
            await room.start()
        await at_work.settled(90)
        await at_work.whole()
        assert restores and max(at_work.epochs().values()) - 1 <= restores
        assert "centre_forked" not in set().union(*at_work.said.values())

    journey(server, tmp_path, work)
