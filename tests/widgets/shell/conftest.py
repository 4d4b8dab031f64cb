"""A real room on a temporary folder, in a real window with plain panels, on Qt's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.people import Operator
from console.room import Room, open_room
from tests.small_city import CITY
from widgets.parts.theme import read_theme
from widgets.shell import app
from widgets.shell.errors import ErrorDesk
from widgets.shell.preferences import Preferences
from widgets.shell.window import ConsoleWindow
from widgets.shell.workspaces import Dock, Workspace

PATIENCE_S = 30.0
"""A bound for what never comes; on a busy machine what does come may take its time."""
PLAIN = "tests.widgets.shell.plain_panel:PlainPanel"
LISTED = (
    Workspace(
        "situasi",
        "F1",
        "Situasi",
        "view-dashboard-outline",
        (
            Dock("queue", "Perlu ditangani", PLAIN, share=1, first=True),
            Dock("map", "Peta", PLAIN, "right", share=3),
        ),
    ),
    Workspace("kejadian", "F2", "Kejadian", "format-list-bulleted", (Dock("list", "Kejadian", PLAIN),)),
)


@pytest.fixture
def room(loop: asyncio.AbstractEventLoop, city: City, clock: ManualClock, tmp_path: Path) -> Iterator[Room]:
    made = open_room(tmp_path / "room", city, clock)
    made.log_in_as(Operator("op-1", "Operator Uji", "koordinator", CITY, "$argon2id$tidak-dipakai"))
    yield made
    loop.run_until_complete(made.close())


@pytest.fixture
def window(loop: asyncio.AbstractEventLoop, room: Room) -> Iterator[ConsoleWindow]:
    made = ConsoleWindow(room, LISTED, read_theme("dark"), Preferences(), "uji")
    made.resize(1366, 768)
    yield made
    loop.run_until_complete(made.shut())
    made.deleteLater()


@pytest.fixture
def until(loop: asyncio.AbstractEventLoop) -> Callable[[Callable[[], bool]], None]:
    """Let Qt and asyncio run until something holds; fails after PATIENCE_S."""

    def wait(holds: Callable[[], bool]) -> None:
        async def watch() -> None:
            while not holds():
                await asyncio.sleep(0.02)

        loop.run_until_complete(asyncio.wait_for(watch(), PATIENCE_S))

    return wait


@pytest.fixture
def shown(window: ConsoleWindow, until: Callable[[Callable[[], bool]], None]) -> ConsoleWindow:
    """The window on screen, with every panel of its first workspace."""
    window.show()
    until(lambda: len(window.page("situasi").panels()) == 2)
    return window


@pytest.fixture
def desk(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErrorDesk]:
    # The application is the tests' own; only its desk and its panels are this test's.
    monkeypatch.setattr(app, "workspaces", lambda city_hall: LISTED)
    made = ErrorDesk(qapp)
    yield made
    made.setParent(None)
    qInstallMessageHandler(None)
