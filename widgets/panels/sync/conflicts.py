"""Sinkron's conflicts: each incident with two sides, both shown, and a number key that settles it on the spot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.domain.incident import IncidentDetail
from console.domain.views import Undecided
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.decisions import MOST_KEYS, Decisions
from widgets.panels.incident_row import place_name
from widgets.panels.sync.section import Section, button, label
from widgets.panels.zone import zone_of
from widgets.parts.mark import PriorityMark

if TYPE_CHECKING:
    from console.room import Room

FADE_MS = 400
MOST_PX = 420
"""Height from which the list scrolls inside itself."""


class ConflictCard(QFrame):
    """One incident with its sides. Attributes: `detail`, `decisions`. Signals: `opened(subject)`, `gone()` after its fade."""

    opened = Signal(str)
    gone = Signal()

    def __init__(self, detail: IncidentDetail, room: Room, zone: tzinfo, selection: Selection, parent: QWidget) -> None:
        super().__init__(parent)
        self._room, self._selection = room, selection
        self.detail = detail
        self.leaving = False
        self.setProperty("role", "choice")
        self._mark = PriorityMark(detail.incident.priority, selection.theme, self)
        selection.themeChanged.connect(self._mark.set_theme)
        self._title, self._place = label("strong", self), label("muted", self)
        self.decisions = Decisions(room, zone, self)
        self.decisions.setProperty("role", "")
        self.decisions.layout().setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self._mark, self._title, self._place):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(button(self.tr("Buka"), lambda: self.opened.emit(self.detail.incident.subject), self, "link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.decisions)

    def show_detail(self, detail: IncidentDetail, now: int) -> None:
        """Show the incident as it is."""
        self.detail = detail
        one = detail.incident
        self._mark.set_priority(one.priority)
        self._title.setText(one.title)
        marks = (place_name(self._room.city, one), self.tr("SIMULASI") if one.simulated else "")
        self._place.setText(" · ".join(mark for mark in marks if mark))
        self.decisions.show_detail(detail, now)

    def set_current(self, current: bool) -> None:
        """Show whether the number keys are this incident's."""
        self.setProperty("current", current)
        self.style().polish(self)
        self.decisions.show_keys(current)

    def leave(self) -> None:
        """It is decided: fade, then go; at once where motion is off."""
        self.leaving = True
        self.decisions.setEnabled(False)
        if not self._selection.motion:
            QTimer.singleShot(0, self, self.gone.emit)
            return
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(FADE_MS)
        fade.setStartValue(1.0)
        fade.setEndValue(0.0)
        fade.setEasingCurve(QEasingCurve.Type.InQuad)
        fade.finished.connect(self.gone)
        fade.start()


