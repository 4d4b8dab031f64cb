"""The sides of a field that is *perlu diputuskan*, one key each: what, by whom, from where, and whether the centre knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.incident import Candidate, Event, IncidentDetail
from console.domain.people import may, who_may
from widgets.panels.story import spoken
from widgets.parts.times import moment
from widgets.parts.words import field, roles, who

if TYPE_CHECKING:
    from console.room import Room

MOST_KEYS = 9
SIDE_BY_SIDE = 3
"""Sides of one field that stand next to each other; more stand below each other."""


class Side(NamedTuple):
    """One value that a field may come to have."""

    field: str
    value: str


class SideButton(QPushButton):
    """One side on a button: its key, what it says, and below it who said so; as high as the text needs."""

    def __init__(self, key: str, value: str, author: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"{key} {value}. {author}".strip())
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 6, 12, 6)
        box.setSpacing(12)
        self.key = _label(key, "muted", self)
        box.addWidget(self.key, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(0)
        for said, role in ((value, "strong"), (author, "small")):
            label = _label(said, role, self)
            label.setWordWrap(True)
            text.addWidget(label)
        box.addLayout(text, 1)

    def hasHeightForWidth(self) -> bool:
        """Text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its texts are at this width."""
        return self.layout().totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        """What its texts ask for."""
        return self.layout().totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """It may be narrow: its texts wrap."""
        return QSize(120, self.layout().totalMinimumSize().height())


class Decisions(QFrame):
    """Lists the sides of each undecided field, the standing one first. Attributes: `sides` and their `buttons`.

    Signals: `decided(field, raw value)`.
    """

    decided = Signal(str, str)

    def __init__(self, room: Room, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._zone = room, zone
        self.sides: list[Side] = []
        self.buttons: list[SideButton] = []
        self.setProperty("role", "raised")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.setSpacing(4)
        self.hide()

    def show_detail(self, detail: IncidentDetail, now: int) -> None:
        """Show what there is to decide; hidden when there is nothing. The keyboard stays on the side it was on."""
        held = next((place for place, button in enumerate(self.buttons) if button.hasFocus()), -1)
        self._clear()
        one, operator = detail.incident, self._room.operator
        able = operator is not None and may(operator, "decide", one.place, one.agencies)
        story = {event.entry: event for event in detail.story}
        for name, sides in detail.candidates.items():
            self._add_label(self.tr("Perlu diputuskan: {0}").format(field(name)), "p2")
            self._add_sides(name, sides, story, able, now)
        if detail.candidates and not able:
            self._add_label(self.tr("Yang boleh memutuskan: {0}").format(roles(who_may("decide"))), "muted")
        self.setVisible(bool(detail.candidates))
        if 0 <= held < len(self.buttons):
            self.buttons[held].setFocus()

    def enter(self) -> bool:
        """Give the keyboard to the first side that can be chosen; False when there is none."""
        found = next((button for button in self.buttons if button.isEnabled()), None)
        if found is not None:
            found.setFocus()
        return found is not None

    def choose(self, number: int) -> None:
        """Decide for the side with this number, from 1."""
        if 1 <= number <= len(self.sides):
            side = self.sides[number - 1]
            self.decided.emit(side.field, side.value)

    def show_keys(self, shown: bool) -> None:
        """Show which key each side has, or that the keys are another list's now."""
        for number, button in enumerate(self.buttons, start=1):
            button.key.setText(str(number) if shown and number <= MOST_KEYS else "")

    def _add_sides(
        self, name: str, sides: tuple[Candidate, ...], story: dict[str, Event], able: bool, now: int
    ) -> None:
        held = QWidget(self)
        box = QHBoxLayout(held) if len(sides) <= SIDE_BY_SIDE else QVBoxLayout(held)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for place, side in enumerate(sides):
            author = self._author(side, story.get(side.entry), now)
            if place == 0:
                author = self.tr("{0} · berlaku sekarang").format(author)
            box.addWidget(self._side(name, side, author, able), 1)
        self._column.addWidget(held)

    def _side(self, name: str, side: Candidate, author: str, able: bool) -> SideButton:
        self.sides.append(Side(name, side.value))
        number = len(self.sides)
        key = str(number) if number <= MOST_KEYS else ""
        said = spoken(name, side.value, self._room.city) or self.tr("(kosong)")
        button = SideButton(key, said, author, self)
        button.setEnabled(able)
        button.clicked.connect(self._chooser(number))
        self.buttons.append(button)
        return button

    def _author(self, side: Candidate, event: Event | None, now: int) -> str:
        """Who, from which room, when, and whether the centre has it."""
        parts = [who(self._room.name_of(side.actor))]
        if event is not None:
            own = event.device == self._room.device
            parts.append(self.tr("ruang ini") if own else self._room.device_name(event.device))
        parts.append(moment(side.at, self._zone, now))
        if event is not None and event.n is None:
            parts.append(self.tr("belum sampai di pusat"))
        return " · ".join(part for part in parts if part)

    def _add_label(self, text: str, role: str) -> None:
        label = _label(text, role, self)
        label.setWordWrap(True)
        self._column.addWidget(label)

    def _chooser(self, number: int) -> Callable[[], None]:
        return lambda: self.choose(number)

    def _clear(self) -> None:
        self.sides, self.buttons = [], []
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


def _label(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
