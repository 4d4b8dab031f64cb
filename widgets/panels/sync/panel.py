"""Sinkron as a whole: first what needs a person, then the line; below it lanes, budget and bundles beside journals."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.line_words import mode_words
from widgets.models.selection import Selection
from widgets.panels.sync.budget import BudgetSection
from widgets.panels.sync.bundles import BundlesSection
from widgets.panels.sync.conflicts import ConflictsSection
from widgets.panels.sync.feeds import FeedsSection
from widgets.panels.sync.journals import JournalsSection
from widgets.panels.sync.lanes import LanesSection
from widgets.panels.sync.line import LineSection
from widgets.panels.sync.refused import RefusedSection
from widgets.panels.sync.section import label, rule
from widgets.panels.sync.uncounted import UncountedSection
from widgets.parts.tabs import tab_as_read

if TYPE_CHECKING:
    from console.room import Room

WIDE_PX = 1080
"""From this width on, lanes, budget and bundles stand beside journals, and not above them."""
MARGIN, GAP = 16, 12


class SyncPanel(QWidget):
    """The room's standing with the centre. Attributes: its sections. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge = room, bridge
        self._loaded = asyncio.Event()
        self.calm = label("muted", self, wrap=True)
        self.conflicts = ConflictsSection(room, bridge, selection, self)
        self.refused = RefusedSection(room, bridge, selection, self)
        self.uncounted = UncountedSection(room, bridge, selection, self)
        self.line = LineSection(room, selection, self)
        self.lanes = LanesSection(room, bridge, self)
        self.budget = BudgetSection(room, bridge, selection, self)
        self.bundles = BundlesSection(room, bridge, selection, self)
        self.journals = JournalsSection(room, bridge, self)
        self.feeds = FeedsSection(room, bridge, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        for part in (self.calm, self.conflicts, self.refused, self.uncounted, rule(self), self.line, rule(self)):
            column.addWidget(part)
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(2 * MARGIN)
        self._pair.addLayout(self._stack(self.lanes, self.budget, self.bundles, grows=self.bundles), 1)
        self._pair.addLayout(self._stack(self.journals, self.feeds, grows=self.journals), 1)
        column.addLayout(self._pair, 1)
        self.area = QScrollArea(self)
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)

    def _stack(self, *sections: QWidget, grows: QWidget) -> QVBoxLayout:
        """Sections below each other, one of which takes the room that is left."""
        made = QVBoxLayout()
        made.setSpacing(GAP)
        for place, section in enumerate(sections):
            if place:
                made.addWidget(rule(self))
            made.addWidget(section, int(section is grows))
        return made

    def _connect(self) -> None:
        for section in (self.conflicts, self.refused, self.uncounted):
            section.counted.connect(self.on_counted)
        self.conflicts.left.connect(self.enter)
        self.conflicts.counted.connect(self._on_first_count, Qt.ConnectionType.SingleShotConnection)
        self.journals.counted.connect(self.on_journals)
        for form in (self.bundles.export, self.bundles.take):
            form.opened.connect(self.order_tabs)
            for signal in (form.opened, form.grew):
                signal.connect(partial(self.on_form, form))
        self._bridge.linkChanged.connect(self.on_link)
        self._bridge.ticker.ticked.connect(self.on_tick)
        self.on_counted()
        self.on_link()

    def commands(self) -> list[Command]:
        """What the sections can do by key."""
        keyed = (self.conflicts, self.uncounted, self.budget, self.bundles)
        return [command for section in keyed for command in section.commands()]

    async def settled(self) -> None:
        """Returns once the journals are shown."""
        await self._loaded.wait()

    def on_counted(self) -> None:
        """Show only what there is to do; a calm sentence where there is nothing."""
        full = {
            self.conflicts: bool(self.conflicts.cards),
            self.refused: bool(self.refused.shown),
            self.uncounted: bool(self.uncounted.shown),
        }
        for section, filled in full.items():
            section.setVisible(filled)
        self.calm.setVisible(not any(full.values()))
        self.calm.setText(
            self.tr(
                "Tidak ada yang menunggu Anda. Di sini muncul: dua nilai yang ditulis tanpa saling tahu, catatan yang "
                "ditolak pusat, dan entri yang tidak dihitung."
            )
        )
        self.order_tabs()

    def enter(self) -> None:
        """Give the keyboard to what needs a person first, else to the lanes."""
        if self.conflicts.enter():
            return
        wanted = (self.refused.table, self.uncounted.table, self.lanes.table)
        next(table for table in wanted if table is self.lanes.table or table.rowCount()).setFocus()

    def _on_first_count(self) -> None:
        """What needs a person came after the keyboard did."""
        if self.lanes.table.hasFocus():
            self.enter()

    def on_form(self, form: QWidget) -> None:
        """Bring a form into sight that was opened, or grew."""
        # When the page has grown too.
        QTimer.singleShot(0, form, lambda: self.area.ensureWidgetVisible(form))

    def order_tabs(self) -> None:
        """Let Tab go through the sections as they are read; cards and forms come and go."""
        self.area.widget().layout().activate()
        tab_as_read(
            (
                self.conflicts, self.refused, self.uncounted, self.line, self.lanes, self.budget, self.bundles,
                self.journals, self.feeds,
            )
        )  # fmt: skip

    def on_journals(self) -> None:
        """The journals were counted."""
        self.on_link()
        self._loaded.set()

    def on_tick(self, now: int) -> None:
        """Let the ages go on."""
        if self.isVisible():
            self.on_link()
            self.feeds.show_feeds(now)
            self.lanes.tick(now)

    def on_link(self) -> None:
        """Show the line as it is."""
        link = self._room.link()
        waiting = max(link.queue, self.journals.waiting)
        said = self.line.show_link(waiting, self._bridge.ticker.now())
        self.budget.show_link(link)
        self.subtitleChanged.emit(f"{mode_words(link.mode)} · {said}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room, below each other where there is not."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE_PX
        self._pair.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
