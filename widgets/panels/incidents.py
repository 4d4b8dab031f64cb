"""Every incident of the room: filter, search, choose."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

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
TYPING_MS = 150
"""A search waits this long for the next letter."""


class IncidentsPanel(QWidget):
    """The list of Kejadian. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._selection = room, selection
        self._limit = PAGE
        self._untouched = True
        self._loaded = asyncio.Event()
        self._actions, self._commands = actions_of(room, bridge, selection, self)
        self.search = _Search(self)
        self.search.setPlaceholderText(self.tr("Saring  /"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(self.tr("Judul, uraian, alamat, catatan, tempat, kategori"))
        self.open_only = self._toggle(self.tr("Terbuka"), True)
        self.undecided = self._toggle(self.tr("Perlu diputuskan"), False)
        self.priorities = [self._toggle(f"P{priority}", False) for priority in range(1, 5)]
        self.list = IncidentList(room, bridge, selection, self)
        self.foot = Foot(self._keys(), selection, self)
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._refresh = Refresh(bridge, lambda: room.incidents(self.query()), self.on_page, self)
        self._connect(bridge)
        self._refresh.again()

    def _keys(self) -> list[tuple[str, str]]:
        return [
            ("/", self.tr("saring")),
            ("Ctrl N", self.tr("baru")),
            ("D", self.tr("disposisi")),
            ("T", self.tr("tindak lanjut")),
            ("N", self.tr("catatan")),
            ("G", self.tr("panggilan iseng")),
        ]

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(4)
        bar.addWidget(self.search, 1)
        bar.addSpacing(4)
        for toggle in (self.open_only, *self.priorities, self.undecided):
            bar.addWidget(toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.list)

    def _connect(self, bridge: Bridge) -> None:
        self.search.textEdited.connect(lambda _text: self._typing.start())
        self.search.left.connect(self.list.setFocus)
        self._typing.timeout.connect(self.on_filter)
        self.list.opened.connect(lambda subject: self._selection.opened.emit("kejadian", subject))
        self.list.rows.moreWanted.connect(self._on_more)
        bridge.incidentsChanged.connect(self._refresh.again)
        self._selection.territorySelected.connect(self.on_filter)
        self._selection.cleared.connect(self.on_cleared)
        self._selection.opened.connect(self.on_opened)

    def commands(self) -> list[Command]:
        """The search key, and what can be done with the selected incident."""
        group = self.tr("Kejadian")
        return [
            *self._commands,
            Command("incidents.search", self.tr("Saring daftar"), self.search.setFocus, "/", group, "panel"),
        ]

    def query(self) -> IncidentQuery:
        """What the list shows now. A search looks through closed incidents too when "Terbuka" is off."""
        return IncidentQuery(
            text=self.search.text(),
            open_only=self.open_only.isChecked(),
            territory=self._selection.territory,
            priority=tuple(place + 1 for place, toggle in enumerate(self.priorities) if toggle.isChecked()),
            undecided_only=self.undecided.isChecked(),
            limit=self._limit,
        )

    async def settled(self) -> None:
        """Returns once the first page is shown."""
        await self._loaded.wait()

    def enter(self) -> None:
        """The keyboard goes to the list, where every letter is a command, and not into the filter, where it is text."""
        self.list.setFocus()

    def on_filter(self, *_changed: object) -> None:
        """Ask for the first page of another filter."""
        self._limit = PAGE
        self._refresh.again()

    def on_cleared(self) -> None:
        """Leave the way out open: nothing is selected until somebody chooses."""
        self._untouched = False
        self.on_filter()

    def on_page(self, page: IncidentPage) -> None:
        """Show a page; at first the first row is taken, so that the detail is not blank. What somebody has let go of is not
        put under the next key again."""
        self.list.empty = self._why_empty()
        self.list.show_page(page)
        if self._untouched and not self._selection.incident and page.items and self.isVisible():
            self._selection.select_incident(page.items[0].subject)
        parts = [self.tr("{0} cocok").format(page.total)]
        if page.hidden:
            parts.append(self.tr("{0} terbuka disembunyikan saring").format(page.hidden))
        self.subtitleChanged.emit(" · ".join(parts))
        self._loaded.set()

    def on_opened(self, workspace: str, subject: str) -> None:
        """Go to an incident that was opened elsewhere."""
        if workspace == "kejadian" and subject:
            self._selection.select_incident(subject)
            self.list.setFocus()

    def _why_empty(self) -> str:
        asked = self.query()
        if asked.text or asked.priority or asked.undecided_only or asked.territory:
            return self.tr(
                "Tidak ada kejadian yang cocok dengan saringan ini.\nLepas saringan, atau Esc melepas wilayah."
            )
        return self.tr("Belum ada kejadian di ruang ini.\nCtrl+N mencatat kejadian baru.")

    def _toggle(self, name: str, checked: bool) -> QPushButton:
        button = QPushButton(name, self)
        button.setCheckable(True)
        button.setChecked(checked)
        button.setAutoDefault(False)
        button.setProperty("role", "toggle")
        button.toggled.connect(self.on_filter)
        return button

    def _on_more(self) -> None:
        self._limit += PAGE
        self._refresh.again()


class _Search(QLineEdit):
    """A field that gives the keyboard back to the list. Signals: `left()`."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
