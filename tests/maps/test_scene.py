"""The scene's classes and differences: what the listener holds after any run of changes is what the scene shows."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.scene import MARKER_LAYERS, NO_DATA, Marker, Scene, Teller, scale_for
from maps.theme import MapTheme, contrast, theme_from

TOKENS = [name for name in MapTheme.__struct_fields__ if name not in ("name", "ramp")]
COLOURS = dict.fromkeys(TOKENS, "#101010")
THEME = theme_from("grey", COLOURS, ["#111111", "#222222", "#333333", "#444444", "#555555"])

ids = st.sampled_from([f"i{n}" for n in range(6)])
markers = st.builds(
    Marker,
    id=ids,
    lat=st.floats(-90, 90) | st.just(math.nan),
    lon=st.floats(-200, 200),
    shape=st.sampled_from(["P1", "P4", "sensor-stale"]),
    label=st.text(max_size=5),
    stale=st.booleans(),
)
loads = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(0, 1e6) | st.integers(0, 20).map(float))


class Listener:
    """Holds what it was told, as the page does."""

    def __init__(self) -> None:
        self.fills: dict[str, int] = {}
        self.markers: dict[str, dict[str, tuple[Any, ...]]] = {layer: {} for layer in MARKER_LAYERS}
        self.plain: dict[str, Any] = {}

    def take(self, news: dict[str, Any]) -> None:
        if news.pop("reset", False):
            self.__init__()  # type: ignore[misc]
        for code, c in news.pop("fills", {}).items():
            self.fills.pop(code, None) if c == NO_DATA else self.fills.update({code: c})
        for layer, change in news.pop("markers", {}).items():
            for gone in change.get("gone", []):
                del self.markers[layer][gone]
            self.markers[layer].update({row[0]: row for row in change.get("set", [])})
        self.plain |= news


@given(st.lists(st.tuples(loads, st.lists(markers, max_size=5), st.booleans()), max_size=6))
def test_differences_add_up_to_the_scene(steps: list[tuple[dict[str, float], list[Marker], bool]]) -> None:
    scene, listener = Scene(THEME), Listener()
    teller = Teller(scene)
    for load, marks, crashed in steps:
        scene.set_load(load, "terbuka")
        scene.set_markers("incident", marks)
        if crashed:
            teller.forget()
            listener = Listener()
        listener.take(teller.news({"title": scene.title}))
        assert listener.fills == scene.fills()
        assert set(listener.markers["incident"]) == set(scene.markers["incident"])
        assert listener.plain == {"title": "terbuka"}


def test_nothing_changed_is_nothing_to_tell() -> None:
    scene = Scene(THEME)
    scene.set_markers("sensor", [Marker("s", -6.9, 107.6, "sensor")])
    teller = Teller(scene)
    assert teller.news({})
    scene.set_markers("sensor", [Marker("s", -6.9, 107.6, "sensor")])
    assert teller.news({}) == {}


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40), st.integers(2, 9))
def test_every_value_falls_in_a_class_and_more_is_never_less(values: list[float], classes: int) -> None:
    scale = scale_for(values, classes)
    found = [scale.class_of(v) for v in sorted(values)]
    assert found == sorted(found)
    assert found[0] >= 0 and found[-1] <= classes - 1
    assert max(values) <= scale.high * 1.000_001 or scale.whole


def test_few_incidents_do_not_reach_the_top_of_the_ramp() -> None:
    scale = scale_for([0, 1, 2], 5)
    assert [scale.class_of(v) for v in (0, 1, 2)] == [0, 1, 2]


def test_marks_without_a_place_are_counted_and_left_out() -> None:
    scene = Scene(THEME)
    scene.set_markers("incident", [Marker("a", math.nan, 107, "P1"), Marker("b", -6.9, 107.6, "P1")])
    assert set(scene.markers["incident"]) == {"b"} and scene.unplaced["incident"] == 1


def test_values_that_are_no_numbers_are_no_data() -> None:
    scene = Scene(THEME)
    scene.set_load({"a": math.inf, "b": math.nan, "c": 3}, "x")
    assert set(scene.fills()) == {"c"}


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="lautan"):
        Scene(THEME).set_markers("lautan", [])


@pytest.mark.parametrize("name", ["dark", "light"])
def test_names_can_be_read_on_every_step(name: str, request: pytest.FixtureRequest) -> None:
    theme: MapTheme = request.getfixturevalue(name)
    assert all(contrast(ink, step) >= 4.5 for ink, step in zip(theme.inks(), theme.ramp, strict=True))
    assert contrast(theme.muted, theme.panel) >= 4.5
    assert min(contrast(mark, theme.land) for mark in (theme.p1, theme.p2, theme.p3, theme.p4)) >= 3


def test_contrast_as_in_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_theme_without_a_token_is_named() -> None:
    with pytest.raises(KeyError, match="accent"):
        theme_from("x", {k: v for k, v in COLOURS.items() if k != "accent"}, ["#000000", "#ffffff"])
