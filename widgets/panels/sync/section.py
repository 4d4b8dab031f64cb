"""The pieces that Sinkron is made of: a titled section, a quiet table, a label, a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.parts.plain import plain_tip

ROW_PX, HEAD_PX = 30, 32
WIDE_LEAST_PX = 168
NOTHING = ("0", "–")
QUIET = Qt.ItemDataRole.UserRole
"""The role of a cell that is to be drawn quietly."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def label(role: str, parent: QWidget, text: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


def button(text: str, run: Callable[[], object], parent: QWidget, role: str = "") -> QPushButton:
    """A button that runs something."""
    made = QPushButton(text, parent)
    made.setProperty("role", role)
    made.clicked.connect(lambda: run())
    return made


def left_out_words(columns: int) -> str:
    """How many columns a table leaves out where it is narrow, and where they are told; "" for none."""
    said = QCoreApplication.translate("Section", "{0} kolom tersembunyi: pilih baris untuk membacanya")
    return said.format(columns) if columns else ""


def rule(parent: QWidget) -> QFrame:
    """A thin line between sections."""
    made = QFrame(parent)
    made.setProperty("role", "rule")
    made.setFixedHeight(1)
    return made


class Section(QWidget):
    """A part of the workspace under its own title. Attributes: `title`, `summary` (muted, beside the title), `note` (a
    sentence below it, hidden while there is none), `tools` (a row at the right of the title), `column` (what follows)."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.summary = label("strong", self, title), label("muted", self)
        self.note = label("muted", self, wrap=True)
        self.note.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.summary)
        head.addStretch(1)
        head.addLayout(self.tools)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addLayout(head)
        self.column.addWidget(self.note)

    def say(self, note: str) -> None:
        """Say one sentence below the title, "" for none."""
        self.note.setText(note)
        self.note.setVisible(bool(note))


class _Quiet(QStyledItemDelegate):
    """Draws what says nothing ("0", a dash) in the colour of what is beside the point."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Choose the colour by the text."""
        super().initStyleOption(option, index)
        if index.data() in NOTHING or index.data(QUIET):
            palette: QPalette = option.palette
            palette.setColor(QPalette.ColorRole.Text, palette.color(QPalette.ColorRole.PlaceholderText))


class Rows(QTableWidget):
    """A quiet table, as high as its rows up to `most` of them (0: as high as there is room). Attribute: `left_out`, the
    columns that do not fit now. Signals: `opened(row)` by Enter or a double click; `fitted()` when other columns fit.

    `numbers` are columns of figures, `wide` the one that takes what room is left; `spare` go, in this order, where not all
    fit.
    """

    opened = Signal(int)
    fitted = Signal()

    def __init__(
        self,
        heads: Sequence[str],
        parent: QWidget,
        numbers: Sequence[int] = (),
        wide: int = 0,
        most: int = 0,
        spare: Sequence[int] = (),
    ) -> None:
        super().__init__(0, len(heads), parent)
        self.setObjectName("rows")
        self._numbers, self._most, self._wide, self._spare = frozenset(numbers), most, wide, tuple(spare)
        self.left_out: tuple[int, ...] = ()
        # A hidden column tells no width, so it is remembered.
        self._hints: dict[int, int] = {}
        self.setHorizontalHeaderLabels(list(heads))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Quiet(self))
        self._dress_header(wide)
        self.activated.connect(self._on_activated)

    def fill(self, rows: Sequence[Sequence[str]], tips: Sequence[str] = ()) -> None:
        """Show these rows, changing only cells whose text is another; `tips` has what a row says in full."""
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            tip = plain_tip(tips[row]) if row < len(tips) else ""
            for column, text in enumerate(cells):
                self._put(row, column, text, tip or plain_tip(text))
        high = HEAD_PX + min(len(rows), self._most or len(rows)) * ROW_PX + 4
        if self._most:
            self.setFixedHeight(high)
        else:
            self.setMaximumHeight(high)
        self._fit()

    def left_out_words(self, row: int) -> str:
        """What stands in a row's columns that do not fit, each under its head; "" when all fit."""
        held = ((self.horizontalHeaderItem(column).text(), self.item(row, column)) for column in self.left_out)
        return " · ".join(f"{head} {item.text()}" for head, item in held if item is not None)

    def quiet(self, row: int, column: int, quiet: bool) -> None:
        """Draw a cell quietly, or as any other."""
        if (item := self.item(row, column)) is not None and bool(item.data(QUIET)) != quiet:
            item.setData(QUIET, quiet)

    def cells(self, row: int) -> list[str]:
        """The texts of a row."""
        return [self.item(row, column).text() for column in range(self.columnCount())]

    def chosen(self) -> int:
        """The selected row, -1 for none. What is current is not chosen: Qt takes the first row when the keyboard comes in."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The first arrow chooses the first row: Qt has made it current already, and would step over it."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.chosen() < 0 and self.rowCount():
            self.selectRow(0)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Leave out, where it is narrow, the columns that one can do without."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        wide = {column: self._needed(column) for column in range(self.columnCount())}
        out: list[int] = []
        for column in self._spare:
            if sum(wide.values()) <= self.viewport().width():
                break
            out.append(column)
            del wide[column]
        if tuple(out) != self.left_out:
            self.left_out = tuple(out)
            for column in self._spare:
                self.setColumnHidden(column, column in out)
            self.fitted.emit()

    def _needed(self, column: int) -> int:
        """What a column takes; the wide one gets by with less, and says the rest in its tip."""
        found = self._hints.get(column) if self.isColumnHidden(column) else None
        if found is None:
            found = max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
            self._hints[column] = found
        return min(found, WIDE_LEAST_PX) if column == self._wide else found

    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _put(self, row: int, column: int, text: str, tip: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column in self._numbers:
                item.setTextAlignment(_RIGHT)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        if item.toolTip() != tip:
            item.setToolTip(tip)

    def _dress_header(self, wide: int) -> None:
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        for column in self._numbers:
            self.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
