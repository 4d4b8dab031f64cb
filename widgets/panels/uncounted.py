"""Sinkron's list of what is kept but does not count, and the key that lets a coordinator adopt it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.domain.people import may, who_may
from console.domain.views import Uncounted
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.story import spoken, tell
from widgets.panels.zone import zone_of
from widgets.parts.times import moment
from widgets.parts.words import roles, who, why_void

if TYPE_CHECKING:
    from console.room import Room

ROW_PX, HEAD_PX = 30, 32
MOST_ROWS = 5
"""Rows shown at once; the others are scrolled to."""
WIDTHS = (220, 300, 200)


class UncountedList(QWidget):
    """Void entries with reason, author and what they say. Attributes: `table`, `note`, `shown` (the rows' entries)."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._zone = zone_of(room.city)
        self.shown: tuple[Uncounted, ...] = ()
        title, self.note = self._label("strong", self.tr("Tidak dihitung")), self._label("muted")
        self.table = self._table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (title, self.note, self.table):
            column.addWidget(widget)
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
        # What is current is not chosen: Qt takes the first row when the keyboard comes into a table.
        chosen = self.table.selectionModel().selectedRows()
        if not chosen:
            self._selection.said.emit(self.tr("Pilih dahulu satu entri"))
            return
        said = self.tr("Diakui dan dihitung; tersimpan di ruang ini")
        entry = self.shown[chosen[0].row()].event.entry
        self._bridge.ask(self._room.adopt(entry), lambda _done: self._selection.said.emit(said), self)

    def on_uncounted(self, found: Sequence[Uncounted]) -> None:
        """Show them."""
        self.shown = tuple(found)
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            for column, text in enumerate(self._cells(one)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(found))
        self.table.setFixedHeight(HEAD_PX + min(len(found), MOST_ROWS) * ROW_PX + 4)
        self.note.setText(self._sentence())

    def _cells(self, one: Uncounted) -> tuple[str, ...]:
        line = tell(one.event, self._room.city, self._room.name_of, self._room.device_name, self._room.device)
        title = spoken("title", one.event.changes.get("title", '""'), self._room.city)
        said = " · ".join(part for part in (line.head, title, line.body) if part)
        at = moment(one.event.at, self._zone, self._bridge.ticker.now())
        author = f"{who(self._room.name_of(one.event.actor))}, {self._room.device_name(one.event.device)}, {at}"
        why = self.tr("sudah diakui") if one.adopted else why_void(one.event.void)
        return one.title or one.territory, said, author, why

    def _sentence(self) -> str:
        if not self.shown:
            return self.tr("Tidak ada. Yang ditulis tanpa wewenang disimpan, tidak dihitung, dan akan muncul di sini.")
        operator = self._room.operator
        if operator is not None and any(may(operator, "adopt", one.territory) for one in self.shown):
            return self.tr("Pilih satu, lalu U mengakuinya: isinya ikut dihitung sejak saat itu.")
        return self.tr("Disimpan, tetapi tidak dihitung. Yang boleh mengakuinya: {0}.").format(roles(who_may("adopt")))

    def _label(self, role: str, text: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label

    def _table(self) -> QTableWidget:
        heads = [self.tr("Kejadian"), self.tr("Isinya"), self.tr("Oleh"), self.tr("Sebab")]
        table = QTableWidget(0, len(heads), self)
        table.setHorizontalHeaderLabels(heads)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(WIDTHS):
            header.resizeSection(column, width)
        return table
