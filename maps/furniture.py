"""The legend, the notes and the badge of a painted map."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from maps.scene import Legend
from maps.theme import MapTheme

EDGE, LINE, PAD = 12, 16, 9
SWATCH = QSizeF(20, 8)
WIDEST = 480


class Furniture:
    """What is written on the map. `box()` is the legend's place in a view of some size."""

    def __init__(
        self, theme: MapTheme, font: QFont, hatch: QBrush, legend: Legend | None, note: str, badge: str
    ) -> None:
        self._hatch = hatch
        self._theme, self._legend, self._badge = theme, legend, badge
        self._notes = note.splitlines()
        self._font = QFont(font)
        self._font.setPixelSize(11)
        self._metrics = QFontMetricsF(self._font)

    def box(self, size: QSizeF) -> QRectF:
        """The legend's rectangle in a view of `size`; empty when there is nothing to say."""
        lines = len(self._notes) + (self._legend is not None)
        if not lines:
            return QRectF()
        widths = [self._metrics.horizontalAdvance(line) for line in self._notes]
        width = min(max([*widths, self._scale_width()]) + 2 * PAD, WIDEST, size.width() - 2 * EDGE)
        height = lines * LINE + 2 * PAD - 2
        return QRectF(EDGE, size.height() - EDGE - height, width, height)

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw everything into a view of `size`."""
        painter.setFont(self._font)
        box = self.box(size)
        if not box.isEmpty():
            self._frame(painter, box)
            top = box.top() + PAD - 1
            if self._legend is not None:
                self._scale(painter, QRectF(box.left() + PAD, top, box.width() - 2 * PAD, LINE), self._legend)
                top += LINE
            painter.setPen(QColor(self._theme.muted))
            for line in self._notes:
                self._text(painter, QRectF(box.left() + PAD, top, box.width() - 2 * PAD, LINE), line)
                top += LINE
        if self._badge:
            self._draw_badge(painter, size)

    def _scale_width(self) -> float:
        if self._legend is None:
            return 0
        scale = self._title_width(self._legend) + self._swatches_width() + self._range_width(self._legend) + 16
        missing = self._legend.missing
        return scale + (SWATCH.width() + 16 + self._metrics.horizontalAdvance(missing) if missing else 0)

    def _title_width(self, legend: Legend) -> float:
        return min(self._metrics.horizontalAdvance(legend.title), WIDEST / 2)

    def _range_width(self, legend: Legend) -> float:
        return self._metrics.horizontalAdvance(f"{legend.low} – {legend.high}")

    def _swatches_width(self) -> float:
        return len(self._theme.ramp) * (SWATCH.width() + 2) - 2

    def _scale(self, painter: QPainter, room: QRectF, legend: Legend) -> None:
        painter.setPen(QColor(self._theme.text))
        title = self._title_width(legend)
        self._text(painter, QRectF(room.left(), room.top(), title, room.height()), legend.title)
        left = room.left() + title + 8
        for number, colour in enumerate(self._theme.ramp):
            corner = QPointF(left + number * (SWATCH.width() + 2), room.center().y() - SWATCH.height() / 2)
            painter.fillRect(QRectF(corner, SWATCH), QColor(colour))
        rest = QRectF(left + self._swatches_width() + 8, room.top(), self._range_width(legend) + 1, room.height())
        self._text(painter, rest, f"{legend.low} – {legend.high}")
        if legend.missing:
            corner = QPointF(rest.right() + 8, room.center().y() - SWATCH.height() / 2)
            painter.fillRect(QRectF(corner, SWATCH), self._hatch)
            left = corner.x() + SWATCH.width() + 8
            self._text(painter, QRectF(left, room.top(), room.right() - left, room.height()), legend.missing)

    def _draw_badge(self, painter: QPainter, size: QSizeF) -> None:
        width = self._metrics.horizontalAdvance(self._badge) + 18
        box = QRectF(size.width() - EDGE - width, EDGE, width, 22)
        self._frame(painter, box)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._badge)

    def _frame(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.panel))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _text(self, painter: QPainter, room: QRectF, text: str) -> None:
        elided = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
