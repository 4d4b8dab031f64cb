"""The two things a chart draws: the ground (bands, grid, marks), which rarely changes, and the curves, which always do.

Both draw in device pixels. The curves are polylines of min/max columns whose points are computed by numpy and handed to
Qt in one piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QLine, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from widgets.parts.chart_columns import Columns, Floats, runs

_SMOOTH = QPainter.RenderHint.Antialiasing


class Band(NamedTuple):
    """A threshold band from `start` up to `end` (physical units; None: open above), its label and colour."""

    start: float
    end: float | None
    label: str
    colour: QColor


class Mark(NamedTuple):
    """Something that happened at `at` (ms since epoch UTC): an incident or an alarm, with a short label."""

    at: int
    label: str
    colour: QColor


class OverPlot(pg.GraphicsObject):
    """Something that is drawn over the whole of a plot."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()

    def set_rect(self, rect: QRectF) -> None:
        """The plot's ranges, in ms and physical units."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The whole plot, whatever the data, so that no range follows the data."""
        return self._rect


class CurvesItem(OverPlot):
    """The curves of one plot. Its x axis runs from -window to 0 (ms before the end of the columns)."""

    def __init__(self, columns: Columns, pens: Sequence[QPen], bridge: int = 0) -> None:
        super().__init__()
        self.columns, self.pens, self.bridge = columns, list(pens), bridge
        self._points: Floats = np.empty((0, 0, 2, 2))

    def set_columns(self, columns: Columns, bridge: int) -> None:
        """Draw other columns from now on; `bridge` empty columns in a row are not yet a gap."""
        self.columns, self.bridge = columns, bridge
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw every curve in device pixels."""
        transform = painter.worldTransform()
        painter.resetTransform()
        points = self._device_points(transform.m11(), transform.dx(), transform.m22(), transform.dy())
        filled = self.columns.low == self.columns.low
        # On a fine screen one of its pixels is too thin; width 1 stays where there is one pixel to a pixel.
        ratio = painter.device().devicePixelRatio() if painter.testRenderHint(_SMOOTH) else 1
        for curve, pen in enumerate(self.pens):
            painter.setPen(pen if ratio == 1 else _widened(pen, ratio))
            if filled[curve].all():
                painter.drawPolyline(_polygon(points[curve]))
                continue
            for places in runs(filled[curve], self.bridge):
                _draw_run(painter, points[curve, places])

    def _device_points(self, m11: float, dx: float, m22: float, dy: float) -> Floats:
        """Two points a column, shape (curves, columns, 2, xy), the one nearer to the column before standing first."""
        columns = self.columns
        shape = (columns.curves, columns.count, 2, 2)
        if self._points.shape != shape:
            self._points = np.empty(shape)
        points, low, high = self._points, columns.low, columns.high
        x = (np.arange(columns.count) + 0.5 - columns.count) * (columns.step * m11) + dx
        points[..., 0] = x[:, np.newaxis]
        rising = np.ones(low.shape, np.bool_)
        middle = low + high
        rising[:, 1:] = middle[:, 1:] >= middle[:, :-1]
        points[..., 0, 1] = np.where(rising, low, high) * m22 + dy
        points[..., 1, 1] = np.where(rising, high, low) * m22 + dy
        return points


def _widened(pen: QPen, ratio: float) -> QPen:
    wide = QPen(pen)
    wide.setWidthF(ratio)
    return wide


def _draw_run(painter: QPainter, points: Floats) -> None:
    if len(points) == 1 and points[0, 0, 1] == points[0, 1, 1]:
        painter.fillRect(QRectF(points[0, 0, 0] - 1, points[0, 0, 1] - 1, 2, 2), painter.pen().color())
    else:
        painter.drawPolyline(_polygon(points))


def _polygon(points: Floats) -> QPolygonF:
    flat = points.reshape(-1, 2)
    polygon = create_qpolygonf(len(flat))
    ndarray_from_qpolygonf(polygon)[:] = flat
    return polygon


class GroundItem(OverPlot):
    """What lies behind the curves: threshold bands with their labels, time grid, marks.

    Drawn anew each time: a few rectangles cost less than blending a kept picture of the whole plot.
    """

    def __init__(self, grid: QColor, text: QColor, font: QFont) -> None:
        super().__init__()
        self.grid, self.text, self.font = grid, text, font
        self.bands: tuple[Band, ...] = ()
        self.lines: tuple[float, ...] = ()
        self.marks: tuple[tuple[float, Mark], ...] = ()
        self.note = ""

    def set_rect(self, rect: QRectF) -> None:
        """The plot's ranges, in ms and physical units; drawn anew."""
        super().set_rect(rect)
        self.update()

    def show(self, bands: Sequence[Band], lines: Sequence[float], marks: Sequence[tuple[float, Mark]],
             note: str) -> None:  # fmt: skip
        """Draw these bands, vertical lines and marks (at x in ms before the end), and a note."""
        wanted = (tuple(bands), tuple(lines), tuple(marks), note)
        if wanted != (self.bands, self.lines, self.marks, self.note):
            self.bands, self.lines, self.marks, self.note = wanted
            self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw bands, then lines, then marks and labels, in device pixels."""
        transform = painter.worldTransform()
        area = transform.mapRect(self._rect)
        painter.resetTransform()
        painter.setFont(self.font)
        for band in self.bands:
            self._paint_band(painter, area, band, transform.m22(), transform.dy())
        self._paint_lines(painter, area, transform.m11(), transform.dx())
        self._paint_marks(painter, area, transform.m11(), transform.dx())
        if self.note:
            painter.setPen(self.text)
            painter.drawText(
                area.adjusted(6, 4, -6, -4), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.note
            )

    def _paint_band(self, painter: QPainter, area: QRectF, band: Band, scale: float, shift: float) -> None:
        bottom = min(band.start * scale + shift, area.bottom())
        top = area.top() if band.end is None else max(band.end * scale + shift, area.top())
        if bottom - top < 1:
            return
        wash = QColor(band.colour)
        wash.setAlphaF(0.14)
        painter.fillRect(QRectF(area.left(), top, area.width(), bottom - top), wash)
        if bottom - top >= painter.fontMetrics().height():
            painter.setPen(band.colour)
            painter.drawText(QPointF(area.left() + 6, top + painter.fontMetrics().ascent() + 3), band.label)

    def _paint_lines(self, painter: QPainter, area: QRectF, scale: float, shift: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.grid)
        top, bottom = round(area.top()), round(area.bottom())
        places = [round(x * scale + shift) for x in self.lines]
        painter.drawLines([QLine(place, top, place, bottom) for place in places])

    def _paint_marks(self, painter: QPainter, area: QRectF, scale: float, shift: float) -> None:
        """One path per colour: a mark at a time costs more than the curves do."""
        paths: dict[int, QPainterPath] = {}
        for x, mark in self.marks:
            place = x * scale + shift
            if area.left() <= place <= area.right():
                foot = [
                    QPointF(place - 4, area.bottom()),
                    QPointF(place + 4, area.bottom()),
                    QPointF(place, area.bottom() - 6),
                ]
                paths.setdefault(mark.colour.rgba(), QPainterPath()).addPolygon(QPolygonF(foot))
        for colour, path in paths.items():
            painter.fillPath(path, QColor.fromRgba(colour))


class CrosshairItem(OverPlot):
    """The vertical line that reads all stacked charts at one moment, and the span that a drag selects."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self.colour = colour
        self.x: float | None = None
        self.span: tuple[float, float] | None = None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the selected span and the line, in device pixels."""
        transform = painter.worldTransform()
        area = transform.mapRect(self._rect)
        painter.resetTransform()
        if self.span:
            left, right = sorted(x * transform.m11() + transform.dx() for x in self.span)
            wash = QColor(self.colour)
            wash.setAlphaF(0.18)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), wash)
        if self.x is not None:
            painter.fillRect(
                QRectF(round(self.x * transform.m11() + transform.dx()), area.top(), 1, area.height()), self.colour
            )
