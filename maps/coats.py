"""How the land of a painted map is coloured: by class of load, hatched where there is no data, the chosen one outlined."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QBrush, QColor, QImage

from maps.ground import Coat, Plot
from maps.scene import TERRITORY, Scene
from maps.theme import MapTheme


class Coats:
    """The coats of one picture, made once per class, so that dressing is a look-up for each plot. `fine`: the load is told
    by kelurahan."""

    def __init__(self, scene: Scene, plots: Mapping[str, Plot], hatched: QBrush) -> None:
        self._scene = scene
        self._ramp = [QBrush(QColor(colour)) for colour in scene.theme.ramp]
        self._bare = hatched if scene.title else QBrush(QColor(scene.theme.land))
        self._made: dict[tuple[object, ...], Coat] = {}
        self.fine = any(code in plots and plots[code].fine for code in scene.values)

    def of(self, plot: Plot) -> Coat:
        """How this territory is painted."""
        value = self._scene.values.get(plot.code)
        step = -1 if value is None else self._scene.scale.class_of(value)
        key = (step, plot.fine, plot.code == self._scene.chosen(TERRITORY))
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, step: int, fine: bool, picked: bool) -> Coat:
        theme = self._scene.theme
        fill = None if fine != self.fine else self._bare if step < 0 else self._ramp[step]
        if picked:
            return Coat(fill, theme.accent, 2)
        if fine:
            return Coat(fill, theme.land_line, 0.6, 1 if self.fine else 0.45)
        return Coat(fill, theme.land_line, 1.2)


def hatch(theme: MapTheme) -> QBrush:
    """Diagonal lines on the ground: a territory without data."""
    tile = QImage(6, 6, QImage.Format.Format_RGB32)
    tile.fill(QColor(theme.panel))
    for i in range(6):
        tile.setPixelColor(i, 5 - i, QColor(theme.stale_hatch))
    return QBrush(tile)
