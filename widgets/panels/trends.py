"""Trends: any sensors of a place above each other on one time bar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.domain.city import Sensor
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.selection import Selection
from widgets.panels.chart_desk import ChartDesk
from widgets.panels.foot import Foot
from widgets.panels.picker import Choice, Picker
from widgets.panels.sensors import chosen_sensors, sensors_in

if TYPE_CHECKING:
    from console.room import Room

MOST = 6
SIDE_PX = 288
CODE = Qt.ItemDataRole.UserRole


class TrendsPanel(QWidget):
    """A place, its sensors to tick, and their charts. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._ready = asyncio.Event()
        self.desk = ChartDesk(room, bridge, selection, self, time_scale=True)
        kinds = {"kota": self.tr("kota"), "kecamatan": self.tr("kecamatan")}
        places = [Choice(t.code, t.name, kinds[t.level]) for t in room.city.territories if t.level in kinds]
        self.place = Picker(places, self.tr("Wilayah: ketik beberapa huruf"), self)
        self.sensors = QListWidget(self)
        self.sensors.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sensors.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.empty = QLabel(self.tr("Centang sensor di kiri untuk melihat grafiknya."), self)
        self._lay_out()
        self.place.picked.connect(self.on_place)
        self.sensors.itemChanged.connect(self.on_ticked)
        selection.territorySelected.connect(self.on_place)
        selection.sensorSelected.connect(self.on_sensor)
        bridge.ask(room.latest(), lambda latest: self._start(chosen_sensors(room.city, self._home(), latest)), self)

    def _lay_out(self) -> None:
        keys = [("← →", self.tr("baca")), ("+ −", self.tr("perbesar")), ("0", self.tr("kembali"))]
        side = QWidget(self)
        side.setFixedWidth(SIDE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(12, 12, 12, 8)
        above.setSpacing(8)
        above.addWidget(self.place)
        above.addWidget(self.sensors, 1)
        column.addLayout(above, 1)
        column.addWidget(Foot(keys, self._selection, side))
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        rule.setFixedWidth(1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "muted")
        self.empty.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part, stretch in ((side, 0), (rule, 0), (self.desk, 1), (self.empty, 1)):
            row.addWidget(part, stretch)

    def commands(self) -> list[Command]:
        """The keys of the time bar."""
        names = (self.tr("Langsung"), self.tr("3 jam"), self.tr("24 jam"), self.tr("7 hari"))
        group = self.tr("Tren")
        return [
            Command(f"trends.span.{i}", name, self._chooser(i), str(i + 1), group, "panel")
            for i, name in enumerate(names)
        ]

    async def settled(self) -> None:
        """Returns once the charts have their data."""
        await self._ready.wait()
        if self.desk.stack.charts:
            await self.desk.settled()

    def on_place(self, code: str) -> None:
        """List the sensors of a place, and chart the ones that the pack names."""
        if self._room.city.territory(code) is not None:
            self._bridge.ask(
                self._room.latest(),
                lambda latest: self._list(code, chosen_sensors(self._room.city, code, latest)),
                self,
            )

    def on_sensor(self, code: str) -> None:
        """Bring a sensor that was chosen elsewhere to the top."""
        sensor = self._room.city.sensor(code)
        if sensor is not None:
            self._list(sensor.territory, [sensor])

    def on_ticked(self, _item: QListWidgetItem) -> None:
        """Chart what is ticked, in the order of the list."""
        self._show([sensor for row in range(self.sensors.count()) if (sensor := self._ticked(row)) is not None])

    def _home(self) -> str:
        return self._selection.territory or self._room.territory

    def _start(self, chosen: list[Sensor]) -> None:
        self._list(self._home(), chosen)
        self._ready.set()

    def _list(self, place: str, ticked: list[Sensor]) -> None:
        wanted = {sensor.code for sensor in ticked}
        listed = sensors_in(self._room.city, place)
        listed += [sensor for sensor in ticked if sensor not in listed]
        with QSignalBlocker(self.sensors):
            self.sensors.clear()
            for sensor in listed:
                item = QListWidgetItem(sensor.name, self.sensors)
                item.setData(CODE, sensor.code)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if sensor.code in wanted else Qt.CheckState.Unchecked)
        self.place.choose(place)
        self._show([sensor for sensor in listed if sensor.code in wanted])

    def _ticked(self, row: int) -> Sensor | None:
        item = self.sensors.item(row)
        ticked = item.checkState() == Qt.CheckState.Checked
        return self._room.city.sensor(item.data(CODE)) if ticked else None

    def _show(self, sensors: list[Sensor]) -> None:
        shown = sensors[:MOST]
        self.desk.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        if shown:
            self.desk.show_sensors(shown)
        parts = [self.tr("{0} sensor").format(len(shown))]
        if len(sensors) > MOST:
            parts.append(self.tr("{0} disembunyikan: paling banyak {1}").format(len(sensors) - MOST, MOST))
        self.subtitleChanged.emit(" · ".join(parts))

    def _chooser(self, place: int) -> Callable[[], None]:
        return lambda: self.desk.bar.choose(place)
