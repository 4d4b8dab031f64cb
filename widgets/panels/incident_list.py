"""A list of incidents that shares its selection with the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from console.domain.views import IncidentPage
from widgets.models.bridge import Bridge
from widgets.models.incident_model import IncidentModel
from widgets.models.selection import Selection
from widgets.panels.incident_row import IncidentRow
from widgets.panels.zone import zone_of

if TYPE_CHECKING:
    from console.room import Room

FAST_MS = 60_000
"""A clock nearer than this is shown to the second; otherwise ten seconds will do."""


class IncidentList(QListView):
    """The rows of a page. Signals: `opened(subject)` for Enter or a double-click. Attribute: `empty`, said when empty."""

    opened = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = ""
        self.rows = IncidentModel(self)
        self._selection = selection
        self._painted_at = 0
        self.setModel(self.rows)
        self._row = IncidentRow(room.city, zone_of(room.city), bridge.ticker.now, selection.theme, self)
        self.setItemDelegate(self._row)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self._on_current)
        selection.incidentSelected.connect(self.select)
        selection.cleared.connect(lambda: self.select(""))
        selection.themeChanged.connect(self._on_theme)
        bridge.ticker.ticked.connect(self._on_tick)

    def show_page(self, page: IncidentPage) -> None:
        """Show a page; what was selected stays so when it is still there."""
        self.rows.show(page)
        self.select(self._selection.incident)
        if not page.items:
            self.viewport().update()

    def select(self, subject: str) -> None:
        """Make the incident current, or nothing when it is not on the page."""
        row = self.rows.row_of(subject) if subject else -1
        if row < 0:
            self.selectionModel().clear()
            return
        index = self.rows.index(row, 0)
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; letters are left to the window's own keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_double_clicked(self.currentIndex())
        elif event.text().isprintable() and event.text() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current when the keyboard comes in; nobody has chosen it, so nothing is."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection():
            self.selectionModel().clearCurrentIndex()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or say why there are none."""
        super().paintEvent(event)
        if self.rows.rowCount() == 0 and self.empty:
            painter = QPainter(self.viewport())
            painter.setPen(self._row.theme.qcolor("muted"))
            box = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.empty)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        one = self.rows.incident(current)
        if one is not None and self.selectionModel().isSelected(current):
            self._selection.select_incident(one.subject)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        one = self.rows.incident(index)
        if one is not None:
            self.opened.emit(one.subject)

    def _on_theme(self, theme: object) -> None:
        self._row.theme = self._selection.theme
        self.viewport().update()

    def _on_tick(self, now: int) -> None:
        if not self.isVisible() or (now - self._painted_at < 10_000 and not self._near(now)):
            return
        self._painted_at = now
        self.viewport().update()

    def _near(self, now: int) -> bool:
        first, last = self.indexAt(self.rect().topLeft()).row(), self.indexAt(self.rect().bottomLeft()).row()
        last = last if last >= 0 else self.rows.rowCount() - 1
        seen = (self.rows.incident(self.rows.index(row, 0)) for row in range(max(first, 0), last + 1))
        return any(one is not None and one.due is not None and abs(one.due - now) < FAST_MS for one in seen)
