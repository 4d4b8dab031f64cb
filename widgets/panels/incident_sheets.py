"""The forms for what an operator does with an incident: open, note, move on, refer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from console.domain.incident import NEXT, Incident
from console.domain.people import STATUS_ACTION, may, who_may
from console.domain.views import NewIncident
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.models.undoing import with_offer
from widgets.panels.picker import ROW_PX, Choice, Picker
from widgets.panels.sheet import Sheet
from widgets.parts.words import roles, status

if TYPE_CHECKING:
    from console.room import Room

WITH_REASON = frozenset({"ditunda", "bukan_wewenang", "duplikat", "diarsipkan", "dibuka_kembali"})
"""States that say why."""


class NoteSheet(Sheet):
    """A note in an incident's story: Enter keeps it, Shift+Enter begins a new line."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, selection: Selection, incident: Incident) -> None:
        super().__init__(over, bridge, selection, "", "")
        self._room, self._incident = room, incident
        self.title.setText(self.tr("Catatan · {0}").format(incident.title))
        self.hint.setText(self.tr("Enter simpan · Shift+Enter baris baru · Esc batal"))
        self.text = _NoteField(self)
        self.text.setFixedHeight(120)
        self.column.addWidget(self.text)
        self.finish()
        self.text.setFocus()

    def submit(self) -> None:
        """Keep the note."""
        note = self._room.note(self._incident.subject, self.text.toPlainText())
        self.keep(note, self.tr("Catatan tersimpan di ruang ini"))


class _NoteField(QPlainTextEdit):
    """A text field that leaves a plain Enter to its sheet."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape or (plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            event.ignore()
        else:
            super().keyPressEvent(event)


class _Numbered(QListWidget):
    """A list that leaves digits to its sheet instead of searching its rows for them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit():
            event.ignore()
        else:
            super().keyPressEvent(event)


class StateSheet(Sheet):
    """The next states of an incident, one number key each; who may set one that this operator may not is said beside it."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, selection: Selection, incident: Incident) -> None:
        super().__init__(over, bridge, selection, "", "")
        self._room, self._incident = room, incident
        self.title.setText(self.tr("Tindak lanjut · {0}").format(incident.title))
        self.hint.setText(self.tr("Angka memilih · Enter simpan · Esc batal"))
        self.states = NEXT.get(incident.status, tuple(NEXT))
        self.list = _Numbered(self)
        for number, value in enumerate(self.states, 1):
            self._add(number, value)
        self.list.setFixedHeight(len(self.states) * ROW_PX + 4)
        self.column.addWidget(self.list)
        self.reason = QLineEdit(self)
        self.reason.setPlaceholderText(self.tr("Alasan"))
        self.column.addWidget(self.reason)
        self.finish()
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A number chooses; one that needs no reason is done at once."""
        number = event.key() - Qt.Key.Key_1
        if not self.reason.hasFocus() and 0 <= number < len(self.states):
            self.list.setCurrentRow(number)
            if self.states[number] in WITH_REASON:
                self.reason.setFocus()
            else:
                self.submit()
            return
        super().keyPressEvent(event)

    def submit(self) -> None:
        """Set the chosen state."""
        row = self.list.currentRow()
        if row < 0 or not self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        value = self.states[row]
        action = self._room.set_status(self._incident.subject, value, self.reason.text().strip())
        self.keep(action, self.tr("Menjadi {0}; tersimpan di ruang ini").format(status(value)))

    def _on_kept(self, done: object, said: str) -> None:
        super()._on_kept(done, with_offer(self._room, self._incident.subject, said))

    def _add(self, number: int, value: str) -> None:
        action, one = STATUS_ACTION[value], self._incident
        operator = self._room.operator
        allowed = operator is not None and may(operator, action, one.place, one.agencies)
        words = f"{number}   {status(value)}"
        if not allowed:
            words += "   " + self.tr("yang boleh: {0}").format(roles(who_may(action)))
        item = QListWidgetItem(words, self.list)
        item.setSizeHint(QSize(0, ROW_PX))
        if not allowed:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)


