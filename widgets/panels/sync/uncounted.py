"""Sinkron's list of what is kept but does not count, and the key that lets a coordinator adopt it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.people import may, who_may
from console.domain.views import Uncounted
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.story import spoken, tell
from widgets.panels.sync.section import Rows, Section
from widgets.panels.zone import zone_of
from widgets.parts.times import moment
from widgets.parts.words import roles, who, why_void

if TYPE_CHECKING:
    from console.room import Room

MOST_ROWS = 5
"""Rows shown at once; the others are scrolled to."""


class UncountedSection(Section):
    """Void entries with reason, author and what they say. Attributes: `table`, `shown` (the rows' entries).

    Signals: `counted()` after each answer.
    """

    counted = Signal()

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Tidak dihitung"))
        self._room, self._bridge, self._selection = room, bridge, selection
        self._zone = zone_of(room.city)
        self.shown: tuple[Uncounted, ...] = ()
        heads = [self.tr("Kejadian"), self.tr("Isinya"), self.tr("Oleh"), self.tr("Sebab")]
        self.table = Rows(heads, self, wide=1, most=MOST_ROWS)
        self.table.opened.connect(self._open)
        self.column.addWidget(self.table)
        self._refresh = Refresh(bridge, room.uncounted, self.on_uncounted, self)
        bridge.incidentsChanged.connect(self._refresh.again)
        bridge.peopleChanged.connect(self._refresh.again)
        self._refresh.again()

    def commands(self) -> list[Command]:
        """The key that adopts, while the focus is in Sinkron."""
        title, group = self.tr("Akui entri yang tidak dihitung"), self.tr("Sinkron")
        return [Command("entry.adopt", title, self.adopt, "U", group, "panel")]

    def adopt(self) -> None:
        """Let the chosen entry count."""
        row = self.table.chosen()
        if row < 0:
            self._choose_first()
            return
        said = self.tr("Diakui dan dihitung; tersimpan di ruang ini")
        entry = self.shown[row].event.entry
        self._bridge.ask(self._room.adopt(entry), lambda _done: self._selection.said.emit(said), self)

    def _choose_first(self) -> None:
        """Bring the keyboard to the first that could be adopted, rather than do nothing."""
        row = next((place for place, one in enumerate(self.shown) if not one.adopted), -1)
        if row < 0:
            self._selection.said.emit(self.tr("Tidak ada entri yang menunggu diakui"))
            return
        self.table.setFocus()
        self.table.selectRow(row)
        self._selection.said.emit(self.tr("Pilih dahulu satu entri: panah memilih, U mengakui"))

    def _open(self, row: int) -> None:
        one = self.shown[row]
        if one.title:
            self._selection.select_incident(one.subject)
            self._selection.opened.emit("kejadian", one.subject)

    def on_uncounted(self, found: Sequence[Uncounted]) -> None:
        """Show them."""
        self.shown = tuple(found)
        self.table.fill([self._cells(one) for one in found])
        self.summary.setText(str(len(found)))
        self.say(self._sentence())
        self.counted.emit()

    def _cells(self, one: Uncounted) -> tuple[str, ...]:
        line = tell(one.event, self._room.city, self._room.name_of, self._room.device_name, self._room.device)
        title = spoken("title", one.event.changes.get("title", '""'), self._room.city)
        said = " · ".join(part for part in (line.head, title, line.body) if part)
        at = moment(one.event.at, self._zone, self._bridge.ticker.now())
        author = f"{who(self._room.name_of(one.event.actor))}, {self._room.device_name(one.event.device)}, {at}"
        why = self.tr("sudah diakui") if one.adopted else why_void(one.event.void)
        return one.title or one.territory, said, author, why

    def _sentence(self) -> str:
        operator = self._room.operator
        if operator is not None and any(may(operator, "adopt", one.territory) for one in self.shown):
            return self.tr("Pilih satu, lalu U mengakuinya: isinya ikut dihitung sejak saat itu.")
        return self.tr("Disimpan, tetapi tidak dihitung. Yang boleh mengakuinya: {0}.").format(roles(who_may("adopt")))
