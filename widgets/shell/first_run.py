"""The first page of a machine whose folder holds no room yet: be enrolled at a centre, or stand alone. No dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.cities.faults import PackError
from console.first_room import FirstRoom, OfferedCity
from console.log import logger
from widgets.parts.file_form import ask_folder
from widgets.shell.enrol_form import EnrolForm, add_field, fault_label
from widgets.shell.enrol_words import why_not

WIDTH = 920
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


class FirstRun(QWidget):
    """The page as a window. Attributes: `enrolment`, `alone`. It shows nothing of a room and keeps nothing.

    Signals: `done()` when the folder holds a room; `closing()` when the person closes it; `failed(error)` for an error
    that nobody foresaw.
    """

    done = Signal()
    closing = Signal()
    failed = Signal(object)

    def __init__(self, first: FirstRoom, offered: Sequence[OfferedCity]) -> None:
        super().__init__()
        self.setObjectName("console")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Simpul")
        self.setMinimumSize(1024, 640)
        self._first = first
        self._work: asyncio.Task[Any] | None = None
        self.enrolment = EnrolForm(self, named=True)
        self.alone = AloneForm(offered, self)
        self._lay_out()
        self.enrolment.asked.connect(self.on_enrol)
        self.alone.asked.connect(self.on_alone)
        if first.begun_at:
            self._go_on()
        self.enrolment.focus_first()

    async def shut(self) -> None:
        """Give up what is under way; the window can then be destroyed."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        self.hide()

    def on_enrol(self, server: str, code: str, name: str) -> None:
        """Enrol this machine's room at the centre."""
        self._begin(self._first.enrol(server, code, name), lambda error: self._say_enrolment(error, server))

    def on_alone(self, pack: Path, territory: str) -> None:
        """Make a room that stands alone."""
        self._begin(self._first.alone(pack, territory), self._say_alone)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the program end in order."""
        event.ignore()
        self.closing.emit()

    def _go_on(self) -> None:
        self.enrolment.go_on_with(self._first.begun_at)
        self.enrolment.say_fault(
            self.tr("Pusat sudah menerima ruang ini, tetapi paket kotanya belum datang. Lanjutkan.")
        )
        self.alone.setEnabled(False)

    def _begin(self, work: Coroutine[Any, Any, Any], say: Callable[[Exception], None]) -> None:
        self._set_busy(True)
        self._work = asyncio.get_event_loop().create_task(work)
        self._work.add_done_callback(lambda task: self._on_done(task, say))

    def _set_busy(self, busy: bool) -> None:
        # One way at a time: the other waits for it.
        for form in (self.enrolment, self.alone):
            form.button.setEnabled(not busy)
        if not busy:
            self.enrolment.set_busy(False)
            self.alone.set_busy(False)

    def _on_done(self, work: asyncio.Task[Any], say: Callable[[Exception], None]) -> None:
        self._work = None
        if work.cancelled():
            return
        self._set_busy(False)
        error = work.exception()
        if isinstance(error, Exception):
            say(error)
        else:
            self.done.emit()

    def _say_alone(self, error: Exception) -> None:
        if isinstance(error, PackError):
            self.alone.say_faults(error.faults)
        else:
            self.alone.say(self._words(error, ""))
        self.alone.folder.setFocus()

    def _say_enrolment(self, error: Exception, server: str) -> None:
        if self._first.begun_at:
            self._go_on()
        self.enrolment.say_fault(self._words(error, server))
        self.enrolment.focus_first()

    def _words(self, error: Exception, server: str) -> str:
        said = why_not(error, server)
        if not said:
            logger().error("first_run_failed", exc_info=error)
            self.failed.emit(error)
        return said or self.tr("Ruang belum dapat dibuat: {0}").format(type(error).__name__)

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setFixedWidth(WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(_label(page, "◆ Simpul", "muted"))
        column.addWidget(_label(page, self.tr("Siapkan ruang ini"), "figure"))
        told = self.tr("Di folder data ini belum ada ruang ({0}). Pilih salah satu jalan di bawah.")
        column.addWidget(_label(page, told.format(self._first.path), "muted"))
        column.addSpacing(16)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addWidget(
            _card(page, self.tr("Daftar ke pusat"), self.tr("Admin kota memberi alamat dan kodenya."), self.enrolment)
        )
        cards.addWidget(
            _card(
                page,
                self.tr("Pakai sendiri (mandiri)"),
                self.tr("Semua tersimpan di ruang ini; dapat didaftarkan kapan saja."),
                self.alone,
            )
        )
        column.addLayout(cards)
        column.addSpacing(16)
        hint = self.tr(
            "Ingin melihat dahulu? Buka dengan --demo: satu kota contoh di komputer ini, semua data SIMULASI."
        )
        column.addWidget(_label(page, hint, "muted"))
        row = QHBoxLayout(self)
        row.addWidget(page, 0, Qt.AlignmentFlag.AlignCenter)


def _label(parent: QWidget, text: str, role: str) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _card(parent: QWidget, title: str, note: str, form: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("sheet")
    column = QVBoxLayout(frame)
    column.setContentsMargins(24, 20, 24, 24)
    column.setSpacing(8)
    column.addWidget(_label(frame, title, "title"))
    column.addWidget(_label(frame, note, "muted"))
    column.addSpacing(8)
    column.addWidget(form, 1)
    return frame
