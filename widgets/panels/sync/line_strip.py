"""The line over the last day as one strip: when the room was in step, slow, cut off or fooled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.models.selection import Selection
from widgets.parts.chart_range import time_ticks
from widgets.parts.theme import font
from widgets.parts.times import DAY, hour

STRIP_PX = 40
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class LineStrip(QWidget):
    """Draws (at, mode) changes of the last 24 hours; what nobody knows stays empty."""

    def __init__(self, selection: Selection, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes: list[tuple[int, str]] = []
        self.now = 0
        self._selection, self._zone = selection, zone
        self.setFixedHeight(STRIP_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_history(self, changes: Sequence[tuple[int, str]], now: int) -> None:
        """Show another history, `at` and `now` in ms since epoch UTC."""
        self.changes, self.now = sorted(changes), now
        self.update()

    def spans(self) -> list[tuple[float, float, str]]:
        """Pieces of the strip as (from, to, mode), both as shares of the day."""
        start = self.now - DAY
        ends = [*(at for at, _ in self.changes[1:]), self.now]
        # Without any change there is one end and nothing that it ends.
        pieces = [
            (max(at, start), end, mode) for (at, mode), end in zip(self.changes, ends, strict=False) if end > start
        ]
        return [((a - start) / DAY, (b - start) / DAY, mode) for a, b, mode in pieces]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip and the hours below it."""
        painter, theme = QPainter(self), self._selection.theme
        bar = QRectF(0, 4, self.width(), 14)
        painter.fillRect(bar, theme.qcolor("raised"))
        for start, end, mode in self.spans():
            piece = QRectF(bar.width() * start, bar.top(), max(1.0, bar.width() * (end - start)), bar.height())
            painter.fillRect(piece, self._brush(mode))
        painter.setFont(font(10))
        if not self.changes:
            painter.setPen(theme.qcolor("muted"))
            painter.drawText(
                bar.adjusted(8, 0, -8, 0), _LEFT, self.tr("belum ada riwayat: sambungan belum pernah dipakai")
            )
        painter.setPen(theme.qcolor("muted"))
        for at in time_ticks(self.now - DAY, self.now, self._zone, 12):
            x = round(self.width() * (at - self.now + DAY) / DAY)
            painter.fillRect(QRect(x, 18, 1, 4), theme.qcolor("line"))
            if 16 < x < self.width() - 16:
                painter.drawText(QRect(x - 30, 22, 60, 16), int(Qt.AlignmentFlag.AlignCenter), hour(at, self._zone))

    def _brush(self, mode: str) -> QBrush:
        theme = self._selection.theme
        if mode == "langsung":
            return QBrush(theme.qcolor("ok", 0.7))
        if mode == "hemat":
            return QBrush(theme.qcolor("ok", 0.35))
        if mode in ("putus", "internet_palsu", "tak_dipercaya"):
            return QBrush(
                theme.qcolor("p2"), Qt.BrushStyle.BDiagPattern if mode == "putus" else Qt.BrushStyle.SolidPattern
            )
        return QBrush(theme.qcolor("muted"), Qt.BrushStyle.Dense6Pattern)
