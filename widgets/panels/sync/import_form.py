"""The form that takes a bundle in: first it shows what is inside, then Enter takes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from widgets.models.bridge import Bridge
from widgets.models.bundle_words import note_words
from widgets.panels.sync.bundle_form import BundleForm
from widgets.panels.sync.bundle_rows import LISTED, ranges_words, target_words
from widgets.panels.sync.section import button
from widgets.panels.zone import zone_of
from widgets.parts.file_form import ask_bundle
from widgets.parts.times import moment
from widgets.parts.words import size

if TYPE_CHECKING:
    from console.room import Room
    from console.sync.stick.stick import Taken
    from console.wire.bundle import Manifest


class ImportForm(BundleForm):
    """Takes a bundle in. Attributes: `path`, `receipt`, `receipt_to` (its fields), `looked` (the file that was looked at)."""

    def __init__(self, room: Room, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(bridge, parent)
        self._room = room
        self._zone = zone_of(room.city)
        self.looked = ""
        self.path, self.receipt_to = QLineEdit(self), QLineEdit(self)
        self.path.setPlaceholderText(self.tr("/media/…/simpul-….simpul"))
        self.receipt_to.setPlaceholderText(self.tr("di sebelah berkas itu"))
        self.receipt = QCheckBox(self.tr("Tulis tanda terima untuk pengirim"), self)
        self.receipt.setChecked(True)
        self.receipt.toggled.connect(self.receipt_to.setEnabled)
        self.path.textChanged.connect(self._on_other_file)
        self.take = button("", self.submit, self, "primary")
        self.buttons.addWidget(self.take)
        self.path_row(0, self.tr("Berkas"), self.path, self._pick)
        self.grid.addWidget(self.receipt, 1, 1)
        self.row(2, self.tr("Tanda terima ke"), self.receipt_to)
        self._on_other_file()
        self.tell()

    def first(self) -> QWidget:
        """Which file."""
        return self.path

    def submit(self) -> None:
        """Look at the file; when it was looked at, take it in."""
        file = self.path.text().strip()
        if not file:
            self.tell(self.tr("Isi dahulu berkas mana: nama bundel berakhiran .simpul."))
            self.path.setFocus()
        elif self.looked != file:
            self._bridge.ask(
                self._room.bundles.look(Path(file).expanduser()),
                lambda m: self._on_looked(file, m),
                self,
                self._on_failed,
            )
        else:
            to = Path(self.receipt_to.text().strip()).expanduser() if self.receipt_to.text().strip() else None
            receipt = to if self.receipt.isChecked() else Path()
            self.work(lambda watch: self._room.bundles.take(Path(file).expanduser(), receipt, watch), self._on_taken)

    def stopped_words(self) -> str:
        """What came so far stays."""
        return self.tr("Dihentikan; yang sudah masuk tetap tersimpan di ruang ini. Impor lagi kapan saja.")

    def _on_looked(self, file: str, m: Manifest) -> None:
        if self.working or self.path.text().strip() != file:
            return
        now = self._bridge.ticker.now()
        created, expires = moment(m.created, self._zone, now), moment(m.expires, self._zone, now)
        kind = self.tr("Tanda terima") if m.kind == "receipt" else self.tr("Bundel nomor {0}").format(m.sequence)
        lines = [
            self.tr("{0} dari {1} untuk {2}, {3}.").format(kind, m.name or m.sender, target_words(m), size(m.size)),
            self.tr("Dibuat {0}, berlaku sampai {1}. Tanda tangan dan setiap byte cocok.").format(created, expires),
            ranges_words(m.ranges, self._room.city),
        ]
        self.tell(result="\n".join(line for line in lines if line))
        self.looked = file
        self._name_button()
        self.take.setFocus()

    def _on_taken(self, taken: Taken) -> None:
        came = taken.arrived
        kind = self.tr("Tanda terima") if came.kind == "receipt" else self.tr("Bundel nomor {0}").format(came.sequence)
        lines = [
            self.tr("{0} dari {1} diimpor: {2} entri baru, {3} bernomor, {4} bingkai bacaan.").format(
                kind, came.name, came.held, came.numbered, came.frames
            ),
            self.tr("{0} foto dan dokumen.").format(came.blobs) if came.blobs else "",
            self._reached(came.journals),
            *map(note_words, came.notes),
        ]
        lines = [line for line in lines if line]
        if taken.receipt:
            lines.append(self.tr("Tanda terima, untuk dibawa kembali: {0}").format(taken.receipt))
        self.tell(result="\n".join(lines), file=taken.receipt)
        self.looked = ""
        self._name_button()
        self.path.setFocus()
        self.path.selectAll()

    def _reached(self, journals: Mapping[str, int]) -> str:
        """How far the journals reach now that went on, the first few by name."""
        places = {code: self._room.city.territory(code) for code in journals}
        told = [f"{place.name if place else code} n {journals[code]}" for code, place in places.items()]
        more = [self.tr("{0} jurnal lagi").format(len(told) - LISTED)] if len(told) > LISTED else []
        return self.tr("Sekarang sampai: {0}.").format(", ".join([*told[:LISTED], *more])) if told else ""

    def _on_other_file(self) -> None:
        self.looked = ""
        self._name_button()

    def _name_button(self) -> None:
        self.take.setText(self.tr("Impor  Enter") if self.looked else self.tr("Periksa  Enter"))

    def _pick(self) -> None:
        ask_bundle(self, self.tr("Pilih bundel"), self.path.text(), self._on_picked)

    def _on_picked(self, file: str) -> None:
        self.path.setText(file)
        self.submit()
