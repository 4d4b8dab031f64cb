"""The strip of photos and documents in an incident's detail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QLabel, QListView, QVBoxLayout, QWidget

from console.domain.attachment import Attachment, BlobHere
from console.domain.incident import IncidentDetail
from widgets.models.attachment_model import AttachmentModel
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.attached_tile import TILE, AttachedTile
from widgets.parts.pictures import thumbnail

if TYPE_CHECKING:
    from console.room import Room

BAR_PX = 12


class Attached(QWidget):
    """What is attached to the incident on show; hidden while nothing is. Signals: `opened(row)`. Attributes: `model`,
    `strip`."""

    opened = Signal(int)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._drawing: set[str] = set()
        self.model = AttachmentModel(self)
        self.head = QLabel(self)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setProperty("role", "strong")
        self.strip = _Strip(self)
        self.strip.setModel(self.model)
        self.strip.setAccessibleName(self.tr("Foto dan dokumen"))
        self._tile = AttachedTile(self.model, bridge.ticker.now, room.name_of, selection.theme, self.strip)
        self._tile.ask = self._draw
        self.strip.setItemDelegate(self._tile)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.strip)
        self._refresh: Refresh[dict[str, BlobHere]] = Refresh(bridge, self._ask, self.model.show_here, self)
        self.strip.entered_row.connect(self.opened)
        bridge.blobsChanged.connect(self._on_blobs)
        bridge.ticker.ticked.connect(self._on_tick)
        selection.themeChanged.connect(self._on_theme)
        self.hide()

    def show_detail(self, detail: IncidentDetail | None) -> None:
        """Show what is attached to this incident."""
        items = detail.attachments if detail is not None else ()
        row = self.current()
        before = self.model.items[row].entry if row >= 0 else ""
        self.model.show(items)
        if before and self.current() < 0:
            self.strip.setCurrentIndex(self.model.index(max(0, self.model.row_of(before))))
        self.setVisible(bool(items))
        if detail is not None and items:
            marks = (self.tr("Foto dan dokumen"), str(len(items)), self.tr("SIMULASI") * detail.incident.simulated)
            self.head.setText(" · ".join(mark for mark in marks if mark))
            self._refresh.now()

    def enter(self) -> bool:
        """Give the keyboard to the strip; False when there is nothing in it."""
        if self.model.items:
            self.strip.setFocus(Qt.FocusReason.TabFocusReason)
        return bool(self.model.items)

    def current(self) -> int:
        """The row that keys act on, -1 for none."""
        return self.strip.currentIndex().row()

    async def _ask(self) -> dict[str, BlobHere]:
        return await self._room.blobs_here(self.model.names())

    def _on_blobs(self) -> None:
        if self.model.items:
            self._refresh.again()

    def _on_tick(self, _now: int) -> None:
        if not self.isVisible():
            return
        self.strip.viewport().update()
        # What comes in pieces is told of only when it is whole.
        if any(not here.complete and (here.have or here.wanted) for here in self.model.here.values()):
            self._refresh.again()

    def _on_theme(self, _theme: object) -> None:
        self._tile.theme = self._selection.theme
        self.strip.viewport().update()

    def _draw(self, one: Attachment) -> None:
        name = self.model.drawn_from(one)
        if name and name not in self._drawing:
            self._drawing.add(name)
            self._bridge.ask(self._thumb(name), lambda thumb: self._on_drawn(name, thumb), self)

    async def _thumb(self, name: str) -> QImage | None:
        data = await self._room.blob(name)
        return None if data is None else await asyncio.to_thread(thumbnail, data)

    def _on_drawn(self, name: str, thumb: QImage | None) -> None:
        self._drawing.discard(name)
        if thumb is not None:
            self.model.keep_thumb(name, thumb)


class _Strip(QListView):
    """One row of tiles that scrolls sideways. Signals: `entered_row(row)` for Enter or a double-click."""

    entered_row = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFixedHeight(TILE.height() + BAR_PX)
        self.doubleClicked.connect(self._on_entered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; letters are left to the window's own keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_entered(self.currentIndex())
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_entered(self, index: QModelIndex) -> None:
        if index.isValid():
            self.entered_row.emit(index.row())
