"""The first page of a machine whose folder holds no room yet: be enrolled at a centre, or stand alone. No dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from console.cities.faults import PackError
from console.first_room import FirstRoom, OfferedCity
from console.log import logger
from console.sticks import Watched
from console.sync.stick.stick import Taken
from widgets.shell.alone_form import AloneForm
from widgets.shell.enrol_ways import EnrolWays
from widgets.shell.enrol_words import why_not

T = TypeVar("T")
WIDTH = 920


class FirstRun(QWidget):
    """The page as a window. Attributes: `enrolment`, `stick`, `alone` (its forms), `ways` (the first two under
    their tabs). It shows nothing of a room and keeps nothing.

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
        self.ways = EnrolWays(self, named=True)
        self.enrolment, self.stick = self.ways.line, self.ways.stick
        self.alone = AloneForm(offered, self)
        self._lay_out()
        self.enrolment.asked.connect(self.on_enrol)
        self.stick.requested.connect(self.on_request)
        self.stick.asked.connect(self.on_bundle)
        self.stick.finished.connect(self.done)
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
        self._begin(
            self._first.enrol(server, code, name), self._on_made, lambda error: self._say_enrolment(error, server)
        )

    def on_request(self, place: Path, name: str) -> None:
        """Write the request that is carried to the centre."""
        self._begin(self._first.request(place, name), self.stick.on_requested, self._say_stick)

    def on_bundle(self, file: Path, city_print: str) -> None:
        """Become the room that the city's first bundle says this machine is."""
        watch = Watched(self.stick.on_progress)
        self._begin(self._first.begin(file, city_print, watch), self._on_taken, self._say_stick)

    def on_alone(self, pack: Path, territory: str) -> None:
        """Make a room that stands alone."""
        self._begin(self._first.alone(pack, territory), self._on_made, self._say_alone)

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

    def _begin(self, work: Coroutine[Any, Any, T], then: Callable[[T], None], say: Callable[[Exception], None]) -> None:
        self._set_busy(True)
        self._work = asyncio.get_event_loop().create_task(work)
        self._work.add_done_callback(lambda task: self._on_done(task, then, say))

    def _set_busy(self, busy: bool) -> None:
        # One way at a time: the other waits for it.
        for button in (self.enrolment.button, self.stick.write, self.stick.take, self.alone.button):
            button.setEnabled(not busy)
        if not busy:
            self.enrolment.set_busy(False)
            self.alone.set_busy(False)
            self.stick.set_busy(False)

    def _on_done(self, work: asyncio.Task[T], then: Callable[[T], None], say: Callable[[Exception], None]) -> None:
        self._work = None
        if work.cancelled():
            return
        self._set_busy(False)
        error = work.exception()
        if isinstance(error, Exception):
            say(error)
        elif error is None:
            then(work.result())

    def _on_made(self, _identity: object) -> None:
        self.done.emit()

    def _on_taken(self, taken: Taken) -> None:
        self.stick.on_taken(taken)
        for part in (self.enrolment, self.alone):
            part.setEnabled(False)

    def _say_stick(self, error: Exception) -> None:
        self.stick.say(self._words(error, ""), fault=True)
        self.stick.focus_first()

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
            _card(page, self.tr("Daftar ke pusat"), self.tr("Admin kota memberi alamat dan kodenya."), self.ways)
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
