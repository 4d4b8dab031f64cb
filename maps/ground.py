"""The land of a painted map: shapes as paths, painted into tiles that are kept until something on them changes."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from maps.viewport import unit_point

TILE = 512
KEPT_TILES = 96
"""Some 100 MB at most: three screens of 1920x1080 and a margin."""


class Plot:
    """One territory ready to paint: path and bounds in the unit square, and the label's place as (lat, lon)."""

    def __init__(self, code: str, name: str, level: str, path: QPainterPath, place: tuple[float, float]) -> None:
        self.code, self.name, self.level = code, name, level
        self.path, self.bounds = path, path.boundingRect()
        self.place, self.label = place, unit_point(*place)

    @property
    def fine(self) -> bool:
        """Whether it is a kelurahan."""
        return self.level == "kelurahan"


class Coat:
    """How one territory is painted: fill (None: not filled) and outline."""

    __slots__ = ("fill", "pen")

    def __init__(self, fill: QBrush | None, line: str, width: float, opacity: float = 1.0) -> None:
        colour = QColor(line)
        colour.setAlphaF(opacity)
        self.fill = fill
        self.pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        self.pen.setCosmetic(True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coat) and self.fill == other.fill and self.pen == other.pen

    __hash__ = None  # type: ignore[assignment]


class Ground:
    """Paints plots, each in its coat, from tiles in world pixels of one scale; `painted` counts tiles painted anew."""

    def __init__(self, plots: Iterable[Plot], coat: Callable[[Plot], Coat]) -> None:
        self._plots = list(plots)
        self._coat = coat
        self._coats = {plot.code: coat(plot) for plot in self._plots}
        self._tiles: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._key: tuple[float, float] = (0.0, 0.0)
        self.painted = 0

    def dress(self) -> None:
        """Ask for every coat again and forget the tiles that changed."""
        for plot in self._plots:
            coat = self._coat(plot)
            if coat != self._coats[plot.code]:
                self._coats[plot.code] = coat
                self._forget(plot.bounds)

    def raise_plot(self, code: str) -> None:
        """Paint one plot last, above its neighbours; the others keep kecamatan below kelurahan."""
        self._plots.sort(key=lambda p: (p.code == code, p.fine))

    def draw(self, painter: QPainter, view: QRectF, scale: float, ratio: float) -> None:
        """Draw the part `view` (world pixels at `scale` pixels per unit) with its corner at the painter's origin."""
        if self._key != (scale, ratio):
            self._tiles.clear()
            self._key = (scale, ratio)
        for column, row in _cells(view):
            tile = self._tile(column, row)
            painter.drawPixmap(QPointF(column * TILE - view.x(), row * TILE - view.y()), tile)

    def _tile(self, column: int, row: int) -> QPixmap:
        found = self._tiles.get((column, row))
        if found is None:
            found = self._tiles[column, row] = self._paint(column, row)
            if len(self._tiles) > KEPT_TILES:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end((column, row))
        return found

    def _paint(self, column: int, row: int) -> QPixmap:
        self.painted += 1
        scale, ratio = self._key
        tile = QPixmap(round(TILE * ratio), round(TILE * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        ground = _grown(QRectF(column * TILE / scale, row * TILE / scale, TILE / scale, TILE / scale), 4 / scale)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QTransform.fromTranslate(-column * TILE, -row * TILE).scale(scale, scale)
        for plot in self._plots:
            if plot.bounds.intersects(ground):
                coat = self._coats[plot.code]
                # Mapped by hand: a brush's pattern would otherwise be scaled with the land.
                path = place.map(plot.path)
                if coat.fill is not None:
                    painter.fillPath(path, coat.fill)
                painter.strokePath(path, coat.pen)
        painter.end()
        return tile

    def _forget(self, bounds: QRectF) -> None:
        scale, _ = self._key
        world = QRectF(bounds.topLeft() * scale, bounds.size() * scale)
        for cell in list(_cells(_grown(world, 4))):
            self._tiles.pop(cell, None)


def _grown(area: QRectF, by: float) -> QRectF:
    return area.adjusted(-by, -by, by, by)


def _cells(area: QRectF) -> Iterator[tuple[int, int]]:
    """The tiles that cover an area in world pixels."""
    for row in range(math.floor(area.top() / TILE), math.floor(area.bottom() / TILE) + 1):
        for column in range(math.floor(area.left() / TILE), math.floor(area.right() / TILE) + 1):
            yield column, row
