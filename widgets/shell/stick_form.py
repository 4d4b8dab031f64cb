"""Enrolling a room that has no line: a request goes to the centre on a stick, and the first bundle that comes back enrols."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from widgets.parts.file_form import ask_bundle, ask_folder
from widgets.shell.enrol_form import add_field, fault_label, missing_field

if TYPE_CHECKING:
    from console.sync.stick.stick import Taken

GAP = 8


class StickForm(QWidget):
    """Both ways of the stick. Attributes: `name`, `place` and `write` (the request), `file`, `print` and `take` (what comes
    back), `told` (what came of it), `fault`, `open_room` (shown once the room is enrolled).

    Signals: `requested(place, name)`; `asked(file, print)`, paths as Path; `finished()` when the room is to be opened.
    """

    requested = Signal(object, str)
    asked = Signal(object, str)
    finished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self.place, self.file, self.print = (QLineEdit(self) for _field in range(4))
        self.told, self.fault = _told(self), fault_label(self, self.tr("Kesalahan"))
        self.write, self.take, self.open_room = (QPushButton(self) for _button in range(3))
        self.known = False
        self._lay_out()
        for field in (self.name, self.place):
            field.returnPressed.connect(self.submit_request)
        for field in (self.file, self.print):
            field.returnPressed.connect(self.submit)
        self.write.clicked.connect(self.submit_request)
        self.take.clicked.connect(self.submit)
        self.open_room.clicked.connect(self.finished)
        self.set_busy(False)

    def know(self, name: str, rooted: bool) -> None:
        """The room's name so far, and whether it belongs to a city already: no fingerprint is needed then."""
        self.name.setText(self.name.text() or name)
        self.known = rooted
        self.print.setEnabled(not rooted)
        self.print.setPlaceholderText(self.tr("sudah dikenal") if rooted else "XXXX-XXXX-XXXX")

    def submit_request(self) -> None:
        """Ask for the request to be written, or go to the first field that is empty."""
        if self.write.isEnabled() and self._filled(self.name, self.place):
            self.set_busy(True)
            self.requested.emit(Path(self.place.text().strip()).expanduser(), self.name.text().strip())

    def submit(self) -> None:
        """Ask for the bundle to be taken in, or go to the first field that is empty."""
        wanted = (self.file,) if self.known else (self.file, self.print)
        if self.take.isEnabled() and self._filled(*wanted):
            self.set_busy(True)
            self.asked.emit(Path(self.file.text().strip()).expanduser(), self.print.text().strip())

    def say(self, text: str, fault: bool = False) -> None:
        """Show what came of it, or why it did not happen; "" takes the sentence away."""
        for label, shown in ((self.told, text if not fault else ""), (self.fault, text if fault else "")):
            label.setText(shown)
            label.setVisible(bool(shown))

    def on_requested(self, done: tuple[str, Path]) -> None:
        """The request is written: say where it lies and what happens next."""
        self.set_busy(False)
        device, file = done
        self.say(
            self.tr(
                "Permintaan perangkat {0} ditulis ke {1}. Bawa ke pusat; admin kota mendaftarkannya, lalu mengirim kembali "
                "sebuah bundel dan sidik kota."
            ).format(device, file)
        )
        self.file.setFocus()

    def on_progress(self, fraction: float, _what: str) -> None:
        """Show how far the import is."""
        self.take.setText(self.tr("Mengimpor… {0} %").format(round(100 * fraction)))

    def on_taken(self, taken: Taken) -> None:
        """The room is enrolled: say what came and where the receipt lies, and offer to open it."""
        from widgets.models.bundle_words import note_words

        self.set_busy(False)
        came = taken.arrived
        lines = [
            self.tr("Terdaftar. Bundel nomor {0} dari {1}: {2} entri.").format(came.sequence, came.name, came.held),
            *map(note_words, came.notes),
            self.tr("Tanda terima, untuk dibawa kembali: {0}").format(taken.receipt) if taken.receipt else "",
        ]
        self.say("\n".join(line for line in lines if line))
        self.set_done()

    def set_done(self) -> None:
        """Leave only the way on."""
        for part in (self.name, self.place, self.file, self.print, self.write, self.take):
            part.setEnabled(False)
        self.take.hide()
        self.open_room.show()
        self.open_room.setFocus()

    def set_busy(self, busy: bool) -> None:
        """Show that something is under way."""
        self.write.setEnabled(not busy)
        self.take.setEnabled(not busy)
        self.take.setText(self.tr("Memeriksa…") if busy else self.tr("Daftarkan dari bundel"))

    def focus_first(self) -> None:
        """Give the keyboard to the first field that is empty."""
        (missing_field((self.name, self.place, self.file, self.print)) or self.file).setFocus()

    def _filled(self, *fields: QLineEdit) -> bool:
        missing = missing_field(fields)
        if missing is None:
            self.say("")
            return True
        missing.setFocus()
        self.say(self.tr("Isi dahulu: {0}.").format(missing.accessibleName().lower()), fault=True)
        return False

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        add_field(column, self.tr("&Nama ruang"), self.name)
        row = self._add_path(column, self.tr("Per&mintaan ke pusat, ditulis ke"), self.place, self._pick_place)
        self.place.setPlaceholderText(self.tr("folder stik, atau nama berkas"))
        self.write.setText(self.tr("Tulis"))
        row.addWidget(self.write)
        column.addSpacing(8)
        self._add_path(column, self.tr("&Bundel yang kembali dari pusat"), self.file, self._pick_file)
        self.file.setPlaceholderText("/media/…/simpul-….simpul")
        add_field(column, self.tr("S&idik kota"), self.print)
        column.addWidget(self.told)
        column.addWidget(self.fault)
        column.addSpacing(8)
        column.addStretch(1)
        self.take.setProperty("role", "primary")
        self.open_room.setProperty("role", "primary")
        self.open_room.setText(self.tr("Buka ruang"))
        self.open_room.hide()
        column.addWidget(self.take)
        column.addWidget(self.open_room)
        self.know("", False)

    def _add_path(self, column: QVBoxLayout, text: str, field: QLineEdit, pick: object) -> QHBoxLayout:
        add_field(column, text, field)
        column.removeWidget(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        look = QPushButton(QCoreApplication.translate("BundleForm", "Pilih…"), self)
        look.clicked.connect(pick)
        row.addWidget(look)
        column.addLayout(row)
        return row

    def _pick_place(self) -> None:
        ask_folder(self, self.tr("Tulis permintaan ke folder"), self.place.text(), self.place.setText)

    def _pick_file(self) -> None:
        ask_bundle(self, self.tr("Pilih bundel"), self.file.text(), self.file.setText)


def _told(parent: QWidget) -> QLabel:
    label = fault_label(parent, "")
    label.setProperty("role", "")
    return label
