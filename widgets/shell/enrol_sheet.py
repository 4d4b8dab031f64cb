"""Enrolling a room that stands alone: a sheet over the workspace, which goes on below it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.log import logger
from widgets.models.bridge import Bridge
from widgets.parts.overlay import Overlay
from widgets.shell.enrol_form import EnrolForm
from widgets.shell.enrol_words import why_not

if TYPE_CHECKING:
    from console.room import Room

WIDTH = 440


class EnrolSheet(Overlay):
    """Asks for a centre's address and a code, and makes the room known there. Attribute: `form`.

    Signals: `enrolled()`: from now on the room may be another territory's, with another pack.
    """

    enrolled = Signal()

    def __init__(self, over: QWidget, room: Room, bridge: Bridge) -> None:
        super().__init__(over, "scrim")
        self._room, self._bridge = room, bridge
        self._task: asyncio.Task[Any] | None = None
        self._server = ""
        self._cancel = QPushButton(self.tr("Batal"), self)
        self.form = EnrolForm(self)
        self._lay_out()
        self.form.asked.connect(self.on_asked)
        self._cancel.clicked.connect(self.shut)

    def open(self) -> None:
        """Lay it over, with the keyboard in its first empty field."""
        self.form.say_fault("")
        super().open()
        self.form.focus_first()

    def shut(self) -> None:
        """Put it away; a call to the centre that is under way is given up."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.form.set_busy(False)
        super().shut()

    def on_asked(self, server: str, code: str, _name: str) -> None:
        """Introduce the room to the centre."""
        self._server = server
        self._task = self._bridge.ask(self._room.enrol(server, code), self._on_enrolled, self, self._on_failed)

    def _on_enrolled(self, _done: None) -> None:
        self._task = None
        self.shut()
        self.enrolled.emit()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self.form.set_busy(False)
        said = why_not(error, self._server)
        if not said:
            logger().error("enrol_failed", exc_info=error)
            said = self.tr("Pendaftaran gagal: {0}").format(type(error).__name__)
        self.form.say_fault(said)
        self.form.code.setFocus()

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
                "Admin kota memberi alamat pusat dan kode sekali pakai. Yang sudah dicatat di ruang ini tetap ada "
                "dan ikut dikirim. Setelah terdaftar, masuk dengan nama dan sandi dari kota."
            ),
            frame,
        )
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(note)
        column.addSpacing(8)
        column.addWidget(self.form)
        column.addWidget(self._cancel)
        row = QHBoxLayout(self)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignCenter)
