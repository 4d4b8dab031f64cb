"""The frame: what comes first, what keys do, what the header and banner say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.domain.clock import ManualClock
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.views import LinkState, NewIncident
from console.room import Room
from tests.small_city import CITY, KELURAHAN, NORTH
from tests.widgets.shell.conftest import PATIENCE_S
from tests.widgets.shell.plain_panel import PlainPanel
from widgets.panels.queue import QueuePanel
from widgets.parts.theme import read_theme
from widgets.shell.preferences import Preferences
from widgets.shell.screenshots import screenshots
from widgets.shell.window import ConsoleWindow
from widgets.shell.workspaces import Dock, Workspace

QUEUE_FIRST = (
    Workspace(
        "situasi",
        "F1",
        "Situasi",
        "view-dashboard-outline",
        (Dock("queue", "Perlu ditangani", "widgets.panels.queue:QueuePanel", share=1, first=True),),
    ),
)
Until = Callable[[Callable[[], bool]], None]


async def _open(room: Room, title: str, category: str = "D01") -> str:
    return await room.open_incident(NewIncident(title=title, category=category, place=KELURAHAN[0]))


def test_only_what_the_first_paint_needs_is_built_before_it(window: ConsoleWindow, until: Until) -> None:
    page = window.page("situasi")
    assert len(page.panels()) == 1
    window.show()
    until(lambda: len(page.panels()) == 2)
    assert window.page("kejadian").panels() == []


def test_function_keys_change_workspace(shown: ConsoleWindow, qtbot: QtBot, until: Until) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_F2)
    until(lambda: len(shown.page("kejadian").panels()) == 1)
    assert shown.workspace == "kejadian"
    assert shown.stack.currentWidget() is shown.page("kejadian")


def test_counts_follow_the_room(
    shown: ConsoleWindow, room: Room, loop: asyncio.AbstractEventLoop, until: Until
) -> None:
    loop.run_until_complete(_open(room, "Asap"))
    until(lambda: shown.header.counts() == ("1", "0", "0"))
    until(lambda: shown.rail.count("kejadian") == 1)


def test_a_panel_brings_its_commands(shown: ConsoleWindow, qtbot: QtBot) -> None:
    first = shown.page("situasi").panels()[0]
    assert isinstance(first, PlainPanel)
    assert shown.commands.run("plain.press")
    panels = [p for p in shown.page("situasi").panels() if isinstance(p, PlainPanel)]
    assert sum(p.pressed for p in panels) == 1


def test_selecting_names_the_scope_and_escape_lets_go(shown: ConsoleWindow, qtbot: QtBot, until: Until) -> None:
    shown.context.select_territory(NORTH)
    assert shown.header.scope() == "Utara"
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.context.territory == ""
    assert shown.header.scope() == ""


def test_typing_in_a_field_runs_no_command(shown: ConsoleWindow, qtbot: QtBot) -> None:
    first = shown.page("situasi").panels()[0]
    assert isinstance(first, PlainPanel)
    first.field.setFocus()
    qtbot.keyClicks(first.field, "apa?")
    assert first.field.text() == "apa?"
    assert not shown.sheet.isVisible()


def test_the_key_sheet_lists_every_key(shown: ConsoleWindow) -> None:
    shown.commands.run("keys.show")
    assert shown.sheet.isVisible()
    shown.escape()
    assert not shown.sheet.isVisible()


def test_a_room_without_a_centre_says_so(shown: ConsoleWindow) -> None:
    assert any("belum didaftarkan" in text for text in shown.banner.texts())


def test_first_data_is_awaited_aloud_until_it_comes(
    shown: ConsoleWindow, room: Room, clock: ManualClock, loop: asyncio.AbstractEventLoop, until: Until
) -> None:
    shown.banner.toggle()
    assert not any("data pertama" in text for text in shown.banner.texts())
    live = LinkState("langsung", clock.now(), 0, None, None, 0, 0)
    shown.watch.on_latest({}, live)
    assert any("data pertama" in text for text in shown.banner.texts())
    minute = clock.now() // 60_000
    frame = Frame(NORTH, "uji", minute, 0, ("990101-tma",), (0,), ((120,),), (0,))
    loop.run_until_complete(room.store.record_frames([frame]))
    until(lambda: not any("data pertama" in text for text in shown.banner.texts()))


def test_a_refusal_is_a_sentence_and_not_an_error_window(shown: ConsoleWindow, room: Room, until: Until) -> None:
    room.log_in_as(Operator("op-2", "Pimpinan Uji", "pimpinan", CITY, ""))
    shown.bridge.ask(_open(room, "Asap"), None, shown)
    until(lambda: "tidak boleh" in shown.said.text())
    assert shown.errors.open == {}


def test_the_alarm_line_calls_for_an_unattended_p1_and_falls_quiet(
    shown: ConsoleWindow, room: Room, clock: ManualClock, loop: asyncio.AbstractEventLoop, until: Until
) -> None:
    subject = loop.run_until_complete(_open(room, "Rumah terbakar"))
    until(lambda: shown.header.counts()[0] == "1")
    assert not shown.alarm.isVisible()
    clock.advance(100_000)
    until(shown.alarm.isVisible)
    assert "Rumah terbakar" in shown.alarm.text()
    assert "belum diakui" in shown.alarm.text()
    shown.commands.run("alarm.open")
    assert (shown.context.incident, shown.workspace) == (subject, "kejadian")
    loop.run_until_complete(room.set_status(subject, "terverifikasi"))
    until(lambda: not shown.alarm.isVisible())


def test_every_workspace_is_pictured_at_every_size(
    shown: ConsoleWindow, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    paths = loop.run_until_complete(screenshots(shown, tmp_path, ((1366, 768), (1920, 1080))))
    assert {path.name for path in paths} == {
        f"{name}-{size}.png" for name in ("situasi", "kejadian") for size in ("1366x768", "1920x1080")
    }
    image = QImage(str(tmp_path / "situasi-1920x1080.png"))
    assert (image.width(), image.height()) == (1920, 1080)
    assert len({image.pixel(x, y) for x in range(0, 1920, 7) for y in (20, 500)}) > 20


def test_a_wide_picture_is_a_dense_one(shown: ConsoleWindow, loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    loop.run_until_complete(screenshots(shown, tmp_path, ((3840, 2160),)))
    image = QImage(str(tmp_path / "situasi-3840x2160.png"))
    assert (image.width(), image.height()) == (3840, 2160)
    assert (shown.width(), shown.height()) == (1920, 1080)
    # The header is twice as high as on an ordinary screen.
    ground = image.pixel(3000, 60)
    assert image.pixel(3000, 84) == ground


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_look_changes_while_open(shown: ConsoleWindow, name: str) -> None:
    from widgets.parts.theme import read_theme

    shown.set_theme(read_theme(name))
    assert shown.context.theme.name == name
    assert shown.remembered().theme == name


def test_the_first_panels_have_their_data_before_the_window_is_shown(
    room: Room, loop: asyncio.AbstractEventLoop
) -> None:
    loop.run_until_complete(_open(room, "Asap"))
    made = ConsoleWindow(room, QUEUE_FIRST, read_theme("dark"), Preferences(), "uji")
    try:
        loop.run_until_complete(made.settled(PATIENCE_S))
        [queue] = made.page("situasi").panels()
        assert isinstance(queue, QueuePanel)
        assert queue.list.rows.rowCount() == 1
        assert not made.isVisible()
    finally:
        loop.run_until_complete(made.shut())
        made.deleteLater()


def test_what_does_not_come_keeps_the_window_waiting_no_longer_than_said(
    window: ConsoleWindow, loop: asyncio.AbstractEventLoop
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    [panel] = window.page("situasi").panels()
    panel.settled = never
    loop.run_until_complete(asyncio.wait_for(window.settled(0.01), PATIENCE_S))
