"""The painted map alone: its tiles, its hints, and when it is the one that is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from maps.painted import PaintedMap
from maps.preflight import EngineFault
from maps.scene import Marker
from maps.view import FolioMap, make_map
from maps.viewport import ZOOMS, Viewport, unit_point


@pytest.fixture
def painted(qtbot: QtBot, city: Any, dark: Any, until_settled: Any) -> PaintedMap:
    shown = PaintedMap(city, dark)
    qtbot.addWidget(shown)
    shown.resize(600, 450)
    shown.show()
    until_settled(shown)
    return shown


def test_only_tiles_that_changed_are_painted_again(painted: Any, until_settled: Any) -> None:
    painted.show_load({f"99.01.{n:02d}": 1 for n in range(1, 13)}, "terbuka")
    until_settled(painted)
    before = painted._ground.painted
    painted.show_markers("incident", [Marker("i", 0.03, 100.04, "P1")])
    painted.show_load({f"99.01.{n:02d}": 1 for n in range(1, 13)}, "terbuka")
    until_settled(painted)
    assert painted._ground.painted == before
    painted.show_load({f"99.01.{n:02d}": 1 for n in range(1, 13)} | {"99.01.12": 2}, "terbuka")
    until_settled(painted)
    assert 0 < painted._ground.painted - before < len(painted._ground._tiles) + 1


def test_a_hint_shows_markup_as_text(qtbot: QtBot, painted: Any, until_settled: Any) -> None:
    painted.show_markers("incident", [Marker("i", 0.03, 100.04, "P1", "<b>Banjir</b> & <img src=x>")])
    until_settled(painted)
    at = painted.view.to_pixel(unit_point(0.03, 100.04)).toPoint()
    QTest.mouseMove(painted, at + QPoint(1, 0))
    qtbot.waitUntil(QToolTip.isVisible, timeout=20_000)
    assert "&lt;b&gt;Banjir&lt;/b&gt; &amp; &lt;img" in QToolTip.text()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible(), timeout=20_000)


def test_where_the_engine_cannot_run_the_painted_map_stands_in(
    qtbot: QtBot, city: Any, dark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fault, kind in ((None, FolioMap), (EngineFault.SANDBOX, PaintedMap)):
        monkeypatch.setattr("maps.view.engine_fault", lambda fault=fault: fault)
        shown = make_map(city, dark)
        qtbot.addWidget(shown)
        assert type(shown) is kind
    assert type(make_map(city, dark, "painted")) is PaintedMap


def test_zooming_holds_the_place_under_the_pointer() -> None:
    view = Viewport(unit_point(-6.9, 107.6), 12.0, QSizeF(800, 600))
    at = QPointF(120, 430)
    held = view.to_unit(at)
    view.zoom_at(at, 1.5)
    assert (view.to_pixel(held) - at).manhattanLength() < 1e-3
    view.zoom_at(at, 99)
    assert view.zoom == ZOOMS[1]


def test_fitting_shows_all_of_the_bounds() -> None:
    view = Viewport(QPointF(0.5, 0.5), 10.0, QSizeF(800, 600))
    corner, far = unit_point(-6.84, 107.54), unit_point(-6.97, 107.74)
    room = QRectF(16, 16, 700, 500)
    view.fit(QRectF(corner, far), room)
    assert room.adjusted(-1, -1, 1, 1).contains(QRectF(view.to_pixel(corner), view.to_pixel(far)))


def test_a_known_point_of_web_mercator() -> None:
    # EPSG:3857 (EPSG Guidance Note 7-2, 1024): lat 24°22'54.433", lon -100°20'0" lies at N 2,800,000.0, E -11,169,055.58.
    at = unit_point(24 + 22 / 60 + 54.433 / 3600, -(100 + 20 / 60))
    half = 20_037_508.342_789_244
    assert (at.x() * 2 - 1) * half == pytest.approx(-11_169_055.58, abs=0.01)
    assert (1 - at.y() * 2) * half == pytest.approx(2_800_000.0, abs=0.05)
