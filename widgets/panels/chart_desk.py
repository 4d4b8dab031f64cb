"""Stacked charts of sensors with their time bar, fed from the room."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from console.domain.city import City, Sensor
from console.domain.reading import Latest
from console.domain.views import IncidentPage, IncidentQuery, Series
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.zone import zone_of
from widgets.parts.chart import Chart, Subject
from widgets.parts.chart_items import Band, Mark
from widgets.parts.chart_stack import ChartStack
from widgets.parts.theme import Theme
from widgets.parts.timebar import TimeBar, Window
from widgets.parts.times import MINUTE
from widgets.parts.words import unit

if TYPE_CHECKING:
    from console.room import Room

RELOAD_MS = 5 * MINUTE
"""A live chart is read anew this often, since late values come in behind its newest one."""
MARKS = 200
GRAVE = (1, 2)


class ChartDesk(QWidget):
    """Charts of the sensors given to `show_sensors`. Signals: `windowChanged(Window)`. Attributes: `stack`, `bar`."""

    windowChanged = Signal(object)

    def __init__(
        self,
        room: Room,
        bridge: Bridge,
        selection: Selection,
        parent: QWidget | None = None,
        time_scale: bool = False,
    ) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._time_scale = time_scale
        self._sensors: list[Sensor] = []
        self._loading: asyncio.Future[None] | None = None
        self._loaded_at = self._loads = 0
        self._loaded = asyncio.Event()
        zone = zone_of(room.city)
        self.stack = ChartStack(selection.theme, zone, room.clock, self)
        self.bar = TimeBar(zone, bridge.ticker.now(), self)
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        rule.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.stack, 1), (rule, 0), (self.bar, 0)):
            column.addWidget(part, stretch)
        self.setFocusProxy(self.stack)
        self._latest = Refresh(bridge, room.latest, self.on_latest, self)
        self._marks = Refresh(bridge, lambda: room.incidents(self._marks_query()), self.on_marks, self)
        self._connect()

    def _connect(self) -> None:
        self.bar.chosen.connect(self.on_window)
        self.stack.zoomed.connect(self.bar.zoom)
        self.stack.returned.connect(self.bar.back)
        self.stack.columnsChanged.connect(self.load)
        self._bridge.readingsChanged.connect(self._latest.again)
        self._bridge.incidentsChanged.connect(self._marks.again)
        self._bridge.ticker.ticked.connect(self.on_tick)
        self._selection.themeChanged.connect(self.on_theme)

    async def settled(self) -> None:
        """Returns once the charts asked for have their data."""
        await self._loaded.wait()

    def show_sensors(self, sensors: Sequence[Sensor], place: str = "") -> None:
        """Chart these, one above the other; `place` is left out of their names where it only repeats the heading."""
        if list(sensors) == self._sensors and self.stack.charts:
            return
        self._sensors = list(sensors)
        charts = self.stack.set_charts(len(sensors), time_scale=self._time_scale)
        for chart, sensor in zip(charts, sensors, strict=True):
            subject = subject_of(self._room.city, sensor, self._selection.theme)
            chart.set_subject(subject._replace(name=subject.name.removesuffix(f" – {place}")))
        self.on_window(self.bar.current)

    def load(self) -> None:
        """Read the whole window of every chart."""
        self._loaded_at = self._bridge.ticker.now()
        self._loads += 1
        self._loaded.clear()
        self._bridge.ask(self._load(self._loads), None, self)

    def on_window(self, window: Window) -> None:
        """Show another span of time."""
        self.bar.current = window
        end = self._bridge.ticker.now() if window.live else window.end
        self.stack.set_window(window.span_ms, end, window.live)
        self.windowChanged.emit(window)
        self.load()
        self._marks.again()

    def on_latest(self, latest: Mapping[str, Latest]) -> None:
        """Append what is new; where a value was missed in between, read the window anew."""
        missed = False
        for chart, sensor in zip(self.stack.charts, self._sensors, strict=True):
            reading = latest.get(sensor.code)
            if reading is None or (chart.newest is not None and reading.at <= chart.newest[0]):
                continue
            missed |= chart.newest is None or reading.at - chart.newest[0] > 1500 * sensor.interval_s
            chart.append(reading.at, reading.value, reading.simulated)
        if missed and self.bar.current.live:
            self.load()

    def on_marks(self, page: IncidentPage) -> None:
        """Mark when grave incidents began."""
        theme = self._selection.theme
        marks = [
            Mark(one.opened_at, f"P{one.priority} {one.title}", theme.priority(one.priority))
            for one in sorted(page.items, key=lambda one: one.priority)
        ]
        for chart in self.stack.charts:
            chart.set_marks(marks)

    def on_tick(self, now: int) -> None:
        """Let the time bar go on, and read a live window anew now and then."""
        self.bar.set_now(now)
        if self.isVisible() and self.bar.current.live and now - self._loaded_at > RELOAD_MS:
            self.load()

    def on_theme(self, theme: Theme) -> None:
        """Change the look, bands included."""
        self.stack.set_theme(theme)
        for chart, sensor in zip(self.stack.charts, self._sensors, strict=True):
            chart.subject = subject_of(self._room.city, sensor, theme)._replace(name=chart.subject.name)
        self._marks.again()

    async def _load(self, turn: int) -> None:
        window, charts, sensors = self.bar.current, list(self.stack.charts), list(self._sensors)
        start, end = self.stack.times()
        for chart, sensor in zip(charts, sensors, strict=True):
            count = chart.columns.count
            series = await self._room.series(sensor.code, start, end, count)
            if self.bar.current != window or charts != self.stack.charts or chart.columns.count != count:
                return
            _fill(chart, series)
        await self._newest(charts, sensors)
        if turn == self._loads:
            self._loaded.set()

    async def _newest(self, charts: list[Chart], sensors: list[Sensor]) -> None:
        latest = await self._room.latest()
        for chart, sensor in zip(charts, sensors, strict=True):
            if (reading := latest.get(sensor.code)) is not None:
                chart.append(reading.at, reading.value, reading.simulated)

    def _marks_query(self) -> IncidentQuery:
        scope = self._sensors[0].territory if len({sensor.territory for sensor in self._sensors}) == 1 else ""
        return IncidentQuery(order="newest", priority=GRAVE, territory=scope, limit=MARKS)


def subject_of(city: City, sensor: Sensor, theme: Theme) -> Subject:
    """A chart's subject for a sensor, with its threshold bands in the colours of their priorities."""
    ladder = city.ladder(sensor)
    steps = ladder.steps if ladder else ()
    # The last step is open above; a ladder without steps has no ends at all.
    ends = [*(step.start for step in steps[1:]), None][: len(steps)]
    bands = tuple(
        Band(step.start, end, step.label, theme.priority(step.priority))
        for step, end in zip(steps, ends, strict=True)
        if step.priority is not None
    )
    unset = ladder is not None and not ladder.steps
    source = " · ".join(part for part in (sensor.source, ladder.source if ladder else "") if part)
    return Subject(sensor.name, unit(sensor.unit), sensor.decimals, sensor.interval_s * 1000, bands, unset, source)


def _fill(chart: Chart, series: Series) -> None:
    chart.load(series.at, series.low, series.high)
    if series.last is not None and series.last_at is not None:
        chart.append(series.last_at, series.last, series.simulated)
