"""Where a painted map looks: Web Mercator (EPSG:3857) between degrees, the unit square and pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

WORLD = 256.0
"""Pixels of the whole world at zoom 0, as in Leaflet, so that zooms mean the same on both maps."""
ZOOMS = (8.0, 18.0)


def unit_point(lat: float, lon: float) -> QPointF:
    """Degrees to the unit square, y growing southward."""
    y = math.asinh(math.tan(math.radians(lat)))
    return QPointF((lon + 180) / 360, (1 - y / math.pi) / 2)


@dataclass
class Viewport:
    """The middle of the view (unit square), the zoom, and the size in pixels."""

    middle: QPointF
    zoom: float
    size: QSizeF

    @property
    def scale(self) -> float:
        """Pixels per unit."""
        return WORLD * math.pow(2.0, self.zoom)

    def corner(self) -> QPointF:
        """The view's upper left corner in world pixels at this zoom."""
        return self.middle * self.scale - QPointF(self.size.width() / 2, self.size.height() / 2)

    def to_pixel(self, unit: QPointF) -> QPointF:
        """Unit square to pixels of the view."""
        return unit * self.scale - self.corner()

    def to_unit(self, pixel: QPointF) -> QPointF:
        """Pixels of the view to the unit square."""
        return (pixel + self.corner()) / self.scale

    def move(self, pixels: QPointF) -> None:
        """Shift the view by so many pixels."""
        self.middle += pixels / self.scale

    def zoom_at(self, pixel: QPointF, by: float) -> None:
        """Zoom by so many levels, the place under `pixel` staying where it is."""
        held = self.to_unit(pixel)
        self.zoom = min(ZOOMS[1], max(ZOOMS[0], self.zoom + by))
        self.middle += held - self.to_unit(pixel)

    def fit(self, bounds: QRectF, room: QRectF) -> None:
        """Show `bounds` (unit square) as large as fits into `room` (pixels of the view), in its middle."""
        if bounds.isEmpty() or room.width() < 1 or room.height() < 1:
            return
        scale = min(room.width() / bounds.width(), room.height() / bounds.height())
        self.zoom = min(ZOOMS[1], max(ZOOMS[0], math.log2(scale / WORLD)))
        aside = room.center() - QPointF(self.size.width() / 2, self.size.height() / 2)
        self.middle = bounds.center() - aside / self.scale
