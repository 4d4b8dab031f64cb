"""The hours below a stack of charts."""

from __future__ import annotations

from datetime import tzinfo

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from widgets.parts.chart_range import time_ticks
from widgets.parts.theme import Theme, font
from widgets.parts.times import DAY, day, hour

SCALE_PX = 20


class TimeScaleItem(pg.GraphicsWidget):
    """Round local times under the charts, at the same places as their grid lines. Kept as a picture by Qt."""

    def __init__(self, theme: Theme, zone: tzinfo, indent: int, scale: float = 1.0) -> None:
        super().__init__()
        self.theme, self.zone, self.indent, self.factor = theme, zone, indent * scale, scale
        self._span = (0, 0)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(round(SCALE_PX * scale))
        self.setMaximumHeight(round(SCALE_PX * scale))

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self.theme = theme
        self.update()

    def show_span(self, start: int, end: int, now: int) -> None:
        """Write the times from `start` to `end` (ms since epoch UTC)."""
        if (start, end) != self._span:
            self._span = (start, end)
            self.update()

    def labels(self) -> list[tuple[int, str]]:
        """The times and what is written at them: the day at midnight and in spans of more than two days, else the hour."""
        start, end = self._span
        ticks = time_ticks(start, end, self.zone)
        days = end - start > 2 * DAY
        return [(t, day(t, self.zone) if days or hour(t, self.zone) == "00.00" else hour(t, self.zone)) for t in ticks]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Write every label centred under its line, as far as it fits."""
        start, end = self._span
        if end <= start:
            return
        painter.setFont(font(10, scale=self.factor))
        painter.setPen(self.theme.qcolor("muted"))
        width = self.size().width() - self.indent
        for at, label in self.labels():
            x = self.indent + width * (at - start) / (end - start)
            half = painter.fontMetrics().horizontalAdvance(label) / 2
            if half <= x - self.indent + 12 and x + half <= self.size().width():
                painter.drawText(QRectF(x - half - 4, 0, 2 * half + 8, SCALE_PX), Qt.AlignmentFlag.AlignCenter, label)
