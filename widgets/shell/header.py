"""The header: whose room this is, the search field, what is open, how the line is, and what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from console.domain.shift import Shift, on_duty
from console.domain.views import LinkState, Situation
from widgets.models.bridge import Bridge
from widgets.models.line_words import mode_words
from widgets.parts.mark import PriorityMark
from widgets.parts.plain import plain_tip
from widgets.parts.theme import Theme
from widgets.parts.times import age, day, hour, local, span, wall

if TYPE_CHECKING:
    from console.room import Room

HEIGHT = 44
NARROW = 1500
"""Below this width the header leaves out what the window tells elsewhere."""
SCOPE_PX, SCOPE_NARROW_PX = 220, 130
"""Room for the title of what everything is scoped to."""


class Brand(QWidget):
    """The product's mark: a diamond in the accent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(12, 12)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the diamond."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.qcolor("accent"))
        painter.drawPolygon(QPolygonF([QPointF(6, 0), QPointF(12, 6), QPointF(6, 12), QPointF(0, 6)]))


class Lamp(QWidget):
    """The line's lamp: a quiet dot when all is well, a ring in an alarm colour when it is not. Attribute: `mode`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.mode = theme, "mandiri"
        self.setFixedSize(10, 10)

    def set_mode(self, mode: str) -> None:
        """Show another mode of the line."""
        self.mode = mode
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """A dot."""
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot or the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        broken = self.mode in ("putus", "internet_palsu", "tak_dipercaya")
        colour = self._theme.qcolor("p2" if broken else "muted")
        hollow = broken or self.mode in ("mandiri", "stik", "belum")
        painter.setPen(QPen(colour, 2) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
        painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2) if hollow else self.rect().adjusted(1, 1, -1, -1))


class Header(QFrame):
    """The strip along the top. Signals: `searchAsked()`, `clearAsked()`, `lineAsked()`, `operatorAsked()`."""

    searchAsked = Signal()
    clearAsked = Signal()
    lineAsked = Signal()
    operatorAsked = Signal()

    def __init__(self, room: Room, bridge: Bridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(HEIGHT)
        self._room, self._bridge = room, bridge
        self._zone = ZoneInfo(room.city.time_zone)
        self._link: LinkState = room.link()
        self._waiting = 0
        self._shift: Shift | None = None
        self._themed: list[Brand | Lamp | PriorityMark] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 1)
        self._row.setSpacing(8)
        self._add_left(theme)
        self._row.addStretch(1)
        self._add_counts(theme)
        self._add_line(theme)
        self._add_right()
        bridge.ticker.ticked.connect(self.on_tick)
        bridge.linkChanged.connect(self.on_link)
        bridge.peopleChanged.connect(self.on_people)
        self.on_link()
        self.on_people()

    def on_situation(self, situation: Situation) -> None:
        """Show how many incidents of each priority are open, and what waits here though no line counts it."""
        self._waiting = situation.queue
        self._show_line(self._bridge.ticker.now())
        for label, count in zip(self._counts, situation.open_by_priority, strict=False):
            label.setText(str(count))

    def counts(self) -> tuple[str, ...]:
        """The counts of open incidents on show, P1 to P3."""
        return tuple(label.text() for label in self._counts)

    def operator(self) -> str:
        """Which shift is said to be on duty, and who at the desk."""
        return self._operator.text().replace("&&", "&")

    def scope(self) -> str:
        """What everything is scoped to, "" for nothing."""
        return self._scoped

    def on_link(self) -> None:
        """Show the line's mode, the oldest contact and the queue."""
        self._link = self._room.link()
        self._lamp.set_mode(self._link.mode)
        self._mode.setText(mode_words(self._link.mode))
        self.on_tick(self._bridge.ticker.now())

    def on_people(self) -> None:
        """Show who is at the desk."""
        self._show_operator()
        self._show_scope_if_seen()

    def on_tick(self, now: int) -> None:
        """Let the clock and the ages move (`now` in ms since epoch UTC)."""
        self._show_line(now)
        self._hour.setText(hour(now, self._zone))
        self._day.setText(f"{local(now, self._zone).tzname()} · {day(now, self._zone)}")
        shift = on_duty(self._room.city.shifts, now, self._zone)
        if shift != self._shift:
            self._shift = shift
            self._show_operator()

    def _show_line(self, now: int) -> None:
        contact = "" if self._link.mode in ("mandiri", "stik", "belum") else age(self._link.last_contact, now)
        self._line.setText(" · ".join(part for part in (contact, f"⇅ {self._queue}") if part))
        self._line.setToolTip(self._line_tip())

    def _show_operator(self) -> None:
        operator, shift = self._room.operator, self._shift
        name = operator.name if operator else self.tr("Belum masuk")
        self._operator.setText(" · ".join((shift.name, name) if shift else (name,)).replace("&", "&&"))
        hours = f"{shift.name}, {wall(shift.start)}–{wall(shift.end)} · {shift.source}" if shift else ""
        self._operator.setToolTip(plain_tip(hours))

    @property
    def _queue(self) -> int:
        """Entries without a number, whoever counted them last."""
        return max(self._link.queue, self._waiting)

    def show_scope(self, text: str) -> None:
        """Say what everything is scoped to, with the way out; "" when nothing is selected."""
        self._scoped = text
        self._fit_scope()
        self._scope.setToolTip(plain_tip(self.tr("Lepas pilihan: {0}").format(text)))
        self._show_scope_if_seen()

    def _fit_scope(self) -> None:
        """Shorten the title rather than let the bar squeeze the way out off the button."""
        room = SCOPE_NARROW_PX if self.width() < NARROW else SCOPE_PX
        shown = self._scope.fontMetrics().elidedText(self._scoped, Qt.TextElideMode.ElideRight, room)
        # A title comes from outside: no "&" of it is a key, no "<" of it is markup.
        self._scope.setText(shown.replace("&", "&&") + "   Esc")

    def _show_scope_if_seen(self) -> None:
        """A locked screen covers citizens' reports; their titles go with them."""
        scoped = bool(self._scoped) and self._room.operator is not None
        self._scope.setVisible(scoped)
        self._search.fit(self.width() < NARROW, scoped)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        for part in self._themed:
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out, on a narrow screen, what the window tells elsewhere."""
        narrow = self.width() < NARROW
        self._fit_scope()
        self._show_scope_if_seen()
        self._city.setVisible(not narrow and bool(self._city.text()))

    def _add_left(self, theme: Theme) -> None:
        city = self._room.city
        own = city.territory(self._room.territory)
        at_city = own is None or own.level == "kota"
        self._brand = Brand(theme, self)
        self._themed.append(self._brand)
        name = self._label("Simpul", "title")
        place = city.name if at_city or own is None else self.tr("Kec. {0}").format(own.name)
        self._place = self._label(place)
        self._city = self._label("" if at_city else f"· {city.name}", "muted")
        self._search = SearchField(self)
        self._search.clicked.connect(self.searchAsked)
        self._scoped = ""
        self._scope = QPushButton(self)
        self._scope.setVisible(False)
        self._scope.clicked.connect(self.clearAsked)
        for widget, gap in ((self._brand, 0), (name, 12), (self._place, 0), (self._city, 8)):
            self._row.addWidget(widget)
            self._row.addSpacing(gap)
        self._row.addWidget(self._search)
        self._row.addWidget(self._scope)

    def _add_counts(self, theme: Theme) -> None:
        self._counts: list[QLabel] = []
        for priority in (1, 2, 3):
            mark = PriorityMark(priority, theme, self)
            mark.setToolTip(self.tr("Kejadian P{0} yang terbuka").format(priority))
            label = self._label("–", "strong")
            self._themed.append(mark)
            self._counts.append(label)
            self._row.addWidget(mark)
            self._row.addWidget(label)
            self._row.addSpacing(8)

    def _add_line(self, theme: Theme) -> None:
        self._lamp = Lamp(theme, self)
        self._themed.append(self._lamp)
        self._mode = self._label("")
        self._line = self._label("", "muted")
        self._simulated = self._label("SIMULASI", "badge")
        self._simulated.setToolTip(self.tr("Sebagian data di layar ini dibuat oleh simulator"))
        self._simulated.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._simulated.setVisible(self._room.simulated)
        for widget in (self._lamp, self._mode, self._line):
            self._row.addWidget(widget)
        self._row.addSpacing(8)
        self._row.addWidget(self._simulated)
        self._row.addSpacing(8)

    def _add_right(self) -> None:
        self._hour = self._label("", "title")
        self._day = self._label("")
        self._operator = QPushButton(self)
        self._operator.setProperty("role", "flat")
        self._operator.clicked.connect(self.operatorAsked)
        self._operator.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for widget in (self._hour, self._day):
            self._row.addWidget(widget)
        self._row.addSpacing(4)
        self._row.addWidget(self._operator)

    def _label(self, text: str, role: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            label.setProperty("role", role)
        return label

    def _line_tip(self) -> str:
        tip = self.tr("{0} catatan belum sampai di pusat").format(self._queue)
        if self._queue and self._link.drain_s is not None:
            return tip + self.tr("; antrean kosong dalam ± {0}").format(span(round(self._link.drain_s * 1000)))
        return tip


class SearchField(QPushButton):
    """Looks like a field and opens the palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        key = QLabel("Ctrl K", self)
        key.setProperty("role", "small")
        row.addStretch(1)
        row.addWidget(key)
        self.fit(False, False)

    def fit(self, narrow: bool, beside: bool) -> None:
        """Say less and take less room on a narrow screen, and least where something stands `beside` it."""
        long, short, least = (
            self.tr("Cari tempat, kejadian, sensor, perintah…"),
            self.tr("Cari, perintah…"),
            self.tr("Cari…"),
        )
        self.setText((least if beside else short) if narrow else long)
        self.setFixedWidth((112 if beside else 200) if narrow else 420)
