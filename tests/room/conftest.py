"""Rooms of the made-up city, each on a folder of its own, with a clock that moves when told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.people import Operator
from console.room import Room, open_room
from console.store.folder import Identity
from tests.coroutines import pytest_pyfunc_call  # noqa: F401 - a hook of this folder
from tests.small_city import CITY, make_small_pack

MONDAY = int(datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp() * 1000)
"""Monday, 23 November 2026, 10:00 in Jakarta."""


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(make_small_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
def open_one(city: City, clock: ManualClock, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """Opens rooms that are closed at the end; by default city hall's, with a coordinator at the desk."""
    opened: list[Room] = []

    def one(territory: str = CITY, role: str = "koordinator", root: str = "", demo: bool = False) -> Room:
        identity = Identity(territory, "Ruang uji", "uji", root=root)
        room = open_room(tmp_path / f"room{len(opened)}", city, clock, identity=identity, demo=demo)
        if role:
            room.log_in_as(Operator("op-1", "Petugas Satu", role, territory, ""))
        opened.append(room)
        return room

    yield one
    for room in opened:
        asyncio.run(room.close())


@pytest.fixture
def room(open_one: Callable[..., Room]) -> Room:
    return open_one()
