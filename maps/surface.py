"""The web engine's part of the folium map: profile, page, channel, and getting up again after a crash.

Importing this module loads the web engine.
"""

from __future__ import annotations

import os
import signal
from typing import Any

import msgspec
import shiboken6
from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.log import logger
from maps.bridge import Bridge
from maps.guard import Blocked, ShutInPage, shut
from maps.page import Files
from maps.scheme import PAGE_URL, SCHEME
from maps.serve import PageServer

log = logger()
LOAD_DEADLINE_MS = 12_000
ANSWER_DEADLINE_MS = 8_000
FIRST_PAUSE_MS = 100
LONGEST_PAUSE_MS = 30_000
CRASHES_IN_A_ROW = 6
TIMEOUT_WEIGHT = 4
"""A page that never gets ready counts as so many crashes: it is tried twice, not seven times."""
CALM_MS = 60_000
"""So long without a crash, and earlier ones are forgotten."""


class Surface(QWidget):
    """Shows the page and keeps it alive. `ready()` after each load, `down()` when the renderer is gone,
    `broken(reason)` when it stays gone. `blocked` counts what tried to get out."""

    ready = Signal()
    down = Signal()
    broken = Signal(str)

    def __init__(self, files: Files, bridge: Bridge, background: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.blocked = Blocked(self)
        self._crashes = 0
        self._profile = QWebEngineProfile()
        self._guard = shut(self._profile, self.blocked)
        self.server = PageServer(files, self._profile)
        self._profile.installUrlSchemeHandler(SCHEME, self.server)
        self.page = ShutInPage(self._profile, self.blocked, self)
        self._make_view(background)
        self._make_channel()
        self._make_timers()
        self._profile.setParent(self)  # last child: Qt deletes in this order, and the page must go before its profile

    def _make_view(self, background: QColor) -> None:
        self.view = QWebEngineView(self)
        self.view.setPage(self.page)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAcceptDrops(False)
        self.page.setBackgroundColor(background)
        self.page.renderProcessTerminated.connect(self._on_terminated)
        self.page.loadFinished.connect(self._on_load_finished)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)

    def _make_channel(self) -> None:
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self.bridge)
        self.page.setWebChannel(self._channel)
        self.bridge.page_ready.connect(self._on_ready)
        self.bridge.frame_drawn.connect(self._on_answer)
        self.bridge.breach.connect(lambda directive, address: self.blocked.add("policy", f"{directive} {address}"))

    def _make_timers(self) -> None:
        self._loading = QTimer(self, singleShot=True, interval=LOAD_DEADLINE_MS)
        self._loading.timeout.connect(lambda: self._fall("load timeout", TIMEOUT_WEIGHT))
        self._answer = QTimer(self, singleShot=True, interval=ANSWER_DEADLINE_MS)
        self._answer.timeout.connect(self._on_no_answer)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._forget_crashes)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.load)

    def load(self) -> None:
        """Load the page, now or again."""
        self._loading.start()
        self.page.load(QUrl(PAGE_URL))

    def end(self) -> None:
        """Let the engine go at once, page before profile; for the end of the program, when nothing is deleted later."""
        for timer in (self._loading, self._answer, self._calm, self._pause):
            timer.stop()
        if shiboken6.isValid(self.page):
            shiboken6.delete(self.page)

    def send(self, message: dict[str, Any]) -> None:
        """Hand one message to the page; it answers with `bridge.frame_drawn` and `bridge.frame_painted`."""
        self._answer.start()
        self.bridge.pushed.emit(msgspec.json.encode(message).decode())

    def _on_ready(self) -> None:
        self._loading.stop()
        self._calm.start()
        self.ready.emit()

    def _on_answer(self) -> None:
        self._answer.stop()

    def _on_load_finished(self, fine: bool) -> None:
        if not fine and self._loading.isActive():
            self._loading.stop()
            self._fall("load failed")

    def _on_terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        self._fall(f"{status.name} {code}")

    def _fall(self, reason: str, weight: int = 1) -> None:
        """The page is gone: load it again after a pause that doubles, or give up after too many in a row."""
        for timer in (self._loading, self._answer, self._calm):
            timer.stop()
        self._crashes += weight
        log.info("map_renderer_down", reason=reason, in_a_row=self._crashes)
        if self._crashes > CRASHES_IN_A_ROW:
            self.broken.emit(reason)
            return
        self.down.emit()
        self._pause.start(min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (self._crashes - 1)))

    def _forget_crashes(self) -> None:
        self._crashes = 0

    def _on_no_answer(self) -> None:
        """No frame for long: a page that still runs scripts merely gets no frames (hidden, say); a hung one is ended."""
        self._answer.start()
        self.page.runJavaScript("1", self._on_pulse)
        self._answer.timeout.disconnect(self._on_no_answer)
        self._answer.timeout.connect(self._end_hung)

    def _on_pulse(self, _one: object) -> None:
        self._answer.stop()
        self._rearm()

    def _rearm(self) -> None:
        self._answer.timeout.disconnect()
        self._answer.timeout.connect(self._on_no_answer)

    def _end_hung(self) -> None:
        self._rearm()
        if pid := self.page.renderProcessPid():
            os.kill(pid, signal.SIGKILL)
