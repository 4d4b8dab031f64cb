"""The made-up city, and a sink that keeps what feeds bring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.city import City
from console.domain.reading import Frame
from console.domain.refusals import Refused
from console.feeds.parsed import Bulletin, Report
from tests.small_city import make_small_pack


class Kept:
    """A sink in memory. While `full`, it refuses as a room with a full disk does."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.frames: list[Frame] = []
        self.bulletins: list[Bulletin] = []
        self.full = False

    async def take_reports(self, reports: Sequence[Report]) -> None:
        self._room()
        self.reports += reports

    async def take_frames(self, frames: Sequence[Frame]) -> None:
        self._room()
        self.frames += frames

    async def take_bulletins(self, bulletins: Sequence[Bulletin]) -> None:
        self._room()
        self.bulletins += bulletins

    def _room(self) -> None:
        if self.full:
            raise Refused("disk_full")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(make_small_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture
def sink() -> Kept:
    return Kept()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recorded samples beside the project; they are never part of it."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("../shared/samples is not beside the project")
    return folder
