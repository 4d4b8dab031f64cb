"""One incident: what it is, its clocks, what is to decide, the next steps, and its story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.domain.incident import NEXT, Incident, IncidentDetail
from console.domain.people import STATUS_ACTION, may, who_may
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.actions import actions_of
from widgets.panels.attached import Attached
from widgets.panels.clocks import Clocks
from widgets.panels.decisions import MOST_KEYS, Decisions
from widgets.panels.foot import Foot
from widgets.panels.given import carries
from widgets.panels.incident_row import place_name
from widgets.panels.incident_sheets import WITH_REASON
from widgets.panels.story import Story, lines_of, uncounted_words
from widgets.panels.zone import zone_of
from widgets.parts.mark import PriorityMark
from widgets.parts.theme import font
from widgets.parts.times import moment
from widgets.parts.words import roles, status

if TYPE_CHECKING:
    from console.room import Room
    from widgets.panels.viewer import Viewer


class DetailPanel(QWidget):
    """The detail of the selected incident. Signals: `subtitleChanged(text)`. Attribute: `detail`, None while none is."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self.detail: IncidentDetail | None = None
        self._loaded = asyncio.Event()
        self._actions, self._commands = actions_of(room, bridge, selection, self)
        zone = self._zone = zone_of(room.city)
        self.mark = PriorityMark(4, selection.theme, self)
        self.title, self.line, self.facts = (self._label(role) for role in ("title", "muted", "muted"))
        self.title.setFont(font(17, QFont.Weight.DemiBold))
        self.text = self._label("")
        self.clocks = Clocks(selection, zone, self)
        self.decisions = Decisions(room, zone, self)
        self.uncounted = self._label("muted")
        self.steps = QHBoxLayout()
        self.attached = Attached(room, bridge, selection, self)
        self._viewer: Viewer | None = None
        self.story = Story(selection, zone, self)
        self.empty = self._label("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._refresh = Refresh(bridge, self._ask, self.on_detail, self)
        self._connect()
        self._refresh.again()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        self.steps.setSpacing(8)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        for part in (self.line, self.facts, self.text, self.clocks, self.decisions):
            column.addWidget(part)
        column.addLayout(self.steps)
        column.addWidget(self.attached)
        column.addSpacing(8)
        column.addWidget(self._label("strong", self.tr("Riwayat")))
        column.addWidget(self.uncounted)
        column.addWidget(self.story)
        column.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        inside.setAutoFillBackground(False)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keys = [("T", self.tr("tindak lanjut")), ("D", self.tr("disposisi")), ("N", self.tr("catatan"))]
        keys += [("F", self.tr("lampirkan")), ("Shift F", self.tr("lihat lampiran"))]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        outer.addWidget(self.empty, 1)
        outer.addWidget(Foot([*keys, ("Esc", self.tr("kembali"))], self._selection, self))

    def _connect(self) -> None:
        self._selection.incidentSelected.connect(self._refresh.now)
        self._selection.cleared.connect(self._refresh.now)
        self._selection.themeChanged.connect(self.mark.set_theme)
        self._bridge.incidentsChanged.connect(self.on_changed)
        self._bridge.peopleChanged.connect(self._refresh.again)
        self._bridge.ticker.ticked.connect(self.on_tick)
        self.decisions.decided.connect(self.on_decided)
        self.attached.opened.connect(self.on_attachment)
        self.setAcceptDrops(True)

    def commands(self) -> list[Command]:
        """What can be done with the incident, and a number key for each side to decide."""
        title, family, group = self.tr("Pilih sisi {0}"), self.tr("Pilih sisi itu"), self.tr("Perlu diputuskan")
        numbers = [
            Command(f"decide.{n}", title.format(n), self._decider(n), str(n), group, "panel", family)
            for n in range(1, MOST_KEYS + 1)
        ]
        chosen, save = self.tr("Kejadian terpilih"), self.tr("Simpan salinan lampiran")
        return [
            *self._commands,
            *numbers,
            Command("attached.enter", self.tr("Ke foto dan dokumen"), self.to_attached, "Shift+F", chosen),
            Command("attached.save", save, self.save_copy, "Ctrl+S", chosen, "panel"),
        ]

    @property
    def viewer(self) -> Viewer:
        """What opens a photo or document over the workspace, made when it is first asked for."""
        if self._viewer is None:
            from widgets.panels.viewer import Viewer

            self._viewer = Viewer(_workspace_of(self), self._room, self._bridge, self._selection, self.attached.model)
        return self._viewer

    def to_attached(self) -> None:
        """Bring the keyboard to the photos and documents, from whichever workspace."""
        if self._selection.incident:
            self._selection.opened.emit("kejadian", self._selection.incident)
        if self.detail is None or not self.attached.enter():
            self._selection.said.emit(self.tr("Belum ada lampiran; F melampirkan foto atau berkas"))
            return
        self._area.ensureWidgetVisible(self.attached)

    def on_attachment(self, row: int) -> None:
        """Open a photo or document."""
        if self.detail is not None:
            self.viewer.show_row(self.detail, row)

    def save_copy(self) -> None:
        """Save a copy of the photo or document that the keyboard is on."""
        row = self.attached.current()
        if row < 0:
            self._selection.said.emit(self.tr("Belum ada lampiran; F melampirkan foto atau berkas"))
        else:
            self.viewer.saver.save(self.attached.model.items[row])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures."""
        # Copied, whatever the source proposes: it must not delete what it gave.
        copied = event.possibleActions() & Qt.DropAction.CopyAction
        if self.detail is not None and copied and carries(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._actions.take(event.mimeData())

    async def settled(self) -> None:
        """Returns once the first answer is shown."""
        await self._loaded.wait()

    def on_changed(self, subjects: frozenset[str]) -> None:
        """Read the incident anew when it is among those touched."""
        if not subjects or self._selection.incident in subjects:
            self._refresh.again()

    def on_tick(self, now: int) -> None:
        """Let the clocks run."""
        if self.isVisible() and self.detail is not None:
            self.clocks.tick(now)

    def on_decided(self, name: str, value: str) -> None:
        """Settle a field."""
        if self.detail is not None:
            action = self._room.decide(self.detail.incident.subject, name, value)
            said = self.tr("Diputuskan; tersimpan di ruang ini")
            self._bridge.ask(action, lambda _done: self._selection.said.emit(said), self)

    def on_detail(self, detail: IncidentDetail | None) -> None:
        """Show an incident, or say that none is chosen."""
        if self._viewer is not None and (detail is None or not self._same(detail)):
            self._viewer.leave()
        self.detail = detail
        self.attached.show_detail(detail)
        self._area.setVisible(detail is not None)
        self.empty.setVisible(detail is None)
        self._loaded.set()
        if detail is None:
            missing = bool(self._selection.incident)
            self.empty.setText(
                self.tr("Kejadian ini belum ada di ruang ini.")
                if missing
                else self.tr("Pilih kejadian di daftar untuk melihat rinciannya.")
            )
            self.subtitleChanged.emit("")
            return
        self._show(detail)

    def _same(self, detail: IncidentDetail) -> bool:
        return self.detail is not None and self.detail.incident.subject == detail.incident.subject

    def _show(self, detail: IncidentDetail) -> None:
        one, now = detail.incident, self._bridge.ticker.now()
        self.mark.set_priority(one.priority)
        self.title.setText(one.title)
        self.line.setText(place_name(self._room.city, one))
        self.facts.setText(self._facts(one, now))
        self.text.setText(one.description)
        self.text.setVisible(bool(one.description))
        self.clocks.show_incident(one, now)
        self.decisions.show_detail(detail, now)
        self._show_steps(one)
        if self._viewer is not None:
            self._viewer.keep_up(detail)
        self.story.show_lines(lines_of(detail.story, self._room), now)
        self.uncounted.setText(uncounted_words(detail.story))
        self.uncounted.setVisible(bool(self.uncounted.text()))
        waiting = sum(event.n is None for event in detail.story)
        saved = self.tr("{0} belum sampai di pusat").format(waiting) if waiting else self.tr("tersimpan di pusat")
        marks = (status(one.status), saved, self.tr("SIMULASI") if one.simulated else "")
        self.subtitleChanged.emit(" · ".join(mark for mark in marks if mark))

    def _facts(self, one: Incident, now: int) -> str:
        category = self._room.city.category(one.category)
        journal = self._room.city.territory(one.territory)
        parts = (
            category.name if category else one.category,
            self.tr("dibuka {0}").format(moment(one.opened_at, self._zone, now)),
            self.tr("OPD {0}").format(", ".join(one.agencies)) if one.agencies else self.tr("belum didisposisikan"),
            self.tr("jurnal {0}").format(journal.name if journal else one.territory),
        )
        return " · ".join(parts)

    def _show_steps(self, one: Incident) -> None:
        while (item := self.steps.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        straight = [state for state in NEXT.get(one.status, ()) if state not in WITH_REASON]
        for state in straight:
            self.steps.addWidget(self._step_button(one, state))
        more = QPushButton(self.tr("Langkah lain  T"), self)
        more.clicked.connect(self._actions.follow_up)
        refer = QPushButton(self.tr("Disposisi  D"), self)
        refer.clicked.connect(self._actions.assign)
        for button in (more, refer):
            self.steps.addWidget(button)
        self.steps.addStretch(1)

    def _step_button(self, one: Incident, state: str) -> QPushButton:
        action, operator = STATUS_ACTION[state], self._room.operator
        able = operator is not None and may(operator, action, one.place, one.agencies)
        button = QPushButton(self.tr("Menjadi {0}").format(status(state)), self)
        button.setProperty("role", "primary" if able else "")
        button.setEnabled(able)
        if not able:
            button.setText(self.tr("{0} · yang boleh: {1}").format(status(state), roles(who_may(action))))
        button.clicked.connect(lambda: self._advance(one, state))
        return button

    def _advance(self, one: Incident, state: str) -> None:
        said = self.tr("Menjadi {0}; tersimpan di ruang ini").format(status(state))
        self._bridge.ask(self._room.set_status(one.subject, state), lambda _d: self._selection.said.emit(said), self)

    def _decider(self, number: int) -> Callable[[], None]:
        return lambda: self.decisions.choose(number)

    async def _ask(self) -> IncidentDetail | None:
        return await self._room.incident(self._selection.incident) if self._selection.incident else None

    def _label(self, role: str, text: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label


def _workspace_of(panel: QWidget) -> QWidget:
    """The page that a panel is docked in, which the log-in covers; its own window when it floats."""
    over: QWidget | None = panel
    while over is not None and over.objectName() != "workspace":
        over = over.parentWidget()
    return over or panel.window()
