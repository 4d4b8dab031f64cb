"""Sinkron's journals: how far each one reaches here, what of it waits, and what was proven last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.views import JournalHead
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.panels.sync.section import Rows, Section, label, left_out_words
from widgets.panels.zone import zone_of
from widgets.parts.times import moment

if TYPE_CHECKING:
    from console.room import Room

NUMBERS = (2, 3, 5, 6, 7, 8)
SPARE = (2, 5, 4, 1)
"""Columns that one can do without, the first to go first."""
LEAST_PX = 200


class JournalsSection(Section):
    """Every journal with its head. Attributes: `table`, `waiting` (entries without a number). Signals: `counted()`."""

    counted = Signal()

    def __init__(self, room: Room, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Jurnal"))
        self._room, self._bridge = room, bridge
        self._zone = zone_of(room.city)
        self.waiting = 0
        heads = [
            self.tr("Jurnal"), self.tr("Kode"), self.tr("Epok"), self.tr("n"), self.tr("Urutan"), self.tr("Dipegang"),
            self.tr("Menunggu"), self.tr("Diparkir"), self.tr("Tak dihitung"), self.tr("Terakhir dibuktikan"),
        ]  # fmt: skip
        self.table = Rows(heads, self, numbers=NUMBERS, wide=9, spare=SPARE)
        self.table.setMinimumHeight(LEAST_PX)
        self.whole = label("small", self, wrap=True)
        self.whole.hide()
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.whole)
        self.table.fitted.connect(self._show_left_out)
        self.table.itemSelectionChanged.connect(self._show_left_out)
        self._heads: tuple[JournalHead, ...] = ()
        self.column.addStretch()
        self._refresh = Refresh(bridge, room.journals, self.on_journals, self)
        for signal in (bridge.incidentsChanged, bridge.linkChanged):
            signal.connect(self._refresh.again)
        self._refresh.again()

    def on_journals(self, heads: Sequence[JournalHead]) -> None:
        """Show every journal's head."""
        self.table.fill([self._cells(head) for head in heads])
        self.table.setMinimumHeight(min(LEAST_PX, self.table.maximumHeight()))
        self.table.setVisible(bool(heads))
        self.waiting = sum(head.waiting for head in heads)
        self._heads = tuple(heads)
        self._show_left_out()
        self.say("" if heads else self.tr("Belum ada jurnal: yang pertama dicatat di sini, atau datang dari pusat."))
        self.counted.emit()

    def _show_left_out(self) -> None:
        """Count the columns that do not fit, and tell what the chosen row has in them."""
        hidden = len(self.table.left_out)
        short = self.tr("{0} kolom tersembunyi").format(hidden) if hidden else ""
        self.summary.setText(" · ".join(part for part in (self._sum(self._heads), short) if part))
        row = self.table.chosen()
        said = self.table.left_out_words(row) if row >= 0 else ""
        told = f"{self.table.cells(row)[0]}: {said}" if said else left_out_words(len(self.table.left_out))
        self.whole.setText(told)
        self.whole.setVisible(bool(told) and bool(self._heads))

    def _cells(self, head: JournalHead) -> list[str]:
        counts = (head.held, head.waiting, head.parked, head.void)
        row = [head.name, head.territory, str(head.epoch), str(head.n), head.order[:8], *map(str, counts)]
        return [*row, self._proven(head)]

    def _proven(self, head: JournalHead) -> str:
        """When, up to which entry and by whose signature; and where the centre's order is another."""
        if head.common_n is not None:
            return self.tr("urutan pusat berbeda sejak n {0}").format(head.common_n + 1)
        if head.checked_at is None:
            return "–"
        at = moment(head.checked_at, self._zone, self._bridge.ticker.now())
        own = head.checked_by == self._room.device
        by = self.tr("ruang ini") if own else self._room.device_name(head.checked_by)
        return self.tr("{0} · {1} s/d {2}").format(at, by, head.checked_seq)

    def _sum(self, heads: Sequence[JournalHead]) -> str:
        parts = [self.tr("{0} jurnal").format(len(heads))]
        counts = {
            self.tr("{0} menunggu"): sum(h.waiting for h in heads),
            self.tr("{0} diparkir"): sum(h.parked for h in heads),
            self.tr("{0} tak dihitung"): sum(h.void for h in heads),
        }
        return " · ".join([*parts, *(text.format(count) for text, count in counts.items() if count)])
