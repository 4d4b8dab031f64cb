"""The fields that make a room that stands alone: a city of the program's, or a pack's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.first_room import OfferedCity
from widgets.parts.file_form import ask_folder
from widgets.shell.enrol_form import add_field, fault_label

ROW_HEIGHT, LISTED_HEIGHT, FAULTS_HEIGHT = 28, 64, 112


class AloneForm(QWidget):
    """Chooses the city and place of a room that stands alone. Attributes: `cities`, `place`, `folder`, `faults`, `fault`,
    `button`.

    Signals: `asked(pack, territory)`: a Path, and the code of a kecamatan or "" for city hall.
    """

    asked = Signal(object, str)

    def __init__(self, offered: Sequence[OfferedCity], parent: QWidget) -> None:
        super().__init__(parent)
        self._offered = list(offered)
        self.cities = QListWidget(self)
        self.place = QComboBox(self)
        self.folder = QLineEdit(self)
        self.faults = QPlainTextEdit(self)
        self.fault = fault_label(self, self.tr("Kesalahan"))
        self.button = QPushButton(self)
        self._browse = QPushButton(self.tr("&Pilih folder…"), self)
        for city in offered:
            item = QListWidgetItem(f"{city.name} · {city.code}", self.cities)
            # Told, since Qt asks the first item alone once the stylesheet is known.
            item.setSizeHint(QSize(0, ROW_HEIGHT))
        self.cities.currentRowChanged.connect(self._on_row)
        self.folder.textChanged.connect(lambda typed: self.place.setEnabled(not typed.strip()))
        self.cities.setCurrentRow(0)
        self._lay_out()
        self.button.clicked.connect(self.submit)
        self.folder.returnPressed.connect(self.submit)
        self.cities.itemActivated.connect(self._on_city)
        self._browse.clicked.connect(self.browse)
        self.set_busy(False)

    def submit(self) -> None:
        """Ask for a room with the pack of the folder that was typed, or else of the city that is chosen."""
        typed, row = self.folder.text().strip(), self.cities.currentRow()
        if not self.button.isEnabled() or not (typed or row >= 0):
            return
        self.say_faults([])
        self.set_busy(True)
        if typed:
            self.asked.emit(Path(typed).expanduser(), "")
        else:
            self.asked.emit(self._offered[row].folder, self.place.currentData())

    def browse(self) -> None:
        """Look for a folder, in a window that holds up nothing."""
        ask_folder(self, self.tr("Folder paket kota"), self.folder.text(), self.folder.setText)

    def say_faults(self, faults: Sequence[object]) -> None:
        """Show what is wrong with the pack, a line each; nothing when the list is empty."""
        self.faults.setPlainText("\n".join(map(str, faults)))
        self.faults.setVisible(bool(faults))
        self.say(self.tr("Paket ini belum dapat dipakai; {0} hal perlu dibetulkan:").format(len(faults)) * bool(faults))

    def say(self, text: str) -> None:
        """Show why it did not happen; "" takes the sentence away."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def set_busy(self, busy: bool) -> None:
        """Show that the pack is being checked."""
        self.button.setEnabled(not busy)
        self.button.setText(self.tr("Memeriksa paket…") if busy else self.tr("Buka ruang mandiri"))

    def _on_row(self, row: int) -> None:
        self.place.clear()
        self.place.addItem(self.tr("Balai kota (seluruh kota)"), "")
        for code, name in self._offered[row].districts if row >= 0 else ():
            self.place.addItem(self.tr("Kec. {0}").format(name), code)

    def _on_city(self, _item: QListWidgetItem) -> None:
        self.folder.clear()
        self.submit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.cities.setFixedHeight(LISTED_HEIGHT)
        self.cities.setObjectName("cities")
        add_field(column, self.tr("K&ota"), self.cities)
        add_field(column, self.tr("&Ruang untuk"), self.place)
        row = QHBoxLayout()
        row.setSpacing(8)
        add_field(column, self.tr("Atau &folder paket kota lain"), self.folder)
        column.removeWidget(self.folder)
        row.addWidget(self.folder, 1)
        row.addWidget(self._browse)
        column.addLayout(row)
        self.folder.setPlaceholderText(self.tr("kosong: kota yang dipilih di atas"))
        self.faults.setReadOnly(True)
        self.faults.setTabChangesFocus(True)
        self.faults.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.faults.setFixedHeight(FAULTS_HEIGHT)
        self.faults.setAccessibleName(self.tr("Cacat paket kota"))
        self.faults.hide()
        column.addWidget(self.fault)
        column.addWidget(self.faults)
        column.addSpacing(8)
        column.addStretch(1)
        column.addWidget(self.button)
