"""The age of a value, ticking: every badge in the window hangs on one timer."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.domain.clock import Clock
from widgets.parts.theme import RADIUS, Theme, font
from widgets.parts.times import age

CLOCK_SIGN = "◷"


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


class AgeBadge(QWidget):
    """How old a value is ("2 dtk", "14 mnt"), looking stale once it is older than its rule allows.

    Attributes: `at` (ms since epoch UTC, None: never), `limit_ms` (age from which it is stale, None: never stale).
    """

    def __init__(
        self, ticker: Ticker, theme: Theme, limit_ms: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.at: int | None = None
        self.limit_ms = limit_ms
        self._ticker, self._theme = ticker, theme
        self._shown = ""
        self.setFont(font(11))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        ticker.ticked.connect(self._on_tick)

    def set_at(self, at: int | None) -> None:
        """Show the age of another moment (ms since epoch UTC, None: never)."""
        self.at = at
        self._on_tick(self._ticker.now())

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self.update()

    @property
    def stale(self) -> bool:
        """Whether the value is older than its rule allows, or was never there."""
        return self.limit_ms is not None and (self.at is None or self._ticker.now() - self.at > self.limit_ms)

    def text(self) -> str:
        """What the badge says now."""
        return f"{CLOCK_SIGN} {self._shown}" if self.stale else self._shown

    def sizeHint(self) -> QSize:
        """Room for the text and its margins."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 8, metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the age, on hatched ground when stale."""
        painter = QPainter(self)
        if self.stale:
            paint_stale(painter, self.rect(), self._theme)
        painter.setPen(self._theme.qcolor("text" if self.stale else "muted"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _on_tick(self, now: int) -> None:
        shown = age(self.at, now)
        if shown != self._shown:
            self._shown = shown
            self.updateGeometry()
            self.update()


def paint_stale(painter: QPainter, box: QRect, theme: Theme) -> None:
    """Hatch the ground of `box` (a QRect): older than its rule allows. Draw the value on it at full contrast."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme.qcolor("stale_hatch"), Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(box, RADIUS / 2, RADIUS / 2)
    painter.restore()
