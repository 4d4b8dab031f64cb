"""The window that tells of an error that nobody foresaw, with a report to copy."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.log import hide_secrets


def report(error: BaseException, version: str) -> str:
    """A report to send to whoever maintains the program: what broke and where, without secrets or the user's name."""
    lines = traceback.format_exception(error)
    facts = [
        f"Simpul {version} · Python {platform.python_version()} · PySide6 {PySide6.__version__} · {platform.platform()}",
        "",
        *lines,
    ]
    text = "\n".join(line.rstrip("\n") for line in facts)
    hidden = hide_secrets(None, "", {"text": text})["text"]
    return str(hidden).replace(str(Path.home()), "~") if str(Path.home()) != "/" else str(hidden)


class ErrorWindow(QWidget):
    """One kind of error: a sentence, the report, and how often it came. Attribute: `times`."""

    def __init__(self, error: BaseException, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.times = 1
        self._report = report(error, version)
        self.setWindowTitle(self.tr("Ada yang salah di program"))
        self.resize(720, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        title = QLabel(self.tr("Satu bagian program gagal; yang sudah disimpan tetap tersimpan."), self)
        title.setProperty("role", "title")
        self._often = QLabel(self)
        self._often.setProperty("role", "muted")
        text = QPlainTextEdit(self._report, self)
        text.setReadOnly(True)
        for widget in (title, self._often, text):
            column.addWidget(widget)
        column.addLayout(self._buttons())
        self._tell()

    def again(self) -> None:
        """Count the same kind once more."""
        self.times += 1
        self._tell()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self._report)

    def _tell(self) -> None:
        self._often.setText(
            self.tr("Lanjutkan bekerja. Kirim laporan ini ke pengelola program. Terjadi {0} kali.").format(self.times)
        )

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        copy = QPushButton(self.tr("Salin laporan"), self)
        copy.clicked.connect(self.copy)
        close = QPushButton(self.tr("Tutup"), self)
        close.setProperty("role", "primary")
        close.clicked.connect(self.close)
        row.addWidget(copy)
        row.addWidget(close)
        return row
