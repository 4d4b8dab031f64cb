"""Logging in: a sheet over the workspace, never a dialog; works with the line dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.people import Operator
from console.domain.refusals import NotPermitted, Refused
from console.log import logger
from widgets.models.bridge import Bridge
from widgets.parts.overlay import Overlay

if TYPE_CHECKING:
    from console.room import Room

WIDTH = 360


class LoginSheet(Overlay):
    """Asks for name and password and covers the workspace, since citizens' reports lie below.

    Signals: `loggedIn(Operator)`; `bundleAsked()` where nobody is known yet and a stick may bring who is.
    """

    loggedIn = Signal(object)
    bundleAsked = Signal()

    def __init__(self, over: QWidget, room: Room, bridge: Bridge) -> None:
        super().__init__(over, "veil")
        self._room, self._bridge = room, bridge
        self._locked = False
        self.name = QLineEdit(self)
        self.password = QLineEdit(self)
        self.fault = QLabel(self)
        self.button = QPushButton(self)
        self.bundle = QPushButton(self.tr("Impor bundel dari stik…"), self)
        self._title = QLabel(self)
        self._note = QLabel(self)
        self._lay_out()
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.submit)
        self.button.clicked.connect(self.submit)
        self.bundle.clicked.connect(self.bundleAsked)

    def ask(self, name: str = "", locked: bool = False) -> None:
        """Show the sheet; `name` is filled in, `locked` says that somebody's screen waits behind it."""
        self._title.setText(self.tr("Layar dikunci") if locked else self.tr("Masuk"))
        self._locked = locked
        self._note.setText(self._explain())
        self.bundle.setVisible(not self._room.knows_operators)
        self.fault.clear()
        self.password.clear()
        self.name.setText(name)
        self._set_busy(False)
        self.open()
        self._focus_first()

    def explain_again(self) -> None:
        """Say what has changed since it was shown: whom this machine knows."""
        if not self._locked:
            self._note.setText(self._explain())
        self.bundle.setVisible(not self._room.knows_operators)

    def _explain(self) -> str:
        if self._locked:
            return self.tr("Masukkan sandi untuk melanjutkan.")
        if not self._room.knows_operators:
            return self.tr(
                "Di komputer ini belum ada operator yang dikenal; daftarnya datang dari pusat begitu tersambung, "
                "atau dengan bundel."
            )
        return self.tr("Ruang ini bekerja juga saat sambungan putus; nama dan sandi diperiksa di sini.")

    def submit(self) -> None:
        """Try the name and password."""
        if not self.name.text().strip() or not self.password.text():
            self.fault.setText(self.tr("Isi nama dan sandi."))
            self._focus_first()
            return
        self._set_busy(True)
        self._bridge.ask(
            self._room.log_in(self.name.text().strip(), self.password.text()), self._on_in, self, self._on_failed
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Start where something is missing."""
        self._focus_first()

    def _focus_first(self) -> None:
        (self.password if self.name.text().strip() else self.name).setFocus()

    def _on_in(self, operator: Operator) -> None:
        self.password.clear()
        self._set_busy(False)
        self.shut()
        self.loggedIn.emit(operator)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        self.password.clear()
        self.password.setFocus()
        if isinstance(error, Refused | NotPermitted):
            self.fault.setText(self.tr("Nama atau sandi tidak cocok. Coba lagi, atau minta admin mengatur sandi baru."))
        else:
            logger().error("login_failed", exc_info=error)
            self.fault.setText(self.tr("Tidak dapat memeriksa sandi: {0}").format(type(error).__name__))

    def _set_busy(self, busy: bool) -> None:
        self.button.setEnabled(not busy)
        self.button.setText(self.tr("Memeriksa…") if busy else self.tr("Masuk"))

    def _lay_out(self) -> None:
        frame = QFrame(self)
        frame.setObjectName("sheet")
        frame.setFixedWidth(WIDTH)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        self._title.setProperty("role", "title")
        self._note.setProperty("role", "muted")
        self.fault.setProperty("role", "p1")
        self.fault.setAccessibleName(self.tr("Kesalahan"))
        for label in (self._note, self.fault):
            label.setWordWrap(True)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.button.setProperty("role", "primary")
        for text, field in ((self.tr("&Nama"), self.name), (self.tr("&Sandi"), self.password)):
            label = QLabel(text, frame)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            column.addWidget(label)
            column.addWidget(field)
        column.insertWidget(0, self._title)
        column.insertWidget(1, self._note)
        column.insertSpacing(2, 8)
        column.addWidget(self.fault)
        column.addSpacing(4)
        column.addWidget(self.button)
        column.addWidget(self.bundle)
        row = QHBoxLayout(self)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignCenter)
