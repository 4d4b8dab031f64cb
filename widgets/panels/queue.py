"""Open incidents by urgency with their clocks: what needs somebody now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.views import IncidentPage, IncidentQuery
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.actions import actions_of
from widgets.panels.foot import Foot
from widgets.panels.incident_list import IncidentList

if TYPE_CHECKING:
    from console.room import Room

PAGE = 200


class QueuePanel(QWidget):
    """The queue. Choosing a place on the map scopes it. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._selection = room, selection
        self._limit = PAGE
        self._loaded = asyncio.Event()
        self._actions, self._commands = actions_of(room, bridge, selection, self)
        self.list = IncidentList(room, bridge, selection, self)
        keys = [
            ("Ctrl N", self.tr("kejadian baru")),
            ("Enter", self.tr("buka")),
            ("D", self.tr("disposisi")),
            ("T", self.tr("tindak lanjut")),
            ("N", self.tr("catatan")),
        ]
        self.foot = Foot(keys, selection, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)
        self._refresh = Refresh(bridge, lambda: room.incidents(self.query()), self.on_page, self)
        self.list.opened.connect(lambda subject: selection.opened.emit("kejadian", subject))
        self.list.rows.moreWanted.connect(self._on_more)
        bridge.incidentsChanged.connect(self._refresh.again)
        selection.territorySelected.connect(self._refresh.again)
        selection.cleared.connect(self._refresh.again)
        self.setFocusProxy(self.list)
        self._refresh.again()

    def commands(self) -> list[Command]:
        """What can be done with the selected incident."""
        return self._commands

    def query(self) -> IncidentQuery:
        """What the queue lists now."""
        return IncidentQuery(open_only=True, territory=self._selection.territory, limit=self._limit)

    async def settled(self) -> None:
        """Returns once the first page is shown."""
        await self._loaded.wait()

    def on_page(self, page: IncidentPage) -> None:
        """Show a page of the queue."""
        self.list.empty = self._why_empty()
        self.list.show_page(page)
        parts = [self.tr("{0} terbuka").format(page.total), self.tr("menurut batas waktu")]
        if page.hidden:
            parts.append(self.tr("{0} disembunyikan saring").format(page.hidden))
        self.subtitleChanged.emit(" · ".join(parts))
        self.foot.say(self.tr("Esc lepas saring") if page.hidden else "")
        self._loaded.set()

    def _why_empty(self) -> str:
        place = self._room.city.territory(self._selection.territory)
        if place is not None:
            return self.tr("Tidak ada kejadian terbuka di {0}.\nEsc untuk melihat semua.").format(place.name)
        if self._room.link().mode == "belum":
            return self.tr("Belum ada data: ruang ini belum pernah sinkron.\nF10 untuk melihat sambungan ke pusat.")
        return self.tr("Tidak ada kejadian terbuka.\nCtrl+N mencatat kejadian baru.")

    def _on_more(self) -> None:
        self._limit += PAGE
        self._refresh.again()
