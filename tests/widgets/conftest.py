"""What the tests of panels and of the shell share: a made-up city, a clock that moves when told, and patience."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from tests.small_city import make_small_pack


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def city(tmp_path: Path) -> City:
    return read_city(make_small_pack(tmp_path / "pack"))
