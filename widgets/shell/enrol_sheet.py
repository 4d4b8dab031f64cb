"""Enrolling a room that stands alone: a sheet over the workspace, which goes on below it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.log import logger
from console.sticks import Watched
from widgets.models.bridge import Bridge
from widgets.parts.overlay import Overlay
from widgets.shell.enrol_ways import EnrolWays
from widgets.shell.enrol_words import why_not

if TYPE_CHECKING:
    from console.room import Room
    from console.sync.stick.stick import Taken

WIDTH = 440


class EnrolSheet(Overlay):
    """Asks for a centre's address and a code, or carries a stick's request and bundle, and makes the room known. Attributes:
    `ways` (both forms), `form` (that for a line).

    Signals: `enrolled()`: from now on the room may be another territory's, with another pack.
    """

    enrolled = Signal()

    def __init__(self, over: QWidget, room: Room, bridge: Bridge) -> None:
        super().__init__(over, "scrim")
        self._room, self._bridge = room, bridge
        self._task: asyncio.Task[Any] | None = None
        self._server = ""
        self._watch: Watched | None = None
        self._cancel = QPushButton(self.tr("Batal"), self)
        self.ways = EnrolWays(self)
        self.form, stick = self.ways.line, self.ways.stick
        self._lay_out()
        self.form.asked.connect(self.on_asked)
        stick.requested.connect(self.on_requested)
        stick.asked.connect(self.on_bundle)
        stick.finished.connect(self._on_enrolled)
        self._cancel.clicked.connect(self.shut)

    def open(self) -> None:
        """Lay it over, with the keyboard in its first empty field."""
        self.form.say_fault("")
        self.ways.stick.know(self._room.name, self._room.rooted)
        super().open()
        self.ways.focus_first()

    def open_stick(self) -> None:
        """Lay it over with the stick's form: this room has no line, or somebody brought a bundle."""
        self.ways.choose_stick(True)
        self.open()

    def shut(self) -> None:
        """Put it away; a call to the centre that is under way is given up, and a bundle stops where nothing is half done."""
        if self._watch is not None:
            self._watch.stop()
            return
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.form.set_busy(False)
        super().shut()

    def on_asked(self, server: str, code: str, _name: str) -> None:
        """Introduce the room to the centre."""
        self._server = server
        self._task = self._bridge.ask(self._room.enrol(server, code), self._on_enrolled, self, self._on_failed)

    def on_requested(self, place: Path, name: str) -> None:
        """Write the request that is carried to the centre."""
        stick = self.ways.stick
        self._bridge.ask(self._room.request_enrolment(place, name), stick.on_requested, self, self._on_no_stick)

    def on_bundle(self, file: Path, city_print: str) -> None:
        """Take the bundle in that enrols the room."""
        self._watch = Watched(self.ways.stick.on_progress)
        self._bridge.ask(self._room.begin(file, city_print, self._watch), self._on_taken, self, self._on_no_stick)

    def _on_taken(self, taken: Taken) -> None:
        self._watch = None
        self._cancel.setEnabled(False)
        self.ways.stick.on_taken(taken)

    def _on_no_stick(self, error: Exception) -> None:
        self._watch = None
        stick = self.ways.stick
        stick.set_busy(False)
        stick.know(self._room.name, self._room.rooted)
        stick.say(why_not(error, "") or self._unforeseen(error), fault=True)
        stick.focus_first()

    def _on_enrolled(self, _done: None = None) -> None:
        self._task = None
        self.shut()
        self.enrolled.emit()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self.form.set_busy(False)
        self.form.say_fault(why_not(error, self._server) or self._unforeseen(error))
        self.form.code.setFocus()

    def _unforeseen(self, error: Exception) -> str:
        logger().error("enrol_failed", exc_info=error)
        return self.tr("Pendaftaran gagal: {0}").format(type(error).__name__)

    def _lay_out(self) -> None:
        frame = QFrame(self)
        frame.setObjectName("sheet")
        frame.setFixedWidth(WIDTH)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        title = QLabel(self.tr("Daftarkan ruang ke pusat"), frame)
        title.setProperty("role", "title")
        note = QLabel(
            self.tr(
                "Admin kota memberi alamat pusat dan kode sekali pakai; tanpa sambungan, stik membawa permintaan dan "
                "jawabannya. Yang sudah dicatat di ruang ini tetap ada dan ikut dikirim. Setelah terdaftar, masuk dengan "
                "nama dan sandi dari kota."
            ),
            frame,
        )
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(note)
        column.addSpacing(8)
        column.addWidget(self.ways)
        column.addWidget(self._cancel)
        row = QHBoxLayout(self)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignCenter)