class ConflictsSection(Section):
    """Every undecided incident, the most urgent first. Attributes: `cards`, `total`. Signals: `counted()`; `left()`
    when the keyboard has no place here any more."""

    counted = Signal()
    left = Signal()

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Perlu diputuskan"))
        self._room, self._bridge, self._selection = room, bridge, selection
        self._zone = zone_of(room.city)
        self.cards: list[ConflictCard] = []
        self.total = 0
        self._current = ""
        self._inside = QWidget(self)
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self._list.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidget(self._inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside.setAutoFillBackground(False)
        self.column.addWidget(self._area)
        self._refresh = Refresh(bridge, room.undecided, self.on_undecided, self)
        bridge.incidentsChanged.connect(self._refresh.again)
        bridge.peopleChanged.connect(self._on_people)
        QApplication.instance().focusChanged.connect(self.on_focus)
        self._refresh.again()

    def commands(self) -> list[Command]:
        """A number key for each side of the incident that has the accent."""
        title, family, group = self.tr("Putuskan: sisi {0}"), self.tr("Putuskan untuk sisi itu"), self.tr("Sinkron")
        return [
            Command(f"sync.decide.{n}", title.format(n), self._chooser(n), str(n), group, "panel", family)
            for n in range(1, MOST_KEYS + 1)
        ]

    @property
    def current(self) -> ConflictCard | None:
        """The incident that the number keys decide."""
        staying = [card for card in self.cards if not card.leaving]
        return next((c for c in staying if c.detail.incident.subject == self._current), staying[0] if staying else None)

    def on_undecided(self, found: Undecided) -> None:
        """Show what there is to decide; what was settled fades."""
        self.total = found.total
        wanted = {detail.incident.subject: detail for detail in found.items}
        held = False
        for card in self.cards:
            if card.detail.incident.subject not in wanted and not card.leaving:
                held |= card.isAncestorOf(QApplication.focusWidget() or self)
                card.leave()
        staying = {card.detail.incident.subject: card for card in self.cards if not card.leaving}
        for place, (subject, detail) in enumerate(wanted.items()):
            self._show(staying.get(subject) or self._add(detail), detail, place)
        more = found.total - len(found.items)
        self.summary.setText(str(found.total))
        self.say(self.tr("{0} lagi menyusul setelah ini diputuskan.").format(more) if more > 0 else "")
        self._mark_current()
        self.counted.emit()
        if held and not self.enter():
            self.left.emit()

    def enter(self) -> bool:
        """Give the keyboard to the incident that the number keys decide; False when there is none."""
        return self.current is not None and self.current.decisions.enter()

    def on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The number keys go with the keyboard."""
        found = next((card for card in self.cards if now is not None and card.isAncestorOf(now)), None)
        if found is not None and not found.leaving:
            self._current = found.detail.incident.subject
            self._mark_current()

    def choose(self, number: int) -> None:
        """Decide for that side of the current incident; not while one that was just decided still fades."""
        card = self.current
        if card is None:
            self._selection.said.emit(self.tr("Tidak ada yang perlu diputuskan"))
        elif not any(one.leaving for one in self.cards):
            card.decisions.choose(number)

    def _show(self, card: ConflictCard, detail: IncidentDetail, place: int) -> None:
        if card.detail is not detail and (card.detail != detail or not card.decisions.sides):
            card.show_detail(detail, self._bridge.ticker.now())
        if self.cards[place] is not card:
            self.cards.remove(card)
            self.cards.insert(place, card)
            self._list.removeWidget(card)
            self._list.insertWidget(place, card)

    def _add(self, detail: IncidentDetail) -> ConflictCard:
        card = ConflictCard(detail, self._room, self._zone, self._selection, self._inside)
        card.show_detail(detail, self._bridge.ticker.now())
        card.opened.connect(self._open)
        card.decisions.decided.connect(lambda name, value: self._decide(card, name, value))
        card.gone.connect(lambda: self._drop(card))
        self._list.insertWidget(len(self.cards), card)
        self.cards.append(card)
        return card

    def _drop(self, card: ConflictCard) -> None:
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        self._mark_current()
        self.counted.emit()

    def _decide(self, card: ConflictCard, name: str, value: str) -> None:
        said = self.tr("Diputuskan; tersimpan di ruang ini")
        action = self._room.decide(card.detail.incident.subject, name, value)
        self._bridge.ask(action, lambda _done: self._selection.said.emit(said), self)

    def _open(self, subject: str) -> None:
        self._selection.select_incident(subject)
        self._selection.opened.emit("kejadian", subject)

    def _on_people(self) -> None:
        for card in self.cards:
            if not card.leaving:
                card.show_detail(card.detail, self._bridge.ticker.now())
        self._mark_current()
        self.counted.emit()

    def _mark_current(self) -> None:
        current = self.current
        for card in self.cards:
            card.set_current(card is current)
        self._inside.adjustSize()
        self._fit()

    def _fit(self) -> None:
        wide = max(self.width(), 320)
        high = sum(self._height(card, wide) + self._list.spacing() for card in self.cards)
        self._area.setFixedHeight(min(MOST_PX, high))

    @staticmethod
    def _height(card: ConflictCard, wide: int) -> int:
        layout = card.layout()
        return layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else layout.totalSizeHint().height()

    def resizeEvent(self, event: object) -> None:
        """Text wraps at another place."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _chooser(self, number: int) -> Callable[[], None]:
        return lambda: self.choose(number)
