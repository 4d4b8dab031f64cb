"""The time bar: live, or one of a few fixed spans, and the hours that are shown."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QWidget

from widgets.parts.times import DAY, HOUR, hour, moment


class Window(NamedTuple):
    """A span of time to show: `span_ms` long, following the clock when `live`, else ending at `end` (ms since epoch)."""

    span_ms: int
    live: bool
    end: int


LIVE_MS = 3 * HOUR


class TimeBar(QWidget):
    """Chooses the window of all charts beside it. Signals: `chosen(Window)`. Attribute: `current`."""

    chosen = Signal(object)

    def __init__(self, zone: tzinfo, now: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.current = Window(LIVE_MS, True, now)
        self._now = now
        self._zoomed = False
        self._group = QButtonGroup(self)
        self._range = QLabel(self)
        self._range.setTextFormat(Qt.TextFormat.PlainText)
        self._range.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(2)
        for place, name in enumerate((self.tr("langsung"), self.tr("3 j"), self.tr("24 j"), self.tr("7 hr"))):
            button = QPushButton(name, self)
            button.setProperty("role", "toggle")
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._range)
        self._group.idClicked.connect(self.choose)
        self._group.button(0).setChecked(True)
        self.set_now(now)

    def choose(self, place: int) -> None:
        """Take one of the buttons: 0 live, 1 to 3 the fixed spans, which end now and then stand still."""
        self._group.button(place).setChecked(True)
        span = (LIVE_MS, 3 * HOUR, DAY, 7 * DAY)[place]
        self._take(Window(span, place == 0, self._now), False)

    def zoom(self, start: int, end: int) -> None:
        """Show exactly this span (ms since epoch UTC), standing still."""
        self._take(Window(end - start, False, end), True)

    def back(self) -> None:
        """Return from a zoom to the button that is down."""
        self.choose(max(0, self._group.checkedId()))

    @property
    def zoomed(self) -> bool:
        """Whether a span was chosen by hand."""
        return self._zoomed

    def set_now(self, now: int) -> None:
        """Let the clock go on (ms since epoch UTC)."""
        self._now = now
        end = now if self.current.live else self.current.end
        start = end - self.current.span_ms
        last = hour(end, self._zone) if self.current.span_ms < DAY // 2 else moment(end, self._zone, now)
        self._range.setText(f"{moment(start, self._zone, now)} — {last}")

    def text(self) -> str:
        """The hours that are shown."""
        return self._range.text()

    def _take(self, window: Window, zoomed: bool) -> None:
        self.current, self._zoomed = window, zoomed
        self.set_now(self._now)
        self.chosen.emit(window)
