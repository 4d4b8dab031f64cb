"""When something goes wrong that nobody foresaw: it is logged, and told once per kind with a report to copy."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from console.log import catch_errors, logger

if TYPE_CHECKING:
    from widgets.shell.error_window import ErrorWindow


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
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} {place}"


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
        from widgets.shell.error_window import ErrorWindow

        window = ErrorWindow(error, self._version, self._over)
        window.destroyed.connect(lambda: self.open.pop(kind, None))
        self.open[kind] = window
        window.show()
