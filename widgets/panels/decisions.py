"""The sides of a field that is *perlu diputuskan*, one key each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.incident import Candidate, Incident
from console.domain.people import may, who_may
from widgets.panels.story import spoken
from widgets.parts.times import moment
from widgets.parts.words import field, roles, who

if TYPE_CHECKING:
    from console.room import Room

MOST_KEYS = 9


class Side(NamedTuple):
    """One value that a field may come to have."""

    field: str
    value: str


class Decisions(QFrame):
    """Lists the sides of each undecided field, the standing one first. Signals: `decided(field, raw value)`."""

    decided = Signal(str, str)

    def __init__(self, room: Room, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._zone = room, zone
        self.sides: list[Side] = []
        self.setProperty("role", "raised")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.setSpacing(4)
        self.hide()

    def show_candidates(self, incident: Incident, candidates: Mapping[str, tuple[Candidate, ...]], now: int) -> None:
        """Show what there is to decide; hidden when there is nothing."""
        self._clear()
        operator = self._room.operator
        able = operator is not None and may(operator, "decide", incident.place, incident.agencies)
        for name, sides in candidates.items():
            self._add_label(self.tr("Perlu diputuskan: {0}").format(field(name)), "p2")
            for side in sides:
                self._add_side(name, side, able, now)
        if candidates and not able:
            self._add_label(self.tr("Yang boleh memutuskan: {0}").format(roles(who_may("decide"))), "muted")
        self.setVisible(bool(candidates))

    def choose(self, number: int) -> None:
        """Decide for the side with this number, from 1."""
        if 1 <= number <= len(self.sides):
            side = self.sides[number - 1]
            self.decided.emit(side.field, side.value)

    def _add_side(self, name: str, side: Candidate, able: bool, now: int) -> None:
        self.sides.append(Side(name, side.value))
        number = len(self.sides)
        author = f"{who(self._room.name_of(side.actor))}, {moment(side.at, self._zone, now)}"
        key = f"{number}   " if number <= MOST_KEYS else ""
        button = QPushButton(f"{key}{spoken(name, side.value, self._room.city)}  ·  {author}", self)
        button.setStyleSheet("text-align: left")
        button.setEnabled(able)
        button.clicked.connect(self._chooser(number))
        self._column.addWidget(button)

    def _add_label(self, text: str, role: str) -> None:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        self._column.addWidget(label)

    def _chooser(self, number: int) -> Callable[[], None]:
        return lambda: self.choose(number)

    def _clear(self) -> None:
        self.sides = []
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
