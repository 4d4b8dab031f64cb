"""An unforeseen error is told once per kind, with a report that gives nothing away."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.shell.error_window import ErrorWindow, report
from widgets.shell.errors import ErrorDesk, ErrorWindows


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[ErrorDesk]:
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    made = ErrorDesk()
    made.install()
    yield made
    qInstallMessageHandler(None)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def _raised(text: str) -> Exception:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        return error


def test_one_window_per_kind(qtbot: QtBot) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    windows = ErrorWindows("uji", over)
    for text in ("satu", "dua"):
        windows.show(_raised(text))
    [only] = windows.open.values()
    assert only.times == 2
    only.close()
    qtbot.waitUntil(lambda: windows.open == {})


def test_the_report_can_be_copied(qtbot: QtBot) -> None:
    window = ErrorWindow(_raised("patah"), "1.2.3")
    qtbot.addWidget(window)
    window.copy()
    copied = QGuiApplication.clipboard().text()
    assert "RuntimeError: patah" in copied
    assert "1.2.3" in copied
    assert __name__.rpartition(".")[2] in copied


@pytest.mark.parametrize(
    "secret", ["token=rahasia1", "Authorization: Bearer rahasia1", "postgres://a:rahasia1@host/db"]
)
def test_the_report_tells_no_secret_and_no_home(secret: str) -> None:
    told = report(_raised(f"{secret} in {Path.home()}/kerja"), "uji")
    assert "rahasia1" not in told
    assert f"{Path.home()}/kerja" not in told


@pytest.mark.expect_log("uncaught")
def test_an_error_in_a_thread_reaches_the_windows_thread(desk: ErrorDesk, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []
    main = threading.current_thread()
    desk.caught.connect(lambda error: seen.append((str(error), threading.current_thread() is main)))
    worker = threading.Thread(target=lambda: 1 / 0)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("division by zero", True)]


@pytest.mark.expect_log("loop_error")
def test_an_error_of_the_loop_is_told(desk: ErrorDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.caught) as caught:
        desk.on_loop_error(None, {"message": "x", "exception": _raised("loop")})
    assert str(caught.args[0]) == "loop"


@pytest.mark.expect_log("kabel lepas")
def test_what_qt_says_is_logged(desk: ErrorDesk, caplog: pytest.LogCaptureFixture) -> None:
    qWarning("kabel lepas")
    assert any("kabel lepas" in record.getMessage() for record in caplog.records)
