"""What holds for every test: no screen, no one's own folders, no unexpected warning, nothing left running.

A warning of our own loggers, an error of anyone's, or a warning from Qt fails the test that caused it. A test that means
to cause one says so: `@pytest.mark.expect_log("part of the event")`, and for Qt `@pytest.mark.qt_log_ignore("regex")`.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from console.log import route_structlog

pytest_plugins = ["pytester"]

# Before Qt loads: it reads these once.
_home = Path(tempfile.mkdtemp(prefix="simpul-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
os.environ["LC_ALL"] = "C.UTF-8"
for _name in ("RUNTIME_DIR", "DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME"):
    _folder = _home / _name.lower()
    _folder.mkdir(mode=0o700)
    os.environ[f"XDG_{_name}"] = str(_folder)

# Two busy cores make a time limit per example a test of the machine.
settings.register_profile("simpul", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("simpul")

OURS = ("console", "widgets", "maps", "main", "ui", "qt", "errors", "py.warnings")
GRACE_S = 3.0
# Pools that libraries keep for the process's life, and Chromium's children, which leave with the application.
_STANDING_THREADS = re.compile(r"AnyIO worker thread|asyncio_\d+|pytest|execnet")
_STANDING_PROCESSES = re.compile(r"QtWebEngine|gpu-process|zygote|resource_tracker|forkserver")


class _Alarms(logging.Handler):
    """Collects the records that should not have come."""

    def __init__(self, expected: Iterable[str]) -> None:
        super().__init__(logging.WARNING)
        self._expected = [re.compile(each) for each in expected]
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.split(".")[0] in OURS or record.name == "py.warnings"
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if (ours or record.levelno >= logging.ERROR) and not any(each.search(text) for each in self._expected):
            self.seen.append(text)


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logged a warning or an error that it did not expect."""
    route_structlog()
    marks = request.node.iter_markers("expect_log")
    alarms = _Alarms(pattern for mark in marks for pattern in mark.args)
    root = logging.getLogger()
    root.addHandler(alarms)
    yield
    root.removeHandler(alarms)
    if alarms.seen:
        pytest.fail("logged without being expected:\n" + "\n".join(alarms.seen), pytrace=False)


@pytest.fixture
def own_root_logger() -> Iterator[None]:
    """For tests that configure the diary: gives the root logger and the hooks back as they were."""
    root, library = logging.getLogger(), logging.getLogger("urllib3")
    kept, level, chatty, capture = list(root.handlers), root.level, library.level, warnings.showwarning
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    for handler in [each for each in root.handlers if each not in kept]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    library.setLevel(chatty)
    logging.captureWarnings(False)
    warnings.showwarning = capture
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.fixture(autouse=True)
def collect_on_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep cycles with Qt objects in them from being destroyed on some reader's thread, as the program itself does."""
    if "qapp" not in request.fixturenames and not _qt_lives():
        yield
        return
    gc.disable()
    yield
    if "qapp" in request.fixturenames:
        _bury()
    gc.enable()


def _bury() -> None:
    """Let go of Qt objects here and now: what was marked for deletion keeps cycles alive until it is deleted, and those would
    else be collected in some later test, on whatever thread comes by."""
    gc.collect()
    if _qt_lives():
        core = sys.modules["PySide6.QtCore"]
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        gc.collect()


def _qt_lives() -> bool:
    """Whether an earlier test of this process made an application: its last objects may outlive their test."""
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind() -> Iterator[None]:
    """Fail when a module's tests leave a thread, a process, a running timer or an open window."""
    threads, processes = set(threading.enumerate()), set(_children())
    yield
    _bury()
    ends = time.monotonic() + GRACE_S
    while (left := [*_threads_beyond(threads), *_processes_beyond(processes)]) and time.monotonic() < ends:
        time.sleep(0.05)
    left += _qt_left()
    if left:
        pytest.fail("left behind:\n" + "\n".join(left), pytrace=False)


def _threads_beyond(before: set[threading.Thread]) -> list[str]:
    return [
        f"thread {each.name}"
        for each in set(threading.enumerate()) - before
        # A dummy stands for a thread that Qt or Chromium started and Python merely met.
        if not isinstance(each, threading._DummyThread) and not _STANDING_THREADS.search(each.name)
    ]


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _processes_beyond(before: set[psutil.Process]) -> list[str]:
    left = []
    for child in set(_children()) - before:
        try:
            line = " ".join([child.name(), *child.cmdline()])
        except psutil.NoSuchProcess:
            continue
        if child.status() != psutil.STATUS_ZOMBIE and not _STANDING_PROCESSES.search(line):
            left.append(f"process {line}")
    return left


def _qt_left() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    import shiboken6
    from PySide6.QtCore import QTimer

    # What was marked for deletion is deleted by now; what is still there was forgotten.
    windows = [f"window {each!r}" for each in widgets.QApplication.topLevelWidgets() if each.isVisible()]
    timers = [each for each in gc.get_objects() if isinstance(each, QTimer) and shiboken6.isValid(each)]
    return windows + [f"timer {each!r} of {each.parent()!r}" for each in timers if each.isActive()]
