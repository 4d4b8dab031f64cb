"""Sinkron's bundles: what went out and came in by stick, with receipts, and the forms that write and read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from console.wire.bundle import BundleRefused
from widgets.models.bridge import Bridge
from widgets.models.bundle_words import refusal_words
from widgets.models.commands import Command
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.sync.bundle_rows import other_words, row_of, whole
from widgets.panels.sync.export_form import ExportForm
from widgets.panels.sync.import_form import ImportForm
from widgets.panels.sync.section import Rows, Section, button, label, left_out_words
from widgets.panels.zone import zone_of

if TYPE_CHECKING:
    from console.room import Room
    from console.sticks import Parcel

MOST_ROWS = 6


class BundlesSection(Section):
    """Sticks. Attributes: `table`, `parcels` (what the rows show), `gap` and `whole` (sentences), `export` and `take` (the
    forms)."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Bundel (stik USB)"))
        self._room, self._bridge, self._selection = room, bridge, selection
        self._zone = zone_of(room.city)
        self.parcels: tuple[Parcel, ...] = ()
        self.export, self.take = ExportForm(room, bridge, self), ImportForm(room, bridge, self)
        heads = [
            "", self.tr("Untuk / dari"), self.tr("No"), self.tr("Kapan"), self.tr("Isi"), self.tr("Berlaku s/d"),
            self.tr("Tanda terima"),
        ]  # fmt: skip
        self.table = Rows(heads, self, numbers=(2,), wide=6, most=MOST_ROWS, spare=(5, 3))
        self.gap, self.whole = label("p2", self, wrap=True), label("small", self, wrap=True)
        self._openers = {
            self.export: button(self.tr("Buat  E"), self.write_one, self),
            self.take: button(self.tr("Impor  I"), self.read_one, self),
        }
        for opener in self._openers.values():
            self.tools.addWidget(opener)
        for part in (self.export, self.take, self.gap, self.table, self.whole):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._refresh = Refresh(bridge, room.bundles.carried, self.on_carried, self)
        self._connect()

    def _connect(self) -> None:
        for form, opener in self._openers.items():
            form.done.connect(self._refresh.now)
            form.closed.connect(opener.setFocus)
        self.table.itemSelectionChanged.connect(self._show_whole)
        self.table.fitted.connect(self._show_whole)
        self._bridge.peopleChanged.connect(self._refresh.again)
        self._refresh.again()

    def commands(self) -> list[Command]:
        """The keys that write, read, and copy."""
        group = self.tr("Sinkron")
        return [
            Command("bundle.export", self.tr("Buat bundel untuk stik"), self.write_one, "E", group, "panel"),
            Command("bundle.import", self.tr("Impor bundel dari stik"), self.read_one, "I", group, "panel"),
            Command("bundle.copy", self.tr("Salin lokasi tanda terima atau bundel"), self.copy, "C", group, "panel"),
        ]

    def write_one(self) -> None:
        """Show the form that writes a bundle."""
        self._show_form(self.export, self.take)

    def read_one(self) -> None:
        """Show the form that takes one in; the first one, which enrols the room, is taken in where rooms are enrolled."""
        if not self._room.rooted:
            self._selection.commandAsked.emit("room.enrol.stick")
            return
        self._show_form(self.take, self.export)

    def copy(self) -> None:
        """Copy where the chosen row's receipt lies, or its bundle."""
        row = self.table.chosen()
        if row < 0:
            self._selection.said.emit(self.tr("Pilih dahulu satu bundel"))
            return
        line = self.parcels[row].line
        QGuiApplication.clipboard().setText(line.receipt or line.file)
        self._selection.said.emit(self.tr("Disalin: {0}").format(line.receipt or line.file))

    def on_carried(self, parcels: Sequence[Parcel]) -> None:
        """Show what was carried."""
        self.parcels = tuple(parcels)
        now, city = self._bridge.ticker.now(), self._room.city
        self.table.fill([row_of(one, city, self._zone, now) for one in parcels], [whole(one, city) for one in parcels])
        self.table.setVisible(bool(parcels))
        self._say_gaps()
        self._show_whole()
        if barred := self._room.bundles.barred:
            self.say(refusal_words(BundleRefused(barred)))
        elif not parcels:
            self.say(
                self.tr(
                    "Belum ada. Bila sambungan putus lama: E menulis bundel bersegel ke stik, I mengambil yang dibawa "
                    "dari ruang lain dan menulis tanda terimanya."
                )
            )
        else:
            self.say("")

    def _say_gaps(self) -> None:
        """Name the bundles that never came, once for each sender."""
        missing = {other_words(p.line, self._room.city): p.missing for p in self.parcels if p.missing}
        sentence = self.tr("Bundel nomor {0} dari {1} belum diimpor di sini.")
        lines = [sentence.format(", ".join(map(str, numbers)), name) for name, numbers in missing.items()]
        self.gap.setText("\n".join(lines))
        self.gap.setVisible(bool(lines))

    def _show_whole(self) -> None:
        row = self.table.chosen()
        text = whole(self.parcels[row], self._room.city) if 0 <= row < len(self.parcels) else ""
        told = self.table.left_out_words(row) if row >= 0 else left_out_words(len(self.table.left_out))
        text = "\n".join(part for part in (text, told if self.parcels else "") if part)
        self.whole.setText(text)
        self.whole.setVisible(bool(text))

    def _show_form(self, form: ExportForm | ImportForm, other: ExportForm | ImportForm) -> None:
        if other.working:
            other.first().setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        other.hide()
        form.open()
