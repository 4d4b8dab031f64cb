"""Reads a pack's boundaries into plots. Imports shapely, so it is called in a worker and never holds up the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRunnable, Qt, Signal
from PySide6.QtGui import QPainterPath, QPolygonF

from maps.ground import Plot
from maps.viewport import unit_point

if TYPE_CHECKING:
    from shapely.geometry import MultiPolygon, Polygon


def read_plots(boundaries: bytes) -> list[Plot]:
    """All territories but the city itself, kecamatan before kelurahan. Raises `maps.land.LandError`."""
    from maps.land import areas_of

    return [Plot(a.code, a.name, a.level, _path(a.shape), a.label) for a in areas_of(boundaries) if a.level != "kota"]


def _path(shape: Polygon | MultiPolygon) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for part in getattr(shape, "geoms", [shape]):
        for ring in (part.exterior, *part.interiors):
            path.addPolygon(QPolygonF([unit_point(point[1], point[0]) for point in ring.coords]))
            path.closeSubpath()
    return path


class PlotReading(QObject):
    """The news of one reading: `done(plots)` or `failed(sentence)`, sent from a worker thread."""

    done = Signal(list)
    failed = Signal(str)


class ReadPlots(QRunnable):
    """Reads boundaries in a thread pool and tells through `reading`."""

    def __init__(self, boundaries: bytes, reading: PlotReading) -> None:
        super().__init__()
        self._boundaries, self._reading = boundaries, reading

    def run(self) -> None:
        """Runs in the pool's thread."""
        from maps.land import LandError

        try:
            plots = read_plots(self._boundaries)
        except LandError as fault:
            self._reading.failed.emit(str(fault))
        else:
            self._reading.done.emit(plots)
