"""A kelurahan office that never had a line: enrolled by a file, begun by a bundle, a month at work on sticks alone. In the
end the centre, the city hall and the office hold the same, readings included."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.domain.incident import NEXT
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.views import IncidentQuery, NewIncident
from console.room import Room, known_pack, open_room
from console.store.folder import Folder
from console.sync.stick.exporting import Made, Order
from console.sync.stick.stick import Taken
from console.sync.uplink import introduce
from console.wire.enrolment import fingerprint
from console.wire.messages import FramePage
from tests.central.desk import now_ms
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack

ROOT = Path(__file__).resolve().parents[2]
PLACE = "99.01.01.1001"
OFFICE = "Kantor Kelurahan Barat Laut"
DAY, MINUTE = 86_400_000, 60_000
DAYS = 30
LOST_ON, LONG_DAY = 14, 9
"""The day whose stick is lost, and the day on which more was written than one push takes."""


def simpul(*arguments: object) -> dict[str, Any]:
    """A command of the program, as its own process; what it answered in JSON."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = msgspec.json.decode(done.stdout)
    return answer


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


class Office:
    """Somebody at work in the office, with sensors on the roof; remembers what was saved."""

    def __init__(self, room: Room, clock: ManualClock) -> None:
        self.room = room
        self._clock = clock
        self._chance = random.Random(7)
        self.titles: list[str] = []
        self.minutes: set[int] = set()

    async def day(self, number: int) -> None:
        for k in range(self._chance.randint(1, 3)):
            await self._open(f"Laporan {number}.{k}")
        page = await self.room.incidents(IncidentQuery(limit=500))
        for incident in self._chance.sample(page.items, min(3, len(page.items))):
            await self.room.set_status(incident.subject, NEXT[incident.status][0], "uji")
        if number == LONG_DAY:
            for k in range(260):
                await self.room.note(page.items[0].subject, f"catatan {k}")
        await self._measure()

    async def _open(self, title: str) -> None:
        await self.room.open_incident(NewIncident(title, "A01", PLACE))
        self.titles.append(title)

    async def _measure(self) -> None:
        first = self._clock.now() // MINUTE
        made = [
            Frame(NORTH, "simulasi", first + k, 1, ("990101-tma",), (0,), ((self._chance.randint(0, 90),),), (0,), True)
            for k in range(6)
        ]
        self.minutes |= {f.minute for f in made}
        await self.room.store.record_frames(made)


class Courier:
    """Carries sticks both ways between two rooms."""

    def __init__(self, office: Room, hall: Room, stick: Path) -> None:
        self.office, self.hall, self.stick = office, hall, stick
        self.sent: list[Made] = []
        self.lost = -1

    async def pack(self) -> Path:
        file, made = await self.office.bundles.stick.export(self.stick, Order(CITY))
        self.sent.append(made)
        return file

    async def deliver(self, file: Path) -> Taken:
        """To the hall, from there to the centre, and back with what the centre said; receipts both ways."""
        there = await self.hall.bundles.stick.take(file, self.stick)
        result = await self.hall.sync_now()
        assert not result.problem or result.problem == "clock_wrong", result
        back, _ = await self.hall.bundles.stick.export(self.stick, Order(OFFICE))
        here = await self.office.bundles.stick.take(back, self.stick)
        await self.office.bundles.stick.take(Path(there.receipt), None)
        await self.hall.bundles.stick.take(Path(here.receipt), None)
        return there


def enrol_office(server: CentralServer, folder: Path) -> tuple[Path, str]:
    """The office's request goes to the centre on a stick; its folder and the city's fingerprint."""
    data, request = folder / "kantor", folder / "permintaan.json"
    made = simpul("enrol", "--request", request, "--name", OFFICE, "--data", data)
    place = ("--data", server.data, "--city", server.pack)
    enrolled = simpul("central", "enrol", NORTH, "--request", request, *place)
    assert enrolled["device"] == made["device"]
    again = simpul("central", "enrol", NORTH, "--request", request, *place)
    assert again == enrolled
    forged = request.read_text().replace(OFFICE, "Kantor Palsu")
    (folder / "palsu.json").write_text(forged)
    refused = run("central", "enrol", NORTH, "--request", folder / "palsu.json", *place)
    assert refused.returncode == 2 and "ditandatangani" in refused.stderr and refused.stderr.count("\n") == 1
    return data, enrolled["print"]


def open_hall(server: CentralServer, path: Path, clock: ManualClock) -> Room:
    folder = Folder.open(path)
    try:
        asyncio.run(introduce(folder, server.url, server.code(CITY), "Balai Kota", clock))
    finally:
        folder.close()
    pack = known_pack(path)
    assert pack is not None
    return open_room(path, read_city(pack), clock)


async def first_bundle(hall: Room, stick: Path) -> Path:
    await hall.sync_now()
    file, made = await hall.bundles.stick.export(stick, Order(OFFICE))
    assert {"journal", "order", "pack", "receipt"} <= {s.kind for s in made.manifest.sections}
    return file


