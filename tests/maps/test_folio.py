"""The folium map alone: hostile text, a hostile page, and a renderer that dies, hangs or never comes."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maps import surface as surfaces
from maps.bridge import Bridge
from maps.scene import Marker
from maps.surface import Surface
from maps.view import FolioMap

HOSTILE = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>{{7*7}}&lt;b&gt;\'"'


def kill_renderer(shown: Any) -> int:
    pid = int(shown.surface.page.renderProcessPid())
    os.kill(pid, signal.SIGKILL)
    return pid


def test_text_from_citizens_stays_text(qtbot: QtBot, live_map: Any, ask: Any, until_settled: Any) -> None:
    live_map.show_markers("incident", [Marker("h", 0.03, 100.04, "P1", HOSTILE)])
    live_map.show_load({"99.01.01": 1}, HOSTILE)
    until_settled(live_map)
    place = ask(live_map, "JSON.stringify(map_simpul.latLngToContainerPoint([0.03, 100.04]))")
    QTest.mouseMove(live_map.surface.view.focusProxy(), QPoint(round(place["x"]), round(place["y"])))
    told = "JSON.stringify(document.getElementById('folio-tip').textContent)"
    qtbot.waitUntil(lambda: ask(live_map, told) == HOSTILE, timeout=20_000)
    assert ask(live_map, "JSON.stringify(document.getElementById('folio-title').textContent)") == HOSTILE
    assert ask(live_map, "JSON.stringify([typeof window.taken, document.querySelectorAll('img').length])") == [
        "undefined",
        0,
    ]


def test_the_page_cannot_claim_what_the_console_does_not_know(qtbot: QtBot, city: Any) -> None:
    bridge = Bridge(lambda layer, thing: (layer, thing) == ("territory", "99.01.01"))
    with qtbot.assertNotEmitted(bridge.pick):
        for layer, thing in (
            ("territory", "99.01.99"),
            ("incident", "99.01.01"),
            ("", ""),
            ("territory", "x" * 10_000),
        ):
            bridge.picked(layer, thing)
    assert bridge.rejected == 4
    with qtbot.waitSignal(bridge.pick):
        bridge.picked("territory", "99.01.01")


def test_numbers_from_the_page_are_bounded(live_map: Any, until_settled: Any) -> None:
    live_map.surface.bridge.painted(10**6)
    live_map.surface.bridge.drawn(-5)
    live_map.show_load({"99.01.01": 1}, "terbuka")
    until_settled(live_map)
    assert live_map.is_settled()


def test_only_listed_files_are_served(qtbot: QtBot, live_map: Any, ask: Any) -> None:
    for path in ("../view.py", "..%2fview.py", "//etc/passwd", "folio.js/../../page.py", "images/", "page-999.js", ""):
        url = f"console://map/{path}"
        live_map.surface.page.runJavaScript(f"new Image().src = {url!r}; document.body.append(new Image())")
        qtbot.wait(20)
    qtbot.waitUntil(lambda: live_map.surface.server.refused >= 5, timeout=20_000)


def test_a_killed_renderer_comes_back_with_everything_shown(
    qtbot: QtBot, live_map: Any, ask: Any, until_settled: Any, dark: Any
) -> None:
    live_map.show_load({"99.01.01": 3}, "terbuka")
    live_map.show_markers("incident", [Marker("i", 0.03, 100.04, "P1", "Banjir")])
    live_map.set_simulated(True)
    until_settled(live_map)
    before = live_map.grab().toImage()
    pid = kill_renderer(live_map)
    qtbot.waitUntil(lambda: live_map.state == "down", timeout=20_000)
    live_map.show_load({"99.01.01": 3, "99.01.02": 3}, "terbuka")
    qtbot.waitUntil(lambda: live_map.state == "live" and live_map.is_settled(), timeout=20_000)
    assert live_map.surface.page.renderProcessPid() != pid
    after, mark = live_map.grab().toImage(), QColor(dark.p1).rgb()
    place = ask(live_map, "JSON.stringify(map_simpul.latLngToContainerPoint([0.03, 100.04]))")
    row = round(place["y"]) - 5
    assert ask(live_map, "JSON.stringify(document.getElementById('folio-badge').textContent)") == "SIMULASI"
    assert before != after and mark in {after.pixel(x, row) for x in range(after.width())}


def test_a_renderer_that_keeps_dying_ends_in_a_calm_sentence(
    qtbot: QtBot, live_map: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surfaces, "FIRST_PAUSE_MS", 1)
    monkeypatch.setattr(surfaces, "CRASHES_IN_A_ROW", 2)
    sentences: list[str] = []
    live_map.failed.connect(sentences.append)
    for _ in range(3):
        qtbot.waitUntil(lambda: live_map.state == "live", timeout=20_000)
        kill_renderer(live_map)
        qtbot.waitUntil(lambda: live_map.state != "live", timeout=20_000)
    qtbot.waitUntil(lambda: bool(sentences), timeout=20_000)
    assert live_map.state == "failed" and live_map.surface is None
    assert live_map.is_settled()
    live_map.start()
    qtbot.waitUntil(lambda: live_map.state == "live", timeout=20_000)


def test_a_hung_renderer_is_ended_and_started_again(
    qtbot: QtBot, city: Any, dark: Any, page_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surfaces, "ANSWER_DEADLINE_MS", 400)
    shown = FolioMap(city, dark, cache=page_cache)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.state == "live" and shown.is_settled(), timeout=20_000)
    assert shown.surface is not None
    pid = shown.surface.page.renderProcessPid()
    shown.surface.page.runJavaScript("setTimeout(() => { for (;;) {} }, 0)")
    qtbot.wait(50)
    shown.show_load({"99.01.01": 1}, "terbuka")
    qtbot.waitUntil(lambda: shown.state == "live" and shown.is_settled(), timeout=20_000)
    assert shown.surface.page.renderProcessPid() != pid


def test_a_page_that_never_gets_ready_is_given_up(qtbot: QtBot, dark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surfaces, "LOAD_DEADLINE_MS", 300)
    monkeypatch.setattr(surfaces, "FIRST_PAUSE_MS", 1)
    silent = {"page.html": "<!DOCTYPE html><p>diam</p>"}
    surface = Surface(silent, Bridge(lambda *_: False), QColor(dark.panel))
    qtbot.addWidget(surface)
    surface.show()
    with qtbot.waitSignal(surface.broken, timeout=20_000) as broken:
        surface.load()
    assert broken.args == ["load timeout"]
