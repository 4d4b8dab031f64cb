"""Asking again when told to, never twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from widgets.models.bridge import Bridge

T = TypeVar("T")
REST_MS = 250


class Refresh(QObject, Generic[T]):
    """Runs a query of the room and shows its answer; told again meanwhile, it asks once more when the first is back.

    So a burst of notices costs two queries, and the last answer shown is never older than the last notice. The first
    notice after a pause is answered at once; in a flood of them a question is asked every `REST_MS`, which leaves the
    window's thread free for the hands.
    """

    def __init__(
        self, bridge: Bridge, query: Callable[[], Coroutine[Any, Any, T]], show: Callable[[T], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._query, self._show = bridge, query, show
        self._task: asyncio.Task[T] | None = None
        self._dirty = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rested)

    def again(self, *_changed: object) -> None:
        """Ask (again). Takes and ignores any arguments, so that signals connect straight to it."""
        if self._rest.isActive() or (self._task is not None and not self._task.done()):
            self._dirty = True
            return
        self._dirty = False
        self._rest.start()
        self._task = self._bridge.ask(self._query(), self._on_answer, self, self._on_failed)

    def now(self, *_changed: object) -> None:
        """Ask without resting first: a hand chose something and waits for it."""
        self._rest.stop()
        self.again()

    def _on_answer(self, answer: T) -> None:
        self._task = None
        self._show(answer)
        self._on_rested()

    def _on_rested(self) -> None:
        if self._dirty:
            self.again()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self._bridge.failed.emit(error)
