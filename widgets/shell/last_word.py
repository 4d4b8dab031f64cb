"""Why the window does not open, for whoever started the program by its icon and sees no terminal."""

from __future__ import annotations

import asyncio
import contextlib

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.parts.theme import read_theme
from widgets.shell.theme import dress

PATIENCE_S = 60.0
"""After this long nobody is there to read it."""


class LastWord(QWidget):
    """One sentence and a button. Signals: `closed()`."""

    closed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setWindowTitle("Simpul")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        self.said = QLabel(text, self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setMinimumWidth(420)
        self.button = QPushButton(self.tr("Tutup"), self)
        self.button.setDefault(True)
        self.button.clicked.connect(self.close)
        column.addWidget(self.said)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignRight)
        self.button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc close it."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """It was read."""
        self.closed.emit()
        super().closeEvent(event)


async def last_word(text: str, theme: str = "", seconds: float = PATIENCE_S) -> None:
    """Show a sentence until somebody closes it, or nobody does for `seconds`."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application, read_theme(theme or "dark"))
    window, read = LastWord(text), asyncio.Event()
    window.closed.connect(read.set)
    window.show()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(read.wait(), seconds)
    window.close()
    window.deleteLater()
