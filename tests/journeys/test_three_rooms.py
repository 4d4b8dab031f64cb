"""Three rooms and a centre on a line that breaks in every way during 1,000 edits: all copies end up the same, nothing is
lost and nothing doubled."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.incident import NEXT, IncidentDetail
from console.domain.people import Operator
from console.domain.refusals import Refused
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from tests.faults.toxic import ToxicProxy
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack

EDITS = 1_000
TERRITORIES = (CITY, NORTH, SOUTH)
PLACES = {NORTH: "99.01.01.1001", SOUTH: "99.01.02.1001"}
CATEGORIES = ("D01", "D02", "A01", "A02")


class Desk:
    """Somebody at work in one room: opens incidents and changes those that the room may change, at random."""

    def __init__(self, room: Room, seed: int) -> None:
        self.room = room
        self.written: Counter[str] = Counter()
        self.notes: set[str] = set()
        self._chance = random.Random(seed)

    async def work(self, edits: int) -> None:
        for _ in range(edits):
            await self._edit(self.written.total())
            await asyncio.sleep(self._chance.uniform(0.0, 0.06))

    async def _edit(self, k: int) -> None:
        page = await self.room.incidents(IncidentQuery(limit=1_000))
        own = [i for i in page.items if self.room.territory in (CITY, i.territory)]
        if not own or self._chance.random() < 0.08:
            await self._open(k)
            return
        incident = self._chance.choice(own)
        what = self._chance.randrange(3)
        if what == 0:
            text = f"catatan {k} dari {self.room.territory}"
            await self.room.note(incident.subject, text)
            self.notes.add(text)
        elif what == 1:
            title = f"{incident.title.partition(' /')[0]} / {self.room.territory} {k}"
            await self.room.set_fields(incident.subject, {"title": title})
        else:
            try:
                await self.room.set_status(incident.subject, self._chance.choice(NEXT[incident.status]), "uji")
            except Refused as refused:
                # Another room's edit came in since the list was read; a person chooses again.
                assert refused.code == "unknown_status"
                return await self._edit(k)
        self.written[incident.subject] += 1

    async def _open(self, k: int) -> None:
        place = PLACES.get(self.room.territory) or self._chance.choice(list(PLACES.values()))
        new = NewIncident(f"Kejadian {k}", self._chance.choice(CATEGORIES), place)
        self.written[await self.room.open_incident(new)] += 1


async def open_desks(stack: AsyncExitStack, server: CentralServer, proxy: ToxicProxy, folder: Path) -> list[Desk]:
    city = read_city(make_small_pack(folder / "pack"))
    desks = []
    for k, territory in enumerate(TERRITORIES):
        room = open_room(folder / f"room-{k}", city, SystemClock(), identity=Identity(territory, territory, "uji"))
        stack.push_async_callback(room.close)
        await room.start()
        await room.enrol(proxy.url, await asyncio.to_thread(server.code, territory))
        room.log_in_as(Operator(f"op-{k}", "Petugas uji", "koordinator", territory, ""))
        desks.append(Desk(room, seed=k))
    return desks


async def break_everything(server: CentralServer, proxy: ToxicProxy) -> None:
    """What lines and servers do, one after the other, while people work."""
    await asyncio.sleep(1.5)
    for cut, size in (("rst", 300), ("fin", 150), ("rst", 700)):
        proxy.cut, proxy.cut_after = cut, size  # type: ignore[assignment]
        await asyncio.sleep(1.5)
        proxy.cut_after = 0
        await asyncio.sleep(1.0)
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(2.0)
    await asyncio.to_thread(server.start)
    await asyncio.sleep(2.0)
    proxy.down = True
    await asyncio.sleep(2.0)
    proxy.down = False
    await asyncio.sleep(1.0)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(1.0)
    await asyncio.to_thread(server.start)


async def settled(desks: list[Desk]) -> None:
    """Until every room holds the same order of every journal, with nothing waiting."""
    async with asyncio.timeout(120):
        while True:
            cursors = [await d.room.store.cursors() for d in desks]
            waiting = [(await d.room.store.queue()).entries for d in desks]
            if not any(waiting) and cursors[0] and all(c == cursors[0] for c in cursors):
                return
            await asyncio.sleep(0.2)


async def everything(room: Room) -> dict[str, IncidentDetail]:
    page = await room.incidents(IncidentQuery(limit=10_000))
    assert page.total == len(page.items)
    details = [await room.incident(i.subject) for i in page.items]
    return {d.incident.subject: d for d in details if d is not None}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_three_rooms_agree_after_a_line_that_broke_during_a_thousand_edits(tmp_path: Path) -> None:
    async def journey(server: CentralServer, proxy: ToxicProxy) -> None:
        async with AsyncExitStack() as stack:
            desks = await open_desks(stack, server, proxy, tmp_path)
            await asyncio.gather(break_everything(server, proxy), *(d.work(300) for d in desks))
            proxy.down = True
            await asyncio.gather(*(d.work(edits) for d, edits in zip(desks, (33, 33, 34), strict=True)))
            assert min([(await d.room.store.queue()).entries for d in desks]) >= 30
            proxy.down = False
            await settled(desks)
            await same_everywhere(desks)
            assert proxy.cuts >= 3

    with (
        short_folder() as folder,
        central_server(folder / "central", make_small_pack(folder / "pack")) as server,
        ToxicProxy(int(server.url.rsplit(":", 1)[1])) as proxy,
    ):
        asyncio.run(journey(server, proxy))


async def same_everywhere(desks: list[Desk]) -> None:
    copies = [await everything(d.room) for d in desks]
    assert copies[0] == copies[1] == copies[2]
    assert any(d.incident.undecided for d in copies[0].values())
    written: Counter[str] = sum((d.written for d in desks), Counter())
    assert written.total() == EDITS
    assert {subject: len(d.story) for subject, d in copies[0].items()} == dict(written)
    events = [e for d in copies[0].values() for e in d.story]
    assert all(e.n is not None and not e.void for e in events)
    notes = Counter(e.text for e in events if e.text)
    assert set(notes) == set().union(*(d.notes for d in desks))
    assert set(notes.values()) == {1}