class AssignSheet(Sheet):
    """Refers an incident to agencies that exist today: type, Enter adds, Enter on the empty field keeps."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, selection: Selection, incident: Incident) -> None:
        super().__init__(over, bridge, selection, "", "")
        self._room, self._incident = room, incident
        self.title.setText(self.tr("Disposisi · {0}").format(incident.title))
        self.hint.setText(self.tr("Ketik lalu Enter menambah · Enter pada isian kosong menyimpan · Esc batal"))
        self.agencies = [*incident.agencies]
        self.chosen = QLabel(self)
        self.chosen.setTextFormat(Qt.TextFormat.PlainText)
        self.chosen.setWordWrap(True)
        today = room.today()
        known = [Choice(a.code, a.code, a.name) for a in room.city.agencies if a.exists_on(today)]
        self.picker = Picker(known, self.tr("OPD atau instansi"), self)
        self.picker.picked.connect(self.on_picked)
        self.column.addWidget(self.chosen)
        self.column.addWidget(self.picker)
        self._show_chosen()
        self.finish()
        self.picker.setFocus()

    def on_picked(self, code: str) -> None:
        """Add an agency, or take it away when it was already there."""
        if code in self.agencies:
            self.agencies.remove(code)
        else:
            self.agencies.append(code)
        self._show_chosen()
        self.picker.clear()

    def submit(self) -> None:
        """Refer it to the agencies chosen."""
        if self.picker.field.text() or not self.agencies:
            return
        action = self._room.assign(self._incident.subject, tuple(self.agencies))
        self.keep(action, self.tr("Disposisi tersimpan di ruang ini"))

    def _show_chosen(self) -> None:
        self.chosen.setText(", ".join(self.agencies) if self.agencies else self.tr("Belum ada yang dipilih"))


class NewIncidentSheet(Sheet):
    """Opens an incident: title, category, place, address; Enter goes on from each and keeps it at the last."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, selection: Selection) -> None:
        super().__init__(over, bridge, selection, "", "")
        self._room = room
        self.title.setText(self.tr("Kejadian baru"))
        self.hint.setText(self.tr("Enter ke isian berikutnya, lalu simpan · Esc batal"))
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("Apa yang terjadi"))
        city = room.city
        kinds = [Choice(c.code, c.name, f"P{c.priority}") for c in city.categories]
        self.category = Picker(kinds, self.tr("Kategori: ketik beberapa huruf"), self)
        names = {t.code: t.name for t in city.territories}
        places = [
            Choice(t.code, t.name, names.get(t.parent, ""))
            for t in city.territories
            if t.level != "kota" and (t.code + ".").startswith(room.territory + ".")
        ]
        self.place = Picker(places, self.tr("Tempat: kelurahan atau kecamatan"), self)
        if selection.territory:
            self.place.choose(selection.territory)
        self.address = QLineEdit(self)
        self.address.setPlaceholderText(self.tr("Alamat atau patokan (boleh kosong)"))
        for field in (self.name, self.category, self.place, self.address):
            self.column.addWidget(field)
        self.category.picked.connect(lambda _value: self.place.setFocus())
        self.place.picked.connect(lambda _value: self.address.setFocus())
        self.finish()
        self.name.setFocus()

    def submit(self) -> None:
        """Go to the first field that is still empty; with all filled, keep it."""
        missing = self._first_missing()
        if missing is not None:
            missing.setFocus()
        elif self.place.field.hasFocus() or self.category.field.hasFocus() or self.name.hasFocus():
            self.address.setFocus()
        else:
            new = NewIncident(
                self.name.text(), self.category.value, self.place.value, address=self.address.text().strip()
            )
            self.keep(self._room.open_incident(new), self.tr("Tersimpan di ruang ini"))

    def _on_kept(self, done: object, said: str) -> None:
        super()._on_kept(done, said)
        self._selection.select_incident(str(done))

    def _first_missing(self) -> QWidget | None:
        if not self.name.text().strip():
            return self.name
        return next((picker for picker in (self.category, self.place) if not picker.value), None)
