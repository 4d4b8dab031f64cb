"""Marks as small pictures: priority by shape, number and colour; sensors as points; a clock on what is stale."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap

from maps.theme import MapTheme

SPRITE = 28
RANK = {"sensor": 0, "sensor-stale": 0, "P4": 1, "P3": 2, "P2": 3, "P1": 4}
"""What lies above what: the gravest on top."""


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    path.closeSubpath()
    return path


def _circle(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(), radius, radius)
    return path


def _square() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(-7.5, -7.5, 15, 15), 3, 3)
    return path


OUTLINES: dict[str, Callable[[], QPainterPath]] = {
    "P1": _square,
    "P2": lambda: _polygon((0, -8.5), (9, 7), (-9, 7)),
    "P3": lambda: _polygon((0, -9), (9, 0), (0, 9), (-9, 0)),
    "P4": lambda: _circle(7.5),
    "sensor": lambda: _circle(4.5),
    "sensor-stale": lambda: _circle(4),
}


class Sprites:
    """Pictures of marks in one theme and pixel ratio, drawn when first asked for."""

    def __init__(self, theme: MapTheme, ratio: float) -> None:
        self._theme, self.ratio = theme, ratio
        self._made: dict[tuple[str, bool], QPixmap] = {}

    def of(self, shape: str, stale: bool) -> QPixmap:
        """The picture of a mark, `SPRITE` pixels wide, its place in the middle."""
        if (shape, stale) not in self._made:
            self._made[shape, stale] = self._draw(shape, stale)
        return self._made[shape, stale]

    def _draw(self, shape: str, stale: bool) -> QPixmap:
        picture = QPixmap(round(SPRITE * self.ratio), round(SPRITE * self.ratio))
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(SPRITE / 2, SPRITE / 2)
        incident = shape.startswith("P")
        self._body(painter, shape, incident)
        if incident:
            self._number(painter, shape)
            if stale:
                self._clock(painter)
        painter.end()
        return picture

    def _body(self, painter: QPainter, shape: str, incident: bool) -> None:
        path, theme = OUTLINES[shape](), self._theme
        painter.strokePath(path, QPen(QColor(theme.land_line), 3))
        colours = theme.colours()
        hollow = shape == "sensor-stale"
        painter.fillPath(path, QColor(theme.land if hollow else colours[shape.lower()] if incident else theme.muted))
        if hollow:
            pen = QPen(QColor(theme.muted), 1.5)
            pen.setDashPattern([1.3, 1.3])
            painter.strokePath(path, pen)

    def _number(self, painter: QPainter, shape: str) -> None:
        font = QFont(painter.font())
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.mark_ink))
        drop = 2.5 if shape == "P2" else 0.0
        painter.drawText(QRectF(-10, -10 + drop, 20, 20), Qt.AlignmentFlag.AlignCenter, shape[1])

    def _clock(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.text), 1))
        painter.setBrush(QColor(self._theme.panel))
        painter.drawEllipse(QPointF(8, -8), 4, 4)
        painter.drawPolyline([QPointF(8, -10), QPointF(8, -8), QPointF(9.5, -8)])
