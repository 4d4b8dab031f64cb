"""Ages tick on one timer, and what is older than its rule allows looks so."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QPainter

from console.domain.clock import Clock
from widgets.parts.theme import RADIUS, Theme

CLOCK_SIGN = "◷"
"""Stands before an age that is older than its rule allows."""


class Ticker(QObject):
    """The window's one timer of one second. Signals: `ticked(now)`, ms since epoch UTC as a Python int."""

    ticked = Signal(object)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def now(self) -> int:
        """The clock's time, ms since epoch UTC."""
        return self._clock.now()

    def stop(self) -> None:
        """Tick no more, for shutting down."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        self.ticked.emit(self._clock.now())


def paint_stale(painter: QPainter, box: QRect, theme: Theme) -> None:
    """Hatch the ground of `box` (a QRect): older than its rule allows. Draw the value on it at full contrast."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme.qcolor("stale_hatch"), Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(box, RADIUS / 2, RADIUS / 2)
    painter.restore()
