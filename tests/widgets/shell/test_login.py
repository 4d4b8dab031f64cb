"""Logging in, locking and leaving: over the workspace, in one sentence, with nothing to be done meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.people import Operator
from console.room import Room
from tests.small_city import CITY
from widgets.parts.file_form import ask_folder
from widgets.shell.acts import WITHOUT_OPERATOR
from widgets.shell.host import PanelHost
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]
PASSWORD = "sandi-uji"


def _enlist(room: Room) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    room.store.ring.operators["op-9"] = Operator("op-9", "Petugas Uji", "operator", CITY, quick.hash(PASSWORD))


def test_nobody_logged_in_means_a_covered_workspace_and_no_commands(
    shown: ConsoleWindow, room: Room, until: Until
) -> None:
    room.log_out()
    until(shown.login.isVisible)
    assert shown.login.size() == shown.stack.size()
    assert not shown.commands.run("plain.press")
    assert shown.header.isVisible()


def test_a_wrong_password_is_one_sentence_and_a_right_one_opens(
    shown: ConsoleWindow, room: Room, until: Until, qtbot: QtBot
) -> None:
    _enlist(room)
    shown.session.sign_out()
    qtbot.keyClicks(shown.login.name, "Petugas Uji")
    qtbot.keyClick(shown.login.name, Qt.Key.Key_Return)
    qtbot.keyClicks(shown.login.password, "salah")
    qtbot.keyClick(shown.login.password, Qt.Key.Key_Return)
    until(lambda: bool(shown.login.fault.text()))
    assert shown.login.fault.text().startswith("Nama atau sandi tidak cocok")
    assert shown.login.password.text() == ""
    qtbot.keyClicks(shown.login.password, PASSWORD)
    qtbot.keyClick(shown.login.password, Qt.Key.Key_Return)
    until(lambda: not shown.login.isVisible())
    assert room.operator is not None
    assert room.operator.id == "op-9"
    assert shown.commands.run("plain.press")
    until(lambda: shown.header.operator() == "Petugas Uji")


def test_an_empty_password_is_not_even_tried(shown: ConsoleWindow) -> None:
    shown.session.sign_out()
    shown.login.submit()
    assert shown.login.fault.text() == "Isi nama dan sandi."


def test_locking_keeps_the_name_and_signs_out(shown: ConsoleWindow, room: Room, until: Until) -> None:
    shown.commands.run("session.lock")
    until(shown.login.isVisible)
    assert shown.login.name.text() == "Operator Uji"
    assert room.operator is None


def test_a_locked_screen_shows_no_workspace_whichever_is_asked_for(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.session.lock()
    qtbot.keyClick(shown, Qt.Key.Key_F2)
    middle = shown.stack.mapTo(shown, shown.stack.rect().center())
    for at in (middle, middle / 2):
        found = shown.childAt(at)
        assert found is shown.login or shown.login.isAncestorOf(found)


def test_a_locked_screen_finds_nothing(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.session.lock()
    qtbot.keyClick(shown, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    shown.header.searchAsked.emit()
    assert not shown.finder.isVisible()
    assert {command.id for command in shown.commands.all()} <= WITHOUT_OPERATOR


def test_escape_does_not_unlock(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.session.lock()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.login.isVisible()


def test_a_locked_screen_does_not_name_what_was_selected(shown: ConsoleWindow, qtbot: QtBot) -> None:
    # The word that must go stands first: on a narrow screen, or in a wide font, the title's end is cut anyway.
    shown.header.show_scope("Rumah Ibu A terbakar")
    assert "Rumah" in _header_buttons(shown)
    shown.session.lock()
    qtbot.waitUntil(lambda: "Rumah" not in _header_buttons(shown))


def _header_buttons(window: ConsoleWindow) -> str:
    return " ".join(button.text() for button in window.header.findChildren(QPushButton) if button.isVisible())


def test_who_has_no_password_is_not_locked_out(shown: ConsoleWindow, room: Room) -> None:
    room.log_in_as(Operator("demo", "Operator Demo", "koordinator", CITY, ""))
    for leave in (shown.session.lock, shown.session.sign_out, shown.session.change):
        leave()
        assert room.operator is not None
        assert not shown.login.isVisible()


def test_a_title_from_outside_is_text_in_the_header(shown: ConsoleWindow) -> None:
    shown.header.show_scope("Gas & api <img src='file:///x'>")
    [scope] = [b for b in shown.header.findChildren(QPushButton) if "Esc" in b.text()]
    assert scope.text().startswith("Gas && api")
    assert scope.shortcut().isEmpty(), "an ampersand in a title became a key"
    assert "<img" not in scope.toolTip() and "&lt;img" in scope.toolTip()


def _float(window: ConsoleWindow, dock: str) -> QWidget:
    """Tear a panel out of its dock into a window of its own; the panel. (Without a window system the docking library hides
    that window whenever another is activated, so what is looked at is whether it would be seen in it.)"""
    page = window.page("situasi")
    [panel] = [host.panel for host in page.findChildren(PanelHost) if host.dock.id == dock]
    page.docks._docks[dock].setFloating()
    assert panel.window() is not window and panel.isVisibleTo(panel.window())
    return panel


def test_a_panel_that_floats_is_covered_while_the_screen_is_locked(
    shown: ConsoleWindow, room: Room, until: Until
) -> None:
    panel = _float(shown, "map")
    floating = panel.window()
    panel.field.setFocus()
    shown.session.lock()
    assert not panel.isVisibleTo(floating) and floating.focusWidget() is None
    seen = [label.text() for label in floating.findChildren(QLabel) if label.isVisibleTo(floating)]
    assert seen == ["Layar dikunci."]
    room.log_in_as(Operator("op-1", "Operator Uji", "koordinator", CITY, "x"))
    until(lambda: panel.isVisibleTo(floating))
    assert "Layar dikunci." not in [
        label.text() for label in floating.findChildren(QLabel) if label.isVisibleTo(floating)
    ]


def test_a_layout_that_comes_back_while_the_screen_is_locked_shows_nothing(
    shown: ConsoleWindow, room: Room, until: Until
) -> None:
    panel, page = _float(shown, "map"), shown.page("situasi")
    saved = page.save_layout()
    page.reset_layout()
    until(lambda: panel.window() is shown and panel.isVisible())
    shown.session.lock()
    assert page.restore_layout(saved)
    until(lambda: panel.window() is not shown)
    assert not panel.isVisibleTo(panel.window())
    room.log_in_as(Operator("op-1", "Operator Uji", "koordinator", CITY, "x"))
    until(lambda: panel.isVisibleTo(panel.window()))


def test_the_lock_closes_the_finder_and_file_forms(shown: ConsoleWindow, until: Until) -> None:
    shown.finder.open()
    ask_folder(shown, "Folder", "", lambda _folder: None)
    assert shown.finder.isVisible() and shown.findChild(QFileDialog).isVisible()
    shown.session.lock()
    assert not shown.finder.isVisible()
    until(lambda: shown.findChild(QFileDialog) is None)
    assert shown.login.password.hasFocus()
