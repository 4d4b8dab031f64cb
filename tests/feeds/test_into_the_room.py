"""From a source into a real room: incidents, readings and bulletins, and nothing twice."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.commands.feed import read_once
from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.views import IncidentQuery
from console.feeds.catalogue import simulated_feeds
from console.feeds.run import FeedRunner
from console.feeds.settings import FeedsMisconfigured
from console.feeds.simserver import SimServer
from console.feeds.simulator import Simulator
from console.room import Room, open_room
from console.store.folder import Identity

NOW = 1795428030000
ROW = {
    "service_request_id": "1", "service_code": "D01", "description": "Asap tebal", "lat": "-4.99", "long": 100.01,
    "requested_datetime": "2026-11-23T06:37:38+07:00", "address": "Jl. Uji 1",
}  # fmt: skip


def room_at(folder: Path, city: City, now: int = NOW) -> Room:
    return open_room(folder, city, ManualClock(now), identity=Identity(city.code, city.name, "uji"))


def once(folder: Path, city: City, source: str, file: Path) -> dict[str, Any]:
    return asyncio.run(read_once(room_at(folder, city), source, file, ""))


def incidents(folder: Path, city: City) -> list[tuple[str, str, str, str, bool]]:
    async def work() -> list[tuple[str, str, str, str, bool]]:
        room = room_at(folder, city)
        page = await room.incidents(IncidentQuery())
        await room.close()
        return [(i.title, i.category, i.place, i.status, i.simulated) for i in page.items]

    return asyncio.run(work())


def test_a_file_read_twice_opens_an_incident_once(city: City, tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    file.write_text(json.dumps([ROW, ROW | {"service_request_id": "2", "lat": -6.9, "long": 107.6}]))
    first, again = (once(tmp_path / "room", city, "open311", file) for _ in range(2))
    assert first == again
    assert first["taken"] == 1 and first["faults"] == {"angka berupa teks": 1, "di luar kota": 1}
    assert incidents(tmp_path / "room", city) == [("Asap tebal", "D01", "99.01.01.1001", "baru", False)]
    file.write_text(json.dumps([ROW | {"status": "closed"}]))
    once(tmp_path / "room", city, "open311", file)
    assert [i[3] for i in incidents(tmp_path / "room", city)] == ["selesai"]


def test_what_is_in_order_and_left_aside_is_no_fault(city: City, tmp_path: Path) -> None:
    file = tmp_path / "gempa.json"
    quake = {"DateTime": "2026-11-23T00:00:00+00:00", "Coordinates": "4.74,125.30", "Magnitude": "5.2"}
    file.write_text(json.dumps({"Infogempa": {"gempa": quake}}))
    result = once(tmp_path / "room", city, "bmkg-gempa", file)
    assert result["faults"] == {} and result["left_aside"] == {"gempa tidak relevan": 1}


def test_an_unknown_source_is_refused_in_words(city: City, tmp_path: Path) -> None:
    with pytest.raises(FeedsMisconfigured, match="pilih: bmkg-gempa"):
        once(tmp_path / "room", city, "apa", tmp_path / "x")


def test_a_source_of_the_rooms_own_list_is_read_by_name(city: City, tmp_path: Path) -> None:
    (tmp_path / "requests.json").write_text(json.dumps([ROW | {"service_code": "006"}]))
    room = room_at(tmp_path / "room", city)
    listed = (
        f'[[feed]]\nkind = "open311"\nname = "aduan"\nwhere = ["{tmp_path}/requests.json"]\nservices = {{006 = "A01"}}'
    )
    (room.folder.path / "feeds.toml").write_text(listed)
    result = asyncio.run(read_once(room, "aduan", None, ""))
    assert result["source"] == "aduan" and result["taken"] == 1
    assert [i[1] for i in incidents(tmp_path / "room", city)] == ["A01"]


def test_a_simulated_city_fills_a_room_and_says_so(city: City, tmp_path: Path) -> None:
    async def work() -> None:
        room = room_at(tmp_path / "room", city)
        simulator = Simulator(city, 1, NOW - 1_200_000, pace=200.0)
        with SimServer(simulator, room.clock) as server:
            runner = FeedRunner(simulated_feeds(simulator, server.url), room.intake, room.clock, city, room.territory)
            await runner.start()
            async with asyncio.timeout(20):
                while any(f.last_ok is None for f in runner.states()):
                    await asyncio.sleep(0.02)
            await runner.stop()
        latest, page = await room.latest(), await room.incidents(IncidentQuery())
        await room.close()
        assert all(f.simulated or not f.taken for f in runner.states())
        assert set(latest) == {s.code for s in city.sensors} and all(r.simulated for r in latest.values())
        assert len(page.items) > 3 and all(i.simulated for i in page.items)

    asyncio.run(work())
