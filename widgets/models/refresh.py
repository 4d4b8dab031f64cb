"""Asking again when told to, never twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject

from widgets.models.bridge import Bridge

T = TypeVar("T")


class Refresh(QObject, Generic[T]):
    """Runs a query of the room and shows its answer; told again meanwhile, it asks once more when the first is back.

    So a burst of notices costs two queries, and the last answer shown is never older than the last notice.
    """

    def __init__(
        self, bridge: Bridge, query: Callable[[], Coroutine[Any, Any, T]], show: Callable[[T], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._query, self._show = bridge, query, show
        self._task: asyncio.Task[T] | None = None
        self._dirty = False

    def again(self, *_changed: object) -> None:
        """Ask (again). Takes and ignores any arguments, so that signals connect straight to it."""
        if self._task is not None and not self._task.done():
            self._dirty = True
            return
        self._dirty = False
        self._task = self._bridge.ask(self._query(), self._on_answer, self, self._on_failed)

    def _on_answer(self, answer: T) -> None:
        self._task = None
        self._show(answer)
        if self._dirty:
            self.again()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self._bridge.failed.emit(error)
