"""Layouts are remembered; broken ones do no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QWidget

from widgets.shell.page import WorkspacePage
from widgets.shell.pages import Pages
from widgets.shell.preferences import FILE, Preferences, read_preferences, write_preferences
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]


def _widths(window: ConsoleWindow) -> list[int]:
    return [panel.width() for panel in window.page("situasi").panels()]


def test_panels_share_the_room_as_listed(shown: ConsoleWindow) -> None:
    queue, chart = _widths(shown)
    assert chart / queue == pytest.approx(3, rel=0.05)


def test_a_layout_comes_back(shown: ConsoleWindow) -> None:
    page = shown.page("situasi")
    page.share_out([1, 1])
    saved, halves = page.save_layout(), _widths(shown)
    page.reset_layout()
    assert _widths(shown) != halves
    assert page.restore_layout(saved)
    assert _widths(shown) == pytest.approx(halves, abs=2)


@pytest.mark.expect_log("layout_not_restored")
@pytest.mark.qt_log_ignore("qUncompress")
@pytest.mark.parametrize("broken", [b"nonsense", b"<?xml version='1.0'?><QtAdvancedDockingSystem/>"])
def test_a_broken_layout_falls_back(shown: ConsoleWindow, broken: bytes) -> None:
    page = shown.page("situasi")
    assert not page.restore_layout(broken)
    queue, chart = _widths(shown)
    assert chart / queue == pytest.approx(3, rel=0.05)


def test_preferences_come_back(tmp_path: Path) -> None:
    kept = Preferences(
        theme="light", language="en", workspace="kejadian", locked=True, motion=False, layouts={"situasi": b"\0\xff"}
    )
    write_preferences(tmp_path, kept)
    assert read_preferences(tmp_path) == kept


def test_no_preferences_are_the_defaults(tmp_path: Path) -> None:
    assert read_preferences(tmp_path) == Preferences()


@pytest.mark.expect_log("window_preferences_unreadable")
@pytest.mark.parametrize("broken", [b"{", b'{"theme": 3}', b"\0" * 2_000_000])
def test_broken_preferences_are_the_defaults(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / FILE).write_bytes(broken)
    assert read_preferences(tmp_path) == Preferences()


@pytest.mark.expect_log("window_preferences_unwritten")
def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    write_preferences(tmp_path / "missing", Preferences())
    assert not (tmp_path / "missing").exists()


def test_the_lock_is_remembered(shown: ConsoleWindow) -> None:
    shown.commands.run("layout.lock")
    assert shown.remembered().locked
    assert "dikunci" in shown.said.text()


def _rect(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


def _far(one: QRect, other: QRect) -> int:
    return max(abs(a - b) for a, b in zip(one.getRect(), other.getRect(), strict=True))


def _standing(window: ConsoleWindow, preferences: Preferences, until: Until) -> WorkspacePage:
    """The first workspace as the first paint shows it, in a stack of its own."""
    pages = Pages(tuple(window.stack.listed.values()), window.room, window.bridge, window.context, preferences, window)
    pages.resize(1200, 700)
    pages.show_page("situasi", docked=False)
    pages.show()
    page = pages.page("situasi")
    until(lambda: page.width() == 1200 and page.panels()[0].height() > 100)
    return page


@pytest.mark.parametrize("shares", [(), (3, 2)])
def test_the_first_panel_does_not_move_when_the_docks_come(
    window: ConsoleWindow, until: Until, shares: tuple[int, ...]
) -> None:
    preferences = Preferences()
    window.show()
    if shares:
        before = _standing(window, preferences, until)
        before.docks.show()
        before.share_out(shares)
        before.parentWidget().remember()
    page = _standing(window, preferences, until)
    [panel] = page.panels()
    title = next(label for label in page.findChildren(QLabel) if label.text() == "Perlu ditangani")
    stood, titled = _rect(panel, page), _rect(title, page)
    page.docks.show()
    until(lambda: page.docks.isVisible() and page.docks.width() > 1000)
    assert page.panels() == [panel]
    assert _far(stood, _rect(panel, page)) <= 2
    label = next(
        found for found in page.findChildren(QLabel) if found.text() == "Perlu ditangani" and found.isVisible()
    )
    assert (titled.center() - _rect(label, page).center()).manhattanLength() <= 6


def test_what_a_panel_said_of_itself_stays_in_its_title(window: ConsoleWindow, until: Until) -> None:
    window.show()
    page = _standing(window, Preferences(), until)
    page.panels()[0].subtitleChanged.emit("3 terbuka")
    page.docks.show()
    assert "3 terbuka" in [label.text() for label in page.docks.findChildren(QLabel, "subtitle")]
