"""A chart's head: name, value with unit, age and origin, drawn inside the chart's own scene."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from widgets.parts.age import paint_stale
from widgets.parts.theme import Theme, font

HEAD_PX = 36
NOTE_PX = 84


class HeadItem(pg.GraphicsWidget):
    """Name, value with unit, and age with SIMULASI; under a crosshair, the value and time there. Kept as a picture by Qt."""

    def __init__(self, theme: Theme, scale: float = 1.0, ruled: bool = False) -> None:
        super().__init__()
        self.theme, self.factor, self.ruled = theme, scale, ruled
        self.name = self.value = self.unit = self.note = ""
        self.stale = self.reading = False
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(round(HEAD_PX * scale))
        self.setMaximumHeight(round(HEAD_PX * scale))

    def say(self, name: str, value: str, unit: str, note: str, stale: bool, reading: bool) -> None:
        """Say these; `reading` while a crosshair reads a moment, `stale` when the value is older than its rule allows."""
        wanted = (name, value, unit, note, stale, reading)
        if wanted != (self.name, self.value, self.unit, self.note, self.stale, self.reading):
            self.name, self.value, self.unit, self.note, self.stale, self.reading = wanted
            self.update()

    def text(self) -> str:
        """Everything that the head says, as one line."""
        return f"{self.name} {self.value} {self.unit} {self.note}"

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw from the right: note, unit, value; the name takes what is left."""
        size = self.size()
        base = size.height() - 8 * self.factor
        if self.ruled:
            self.theme.fill(painter, QRectF(-100, 0, size.width() + 200, 1), "line")
        right = self._note(painter, size.width(), base)
        right = _text_left_of(painter, right, base, self.unit, self._font(12), self.theme.qcolor("muted")) - 4
        bold = self._font(18, QFont.Weight.DemiBold)
        right = _text_left_of(painter, right, base, self.value, bold, self.theme.qcolor("text")) - 12
        self._name(painter, right, base)

    def _name(self, painter: QPainter, room: float, base: float) -> None:
        """The name in front; where it does not fit, a long one is broken at its dash into two smaller lines."""
        face = self._font(13, QFont.Weight.DemiBold)
        what, dash, where = self.name.partition(" – ")
        lines = [self.name]
        if dash and QFontMetricsF(face).horizontalAdvance(self.name) > room:
            face, lines = self._font(11, QFont.Weight.DemiBold), [what, where]
        painter.setFont(face)
        step = QFontMetricsF(face).height()
        for above, line in enumerate(reversed(lines)):
            painter.drawText(0, round(base - above * step), _fit(face, line, room))

    def _note(self, painter: QPainter, right: float, base: float) -> float:
        small = self._font(11)
        width = QFontMetricsF(small).horizontalAdvance(self.note)
        colour = self.theme.qcolor("accent" if self.reading else "text" if self.stale else "muted")
        if self.stale and not self.reading:
            height = QFontMetricsF(small).height()
            paint_stale(
                painter, QRectF(right - width - 8, base - height + 2, width + 8, height + 2).toRect(), self.theme
            )
            right -= 4
        _text_left_of(painter, right, base, self.note, small, colour)
        return right - max(width, NOTE_PX * self.factor) - 12

    def _font(self, px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        return font(px, weight, self.factor)


def _fit(face: QFont, text: str, width: float) -> str:
    return QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))


def _text_left_of(painter: QPainter, right: float, base: float, text: str, face: QFont, colour: QColor) -> float:
    width = QFontMetricsF(face).horizontalAdvance(text)
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(round(right - width), round(base), text)
    return right - width
