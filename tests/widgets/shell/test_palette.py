"""Ctrl+K finds places, incidents, sensors and commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.domain.views import NewIncident
from console.room import Room
from tests.small_city import KELURAHAN, NORTH
from widgets.shell.palette import Find, best
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]


def _find(title: str, detail: str = "") -> Find:
    return Find("uji", title, detail, "", lambda: None)


def test_a_title_counts_before_a_detail() -> None:
    found = best("dago", [_find("Lebak Siliwangi", "Dago"), _find("Dago", "Coblong"), _find("Antapani")])
    assert [one.title for one in found] == ["Dago", "Lebak Siliwangi"]


def test_a_place_is_chosen_with_the_keyboard_alone(shown: ConsoleWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shown.finder.isVisible()
    qtbot.keyClicks(shown.finder.field, "utara")
    assert shown.finder.model.finds[0].title == "Utara"
    qtbot.keyClick(shown.finder.field, Qt.Key.Key_Return)
    assert not shown.finder.isVisible()
    assert shown.context.territory == NORTH


def test_arrows_move_the_choice(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.finder.open()
    qtbot.keyClicks(shown.finder.field, "laut")
    assert [find.title for find in shown.finder.model.finds[:2]] == ["Barat Laut", "Timur Laut"]
    qtbot.keyClick(shown.finder.field, Qt.Key.Key_Down)
    qtbot.keyClick(shown.finder.field, Qt.Key.Key_Return)
    assert shown.context.territory == KELURAHAN[1]


def test_an_incident_is_found_by_its_words(
    shown: ConsoleWindow, room: Room, loop: asyncio.AbstractEventLoop, qtbot: QtBot, until: Until
) -> None:
    new = NewIncident(title="Pohon roboh di gang", category="D02", place=KELURAHAN[0])
    subject = loop.run_until_complete(room.open_incident(new))
    shown.finder.open()
    qtbot.keyClicks(shown.finder.field, "roboh")
    until(lambda: any(find.title == new.title for find in shown.finder.model.finds))
    shown.finder.choose()
    assert (shown.context.incident, shown.workspace) == (subject, "kejadian")
    until(lambda: shown.header.scope() == new.title)


def test_a_sensor_is_found_by_name(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.finder.open()
    qtbot.keyClicks(shown.finder.field, "tma kali")
    shown.finder.choose()
    assert shown.context.sensor == "990101-tma"


def test_nothing_found_is_harmless(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.finder.open()
    qtbot.keyClicks(shown.finder.field, "zzzz")
    shown.finder.choose()
    assert shown.finder.isVisible()
