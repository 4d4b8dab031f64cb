"""The map panel: what it tells the map, and how a choice travels both ways. The page itself is tested with the map."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.small_city import KELURAHAN, NORTH, SOUTH
from widgets.panels.mapping import MapPanel


@pytest.fixture
def panel(desk) -> Iterator[MapPanel]:
    # Never shown: the web engine starts only when the map is first seen.
    made = MapPanel(desk.room, desk.window.bridge, desk.window.context, desk.window)
    made.hide()
    yield made
    made.deleteLater()


def test_open_incidents_are_marked_and_counted_per_kecamatan(desk, panel):
    said = []
    panel.subtitleChanged.connect(said.append)
    desk.open("Kebakaran", lat=-4.99, lon=100.01)
    desk.open("Tanpa titik", "A02", place=KELURAHAN[2])
    desk.until(lambda: len(panel.map.scene.markers["incident"]) == 1)
    [mark] = panel.map.scene.markers["incident"].values()
    assert (mark.shape, mark.label) == ("P1", "Kebakaran")
    desk.until(lambda: panel.map.scene.values == {NORTH: 1.0, SOUTH: 1.0})
    desk.until(lambda: bool(said) and "1 tanpa titik" in said[-1])


def test_a_choice_on_the_map_is_a_choice_everywhere(desk, panel):
    subject = desk.open("Kebakaran", lat=-4.99, lon=100.01)
    panel.map.selected.emit("incident", subject)
    assert desk.window.context.incident == subject
    panel.map.selected.emit("territory", SOUTH)
    assert desk.window.context.territory == SOUTH
    panel.map.selected.emit("sensor", "990101-hujan")
    assert desk.window.context.sensor == "990101-hujan"


def test_a_choice_elsewhere_is_a_choice_on_the_map(desk, panel):
    desk.window.context.select_territory(NORTH)
    assert panel.map.scene.selection == ("territory", NORTH)
    desk.window.context.clear()
    assert panel.map.scene.selection is None


def test_near_sensors_are_marked_and_far_ones_only_when_silent(desk, panel, readings):
    readings(1.0, 2.0)
    desk.until(lambda: set(panel.map.scene.markers["sensor"]) == {"990101-tma", "990101-suhu", "990102-hujan"})
    assert all(mark.shape == "sensor-stale" for mark in panel.map.scene.markers["sensor"].values())
    desk.window.context.select_territory(NORTH)
    desk.until(lambda: "990101-hujan" in panel.map.scene.markers["sensor"])
    assert panel.map.scene.markers["sensor"]["990101-hujan"].shape == "sensor"
