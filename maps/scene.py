"""What a map shows, as plain data: load by territory, markers by layer, selection, words; and the differences to send.

Both views (the folium page and the painted map) read one `Scene`. It knows neither Qt nor HTML.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from maps.theme import MapTheme

Shape = Literal["P1", "P2", "P3", "P4", "sensor", "sensor-stale"]
TERRITORY = "territory"
MARKER_LAYERS = ("sensor", "incident")
NO_DATA = -1


class Marker(msgspec.Struct, frozen=True):
    """One mark: `lat`, `lon` in degrees WGS84; `label` is free text, shown as text and never read as markup."""

    id: str
    lat: float
    lon: float
    shape: Shape
    label: str = ""
    stale: bool = False

    def placed(self) -> bool:
        """Whether it has a position on Earth."""
        return math.isfinite(self.lat) and math.isfinite(self.lon) and abs(self.lat) <= 85 and abs(self.lon) <= 180


class Scale(msgspec.Struct, frozen=True):
    """Classes of equal width `step` from 0; class k holds values from k × step up to the next class."""

    step: float
    classes: int
    whole: bool

    def class_of(self, value: float) -> int:
        """The class of a value, 0 for the lowest; values beyond an end count with that end."""
        return max(0, min(self.classes - 1, math.floor(value / self.step)))

    @property
    def high(self) -> float:
        """The greatest value the scale tells apart: whole numbers end one below the next class."""
        return self.step * self.classes - (1 if self.whole else 0)


def scale_for(values: Iterable[float], classes: int) -> Scale:
    """A scale from 0 over `values` in `classes` steps of 1, 2 or 5 × 10^k (whole numbers: the least whole step).

    >>> scale_for([0, 3, 12], 5)
    Scale(step=3, classes=5, whole=True)
    >>> scale_for([0.5, 87.5], 5).step
    20.0
    """
    finite = [v for v in values if math.isfinite(v)]
    top = max(finite, default=0.0)
    if all(float(v).is_integer() for v in finite):
        return Scale(max(1, math.ceil((top + 1) / classes)), classes, True)
    rough = max(top, 1e-9) / classes
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999_999)
    return Scale(step, classes, False)


class Legend(msgspec.Struct, frozen=True):
    """The legend's words: what the colours count, the two ends of the scale, and what the hatching means, if there is any."""

    title: str
    low: str
    high: str
    missing: str = ""


class Scene:
    """The present picture. `unplaced` counts, by layer, the marks given without a usable position."""

    def __init__(self, theme: MapTheme) -> None:
        self.theme = theme
        self.values: dict[str, float] = {}
        self.scale = scale_for((), len(theme.ramp))
        self.title = ""
        self.markers: dict[str, dict[str, Marker]] = {layer: {} for layer in MARKER_LAYERS}
        self.unplaced: dict[str, int] = {}
        self.selection: tuple[str, str] | None = None
        self.simulated = False

    def set_load(self, values: Mapping[str, float], title: str) -> None:
        """Load by territory code; territories not named have no data, and so have values that are not finite."""
        self.values = {code: float(v) for code, v in values.items() if math.isfinite(v)}
        self.title = title
        self.scale = scale_for(self.values.values(), len(self.theme.ramp))

    def set_theme(self, theme: MapTheme) -> None:
        """Another set of colours; the classes are cut anew when the ramp has another length."""
        self.theme = theme
        self.scale = scale_for(self.values.values(), len(theme.ramp))

    def set_markers(self, layer: str, markers: Sequence[Marker]) -> None:
        """All marks of one layer. Raises ValueError for a layer that is not in `MARKER_LAYERS`."""
        if layer not in self.markers:
            raise ValueError(f"no such layer of markers: {layer}")
        placed = {m.id: m for m in markers if m.placed()}
        self.unplaced[layer] = sum(not m.placed() for m in markers)
        self.markers[layer] = placed

    def chosen(self, layer: str) -> str:
        """What is chosen on a layer; "" when nothing is."""
        return self.selection[1] if self.selection and self.selection[0] == layer else ""

    def fills(self) -> dict[str, int]:
        """The class of each territory that has data."""
        return {code: self.scale.class_of(value) for code, value in self.values.items()}


class Teller:
    """Keeps what one listener was told of a scene, and gives the differences as JSON-ready dicts.

    After `forget()` the next difference is the whole state, marked `reset`.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.forget()

    def forget(self) -> None:
        """The listener is new or has lost its memory: tell it everything next time."""
        self._fills: dict[str, int] = {}
        self._marks: dict[str, dict[str, Marker]] = {layer: {} for layer in MARKER_LAYERS}
        self._plain: dict[str, object] = {}
        self._reset = True

    def news(self, plain: Mapping[str, object]) -> dict[str, object]:
        """What changed since last told: fills, markers, and those of `plain` (whole values) that differ."""
        out: dict[str, object] = {"reset": True} if self._reset else {}
        out |= {key: value for key, value in plain.items() if self._reset or self._plain.get(key) != value}
        if fills := self._fill_news():
            out["fills"] = fills
        if marks := {layer: d for layer in MARKER_LAYERS if (d := self._marker_news(layer))}:
            out["markers"] = marks
        self._plain, self._reset = dict(plain), False
        return out

    def _fill_news(self) -> dict[str, int]:
        now = self._scene.fills()
        changed = {code: c for code, c in now.items() if self._fills.get(code) != c}
        gone = {code: NO_DATA for code in self._fills if code not in now}
        self._fills = now
        return changed | gone

    def _marker_news(self, layer: str) -> dict[str, list[object]]:
        now, told = self._scene.markers[layer], self._marks[layer]
        changed: list[object] = [msgspec.structs.astuple(m) for key, m in now.items() if told.get(key) != m]
        gone: list[object] = [key for key in told if key not in now]
        self._marks[layer] = now
        return {key: rows for key, rows in (("set", changed), ("gone", gone)) if rows}
