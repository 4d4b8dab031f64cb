"""The clocks of one incident: how much of each limit is used, or when it was met."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.domain.incident import Incident
from widgets.models.selection import Selection
from widgets.parts.theme import font
from widgets.parts.times import SECOND, left, moment, span

HEIGHT_PX = 58
SHORT = 0.75


class Step(NamedTuple):
    """One clock: from `start` to `by`, met at `met` (None: not yet), all ms since epoch UTC."""

    name: str
    start: int
    by: int | None
    met: int | None


class Clocks(QWidget):
    """Both clocks beside each other, ticking."""

    def __init__(self, selection: Selection, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[Step, ...] = ()
        self.now = 0
        self._running = False
        self._selection, self._zone = selection, zone
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_incident(self, incident: Incident, now: int) -> None:
        """Show the clocks of an incident."""
        times, self.now, self._running = incident.times, now, incident.open
        self.steps = (
            Step(self.tr("Diakui"), incident.opened_at, times.acknowledge_by, times.acknowledged_at),
            Step(
                self.tr("Ditanggapi"), times.acknowledged_at or incident.opened_at, times.respond_by, times.responded_at
            ),
        )
        self.setAccessibleDescription("; ".join(f"{step.name}: {self.words(step)}" for step in self.steps))
        self.update()

    def tick(self, now: int) -> None:
        """Let them run."""
        self.now = now
        self.update()

    def words(self, step: Step) -> str:
        """What a clock says."""
        if step.met is not None:
            took = self.tr("{0}, dalam {1}").format(moment(step.met, self._zone, self.now), span(step.met - step.start))
            late = step.by is not None and step.met - step.by >= SECOND
            return took + (" · " + self.tr("lewat {0}").format(span(step.met - (step.by or 0))) if late else "")
        if step.by is None:
            return self.tr("batas belum diatur")
        return left(step.by, self.now) if self._running else self.tr("tidak sempat")

    def token(self, step: Step) -> str:
        """The colour of a clock: only a short or a missed one has one."""
        end = self.now if step.met is None else step.met
        if step.by is None or (step.met is None and not self._running):
            return "text"
        if end - step.by >= SECOND:
            return "p1"
        short = step.met is None and end - step.start >= SHORT * (step.by - step.start)
        return "p2" if short else "text"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, words and bar for each clock."""
        painter, theme = QPainter(self), self._selection.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - 24) // 2
        for place, step in enumerate(self.steps):
            box = QRect(place * (width + 24), 4, width, self.height() - 8)
            painter.setFont(font(11))
            painter.setPen(theme.qcolor("muted"))
            limit = (
                "" if step.by is None else " · " + self.tr("batas {0}").format(moment(step.by, self._zone, self.now))
            )
            painter.drawText(QRect(box.left(), box.top(), box.width(), 16), _LEFT, step.name + limit)
            painter.setFont(font(13, QFont.Weight.DemiBold))
            painter.setPen(theme.qcolor(self.token(step)))
            painter.drawText(QRect(box.left(), box.top() + 17, box.width(), 18), _LEFT, self.words(step))
            self._paint_bar(painter, QRectF(box.left(), box.top() + 40, box.width(), 3), step)

    def _paint_bar(self, painter: QPainter, box: QRectF, step: Step) -> None:
        theme, end = self._selection.theme, self.now if step.met is None else step.met
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.qcolor("line", 0.7))
        painter.drawRoundedRect(box, 1.5, 1.5)
        if step.by is None:
            return
        share = min(max((end - step.start) / max(1, step.by - step.start), 0.0), 1.0)
        # A bar is time that runs; what was met late is past, and its words say so.
        token = self.token(step) if step.met is None else "text"
        painter.setBrush(theme.qcolor("muted" if token == "text" else token))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), box.width() * share, box.height()), 1.5, 1.5)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
