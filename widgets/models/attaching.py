"""A few files on their way into an incident: read, kept one by one, each with its own outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from console.domain.attachment import clean_name
from console.domain.refusals import NotPermitted, Refused
from widgets.models.bridge import Bridge
from widgets.models.refusals import sentence

if TYPE_CHECKING:
    from console.room import Room


class Outcome(Enum):
    """What has become of one file."""

    WAITS = 0
    MOVES = 1
    KEPT = 2
    REFUSED = 3


class Given:
    """One file that a hand gave. Attributes: `name` as it is shown, `outcome`, `why` it was refused.

    `read` gives its bytes, off the window's thread, and raises Refused.
    """

    def __init__(self, name: str, read: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        self.name = clean_name(name)
        self.read = read
        self.outcome = Outcome.WAITS
        self.why = ""


class Batch(QObject):
    """Files given together for one incident. What is kept stays kept, whatever becomes of the others.

    Attributes: `given`; `stopping` once the rest is not to be kept. Signals: `changed()`; `ended()`.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, room: Room, bridge: Bridge, subject: str, given: Sequence[Given], parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._subject = room, bridge, subject
        self.given = list(given)
        self.stopping = False
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether files are on their way."""
        return self._task is not None and not self._task.done()

    def count(self, outcome: Outcome) -> int:
        """How many files came to this."""
        return sum(one.outcome == outcome for one in self.given)

    def start(self, note: str) -> None:
        """Keep what is not kept yet, with a note; what was refused is tried again."""
        if not self.running:
            self._task = self._bridge.ask(self._keep_all(note), self._on_done, self, self._on_failed)

    def stop(self) -> None:
        """Keep no more; the file on its way is finished."""
        self.stopping = True

    def at(self) -> int:
        """Which file is on its way, from 1."""
        return next((n for n, one in enumerate(self.given, 1) if one.outcome == Outcome.MOVES), 1)

    def words(self) -> str:
        """What came of it, in one line."""
        kept, given = self.count(Outcome.KEPT), len(self.given)
        if kept == given:
            return self.tr("{0} berkas tersimpan di ruang ini").format(kept)
        return self.tr("{0} dari {1} berkas tersimpan di ruang ini").format(kept, given)

    async def _keep_all(self, note: str) -> None:
        for one in self.given:
            if one.outcome != Outcome.KEPT and not self.stopping:
                self._tell(one, Outcome.MOVES)
                await self._keep(one, note)

    async def _keep(self, one: Given, note: str) -> None:
        try:
            await self._room.attach(self._subject, one.name, await one.read(), note)
        except (Refused, NotPermitted) as refusal:
            one.why = sentence(refusal)
            self._tell(one, Outcome.REFUSED)
        else:
            self._tell(one, Outcome.KEPT)

    def _tell(self, one: Given, outcome: Outcome) -> None:
        one.outcome = outcome
        self.changed.emit()

    def _on_done(self, _done: None) -> None:
        self._task = None
        self.ended.emit()

    def _on_failed(self, error: Exception) -> None:
        """A fault of the program, not a refusal: what was on its way waits again."""
        for one in self.given:
            if one.outcome == Outcome.MOVES:
                self._tell(one, Outcome.WAITS)
        self._on_done(None)
        self._bridge.failed.emit(error)
