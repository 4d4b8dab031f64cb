"""Choosing one of many by typing a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.parts.fuzzy import score

ROWS = 6
ROW_PX = 26


class Choice(NamedTuple):
    """One thing to choose: its value, its name, and what stands behind the name."""

    value: str
    name: str
    note: str = ""


class Picker(QWidget):
    """A field with the best matches below it while it has the focus.

    Signals: `picked(value)` on Enter or a click. Attribute: `value`, "" while nothing is chosen.
    """

    picked = Signal(str)

    def __init__(self, choices: Sequence[Choice], hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = list(choices)
        self.value = ""
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(hint)
        self.field.setObjectName("chooser")
        # Room for the arrow that says that there is a list.
        self.field.setTextMargins(0, 0, 16, 0)
        self.matches = QListWidget(self)
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matches.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matches.hide()
        self.setFocusProxy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.field)
        column.addWidget(self.matches)
        self.field.textEdited.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.matches.itemClicked.connect(self._pick)

    def choose(self, value: str) -> None:
        """Take a value as if it had been picked, silently."""
        found = next((c for c in self.choices if c.value == value), None)
        self.value = found.value if found else ""
        self.field.setText(found.name if found else "")

    def clear(self) -> None:
        """Choose nothing, ready for the next."""
        self.choose("")
        self._list()

    def best(self) -> list[Choice]:
        """The choices that match what is typed, best first; a match in the name alone comes before any other, so that
        "Regol" is Regol itself and not the first kelurahan in it."""
        typed = "" if self.value else self.field.text()
        rated = [(score(typed, c.name), score(typed, f"{c.name} {c.note} {c.value}"), c) for c in self.choices]
        found = [(named, points, c) for named, points, c in rated if points is not None]
        return [c for *_, c in sorted(found, key=lambda rate: (rate[0] is None, -(rate[0] or 0), -rate[1]))]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk the matches, Enter picks; the list shows only while the field is in use."""
        if event.type() == QEvent.Type.FocusIn:
            self._list()
            self.field.selectAll()
        elif event.type() == QEvent.Type.FocusOut:
            self.matches.hide()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(Qt.Key(event.key()))
        return False

    def _on_key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            count = self.matches.count()
            self.matches.setCurrentRow((self.matches.currentRow() + step) % count if count else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.matches.currentItem() and self._wanted():
            self._pick(self.matches.currentItem())
            return True
        return False

    def _wanted(self) -> bool:
        return bool(self.field.text()) or self.matches.currentRow() > 0

    def _on_typed(self, _text: str) -> None:
        self.value = ""
        self._list()

    def _list(self) -> None:
        self.matches.clear()
        for choice in self.best()[: 3 * ROWS]:
            words = f"{choice.name}  ·  {choice.note}" if choice.note else choice.name
            item = QListWidgetItem(words, self.matches)
            item.setData(Qt.ItemDataRole.UserRole, choice.value)
            item.setSizeHint(QSize(0, ROW_PX))
        self.matches.setCurrentRow(0)
        self.matches.setFixedHeight(min(self.matches.count(), ROWS) * ROW_PX + 4)
        self.matches.setVisible(self.field.hasFocus() and self.matches.count() > 0)

    def _pick(self, item: QListWidgetItem) -> None:
        self.choose(item.data(Qt.ItemDataRole.UserRole))
        self.matches.hide()
        self.picked.emit(self.value)
