"""What every kind of map does: colours, marks, choice by pointer and key, themes, and honesty about its data."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import qasync
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from maps.district_map import DistrictMap
from maps.painted import PaintedMap
from maps.scene import Marker
from maps.viewport import unit_point

SIDE = 0.02
QUARTER = 0.27
"""Off the middle of a square, where neither its label nor its border lies."""


def middle_of(number: int, off: float = 0.5) -> tuple[float, float]:
    """lat, lon within square `number` (from 1) of the chequered city of four columns."""
    row, column = divmod(number - 1, 4)
    return SIDE * (row + off), 100 + SIDE * (column + off)


@pytest.fixture
def shown(open_map: Any, city: Any, dark: Any) -> DistrictMap:
    return open_map(city, dark)


@pytest.fixture
def spot(ask: Any) -> Callable[[Any, tuple[float, float]], QPoint]:
    """Where a (lat, lon) lies on a map, in its pixels."""

    def find(shown: Any, place: tuple[float, float]) -> QPoint:
        if isinstance(shown, PaintedMap):
            return shown.view.to_pixel(unit_point(*place)).toPoint()
        found = ask(shown, f"JSON.stringify(map_simpul.latLngToContainerPoint({list(place)}))")
        return QPoint(round(found["x"]), round(found["y"]))

    return find


def pointed(shown: Any) -> QWidget:
    """The widget that takes the pointer and the keys."""
    target = shown
    while target.focusProxy() is not None:
        target = target.focusProxy()
    return target


def picture(shown: QWidget) -> QImage:
    return shown.grab().toImage()


def colour_at(shown: QWidget, point: QPoint) -> str:
    return picture(shown).pixelColor(point).name()


def count(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def is_hatched(image: QImage, theme: Any) -> bool:
    """Lines lighter than the ground on it, and no colour of the ramp."""
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    ground = QColor(theme.panel).lightness()
    lines = sum(QColor(colour).lightness() > ground + 10 for colour in colours)
    return lines > 0 and not colours & {step.lower() for step in theme.ramp}


def test_load_colours_territories_by_class_and_hatches_those_without(
    shown: Any, dark: Any, spot: Any, until_settled: Any
) -> None:
    shown.show_load({"99.01.01": 0, "99.01.02": 7, "99.01.03": 12}, "terbuka")
    until_settled(shown)
    for number, step in ((1, 0), (2, 2), (3, 4)):
        assert colour_at(shown, spot(shown, middle_of(number, QUARTER))) == dark.ramp[step].lower()
    bare = spot(shown, middle_of(6, QUARTER))
    assert is_hatched(picture(shown).copy(bare.x() - 9, bare.y() - 9, 18, 18), dark)
    legend = shown.legend()
    assert (legend.title, legend.low, legend.high, legend.missing) == ("terbuka", "0", "14", "tanpa data")
    shown.show_load({f"99.01.{n:02d}": 1 for n in range(1, 13)}, "terbuka")
    assert shown.legend().missing == ""


def test_a_load_without_any_value_is_all_hatched(shown: Any, dark: Any, spot: Any, until_settled: Any) -> None:
    at = spot(shown, middle_of(6, QUARTER))
    assert colour_at(shown, at) == dark.land.lower()
    shown.show_load({}, "terbuka")
    until_settled(shown)
    at = spot(shown, middle_of(6, QUARTER))
    assert is_hatched(picture(shown).copy(at.x() - 9, at.y() - 9, 18, 18), dark)


def test_kelurahan_codes_colour_kelurahan(
    open_map: Any, split_city: Any, dark: Any, spot: Any, until_settled: Any
) -> None:
    shown = open_map(split_city, dark)
    shown.show_load({"99.01.06.1001": 4, "99.01.06": 4, "99.01.06.1002": 0}, "terbuka")
    until_settled(shown)
    lat, lon = SIDE, 100 + SIDE
    assert colour_at(shown, spot(shown, (lat + 0.002, lon + 0.002))) == dark.ramp[4].lower()
    assert colour_at(shown, spot(shown, (lat + 0.012, lon + 0.002))) == dark.ramp[0].lower()


def test_a_click_on_land_selects_the_territory(qtbot: QtBot, shown: Any, spot: Any) -> None:
    with qtbot.waitSignal(shown.selected, timeout=20_000) as chosen:
        QTest.mouseClick(pointed(shown), Qt.MouseButton.LeftButton, pos=spot(shown, middle_of(7)))
    assert chosen.args == ["territory", "99.01.07"]


def test_a_click_on_a_mark_selects_the_mark_and_not_the_land(
    qtbot: QtBot, shown: Any, spot: Any, until_settled: Any
) -> None:
    place = middle_of(6)
    shown.show_markers("sensor", [Marker("air", *middle_of(1), "sensor"), Marker("under", *place, "sensor")])
    shown.show_markers("incident", [Marker("f1", *place, "P2", "Banjir")])
    until_settled(shown)
    with qtbot.waitSignal(shown.selected, timeout=20_000) as chosen:
        QTest.mouseClick(pointed(shown), Qt.MouseButton.LeftButton, pos=spot(shown, place))
    assert chosen.args == ["incident", "f1"]
    with qtbot.waitSignal(shown.selected, timeout=20_000) as chosen:
        QTest.mouseClick(pointed(shown), Qt.MouseButton.LeftButton, pos=spot(shown, middle_of(1)))
    assert chosen.args == ["sensor", "air"]


def test_marks_have_the_colour_of_their_priority_and_leave_again(
    shown: Any, dark: Any, spot: Any, until_settled: Any
) -> None:
    shapes = ["P1", "P2", "P3", "P4"]
    shown.show_markers("incident", [Marker(s, *middle_of(n, QUARTER), s) for n, s in enumerate(shapes, start=1)])  # type: ignore[arg-type]
    until_settled(shown)
    for number, colour in enumerate((dark.p1, dark.p2, dark.p3, dark.p4), start=1):
        at = spot(shown, middle_of(number, QUARTER))
        assert count(picture(shown).copy(at.x() - 12, at.y() - 12, 24, 24), colour) > 8
    shown.show_markers("incident", [])
    until_settled(shown)
    assert count(picture(shown), dark.p1) == 0


def test_the_selection_is_outlined_and_can_be_taken_away(shown: Any, dark: Any, until_settled: Any) -> None:
    assert count(picture(shown), dark.accent) == 0
    shown.select("territory", "99.01.06")
    until_settled(shown)
    assert count(picture(shown), dark.accent) > 100
    shown.select("territory", None)
    until_settled(shown)
    assert count(picture(shown), dark.accent) == 0


def test_selecting_emits_nothing(qtbot: QtBot, shown: Any, until_settled: Any) -> None:
    with qtbot.assertNotEmitted(shown.selected, wait=100):
        shown.select("territory", "99.01.06")
        until_settled(shown)


def test_what_is_selected_outside_the_view_is_brought_in(shown: Any, spot: Any, until_settled: Any) -> None:
    shown.show_markers("incident", [Marker("far", *middle_of(12), "P1")])
    shown.focus_territory("99.01.01")
    until_settled(shown)
    assert not shown.rect().contains(spot(shown, middle_of(12)))
    shown.select("incident", "far")
    until_settled(shown)
    assert shown.rect().contains(spot(shown, middle_of(12)))
    shown.focus_territory(None)
    until_settled(shown)
    assert all(shown.rect().contains(spot(shown, middle_of(n))) for n in (1, 4, 9, 12))


def test_themes_change_at_once_and_keep_the_data(shown: Any, light: Any, spot: Any, until_settled: Any) -> None:
    shown.show_load({"99.01.01": 0, "99.01.02": 4}, "terbuka")
    shown.set_theme(light)
    until_settled(shown)
    assert colour_at(shown, QPoint(4, 4)) == light.panel.lower()
    assert colour_at(shown, spot(shown, middle_of(2, QUARTER))) == light.ramp[4].lower()


def test_simulated_data_says_so(shown: Any, until_settled: Any) -> None:
    corner = (shown.width() - 120, 0, 120, 40)
    before = picture(shown).copy(*corner)
    shown.set_simulated(True)
    until_settled(shown)
    assert shown.badge() == "SIMULASI"
    assert picture(shown).copy(*corner) != before


def test_the_map_says_what_its_boundaries_are_worth(shown: Any) -> None:
    assert "Batas skematis, bukan batas resmi" in shown.note()
    assert shown.city.attribution in shown.note()


def test_arrows_walk_from_territory_to_territory(qtbot: QtBot, shown: Any, until_settled: Any) -> None:
    shown.select("territory", "99.01.06")
    until_settled(shown)
    shown.activateWindow()
    shown.setFocus()
    qtbot.wait(50)
    walk = [(Qt.Key.Key_Right, "99.01.07"), (Qt.Key.Key_Up, "99.01.11"), (Qt.Key.Key_Left, "99.01.10")]
    for key, code in walk:
        with qtbot.waitSignal(shown.selected, timeout=20_000) as chosen:
            QTest.keyClick(pointed(shown), key)
        assert chosen.args == ["territory", code]
        shown.select(*chosen.args)
        until_settled(shown)


def test_hundreds_of_marks_move_and_settle(shown: Any, until_settled: Any) -> None:
    chance = random.Random(7)
    for _ in range(3):
        marks = [
            Marker(f"i{n}", chance.uniform(0, 0.06), chance.uniform(100, 100.08), "P3", f"Kejadian {n}")
            for n in range(600)
        ]
        shown.show_markers("incident", marks)
        until_settled(shown)


def test_settled_can_be_awaited(qapp: QApplication, shown: Any, dark: Any) -> None:
    loop = qasync.QEventLoop(qapp)
    with loop:
        shown.show_load({"99.01.01": 1}, "terbuka")
        loop.run_until_complete(asyncio.wait_for(shown.settled(), 60))
    assert shown.is_settled()


def test_a_drag_moves_the_map_and_selects_nothing(qtbot: QtBot, shown: Any, spot: Any, until_settled: Any) -> None:
    target, start = pointed(shown), QPoint(300, 180)
    before = spot(shown, middle_of(6))
    with qtbot.assertNotEmitted(shown.selected, wait=50):
        QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
        for step in (10, 25, 40):
            move_held(target, start + QPoint(step, step))
            qtbot.wait(30)
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 40))
        qtbot.wait(50)
    moved = spot(shown, middle_of(6)) - before
    assert moved.x() > 20 and moved.y() > 20


def move_held(target: QWidget, at: QPoint) -> None:
    """A pointer move with the left button down, which QTest cannot send."""
    place = QPointF(at)
    kind, button = QEvent.Type.MouseMove, Qt.MouseButton
    event = QMouseEvent(
        kind, place, QPointF(target.mapToGlobal(at)), button.NoButton, button.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target, event)


def test_keys_zoom_and_bring_the_whole_city_back(qtbot: QtBot, shown: Any, spot: Any) -> None:
    shown.activateWindow()
    shown.setFocus()
    qtbot.wait(50)

    def width() -> int:
        return int(spot(shown, middle_of(4)).x() - spot(shown, middle_of(1)).x())

    whole = width()
    QTest.keyClick(pointed(shown), Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: width() > whole * 1.3, timeout=20_000)
    QTest.keyClick(pointed(shown), Qt.Key.Key_0)
    qtbot.waitUntil(lambda: abs(width() - whole) <= 1, timeout=20_000)


def test_another_size_still_shows_the_whole_city(qtbot: QtBot, shown: Any, spot: Any) -> None:
    shown.resize(420, 300)
    qtbot.waitUntil(
        lambda: all(shown.rect().contains(spot(shown, middle_of(n))) for n in (1, 4, 9, 12)), timeout=20_000
    )


def test_boundaries_that_cannot_be_drawn_fail_calmly(qtbot: QtBot, open_map: Any, city: Any, dark: Any) -> None:
    shown = open_map(msgspec.structs.replace(city, boundaries=b"{}"), dark)
    assert shown.state == "failed"
    shown.show_load({"99.01.01": 1}, "terbuka")
    shown.select("territory", "99.01.01")
    assert shown.is_settled() and not picture(shown).isNull()
