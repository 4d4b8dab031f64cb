"""The command palette (Ctrl+K): any place, incident, sensor or command by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.domain.incident import Incident
from console.domain.views import IncidentPage, IncidentQuery
from widgets.models.bridge import Bridge
from widgets.models.commands import Commands
from widgets.models.selection import Selection
from widgets.parts.fuzzy import score
from widgets.parts.overlay import Overlay
from widgets.parts.theme import Theme, font

if TYPE_CHECKING:
    from console.room import Room

WIDTH, ROW_HEIGHT, ROWS = 640, 36, 10
MOST = 15
"""Of each kind; who needs more types another letter."""
ASK_AFTER_MS = 80
"""Typing must pause this long before the room is asked for incidents."""


@dataclass(frozen=True)
class Find:
    """One thing found: what kind it is, its name, what tells it from its namesakes, its key, and what choosing does."""

    kind: str
    title: str
    detail: str
    key: str
    run: Callable[[], object]


def best(typed: str, finds: Iterable[Find], limit: int = MOST) -> list[Find]:
    """The finds that match what was typed, best first; a match in the title counts before one in the detail."""
    scored = []
    for find in finds:
        whole = score(typed, f"{find.title} {find.detail}")
        if whole is not None:
            title = score(typed, find.title)
            scored.append((title if title is not None else whole - 1_000, find))
    return [find for _points, find in sorted(scored, key=lambda pair: -pair[0])[:limit]]


class FindModel(QAbstractListModel):
    """The finds on show, as a Qt model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.finds: list[Find] = []

    def show(self, finds: list[Find]) -> None:
        """Show other finds."""
        self.beginResetModel()
        self.finds = finds
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        """How many finds there are."""
        return 0 if parent.isValid() else len(self.finds)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The find itself for the delegate, its words for screen readers."""
        find = self.finds[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return find
        return f"{find.title}, {find.kind}" if role == Qt.ItemDataRole.DisplayRole else None


class FindDelegate(QStyledItemDelegate):
    """Draws a find: title, muted detail, and on the right its key or kind."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One height for all."""
        return QSize(WIDTH, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        find: Find = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            self.theme.fill(painter, box, "accent_ground")
            self.theme.fill(painter, QRect(box.x(), box.y(), 3, box.height()), "accent")
        inner = box.adjusted(16, 0, -16, 0)
        right = find.key or find.kind
        painter.setFont(font(11))
        painter.setPen(self.theme.qcolor("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(right) - 16)
        self._paint_words(painter, inner, find)

    def _paint_words(self, painter: QPainter, box: QRect, find: Find) -> None:
        painter.setFont(font())
        painter.setPen(self.theme.qcolor("text"))
        metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        title = metrics.elidedText(find.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, middle, title)
        box.setLeft(box.left() + metrics.horizontalAdvance(title) + 8)
        painter.setPen(self.theme.qcolor("muted"))
        painter.drawText(box, middle, metrics.elidedText(find.detail, Qt.TextElideMode.ElideRight, box.width()))


class Palette(Overlay):
    """The palette itself, laid over the window."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, context: Selection, commands: Commands) -> None:
        super().__init__(over, "scrim")
        self._room, self._bridge, self._context, self._commands = room, bridge, context, commands
        self._near: list[Find] = []
        self._sensors: list[Find] = []
        self._incidents: list[Find] = []
        self.field = QLineEdit(self)
        self.model = FindModel(self)
        self._list = QListView(self)
        self._delegate = FindDelegate(context.theme, self)
        self._pause = QTimer(self)
        self._lay_out()
        self._connect()

    def open(self) -> None:
        """Show it, empty, with what can be found now."""
        self._near = [*self._of_commands(), *self._of_places()]
        self._sensors = list(self._of_sensors())
        self._incidents = []
        self.field.clear()
        self._show()
        super().open()
        self.field.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._delegate.theme = theme

    def choose(self) -> None:
        """Do what the marked row says."""
        row = self._list.currentIndex().row()
        if 0 <= row < len(self.model.finds):
            find = self.model.finds[row]
            self.shut()
            find.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let up and down in the field move the marked row."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                row = self._list.currentIndex().row() + step
                self._mark(min(max(row, 0), len(self.model.finds) - 1))
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the palette puts it away."""
        self.shut()

    def _lay_out(self) -> None:
        frame = QFrame(self)
        frame.setObjectName("palette")
        frame.setFixedWidth(WIDTH)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 8)
        inner.setSpacing(4)
        self.field.setObjectName("palette-field")
        self.field.setPlaceholderText(self.tr("Cari tempat, kejadian, sensor, perintah…"))
        self._list.setModel(self.model)
        self._list.setItemDelegate(self._delegate)
        self._list.setUniformItemSizes(True)
        self._list.setFixedHeight(ROW_HEIGHT * ROWS)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner.addWidget(self.field)
        inner.addWidget(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 48, 0, 0)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)

    def _connect(self) -> None:
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self.choose)
        self._list.clicked.connect(lambda _index: self.choose())
        self._pause.setSingleShot(True)
        self._pause.setInterval(ASK_AFTER_MS)
        self._pause.timeout.connect(self._on_pause)

    def _on_typed(self, typed: str) -> None:
        self._incidents = []
        self._show()
        if len(typed.strip()) >= 2:
            self._pause.start()

    def _on_pause(self) -> None:
        typed = self.field.text()
        query = IncidentQuery(text=typed, limit=20)
        self._bridge.ask(self._room.incidents(query), lambda page: self._on_incidents(typed, page), self)

    def _on_incidents(self, typed: str, page: IncidentPage) -> None:
        if typed == self.field.text():
            self._incidents = [
                Find(
                    self.tr("kejadian"),
                    one.title,
                    self._where(one),
                    f"P{one.priority}",
                    self._opener(one.subject),
                )
                for one in page.items
            ]
            self._show()

    def _where(self, one: Incident) -> str:
        """The address, or the place by its name."""
        place = self._room.city.territory(one.place)
        return one.address or (place.name if place else one.place)

    def _show(self) -> None:
        typed = self.field.text()
        # The room has already searched the incidents, in more than their titles.
        self.model.show([*best(typed, self._near), *self._incidents, *best(typed, self._sensors)])
        self._mark(0)

    def _mark(self, row: int) -> None:
        index = self.model.index(row, 0)
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index)

    def _opener(self, subject: str) -> Callable[[], None]:
        def run() -> None:
            self._context.select_incident(subject)
            self._context.opened.emit("kejadian", subject)

        return run

    def _of_commands(self) -> Sequence[Find]:
        kind = self.tr("perintah")
        return [
            Find(kind, command.title, command.group, command.keys, command.run)
            for command in self._commands.all()
            if command.id != "palette.open"
        ]

    def _of_places(self) -> Sequence[Find]:
        city = self._room.city
        names = {place.code: place.name for place in city.territories}
        return [
            Find(
                place.level,
                place.name,
                names.get(place.parent, ""),
                "",
                lambda code=place.code: self._context.select_territory(code),  # type: ignore[misc]
            )
            for place in city.territories
        ]

    def _of_sensors(self) -> Sequence[Find]:
        def opener(code: str) -> Callable[[], None]:
            def run() -> None:
                self._context.select_sensor(code)
                self._context.opened.emit("tren", code)

            return run

        kind = self.tr("sensor")
        return [
            Find(kind, one.name, f"{one.quantity} · {one.code}", "", opener(one.code))
            for one in self._room.city.sensors
        ]
