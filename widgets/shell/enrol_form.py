"""The fields that make a room known to a centre: its address, the one-time code, and a new room's name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from widgets.shell.enrol_words import address

GAP = 8


class EnrolForm(QWidget):
    """Asks for what an enrolment needs and shows why one did not happen. Attributes: `server`, `code`, `name` (shown only
    with `named`), `fault`, `button`.

    Signals: `asked(server, code, name)`, once everything is filled in.
    """

    asked = Signal(str, str, str)

    def __init__(self, parent: QWidget, named: bool = False) -> None:
        super().__init__(parent)
        self.server, self.code, self.name = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.fault = fault_label(self, self.tr("Kesalahan"))
        self.button = QPushButton(self)
        self.button.setProperty("role", "primary")
        self._named, self._code_used = named, False
        self._fields = [self.server, self.code, *([self.name] if named else [])]
        self._lay_out()
        self.name.setVisible(named)
        self.button.clicked.connect(self.submit)
        for field in self._fields:
            field.returnPressed.connect(self.submit)
        self.set_busy(False)

    def go_on_with(self, server: str) -> None:
        """An enrolment at this centre was begun and needs no code any more."""
        self._code_used = True
        self.server.setText(server)
        self.code.setPlaceholderText(self.tr("sudah dipakai; tidak perlu lagi"))

    def submit(self) -> None:
        """Ask for the enrolment, or go to the first field that is empty."""
        if not self.button.isEnabled():
            return
        missing = self._missing()
        if missing is not None:
            missing.setFocus()
            self.say_fault(self.tr("Isi dahulu: {0}.").format(missing.accessibleName().lower()))
            return
        self.say_fault("")
        self.set_busy(True)
        self.asked.emit(address(self.server.text()), self.code.text().strip(), self.name.text().strip())

    def say_fault(self, text: str) -> None:
        """Show why it did not happen; "" takes the sentence away."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def set_busy(self, busy: bool) -> None:
        """Show that the centre is being asked."""
        self.button.setEnabled(not busy)
        self.button.setText(self.tr("Menghubungi pusat…") if busy else self.tr("Daftarkan ruang"))

    def focus_first(self) -> None:
        """Give the keyboard to the first field that is empty."""
        (self._missing() or self.server).setFocus()

    def _missing(self) -> QLineEdit | None:
        needed = [field for field in self._fields if not (field is self.code and self._code_used)]
        return missing_field(needed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self.server.setPlaceholderText("https://")
        self.code.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        labels = (self.tr("&Alamat pusat"), self.tr("&Kode sekali pakai"), self.tr("&Nama ruang"))
        for text, field in zip(labels, self._fields, strict=False):
            add_field(column, text, field)
        column.addWidget(self.fault)
        column.addSpacing(8)
        column.addStretch(1)
        column.addWidget(self.button)


def missing_field(fields: Sequence[QLineEdit]) -> QLineEdit | None:
    """The first that is empty, None when all are filled in."""
    return next((field for field in fields if not field.text().strip()), None)


def add_field(column: QVBoxLayout, text: str, field: QWidget) -> None:
    """Put a field under its label; the letter after "&" in the label takes the keyboard there."""
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", ""))
    if column.count():
        column.addSpacing(4)
    column.addWidget(label)
    column.addWidget(field)


def fault_label(parent: QWidget, name: str) -> QLabel:
    """A sentence about what went wrong, hidden until there is one."""
    label = QLabel(parent)
    label.setProperty("role", "p1")
    label.setAccessibleName(name)
    label.setWordWrap(True)
    # What an outside server says is text, not markup.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.hide()
    return label
