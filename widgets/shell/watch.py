"""Keeps the frame up to date: counts in header and rail, abnormal states in the banner, the scope in the header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.domain.incident import IncidentDetail
from console.domain.reading import Latest
from console.domain.views import IncidentPage, IncidentQuery, LinkState, RoomState, Situation, Uncounted
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.models.situation_feed import situation_of
from widgets.shell.banner import Banner
from widgets.shell.header import Header
from widgets.shell.own_void import to_tell, void_words
from widgets.shell.rail import Rail
from widgets.shell.states import ranked

if TYPE_CHECKING:
    from console.room import Room


class Watch(QObject):
    """Listens to the room and to the selection, and tells header, rail and banner."""

    def __init__(
        self, room: Room, bridge: Bridge, context: Selection, header: Header, rail: Rail, banner: Banner
    ) -> None:
        super().__init__(banner)
        self._room, self._bridge, self._context = room, bridge, context
        self._header, self._rail, self._banner = header, rail, banner
        self._extra: dict[str, RoomState] = {}
        self._has_data = False
        new = IncidentQuery(status=("baru",), open_only=True, limit=1)
        self._situation = situation_of(bridge)
        self._situation.changed.connect(self.on_situation)
        self._new = Refresh(bridge, lambda: room.incidents(new), self.on_new_incidents, self)
        self._first_data = Refresh(bridge, room.latest, self.on_latest, self)
        self._own_void = Refresh(bridge, lambda: room.uncounted(own=True), self.on_own_void, self)
        self._undecided = self._void = 0
        self._connect()

    def start(self) -> None:
        """Show what the first paint shows; the situation is on its way."""
        self.on_states()

    def go_on(self) -> None:
        """Ask for the rest, after the first paint."""
        self._new.again()
        self._first_data.again()
        self._own_void.again()

    def set_state(self, code: str, present: bool, detail: str = "") -> None:
        """Say that a state of the window itself holds or not ("font_missing", …)."""
        if present:
            self._extra[code] = RoomState(code, detail)
        else:
            self._extra.pop(code, None)
        self.on_states()

    def on_states(self) -> None:
        """Show what is abnormal."""
        states = [*self._room.states(), *self._extra.values()]
        # The log-in sheet, which then covers the workspace, says that one itself.
        self._banner.show_states(ranked([state for state in states if state.code != "login_needed"]))

    def on_situation(self, situation: Situation) -> None:
        """Show the counts of open incidents and of those to decide."""
        self._header.on_situation(situation)
        self._undecided = situation.undecided
        self._count_sinkron()

    def on_new_incidents(self, page: IncidentPage) -> None:
        """Show how many incidents nobody has looked at yet."""
        self._rail.set_count("kejadian", page.total)

    def on_own_void(self, found: Sequence[Uncounted]) -> None:
        """Say what this room wrote that does not count."""
        told = to_tell(found, self._bridge.ticker.now())
        self._void = len(told)
        self._count_sinkron()
        self.set_state("uncounted", bool(told), void_words(told, self._room.city))

    def on_latest(self, latest: dict[str, Latest], link: LinkState | None = None) -> None:
        """Say that first data is awaited, until some has come; a room without a line waits for none."""
        mode = (link or self._room.link()).mode
        waiting = not latest and bool(self._room.city.sensors) and mode in ("langsung", "hemat")
        self.set_state("waiting_data", waiting)
        self._has_data = self._has_data or bool(latest)

    def on_scope(self, *_changed: object) -> None:
        """Say in the header what is selected."""
        city, context = self._room.city, self._context
        if context.incident:
            self._bridge.ask(self._room.incident(context.incident), self._on_scope_incident, self)
        elif context.sensor and (sensor := city.sensor(context.sensor)):
            self._header.show_scope(sensor.name)
        elif context.territory and (place := city.territory(context.territory)):
            self._header.show_scope(place.name)
        else:
            self._header.show_scope("")

    def _on_scope_incident(self, detail: IncidentDetail | None) -> None:
        if detail is not None and detail.incident.subject == self._context.incident:
            self._header.show_scope(detail.incident.title)

    def _count_sinkron(self) -> None:
        self._rail.set_count("sinkron", self._undecided + self._void)

    def _on_data_perhaps(self) -> None:
        if not self._has_data:
            self._first_data.again()

    def _connect(self) -> None:
        bridge, context = self._bridge, self._context
        bridge.incidentsChanged.connect(self._new.again)
        bridge.incidentsChanged.connect(self._own_void.again)
        for signal in (bridge.readingsChanged, bridge.linkChanged):
            signal.connect(self._on_data_perhaps)
        for signal in (bridge.statesChanged, bridge.linkChanged, bridge.feedsChanged, bridge.peopleChanged):
            signal.connect(self.on_states)
        for chosen in (context.incidentSelected, context.territorySelected, context.sensorSelected, context.cleared):
            chosen.connect(self.on_scope)
