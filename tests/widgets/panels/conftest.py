"""The real panels in the real window, over a real room on a temporary folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.views import NewIncident
from console.room import Room, open_room
from tests.small_city import CITY, KELURAHAN, NORTH
from widgets.parts.theme import read_theme
from widgets.shell.preferences import Preferences
from widgets.shell.window import ConsoleWindow
from widgets.shell.workspaces import Dock, Workspace

LISTED = (
    Workspace(
        "situasi",
        "F1",
        "Situasi",
        "view-dashboard-outline",
        (
            Dock("queue", "Perlu ditangani", "widgets.panels.queue:QueuePanel", first=True),
            Dock("charts", "Tren", "widgets.panels.charts:ChartsPanel", "right"),
            Dock("ranking", "Kecamatan", "widgets.panels.ranking:RankingPanel", "bottom"),
            Dock("bulletins", "Prakiraan", "widgets.panels.bulletins:BulletinsPanel", "bottom", "queue"),
        ),
        strip="widgets.panels.figures:FiguresPanel",
    ),
    Workspace(
        "kejadian",
        "F2",
        "Kejadian",
        "format-list-bulleted",
        (
            Dock("list", "Kejadian", "widgets.panels.incidents:IncidentsPanel"),
            Dock("detail", "Rincian", "widgets.panels.detail:DetailPanel", "right"),
        ),
    ),
    Workspace("tren", "F5", "Tren", "chart-line", (Dock("trends", "Tren", "widgets.panels.trends:TrendsPanel"),)),
    Workspace("sinkron", "F10", "Sinkron", "sync", (Dock("sync", "Sinkron", "widgets.panels.sync:SyncPanel"),)),
)
PATIENCE_S = 30.0
"""A bound for what never comes; on a busy machine what does come may take its time."""
Until = Callable[[Callable[[], bool]], None]


class Desk:
    """The window with hands: runs the room's coroutines, waits, presses keys where the focus is."""

    def __init__(self, window: ConsoleWindow, room: Room, loop: asyncio.AbstractEventLoop) -> None:
        self.window, self.room, self._loop = window, room, loop

    def do(self, coroutine):
        return self._loop.run_until_complete(coroutine)

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < ends, "it never came to hold"
            self.do(asyncio.sleep(0.02))

    def go(self, workspace: str) -> dict[str, QWidget]:
        """Show a workspace and wait for its panels' first data; the panels by class name."""
        self.window.go(workspace)
        page = self.window.page(workspace)
        self.do(page.build_rest())
        self.do(asyncio.wait_for(asyncio.gather(*(panel.settled() for panel in page.panels())), PATIENCE_S))
        return {type(panel).__name__: panel for panel in page.panels()}

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._soon(lambda: QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers))

    def type(self, text: str) -> None:
        self._soon(lambda: QTest.keyClicks(QApplication.focusWidget() or self.window, text))

    def _soon(self, act: Callable[[], object]) -> None:
        """Act while the loop runs, as a person does: what a key starts finds its loop running."""
        self._loop.call_soon(act)
        self.do(asyncio.sleep(0.05))

    def open(self, title: str, category: str = "D01", place: str = KELURAHAN[0], **fields) -> str:
        return self.do(self.room.open_incident(NewIncident(title=title, category=category, place=place, **fields)))

    def select(self, subject: str) -> None:
        self.window.context.select_incident(subject)

    def detail(self, subject: str):
        return self.do(self.room.incident(subject))


def activated(window: QWidget) -> bool:
    """Ask for the keyboard, since one asking may pass unheard; whether the window has it."""
    window.activateWindow()
    return window.isActiveWindow()


@pytest.fixture
def role() -> str:
    return "koordinator"


@pytest.fixture
def room(loop: asyncio.AbstractEventLoop, city: City, clock: ManualClock, tmp_path: Path, role: str) -> Iterator[Room]:
    made = open_room(tmp_path / "room", city, clock)
    made.log_in_as(Operator("op-1", "Operator Uji", role, CITY, ""))
    yield made
    loop.run_until_complete(made.close())


@pytest.fixture
def desk(loop: asyncio.AbstractEventLoop, room: Room) -> Iterator[Desk]:
    window = ConsoleWindow(room, LISTED, read_theme("dark"), Preferences(), "uji")
    window.resize(1366, 768)
    window.show()
    made = Desk(window, room, loop)
    made.until(lambda: activated(window))
    made.go("situasi")
    yield made
    loop.run_until_complete(window.shut())
    window.deleteLater()


@pytest.fixture
def readings(room: Room, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    """Puts simulated minutes of rain at Utara into the room: values in mm/h, None for a missing one, newest last."""

    def put(*values: float | None, end: int | None = None, sensor: str = "990101-hujan") -> None:
        last = (room.clock.now() if end is None else end) // 60_000
        frames = [
            Frame(NORTH, "simulasi", last - len(values) + 1 + k, 1, (sensor,), (0,),
                  ((None if value is None else round(value * 10),),), (0,), True)
            for k, value in enumerate(values)
        ]  # fmt: skip
        loop.run_until_complete(room.store.take_frames(frames))

    return put