def begin_office(data: Path, file: Path, city_print: str) -> None:
    """The first bundle makes the folder a room, if the fingerprint is the city's."""
    for wrong, word in (((), "sidik kota"), (("--print", "0000-0000-0000"), "tidak cocok")):
        refused = run("bundle", "import", file, "--data", data, *wrong)
        assert refused.returncode == 2 and word in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr
        assert not (data / "room.json").exists()
    shown = simpul("bundle", "show", file)
    assert shown["target"] == OFFICE and shown["ranges"][CITY][0] == 0 and shown["contents"]["pack"]["count"] == 1
    taken = simpul("bundle", "import", file, "--data", data, "--print", city_print)
    assert taken["held"] > 0 and taken["journals"][CITY] > 0 and Path(taken["receipt"]).exists()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_an_office_works_a_month_on_sticks_alone(tmp_path: Path) -> None:
    with (
        short_folder() as folder,
        central_server(folder / "central", make_small_pack(folder / "pack")) as server,
    ):
        clock = ManualClock(now_ms() - DAYS * DAY)
        data, city_print = enrol_office(server, tmp_path)
        hall = open_hall(server, tmp_path / "balai", clock)
        assert city_print == fingerprint(bytes.fromhex(hall.folder.identity.root))  # type: ignore[union-attr]
        stick = tmp_path / "stik"
        stick.mkdir()

        async def month() -> None:
            async with AsyncExitStack() as rooms:
                rooms.push_async_callback(hall.close)
                file = await first_bundle(hall, stick)
                await asyncio.to_thread(begin_office, data, file, city_print)
                pack = known_pack(data)
                assert pack == data / "pack"
                office = open_room(data, read_city(pack), clock)
                rooms.push_async_callback(office.close)
                assert (office.territory, office.name) == (NORTH, OFFICE)
                await work(server, office, hall, clock, stick)

        asyncio.run(month())


async def work(server: CentralServer, office: Room, hall: Room, clock: ManualClock, stick: Path) -> None:
    office.log_in_as(Operator("op-1", "Petugas uji", "koordinator", NORTH, ""))
    hall.log_in_as(Operator("op-2", "Petugas kota", "koordinator", CITY, ""))
    desk, courier = Office(office, clock), Courier(office, hall, stick)
    notes: list[str] = []
    for day in range(1, DAYS + 1):
        clock.advance(DAY)
        await desk.day(day)
        if day % 5 == 0:
            await hall.open_incident(NewIncident(f"Dari balai {day}", "A02", PLACE))
            there = await courier.deliver(await courier.pack())
            notes += [n.code for n in there.arrived.notes]
        elif day == LOST_ON:
            courier.lost = len(courier.sent)
            await courier.pack()
    # What the last trip brought back says what the centre said; one more and both have it.
    clock.advance(MINUTE)
    await courier.deliver(await courier.pack())
    await agree(server, office, hall, desk)
    assert notes == ["missing"] * notes.count("missing") and notes.count("missing") >= 1
    await carried_once(courier)


async def carried_once(courier: Courier) -> None:
    """Receipts keep bundles short: nothing that arrived was carried again, and what the lost stick held went once more."""
    delivered = [made.entries for k, made in enumerate(courier.sent) if k != courier.lost]
    written = await courier.office.store.read(
        lambda db: db.execute(
            "SELECT COUNT(*) FROM entries JOIN streams USING (stream) WHERE device = ?", (courier.office.device,)
        ).fetchone()[0]
    )
    assert sum(delivered) == written
    assert courier.sent[-1].entries == 0 < courier.sent[courier.lost].entries
    assert max(len(made.data) for made in courier.sent) < 40_000


async def agree(server: CentralServer, office: Room, hall: Room, desk: Office) -> None:
    assert (await office.store.queue()).entries == (await hall.store.queue()).entries == 0
    assert await office.store.cursors() == await hall.store.cursors()
    pages = [await room.incidents(IncidentQuery(limit=1000)) for room in (office, hall)]
    assert sorted(i.subject for i in pages[0].items) == sorted(i.subject for i in pages[1].items)
    here = {i.subject: await office.incident(i.subject) for i in pages[0].items}
    assert here == {i.subject: await hall.incident(i.subject) for i in pages[1].items}
    titles = sorted(i.title for i in pages[0].items)
    assert [t for t in titles if t.startswith("Laporan")] == sorted(desk.titles)
    assert sum(len(d.story) for d in here.values() if d is not None) > 260
    assert await asyncio.to_thread(minutes_at_centre, server) == desk.minutes
    assert await hall.store.frames_outbox(1) == await office.store.frames_outbox(1) == []


def minutes_at_centre(server: CentralServer) -> set[int]:
    device = server.enrol(CITY)
    with device.guard() as guard:
        page = guard.call("GET", f"{server.url}/v1/frames?limit=2000", FramePage).value
    return {f.minute for f in page.frames}
