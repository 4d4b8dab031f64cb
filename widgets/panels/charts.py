"""The charts that matter here: one for each quantity that the city pack names, from the room's or the chosen place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.city import journal_of
from console.domain.incident import IncidentDetail
from console.domain.reading import Latest
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.panels.chart_desk import ChartDesk
from widgets.panels.sensors import chosen_sensors
from widgets.parts.timebar import Window
from widgets.parts.times import DAY, HOUR

if TYPE_CHECKING:
    from console.room import Room


class ChartsPanel(QWidget):
    """Situasi's four charts. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._ready = asyncio.Event()
        self._place = ""
        self.desk = ChartDesk(room, bridge, selection, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.desk)
        self.setFocusProxy(self.desk)
        self.desk.windowChanged.connect(self.on_window)
        selection.territorySelected.connect(self.on_scope)
        selection.incidentSelected.connect(self.on_incident)
        selection.cleared.connect(self.on_scope)
        self.on_scope()

    async def settled(self) -> None:
        """Returns once the charts have their data."""
        await self._ready.wait()
        if self.desk.stack.charts:
            await self.desk.settled()

    def on_scope(self, *_changed: object) -> None:
        """Choose sensors for the place that is selected, or for the room's own."""
        scope = self._selection.territory or self._room.territory
        self._bridge.ask(self._room.latest(), lambda latest: self._show(journal_of(scope), latest), self)

    def on_incident(self, subject: str) -> None:
        """Choose sensors near the incident that is selected."""
        if subject:
            self._bridge.ask(self._room.incident(subject), self._on_detail, self)

    def on_window(self, window: Window) -> None:
        """Say whose charts these are and what they span."""
        spans = {3 * HOUR: self.tr("3 jam"), DAY: self.tr("24 jam"), 7 * DAY: self.tr("7 hari")}
        span = spans.get(window.span_ms)
        if span is None:
            words = self.tr("rentang dipilih · 0 kembali")
        else:
            words = (self.tr("{0} terakhir") if window.live else self.tr("{0}, tetap")).format(span)
        self.subtitleChanged.emit(" · ".join(part for part in (self._place, words) if part))

    def _on_detail(self, detail: IncidentDetail | None) -> None:
        if detail is not None and detail.incident.subject == self._selection.incident:
            scope = journal_of(detail.incident.place)
            self._bridge.ask(self._room.latest(), lambda latest: self._show(scope, latest), self)

    def _show(self, scope: str, latest: Mapping[str, Latest]) -> None:
        place = self._room.city.territory(scope)
        self._place = place.name if place is not None and place.level == "kecamatan" else ""
        self.desk.show_sensors(chosen_sensors(self._room.city, scope, latest), self._place)
        self.on_window(self.desk.bar.current)
        self._ready.set()
