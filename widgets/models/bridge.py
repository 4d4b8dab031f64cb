"""One bridge from the room to Qt: its notices become signals, and slots ask it for what takes time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.refusals import NotPermitted, Refused
from console.domain.views import Notice
from console.log import logger
from widgets.parts.age import Ticker

if TYPE_CHECKING:
    from console.room import Room

T = TypeVar("T")
COALESCE_MS = 100
"""Notices are gathered this long, so that a burst repaints at most ten times a second."""


class Bridge(QObject):
    """Turns the room's notices into Qt signals and runs the room's coroutines for slots.

    Attributes: `room`, `ticker` (one per window, one second).
    Signals: `incidentsChanged(frozenset of subjects, empty: many)`, `readingsChanged()`, `linkChanged()`,
    `peopleChanged()`, `feedsChanged()`, `statesChanged()`, `blobsChanged()`; `failed(exception)` for an error nobody took.
    """

    incidentsChanged = Signal(object)
    readingsChanged = Signal()
    linkChanged = Signal()
    peopleChanged = Signal()
    feedsChanged = Signal()
    statesChanged = Signal()
    blobsChanged = Signal()
    failed = Signal(object)

    def __init__(self, room: Room, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.room = room
        self.ticker = Ticker(room.clock, self)
        self._topics: set[str] = set()
        self._subjects: set[str] | None = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(COALESCE_MS)
        self._gather.timeout.connect(self._on_gathered)
        self._unsubscribe: Callable[[], None] | None = room.notices.subscribe(self._on_notice)

    def ask(
        self,
        coroutine: Coroutine[Any, Any, T],
        callback: Callable[[T], None] | None = None,
        parent: QObject | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> asyncio.Task[T]:
        """Run a room's coroutine from a slot; give its result to `callback`, an error to `failed` or the error window.

        Dies quietly with `parent`: the task is cancelled when that object is destroyed.
        """
        task = asyncio.get_event_loop().create_task(coroutine)
        self._tasks.add(task)
        if parent is not None:
            _bind(task, parent)
        task.add_done_callback(lambda done: self._on_done(done, callback, parent, failed))
        return task

    async def close(self) -> None:
        """Stop listening, cancel what still runs and wait for it."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._gather.stop()
        self.ticker.stop()
        running = [task for task in self._tasks if not task.done()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _on_done(
        self,
        task: asyncio.Task[T],
        callback: Callable[[T], None] | None,
        parent: QObject | None,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (parent is not None and not shiboken6.isValid(parent)):
            return
        error = task.exception()
        if error is None:
            if callback is not None:
                callback(task.result())
        elif isinstance(error, Exception):
            (failed or self._on_failed)(error)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Refused | NotPermitted):
            logger().error("ui_task_failed", exc_info=error)
        self.failed.emit(error)

    def _on_notice(self, notice: Notice) -> None:
        self._topics.add(notice.topic)
        if notice.topic == "incidents":
            # No subjects means many; once many, the whole batch stays many.
            known = self._subjects if notice.subjects else None
            self._subjects = None if known is None else known | notice.subjects
        if not self._gather.isActive():
            self._gather.start()

    def _on_gathered(self) -> None:
        topics, subjects = self._topics, self._subjects
        self._topics, self._subjects = set(), set()
        if "incidents" in topics:
            self.incidentsChanged.emit(frozenset(subjects or ()))
        plain = {
            "readings": self.readingsChanged,
            "link": self.linkChanged,
            "people": self.peopleChanged,
            "feeds": self.feedsChanged,
            "states": self.statesChanged,
            "blobs": self.blobsChanged,
        }
        for topic, signal in plain.items():
            if topic in topics:
                signal.emit()


def _bind(task: asyncio.Task[Any], parent: QObject) -> None:
    """Cancel the task when `parent` goes; let go of `parent` when the task is done, or each question would leave a
    connection behind for as long as a panel lives."""
    held = parent.destroyed.connect(lambda: task.cancel())

    def release(_done: object) -> None:
        if shiboken6.isValid(parent):
            parent.destroyed.disconnect(held)

    task.add_done_callback(release)
