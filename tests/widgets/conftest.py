"""What the tests of panels and of the shell share: a made-up city, a clock that moves when told, and a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from tests.small_city import make_small_pack
from widgets.shell.docks import configure_docking


class StandingLoop(qasync.QEventLoop):
    """Counts as running between runs too: the test runner handles Qt's events between the phases of a test, and tasks
    that go on meanwhile must find their loop."""

    def run_forever(self) -> object:
        try:
            return super().run_forever()
        finally:
            asyncio._set_running_loop(self)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    configure_docking()
    made = StandingLoop(qapp, already_running=False)
    asyncio.set_event_loop(made)
    asyncio._set_running_loop(made)
    yield made
    asyncio._set_running_loop(None)
    made.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def city(tmp_path: Path) -> City:
    return read_city(make_small_pack(tmp_path / "pack"))
