"""A room's bulletins: what feeds hand over is asked back, still valid, the newest forecast of each place."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.domain.drafts import draft
from console.feeds.parsed import Bulletin
from console.room import Room, open_room
from console.store import projection
from tests.small_city import CITY, KELURAHAN, make_small_pack

HOUR = 3_600_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture
def room(tmp_path: Path, clock: ManualClock, loop: asyncio.AbstractEventLoop) -> Iterator[Room]:
    made = open_room(tmp_path / "room", read_city(make_small_pack(tmp_path / "pack")), clock)
    yield made
    loop.run_until_complete(made.close())


def test_handed_over_bulletins_are_asked_back(room: Room, clock: ManualClock, loop: asyncio.AbstractEventLoop) -> None:
    def do(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return loop.run_until_complete(coroutine)

    now = clock.now()
    quake = Bulletin(
        "bmkg.gempa", "q", "gempa", now, now + 24 * HOUR, "Gempa M 4,1", {"depth_km": 10}, -5.1, 100.1, CITY
    )
    early, late = (
        Bulletin("bmkg.prakiraan", f"{k}", "prakiraan", now - k * HOUR, now + 72 * HOUR, f"analisis {k}", {},
                 place=KELURAHAN[0], simulated=True)
        for k in (12, 1)
    )  # fmt: skip
    do(room.intake.take_bulletins([early, quake]))
    do(room.intake.take_bulletins([quake, late]))
    got = do(room.bulletins())
    assert [(b.headline, b.simulated, b.confirmed) for b in got] == [
        ("Gempa M 4,1", False, False),
        ("analisis 1", True, False),
    ]
    assert (got[0].lat, got[0].lon, got[0].detail, got[0].source) == (-5.1, 100.1, {"depth_km": 10}, "bmkg.gempa")
    assert [b.headline for b in do(room.bulletins(1))] == ["Gempa M 4,1"]
    clock.advance(25 * HOUR)
    assert [b.headline for b in do(room.bulletins())] == ["analisis 1"]


def test_a_subject_is_read_without_walking_its_whole_journal(room: Room, loop: asyncio.AbstractEventLoop) -> None:
    drafts = [draft("incident.noted", f"f{k}", {"text": "x"}) for k in range(2000)]
    loop.run_until_complete(room.store.append(CITY, drafts, "op-1"))

    def steps(db: sqlite3.Connection) -> int:
        """Hundreds of steps that SQLite's machine takes for one subject."""
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        db.set_progress_handler(count, 100)
        entries, _ = projection.load(db, CITY, "f7")
        db.set_progress_handler(None, 0)
        assert len(entries) == 1
        return taken

    assert loop.run_until_complete(room.store.read(steps)) < 5


def test_a_device_without_a_known_name_shows_the_beginning_of_its_id(room: Room) -> None:
    assert room.device_name("ea30bd7f00112233") == "ea30bd7f"
