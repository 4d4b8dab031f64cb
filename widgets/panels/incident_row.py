"""How one incident looks in a list: mark, title, place, state, agencies, and the clock that runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from console.domain.city import City
from console.domain.incident import Incident
from widgets.models.incident_model import INCIDENT
from widgets.parts.mark import SIZE, paint_mark
from widgets.parts.theme import Theme, font
from widgets.parts.times import day, hour, left, local
from widgets.parts.words import status

ROW_PX = 72
CLOCK_PX = 124
NARROW_PX = 240
SHORT = 0.75
"""From this share of its time on, a clock is short."""


def clock_share(incident: Incident, now: int) -> float | None:
    """How much of the running clock is used up, 0 to 1 and more; None when no clock runs. `now` in ms since epoch."""
    if incident.due is None:
        return None
    times = incident.times
    late_clock = incident.due == times.respond_by and incident.due != times.acknowledge_by
    start = (times.acknowledged_at or incident.opened_at) if late_clock else incident.opened_at
    return (now - start) / max(1, incident.due - start)


def place_name(city: City, incident: Incident) -> str:
    """The place's name and the address, as far as they are known."""
    found = city.territory(incident.place)
    name = found.name if found else incident.place
    if name in incident.address:
        return incident.address
    return " · ".join(part for part in (name, incident.address) if part)


def _is_hovered(option: QStyleOptionViewItem) -> bool:
    # Loaded with the mouse: with it come a dozen tables of styles that no row needs.
    from PySide6.QtWidgets import QStyle

    return bool(option.state & QStyle.StateFlag.State_MouseOver)


class IncidentRow(QStyledItemDelegate):
    """Draws the rows of its parent, a list. Attributes: `list`, `theme`, `now` (a function, ms since epoch UTC), `scale` of
    type."""

    def __init__(
        self,
        city: City,
        zone: tzinfo,
        now: Callable[[], int],
        theme: Theme,
        parent: QAbstractItemView,
        scale: float = 1.0,
    ) -> None:
        super().__init__(parent)
        self.list = parent
        self.city, self.zone, self.now, self.theme, self.scale = city, zone, now, theme, scale
        self._strong = font(13, QFont.Weight.DemiBold, scale)
        self._plain, self._small = font(12, scale=scale), font(11, scale=scale)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(240, round(ROW_PX * self.scale))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        incident = index.data(INCIDENT)
        if incident is None:
            return
        box: QRect = option.rect
        painter.save()
        self._paint_ground(painter, option, index)
        side = round(SIZE * self.scale)
        mark = QRectF(box.left() + 16, box.top() + self._px(12), side, side)
        paint_mark(painter, mark, incident.priority, self.theme, hollow=not incident.open)
        lines = box.adjusted(16 + side + 12, self._px(10), -16, -self._px(6))
        clock = QRect(lines.right() - self._px(CLOCK_PX) + 1, lines.top(), self._px(CLOCK_PX), lines.height())
        self._paint_clock(painter, clock, incident)
        self._paint_words(painter, lines.adjusted(0, 0, -clock.width() - 12, 0), incident)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        if self.list.selectionModel().isSelected(index):
            painter.fillRect(box, self.theme.brush("raised"))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), self.theme.brush("accent"))
        elif self.list.underMouse() and _is_hovered(option):
            painter.fillRect(box, self.theme.brush("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), self.theme.brush("line"))

    def _paint_words(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        text, muted = self.theme.qcolor("text"), self.theme.qcolor("muted")
        first = QRect(box.left(), box.top(), box.width(), self._px(18))
        second = first.translated(0, self._px(19))
        # Where there is little room the state takes the agencies' place: the title comes first.
        narrow = box.width() < self._px(NARROW_PX)
        state = second if narrow else first
        room = self._right(painter, state, self._state(incident), self._plain, self._state_colour(incident))
        self._left(painter, first.adjusted(0, 0, 0 if narrow else -room - 12, 0), incident.title, self._strong, text)
        if not narrow:
            room = self._right(painter, second, ", ".join(incident.agencies), self._plain, muted, box.width() // 2)
        self._left(painter, second.adjusted(0, 0, -room - 12, 0), place_name(self.city, incident), self._plain, muted)
        self._paint_bar(painter, QRect(box.left(), second.bottom() + self._px(6), box.width(), 3), incident)

    def _paint_bar(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        share = clock_share(incident, self.now())
        if share is None:
            return
        token = "p1" if share > 1 else "p2" if share >= SHORT else "muted"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, colour in (
            (1.0, self.theme.qcolor("line", 0.7)),
            (min(1.0, max(0.0, share)), self.theme.qcolor(token)),
        ):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(box.left(), box.top(), box.width() * width, box.height()), 1.5, 1.5)

    def _paint_clock(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        now = self.now()
        first = QRect(box.left(), box.top(), box.width(), self._px(18))
        if incident.due is not None and incident.open:
            late = incident.due < now
            self._right(
                painter, first, left(incident.due, now), self._strong, self.theme.qcolor("p1" if late else "text")
            )
        muted = self.theme.qcolor("muted")
        self._right(
            painter, first.translated(0, self._px(19)), self._opened(incident.opened_at, now), self._plain, muted
        )
        self._paint_flags(painter, first.translated(0, self._px(37)), incident)

    def _paint_flags(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        muted = self.theme.qcolor("muted")
        simulated = self.tr("SIMULASI") if incident.simulated else ""
        width = self._right(painter, box, simulated, self._small, muted)
        if incident.confirmed:
            return
        words = self.tr("di ruang ini")
        rest = box.adjusted(0, 0, -(width + 8 if width else 0), 0)
        width = self._right(painter, rest, words, self._small, self.theme.qcolor("text"))
        painter.setPen(QPen(muted, 1, Qt.PenStyle.DashLine))
        foot = rest.bottom() - 1
        painter.drawLine(QPointF(rest.right() - width + 1, foot), QPointF(rest.right(), foot))

    def _state(self, incident: Incident) -> str:
        return self.tr("perlu diputuskan") if incident.undecided else status(incident.status)

    def _state_colour(self, incident: Incident) -> QColor:
        return self.theme.qcolor("p2" if incident.undecided else "muted")

    def _opened(self, at: int, now: int) -> str:
        today = local(at, self.zone).date() == local(now, self.zone).date()
        return hour(at, self.zone) if today else day(at, self.zone)

    def _px(self, size: int) -> int:
        return round(size * self.scale)

    @staticmethod
    def _left(painter: QPainter, box: QRect, text: str, face: QFont, colour: QColor) -> None:
        painter.setFont(face)
        painter.setPen(colour)
        fitted = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)

    @staticmethod
    def _right(painter: QPainter, box: QRect, text: str, face: QFont, colour: QColor, most: int = 0) -> int:
        """Draw at the right edge; the width taken."""
        if not text:
            return 0
        metrics = QFontMetrics(face)
        fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, most or box.width())
        painter.setFont(face)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, fitted)
        return metrics.horizontalAdvance(fitted)
