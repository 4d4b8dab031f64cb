"""Priority marks: colour, shape and number together, so that no single one of them has to be seen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.parts.theme import Theme, font

SIZE = 16


def paint_mark(painter: QPainter, box: QRectF, priority: int, theme: Theme, hollow: bool = False) -> None:
    """Draw the mark of `priority` (1 square, 2 triangle, 3 diamond, 4 dot) into the square `box`.

    `hollow` draws the outline alone, for what is no longer open.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = theme.priority(priority)
    painter.setPen(colour if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    _shape(painter, box, priority)
    painter.setFont(font(max(8, round(box.height() * 0.62)), font().Weight.Bold))
    painter.setPen(colour if hollow else theme.qcolor("mark_ink"))
    painter.drawText(_number_box(box, priority), Qt.AlignmentFlag.AlignCenter, str(priority))
    painter.restore()


def _shape(painter: QPainter, box: QRectF, priority: int) -> None:
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    if priority == 1:
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), w / 8, h / 8)
    elif priority == 2:
        painter.drawPolygon(QPolygonF([QPointF(x + w / 2, y), QPointF(x + w, y + h - 1), QPointF(x, y + h - 1)]))
    elif priority == 3:
        points = [QPointF(x + w / 2, y), QPointF(x + w, y + h / 2), QPointF(x + w / 2, y + h), QPointF(x, y + h / 2)]
        painter.drawPolygon(QPolygonF(points))
    else:
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))


def _number_box(box: QRectF, priority: int) -> QRectF:
    # A triangle's visual centre lies a third of the way up.
    return box.adjusted(0, box.height() * 0.2, 0, 0) if priority == 2 else box


class PriorityMark(QWidget):
    """One priority mark as a widget. Attributes: `priority` 1 to 4."""

    def __init__(self, priority: int, theme: Theme, parent: QWidget | None = None, size: int = SIZE) -> None:
        super().__init__(parent)
        self.priority = priority
        self._theme, self._size = theme, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"P{priority}")

    def set_priority(self, priority: int) -> None:
        """Show another priority."""
        self.priority = priority
        self.setAccessibleName(f"P{priority}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """The mark's own size."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark in the middle."""
        painter = QPainter(self)
        side = min(self.width(), self.height(), self._size)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_mark(painter, box, self.priority, self._theme)
