"""The form that writes a bundle onto a stick: for whom, which journals, how many readings, and where to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from console.wire.bundle import BundleRefused
from widgets.models.bridge import Bridge
from widgets.models.bundle_words import note_words, refusal_words
from widgets.panels.sync.bundle_form import BundleForm
from widgets.panels.sync.section import button, label
from widgets.panels.zone import zone_of
from widgets.parts.file_form import ask_folder
from widgets.parts.times import moment
from widgets.parts.words import size

if TYPE_CHECKING:
    from console.domain.attachment import BlobCount
    from console.room import Room
    from console.sync.stick.exporting import Made, Order
    from console.sync.stick.photos import Photos

HOURS, MOST_HOURS = 6, 24 * 31
DAYS, MOST_DAYS = 30, 365
ANYONE = "*"


class ExportForm(BundleForm):
    """Writes a bundle. Attributes: `target`, `journals`, `photos`, `hours`, `days`, `place` (its fields), `since` (from where
    on)."""

    def __init__(self, room: Room, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(bridge, parent)
        self._room = room
        self._zone = zone_of(room.city)
        self.target, self.photos = QComboBox(self), QComboBox(self)
        self.journals, self.place = QLineEdit(self), QLineEdit(self)
        self.hours, self.days = self._count(HOURS, MOST_HOURS), self._count(DAYS, MOST_DAYS)
        self.since = label("small", self, wrap=True)
        self.make = button(self.tr("Buat bundel  Enter"), self.submit, self, "primary")
        self.buttons.addWidget(self.make)
        self.journals.setPlaceholderText(self.tr("semua; atau nama, dipisah koma"))
        self._fill_grid()
        self._name_photos({})
        self.target.currentIndexChanged.connect(self._ask_since)
        self.journals.editingFinished.connect(self._ask_sizes)
        self.tell()

    def _fill_grid(self) -> None:
        self.row(0, self.tr("Untuk"), self.target)
        self.grid.addWidget(self.since, 1, 1)
        self.row(2, self.tr("Jurnal"), self.journals)
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        for field, text in ((self.hours, self.tr("jam terakhir")), (self.days, self.tr("hari berlaku"))):
            field.setAccessibleName(text)
            numbers.addWidget(field)
            numbers.addWidget(label("muted", self, text))
        numbers.addStretch(1)
        self.grid.addWidget(label("muted", self, self.tr("Bacaan")), 3, 0)
        self.grid.addLayout(numbers, 3, 1)
        self.row(4, self.tr("Foto dan dokumen"), self.photos)
        self.path_row(5, self.tr("Tulis ke"), self.place, self._pick)

    def open(self) -> None:
        """Show it, with the rooms that are known now."""
        if not self.working:
            self._fill_targets()
        super().open()
        self._ask_since()

    def first(self) -> QWidget:
        """For whom."""
        return self.target

    def submit(self) -> None:
        """Write it."""
        place = self.place.text().strip()
        if not place:
            self.tell(self.tr("Isi dahulu ke mana bundel ditulis: folder stik, atau nama berkas."))
            self.place.setFocus()
            return
        order = self._order()
        self.work(lambda watch: self._room.bundles.export(Path(place).expanduser(), order, watch), self._on_made)

    def stopped_words(self) -> str:
        """Nothing was written."""
        return self.tr("Dihentikan; tidak ada yang ditulis.")

    def _order(self) -> Order:
        from console.sync.stick.exporting import Order

        names = [name.strip() for name in self.journals.text().split(",") if name.strip()]
        codes = tuple(self._code(name) for name in names)
        target, photos = self.target.currentData() or ANYONE, self.photos.currentData()
        return Order(target, codes, self.hours.value(), self.days.value(), photos)

    def _code(self, name: str) -> str:
        """A territory's code for its name; anything else stands as it is, and the room says if it has no such journal."""
        found = (t.code for t in self._room.city.territories if t.name.casefold() == name.casefold())
        return next(found, name)

    def _on_made(self, found: tuple[Path, Made]) -> None:
        file, made = found
        m = made.manifest
        target = m.target_name or (self.tr("siapa saja") if m.target == ANYONE else m.target)
        said = self.tr("Bundel nomor {0} untuk {1} ditulis: {2} entri, {3} bingkai bacaan, {5} foto, {4}.").format(
            m.sequence, target, made.entries, made.frames, size(len(made.data)), made.blobs.count
        )
        self.tell(result="\n".join([said, str(file), *map(note_words, made.notes)]), file=str(file))

    def _fill_targets(self) -> None:
        chosen = self.target.currentData()
        self.target.blockSignals(True)
        self.target.clear()
        self.target.addItem(self.tr("siapa saja di kota ini"), ANYONE)
        rooms = self._room.bundles.rooms()
        for room in rooms:
            place = self._room.city.territory(room.territory)
            named = f"{room.name or room.id[:8]} · {place.name if place else room.territory}"
            self.target.addItem(named if room.seal else self.tr("{0} (belum dapat disegel)").format(named), room.id)
        self.target.setCurrentIndex(max(0, self.target.findData(chosen)))
        self.target.blockSignals(False)

    def _ask_since(self) -> None:
        target = self.target.currentData() or ANYONE
        self.since.setText("")
        self._bridge.ask(self._room.bundles.last_receipt(target), self._on_since, self, self._on_no_target)
        self._ask_sizes()

    def _ask_sizes(self) -> None:
        sizes = self._room.bundles.photo_sizes(self._order())
        self._bridge.ask(sizes, self._name_photos, self, lambda _error: self._name_photos({}))

    def _name_photos(self, sizes: Mapping[Photos, BlobCount]) -> None:
        """The choices, each with what it would carry as far as that is known."""
        words: dict[Photos, str] = {
            "none": self.tr("tidak ikut"), "thumbs": self.tr("gambar kecil saja"), "all": self.tr("semua, utuh"),
        }  # fmt: skip
        chosen = self.photos.currentData() or "thumbs"
        self.photos.clear()
        for choice, text in words.items():
            count = sizes.get(choice)
            told = f"{text} · {count.count} · {size(count.size)}" if count is not None and count.count else text
            self.photos.addItem(told, choice)
        self.photos.setCurrentIndex(self.photos.findData(chosen))

    def _on_since(self, at: int | None) -> None:
        if at is None:
            self.since.setText(self.tr("Belum ada tanda terima dari sana: seluruh isi jurnal ikut."))
        else:
            when = moment(at, self._zone, self._bridge.ticker.now())
            self.since.setText(self.tr("Mulai dari tanda terima terakhir, {0}.").format(when))

    def _on_no_target(self, error: Exception) -> None:
        self.since.setText(refusal_words(error) if isinstance(error, BundleRefused) else str(error))

    def _pick(self) -> None:
        ask_folder(self, self.tr("Tulis bundel ke folder"), self.place.text(), self.place.setText)

    def _count(self, value: int, most: int) -> QSpinBox:
        made = QSpinBox(self)
        made.setRange(1 if most == MOST_DAYS else 0, most)
        made.setValue(value)
        made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        made.setFixedWidth(64)
        return made
