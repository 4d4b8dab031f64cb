"""The map in its panel: fed with loads and markers, choosing and chosen from; the room works without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.reading import Latest
from console.domain.views import IncidentPage, IncidentQuery, Situation
from maps.scene import Marker
from maps.theme import MapTheme, theme_from
from maps.view import make_map
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.models.situation_feed import situation_of
from widgets.panels.sensors import sensors_in
from widgets.parts.theme import Theme
from widgets.parts.times import age

if TYPE_CHECKING:
    from console.room import Room

MARKED = 500
"""Most incidents put on the map; the rest are counted."""


class MapPanel(QWidget):
    """The district map. What is chosen on it is chosen everywhere, and the other way round.

    Signals: `subtitleChanged(text)`; `mapMissing(why)` when the map cannot be shown, "" once it can. Attribute: `map`.
    """

    subtitleChanged = Signal(str)
    mapMissing = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._read_at: int | None = None
        self._unplaced = 0
        self.map = make_map(room.city, map_theme(selection.theme), parent=self, cache=room.folder.path / "peta")
        self.map.set_simulated(room.simulated)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 1)
        column.addWidget(self.map)
        self._situation = situation_of(bridge)
        self._incidents = Refresh(bridge, self._ask_incidents, self.on_incidents, self)
        self._latest = Refresh(bridge, room.latest, self.on_latest, self)
        self._connect()
        for refresh in (self._incidents, self._latest):
            refresh.again()
        if self._situation.latest is not None:
            self.on_situation(self._situation.latest)

    def _connect(self) -> None:
        bridge, selection = self._bridge, self._selection
        self.map.selected.connect(self.on_selected)
        self.map.failed.connect(lambda sentence: self.mapMissing.emit(sentence.rstrip(".")))
        self.map.ready.connect(lambda: self.mapMissing.emit(""))
        self._situation.changed.connect(self.on_situation)
        bridge.incidentsChanged.connect(self._incidents.again)
        bridge.readingsChanged.connect(self._latest.again)
        bridge.ticker.ticked.connect(self.on_tick)
        selection.incidentSelected.connect(lambda subject: self.map.select("incident", subject or None))
        selection.sensorSelected.connect(lambda code: self.map.select("sensor", code or None))
        selection.territorySelected.connect(lambda code: self.map.select("territory", code or None))
        selection.cleared.connect(lambda: self.map.select("territory", None))
        selection.cleared.connect(self._latest.again)
        selection.territorySelected.connect(self._latest.again)
        selection.themeChanged.connect(lambda theme: self.map.set_theme(map_theme(theme)))

    async def settled(self) -> None:
        """Returns once the map shows what it was told, or has said why it cannot."""
        await self.map.settled()

    def on_situation(self, situation: Situation) -> None:
        """Colour each kecamatan by its open incidents; those that were never heard of stay without a value."""
        heard = {d.code: float(d.open) for d in situation.districts if d.open or d.last_contact is not None}
        self.map.show_load(heard, self.tr("terbuka"))
        # A picture is as old as the last word from elsewhere, not as its drawing.
        self._read_at = situation.figures[0].at
        self._say(self._bridge.ticker.now())

    def on_incidents(self, page: IncidentPage) -> None:
        """Mark the open incidents."""
        marks = [
            Marker(one.subject, one.lat, one.lon, f"P{one.priority}", one.title)  # type: ignore[arg-type]
            for one in page.items
            if one.lat is not None and one.lon is not None
        ]
        self._unplaced = page.total - len(marks)
        self.map.show_markers("incident", marks)
        self.map.select("incident", self._selection.incident or None)
        self._say(self._bridge.ticker.now())

    def on_latest(self, latest: Mapping[str, Latest]) -> None:
        """Mark the sensors, stale ones as such."""
        now = self._bridge.ticker.now()
        marks = [self._sensor_mark(sensor, latest.get(sensor.code), now) for sensor in self._room.city.sensors]
        near = self._selection.territory or self._room.territory
        own = {sensor.code for sensor in sensors_in(self._room.city, near)} if near != self._room.city.code else set()
        # A whole city of working sensors would bury its incidents: far ones show when they have fallen silent.
        self.map.show_markers("sensor", [mark for mark in marks if mark.id in own or (mark.stale and not own)])

    def on_selected(self, layer: str, thing: str) -> None:
        """Choose everywhere what was chosen on the map."""
        choose: Any = {
            "territory": self._selection.select_territory,
            "incident": self._selection.select_incident,
            "sensor": self._selection.select_sensor,
        }[layer]
        choose(thing)

    def on_tick(self, now: int) -> None:
        """Let the age of the picture go on."""
        if self.isVisible():
            self._say(now)

    def _say(self, now: int) -> None:
        parts = [self.tr("kejadian terbuka per kecamatan"), self.tr("umur data {0}").format(age(self._read_at, now))]
        if self._unplaced > 0:
            parts.append(self.tr("{0} tanpa titik").format(self._unplaced))
        self.subtitleChanged.emit(" · ".join(parts))

    async def _ask_incidents(self) -> IncidentPage:
        return await self._room.incidents(IncidentQuery(open_only=True, limit=MARKED))

    @staticmethod
    def _sensor_mark(sensor: Any, reading: Latest | None, now: int) -> Marker:
        stale = reading is None or now - reading.at > 2000 * sensor.interval_s
        return Marker(sensor.code, sensor.lat, sensor.lon, "sensor-stale" if stale else "sensor", sensor.name, stale)


def map_theme(theme: Theme) -> MapTheme:
    """The map's part of the console's theme."""
    colours = {name: value for name, value in msgspec.structs.asdict(theme.colour).items() if isinstance(value, str)}
    return theme_from(theme.name, colours, theme.colour.ramp)
