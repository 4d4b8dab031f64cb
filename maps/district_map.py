"""The one interface that panels use for a map of territories, whichever way it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QWidget

from console.domain.city import City
from maps.scene import MARKER_LAYERS, TERRITORY, Legend, Marker, Scene
from maps.theme import MapTheme

SCHEMATIC = "skematis, bukan batas resmi"
"""What a pack says of boundaries that were computed; other notes stand as they came."""


class DistrictMap(QWidget):
    """A map that is told what to show and tells what was chosen. It fetches nothing and knows no room.

    `selected(layer, id)`: layer is "territory", "incident" or "sensor". `ready()`: it can be seen and used.
    `failed(sentence)`: it cannot be shown here, and why. Views implement `is_settled`, `_refresh` and `_focus_on`.
    """

    selected = Signal(str, str)
    failed = Signal(str)
    ready = Signal()

    def __init__(self, city: City, theme: MapTheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.city = city
        self.scene = Scene(theme)
        self._levels = {territory.code: territory.level for territory in city.territories}
        self._waiting: list[asyncio.Future[None]] = []

    def show_load(self, values: Mapping[str, float], legend: str) -> None:
        """Colour territories by `values` (territory code -> amount); those not named are hatched as without data.
        `legend` says what is counted. Kelurahan codes colour kelurahan, kecamatan codes kecamatan."""
        self.scene.set_load(values, legend)
        self._refresh()

    def show_markers(self, layer: str, markers: Sequence[Marker]) -> None:
        """All marks of a layer ("incident" or "sensor"), replacing those before. Raises ValueError for another layer."""
        self.scene.set_markers(layer, markers)
        self._refresh()

    def select(self, layer: str, thing: str | None) -> None:
        """Highlight one thing, moved into view if it lies outside; None takes the highlight away. Emits nothing."""
        self.scene.selection = (layer, thing) if thing else None
        self._refresh()

    def set_theme(self, theme: MapTheme) -> None:
        """Other colours, at once."""
        self.scene.set_theme(theme)
        self._refresh()

    def set_simulated(self, simulated: bool) -> None:
        """Whether what is shown is simulated, which the map then says."""
        self.scene.simulated = simulated
        self._refresh()

    def focus_territory(self, code: str | None) -> None:
        """Zoom to one territory; None or an unknown code shows the whole city."""
        self._focus_on(code or "")

    def unplaced(self, layer: str) -> int:
        """How many marks of a layer were given without a usable position and so are not on the map."""
        return self.scene.unplaced.get(layer, 0)

    def knows(self, layer: str, thing: str) -> bool:
        """Whether this layer holds such a thing."""
        if layer == TERRITORY:
            return thing in self._levels
        return layer in MARKER_LAYERS and thing in self.scene.markers[layer]

    def is_settled(self) -> bool:
        """Whether all that was told so far has been painted, or the map has failed."""
        raise NotImplementedError

    async def settled(self) -> None:
        """Returns once all that was told so far has been painted, or the map has failed."""
        while not self.is_settled():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

    def legend(self) -> Legend | None:
        """The legend's words, or None while no load is shown."""
        if not self.scene.title:
            return None
        high, whole = self.scene.scale.high, self.scene.scale.whole
        top = QLocale().toString(float(high), "f", 0 if whole or high >= 10 else 1)
        return Legend(self.scene.title, "0", top, self.tr("tanpa data") if self._is_partial() else "")

    def _is_partial(self) -> bool:
        """Whether some territory of the level that is coloured has no value."""
        fine = any(self._levels.get(code) == "kelurahan" for code in self.scene.values)
        level = "kelurahan" if fine else "kecamatan"
        return any(code not in self.scene.values for code, each in self._levels.items() if each == level)

    def note(self) -> str:
        """Where the boundaries come from and what they are worth."""
        note = self.city.boundaries_note
        known = self.tr("skematis, bukan batas resmi") if note == SCHEMATIC else note
        worth = self.tr("Batas {0}").format(known) if note else ""
        return "\n".join(part for part in (worth, self.city.attribution) if part)

    def badge(self) -> str:
        """The word on simulated data, or nothing."""
        return self.tr("SIMULASI") if self.scene.simulated else ""

    def _settle(self) -> None:
        """Wake those who wait in `settled`."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _refresh(self) -> None:
        raise NotImplementedError

    def _focus_on(self, code: str) -> None:
        raise NotImplementedError
