"""When something goes wrong that nobody foresaw: it is logged, and told once per kind with a report to copy."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import PySide6
from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.log import catch_errors, hide_secrets, logger


class ErrorDesk(QObject):
    """Takes every uncaught error, on any thread, and hands it to the window's thread.

    Signals: `caught(error)`, always on the thread that made the desk.
    """

    caught = Signal(object)
    _from_any_thread = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._from_any_thread.connect(self.caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Set all hooks; the first thing a program with a window does."""
        catch_errors(self._on_uncaught)
        qInstallMessageHandler(_on_qt_message)

    def on_loop_error(self, _loop: object, context: dict[str, Any]) -> None:
        """Handle an error of the asyncio loop: a callback or a task that nobody awaited."""
        error = context.get("exception")
        logger().error("loop_error", what=context.get("message"), exc_info=error)
        if isinstance(error, Exception):
            self._from_any_thread.emit(error)

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            self._from_any_thread.emit(error)


def _on_qt_message(level: QtMsgType, context: QMessageLogContext, text: str) -> None:
    log = logger("qt")
    say: dict[QtMsgType, Callable[..., Any]] = {
        QtMsgType.QtDebugMsg: log.debug,
        QtMsgType.QtInfoMsg: log.info,
        QtMsgType.QtWarningMsg: log.warning,
    }
    say.get(level, log.error)("qt_message", text=text, category=context.category)


def kind_of(error: BaseException) -> str:
    """What makes two errors the same kind: their type and the place that raised them."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} {place}"


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


class ErrorWindows(QObject):
    """Opens one window per kind of error, and counts in it when the kind comes again."""

    def __init__(self, version: str, over: QWidget) -> None:
        super().__init__(over)
        self._version, self._over = version, over
        self.open: dict[str, ErrorWindow] = {}

    def show(self, error: BaseException) -> None:
        """Tell of this error."""
        kind = kind_of(error)
        if kind in self.open:
            self.open[kind].again()
            return
        window = ErrorWindow(error, self._version, self._over)
        window.destroyed.connect(lambda: self.open.pop(kind, None))
        self.open[kind] = window
        window.show()
