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
TIGHT_PX = 360
"""Below this width of its words alone a title has no room beside the state."""
NARROW_PX = 376
"""Below this width of its words and clock a row is laid out for little room."""
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
        if lines.width() < self._px(NARROW_PX):
            self._paint_narrow(painter, lines, incident)
        else:
            self._paint_wide(painter, lines, incident)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        if self.list.selectionModel().isSelected(index):
            self.theme.fill(painter, box, "raised")
            self.theme.fill(painter, QRect(box.left(), box.top(), 3, box.height()), "accent")
        elif self.list.underMouse() and _is_hovered(option):
            self.theme.fill(painter, box, "hover")
        self.theme.fill(painter, QRect(box.left(), box.bottom(), box.width(), 1), "line")

    def _paint_wide(self, painter: QPainter, lines: QRect, incident: Incident) -> None:
        """Words on the left, then state and agencies, and the clock in a column of its own."""
        text, muted = self.theme.qcolor("text"), self.theme.qcolor("muted")
        clock = QRect(lines.right() - self._px(CLOCK_PX) + 1, lines.top(), self._px(CLOCK_PX), self._px(18))
        self._left_of_due(painter, clock, incident)
        opened = self._opened(incident.opened_at, self.now())
        self._right(painter, clock.translated(0, self._px(19)), opened, self._plain, muted)
        self._paint_flags(painter, clock.translated(0, self._px(37)), incident)
        first = QRect(lines.left(), lines.top(), lines.width() - clock.width() - 12, self._px(18))
        second = first.translated(0, self._px(19))
        agencies, room = ", ".join(incident.agencies), 0
        if first.width() < self._px(TIGHT_PX):
            # The title has the line to itself; the state goes before the agencies.
            agencies = " · ".join(part for part in (self._state(incident), agencies) if part)
        else:
            room = self._right(painter, first, self._state(incident), self._plain, self._state_colour(incident)) + 12
        self._left(painter, first.adjusted(0, 0, -room, 0), incident.title, self._strong, text)
        colour = self._state_colour(incident) if not room else muted
        room = self._right(painter, second, agencies, self._plain, colour, first.width() // 2)
        self._left(painter, second.adjusted(0, 0, -room - 12, 0), place_name(self.city, incident), self._plain, muted)
        self._paint_bar(painter, QRect(first.left(), second.bottom() + self._px(6), first.width(), 3), incident)

    def _paint_narrow(self, painter: QPainter, lines: QRect, incident: Incident) -> None:
        """Each line gives its right edge only as much as it needs: the title comes first, the agencies stand elsewhere."""
        text, muted = self.theme.qcolor("text"), self.theme.qcolor("muted")
        first = QRect(lines.left(), lines.top(), lines.width(), self._px(18))
        second, third = first.translated(0, self._px(19)), first.translated(0, self._px(37))
        room = self._left_of_due(painter, first, incident)
        self._left(painter, first.adjusted(0, 0, -room - 12 if room else 0, 0), incident.title, self._strong, text)
        opened = self._opened(incident.opened_at, self.now())
        room = self._right(painter, second, opened, self._plain, muted)
        self._left(painter, second.adjusted(0, 0, -room - 12, 0), place_name(self.city, incident), self._plain, muted)
        room = self._paint_flags(painter, third, incident)
        told = third.adjusted(0, 0, -room - 12, 0)
        width = self._left(painter, told, self._state(incident), self._plain, self._state_colour(incident))
        bar = QRect(told.left() + width + 12, told.center().y(), told.width() - width - 12, 3)
        self._paint_bar(painter, bar, incident)

    def _paint_bar(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        share = clock_share(incident, self.now())
        if share is None or box.width() < self._px(24):
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

    def _left_of_due(self, painter: QPainter, box: QRect, incident: Incident) -> int:
        """What is left of the clock that runs, at the right edge; the width taken."""
        if incident.due is None or not incident.open:
            return 0
        late = incident.due < self.now()
        colour = self.theme.qcolor("p1" if late else "text")
        return self._right(painter, box, left(incident.due, self.now()), self._strong, colour)

    def _paint_flags(self, painter: QPainter, box: QRect, incident: Incident) -> int:
        """What has to be said of where the incident comes from and has got to, at the right edge; the width taken."""
        muted = self.theme.qcolor("muted")
        simulated = self.tr("SIMULASI") if incident.simulated else ""
        width = self._right(painter, box, simulated, self._small, muted)
        if incident.confirmed:
            return width
        words = self.tr("di ruang ini")
        rest = box.adjusted(0, 0, -(width + 8 if width else 0), 0)
        told = self._right(painter, rest, words, self._small, self.theme.qcolor("text"))
        painter.setPen(QPen(muted, 1, Qt.PenStyle.DashLine))
        foot = rest.bottom() - 1
        painter.drawLine(QPointF(rest.right() - told + 1, foot), QPointF(rest.right(), foot))
        return box.right() - rest.right() + told

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
    def _left(painter: QPainter, box: QRect, text: str, face: QFont, colour: QColor) -> int:
        """Draw at the left edge; the width taken."""
        painter.setFont(face)
        painter.setPen(colour)
        fitted = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)
        return QFontMetrics(face).horizontalAdvance(fitted)

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
