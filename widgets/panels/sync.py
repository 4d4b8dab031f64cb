"""Sinkron: the line, what waits on it, every journal with its head, what is to decide, and the feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from console.domain.incident import Incident
from console.domain.views import FeedState, IncidentPage, IncidentQuery, JournalHead, LinkState
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.incident_row import place_name
from widgets.panels.line_strip import LineStrip, mode_words
from widgets.panels.uncounted import UncountedList
from widgets.panels.zone import zone_of
from widgets.parts.times import age, moment, span
from widgets.parts.trouble_words import trouble_text
from widgets.parts.words import field, number, size

if TYPE_CHECKING:
    from console.room import Room

ROW_PX = 30
HEAD_PX = 32
NAME_PX = 240
JOURNAL_NUMBERS = (2, 3, 5, 6, 7, 8)
FEED_NUMBERS = (2,)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SyncPanel(QWidget):
    """The room's standing with the centre. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._loaded = asyncio.Event()
        self._zone = zone_of(room.city)
        self.strip = LineStrip(selection, self._zone, self)
        self.facts = {name: self._fact() for name in ("mode", "contact", "queue", "bytes", "rtt", "server")}
        self.problem = self._label("p2")
        self.button = QPushButton(self.tr("Sinkron sekarang  Ctrl+R"), self)
        self.button.clicked.connect(lambda: selection.commandAsked.emit("sync.now"))
        self.journals = self._table(self._journal_heads(), JOURNAL_NUMBERS)
        self.conflicts = self._table([self.tr("Kejadian"), self.tr("Tempat"), self.tr("Perlu diputuskan")])
        self.feeds = self._table(
            [self.tr("Sumber"), self.tr("Terakhir"), self.tr("Diterima"), self.tr("Cacat")], FEED_NUMBERS
        )
        self.conflicts_note, self.feeds_note = self._label("muted"), self._label("muted")
        self.uncounted = UncountedList(room, bridge, selection, self)
        self._conflicts: tuple[Incident, ...] = ()
        self._waiting = 0
        self._lay_out()
        self._journals = Refresh(bridge, room.journals, self.on_journals, self)
        self._decide = Refresh(
            bridge, lambda: room.incidents(IncidentQuery(undecided_only=True)), self.on_conflicts, self
        )
        self._connect()

    def _journal_heads(self) -> list[str]:
        return [
            self.tr("Jurnal"), self.tr("Kode"), self.tr("Epok"), self.tr("n"), self.tr("Urutan"), self.tr("Dipegang"),
            self.tr("Menunggu"), self.tr("Diparkir"), self.tr("Tak dihitung"), self.tr("Diperiksa"),
        ]  # fmt: skip

    def _connect(self) -> None:
        bridge = self._bridge
        for refresh in (self._journals, self._decide):
            bridge.incidentsChanged.connect(refresh.again)
            refresh.again()
        bridge.linkChanged.connect(self.on_link)
        bridge.linkChanged.connect(self._journals.again)
        bridge.feedsChanged.connect(self.on_feeds)
        bridge.ticker.ticked.connect(self.on_tick)
        self.conflicts.itemActivated.connect(lambda item: self._open(item.row()))
        self.on_link()
        self.on_feeds()

    def commands(self) -> list[Command]:
        """The keys of what is not counted."""
        return self.uncounted.commands()

    async def settled(self) -> None:
        """Returns once the journals are shown."""
        await self._loaded.wait()

    def on_tick(self, now: int) -> None:
        """Let the ages go on."""
        if self.isVisible():
            self.on_link()
            self.on_feeds()

    def on_link(self) -> None:
        """Show the line as it is."""
        link, now = self._room.link(), self._bridge.ticker.now()
        self.strip.show_history(link.history, now)
        self.facts["mode"][1].setText(mode_words(link.mode))
        self.facts["mode"][2].setText(self.tr("{0} ruang sebelah").format(link.neighbours) if link.neighbours else "")
        self.facts["contact"][1].setText(
            self.tr("belum pernah")
            if link.last_contact is None
            else self.tr("{0} lalu").format(age(link.last_contact, now))
        )
        self.facts["queue"][1].setText(str(max(link.queue, self._waiting)))
        self.facts["queue"][2].setText(self._forecast(link))
        self.facts["bytes"][1].setText(f"↑ {size(link.bytes_up)}  ↓ {size(link.bytes_down)}")
        self.facts["rtt"][1].setText("–" if link.rtt_ms is None else self.tr("{0} md").format(number(link.rtt_ms)))
        self.facts["server"][1].setText(link.server or self.tr("belum terdaftar"))
        self.problem.setText(trouble_text(self._room.states(), link.problem))
        self.problem.setVisible(bool(link.problem))
        self.subtitleChanged.emit(f"{mode_words(link.mode)} · {self._forecast(link)}")

    def on_journals(self, heads: Sequence[JournalHead]) -> None:
        """Show every journal's head."""
        now = self._bridge.ticker.now()
        rows = []
        for head in heads:
            counts = (head.epoch, head.n, head.held, head.waiting, head.parked, head.void)
            epoch, n, *rest = map(str, counts)
            checked = "–" if head.checked_at is None else moment(head.checked_at, self._zone, now)
            rows.append([head.name, head.territory, epoch, n, head.order[:8], *rest, checked])
        _fill(self.journals, rows, JOURNAL_NUMBERS)
        self._waiting = sum(head.waiting for head in heads)
        self.on_link()
        self._loaded.set()

    def on_conflicts(self, page: IncidentPage) -> None:
        """List what is to decide."""
        self._conflicts = page.items
        rows = [
            [one.title, place_name(self._room.city, one), ", ".join(field(name) for name in one.undecided)]
            for one in page.items
        ]
        _fill(self.conflicts, rows)
        self.conflicts.setVisible(bool(rows))
        self.conflicts_note.setText(
            self.tr("Enter membuka rinciannya; di sana angka memilih sisi.")
            if rows
            else self.tr("Tidak ada. Dua nilai yang ditulis tanpa saling tahu akan muncul di sini.")
        )

    def on_feeds(self) -> None:
        """Show the outside sources with their faults."""
        now, feeds = self._bridge.ticker.now(), self._room.feeds()
        _fill(self.feeds, [self._feed_row(feed, now) for feed in feeds], FEED_NUMBERS)
        self.feeds.setVisible(bool(feeds))
        self.feeds_note.setText(
            "" if feeds else self.tr("Ruang ini tidak membaca sumber luar sendiri; data datang dari pusat.")
        )
        self.feeds_note.setVisible(not feeds)

    def _feed_row(self, feed: FeedState, now: int) -> list[str]:
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(feed.faults.items())) or self.tr("tidak ada")
        name = f"{feed.name} · " + self.tr("SIMULASI") if feed.simulated else feed.name
        last = age(feed.last_ok, now)
        return [name, self.tr("basi {0}").format(last) if feed.stale else last, str(feed.taken), faults]

    def _forecast(self, link: LinkState) -> str:
        waiting = max(link.queue, self._waiting)
        if waiting == 0:
            return self.tr("antrean kosong")
        if link.drain_s is None:
            return self.tr("{0} menunggu di ruang ini").format(waiting)
        return self.tr("antrean kosong dalam ± {0}").format(span(int(link.drain_s * 1000)))

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._conflicts):
            self._selection.opened.emit("kejadian", self._conflicts[row].subject)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self._label("strong", self.tr("Sambungan ke pusat, 24 jam")))
        top.addStretch(1)
        top.addWidget(self.button)
        column.addLayout(top)
        column.addWidget(self.strip)
        column.addWidget(self.problem)
        column.addLayout(self._fact_row())
        column.addWidget(self._rule())
        column.addWidget(self._label("strong", self.tr("Jurnal")))
        column.addWidget(self.journals, 6)
        foot = QGridLayout()
        foot.setHorizontalSpacing(24)
        foot.setVerticalSpacing(8)
        pairs = (
            (self.tr("Perlu diputuskan"), self.conflicts, self.conflicts_note),
            (self.tr("Sumber luar"), self.feeds, self.feeds_note),
        )
        for place, (title, table, note) in enumerate(pairs):
            foot.addWidget(self._label("strong", title), 0, place)
            foot.addWidget(note, 1, place, Qt.AlignmentFlag.AlignTop)
            foot.addWidget(table, 2, place)
            foot.setColumnStretch(place, 1)
        column.addWidget(self._rule())
        column.addLayout(foot)
        column.addWidget(self._rule())
        column.addWidget(self.uncounted)
        column.addStretch(1)

    def _fact_row(self) -> QHBoxLayout:
        names = {
            "mode": self.tr("Mode"), "contact": self.tr("Kontak terakhir"), "queue": self.tr("Antrean"),
            "bytes": self.tr("Bita sejak mulai"), "rtt": self.tr("Pulang-pergi"), "server": self.tr("Pusat"),
        }  # fmt: skip
        row = QHBoxLayout()
        row.setSpacing(32)
        for name, (title, value, note) in self.facts.items():
            title.setText(names[name])
            block = QVBoxLayout()
            block.setSpacing(0)
            for label in (title, value, note):
                block.addWidget(label)
            row.addLayout(block)
        row.addStretch(1)
        return row

    def _fact(self) -> tuple[QLabel, QLabel, QLabel]:
        return self._label("small"), self._label("strong"), self._label("small")

    def _rule(self) -> QFrame:
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        rule.setFixedHeight(1)
        return rule

    def _label(self, role: str, text: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label

    def _table(self, heads: Sequence[str], numbers: Sequence[int] = ()) -> QTableWidget:
        table = QTableWidget(0, len(heads), self)
        table.setHorizontalHeaderLabels(list(heads))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, NAME_PX)
        for column in numbers:
            table.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
        return table


def _fill(table: QTableWidget, rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> None:
    """Show these rows, changing only cells whose text is another."""
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = table.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                if column in numbers:
                    item.setTextAlignment(_RIGHT)
                table.setItem(row, column, item)
            if item.text() != text:
                item.setText(text)
    table.setMaximumHeight(HEAD_PX + len(rows) * ROW_PX + 4)
