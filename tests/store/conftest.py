"""A store on a folder of its own, over the made-up city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.keys import DeviceKey
from console.store.store import Store
from tests.coroutines import pytest_pyfunc_call  # noqa: F401 - a hook of this folder
from tests.small_city import make_small_pack

ROOT = DeviceKey.from_bytes(b"r" * 32)
DEVICE = DeviceKey.from_bytes(b"d" * 32)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(make_small_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def open_store(city: City, clock: ManualClock, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens stores that are closed at the end; by default one on the test's folder."""
    opened: list[Store] = []

    def open_one(folder: Path = tmp_path, key: DeviceKey = DEVICE) -> Store:
        folder.mkdir(exist_ok=True)
        opened.append(Store(folder, city, ROOT.public, key, "uji", clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()
