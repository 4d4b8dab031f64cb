"""The line at the foot of the window: the gravest P1 incident whose clock runs out with nobody on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from console.domain.incident import Incident
from console.domain.views import IncidentPage, IncidentQuery
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.parts.mark import PriorityMark
from widgets.parts.theme import Theme
from widgets.parts.times import left

HEIGHT = 40
NEAR = 4
"""A clock is near its end in the last quarter of its length: a five-minute clock warns with 75 seconds left."""


def unattended(incidents: Sequence[Incident], now: int) -> Incident | None:
    """The P1 incident that has waited past, or nearly past, its acknowledgement clock the longest; None when calm.

    `now` in ms since epoch UTC.
    """
    waiting = [one for one in incidents if one.priority == 1 and one.open and _pressing(one, now)]
    return min(waiting, key=lambda one: one.times.acknowledge_by or 0, default=None)


def _pressing(incident: Incident, now: int) -> bool:
    by = incident.times.acknowledge_by
    if by is None or incident.times.acknowledged_at is not None:
        return False
    return by - now <= (by - incident.opened_at) / NEAR


class AlarmLine(QFrame):
    """Shows that incident, hidden when all is calm. Signals: `opened(subject)`. Attribute: `incident`."""

    opened = Signal(str)

    def __init__(self, bridge: Bridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarm")
        self.setFixedHeight(HEIGHT)
        self.incident: Incident | None = None
        self._open_ones: tuple[Incident, ...] = ()
        self._bridge = bridge
        self._mark = PriorityMark(1, theme, self)
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        self._rest = QLabel(self)
        self._rest.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._title, self._rest):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._fill()
        query = IncidentQuery(open_only=True, priority=(1,), order="urgency")
        self._refresh = Refresh(bridge, lambda: bridge.room.incidents(query), self._on_incidents, self)
        bridge.incidentsChanged.connect(self._refresh.again)
        bridge.ticker.ticked.connect(self._on_tick)
        self.hide()

    def start(self) -> None:
        """Ask for the first time."""
        self._refresh.again()

    def open_incident(self) -> None:
        """Go to the incident on the line."""
        if self.incident is not None:
            self.opened.emit(self.incident.subject)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._mark.set_theme(theme)

    def text(self) -> str:
        """What the line says, "" when it is hidden."""
        return f"{self._title.text()} {self._rest.text()}" if self.incident else ""

    def _fill(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        button = QPushButton(self)
        # Not with its making: Qt for Python would first load what icons there are.
        button.setText(self.tr("Buka  Alt+Enter"))
        button.clicked.connect(self.open_incident)
        for widget in (self._mark, self._title):
            row.addWidget(widget)
        row.addWidget(self._rest, 1)
        row.addWidget(button)

    def _on_incidents(self, page: IncidentPage) -> None:
        self._open_ones = page.items
        self._on_tick(self._bridge.ticker.now())

    def _on_tick(self, now: int) -> None:
        self.incident = unattended(self._open_ones, now)
        if self.incident is not None:
            one = self.incident
            self._title.setText(one.title)
            place = self._bridge.room.city.territory(one.place)
            where = " · ".join(part for part in (place.name if place else one.place, one.address) if part)
            due = left(one.times.acknowledge_by or now, now)
            self._rest.setText(" · ".join(part for part in (where, due, self.tr("belum diakui")) if part))
        self.setVisible(self.incident is not None)
