"""The channel between the console and the map page: differences go in as JSON text, events come out and are checked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

MAX_ID = 200


class Bridge(QObject):
    """What the page sees as `bridge`. The page is not trusted: every call from it is checked or only counted.

    `pushed(text)` goes to the page. `page_ready`, `frame_drawn(n)`, `frame_painted(n)`, `pick(layer, id)` and
    `breach(directive, address)` come from it. `rejected` counts calls that made no sense.
    """

    pushed = Signal(str)
    page_ready = Signal()
    frame_drawn = Signal(int)
    frame_painted = Signal(int)
    pick = Signal(str, str)
    breach = Signal(str, str)

    def __init__(self, knows: Callable[[str, str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._knows = knows
        self.rejected = 0

    @Slot()
    def ready(self) -> None:
        """The page stands and remembers nothing: it wants the whole state."""
        self.page_ready.emit()

    @Slot(int)
    def drawn(self, number: int) -> None:
        """The message of that number is drawn in a frame."""
        self.frame_drawn.emit(number)

    @Slot(int)
    def painted(self, number: int) -> None:
        """One frame later: what the message asked for is on its way to the screen."""
        self.frame_painted.emit(number)

    @Slot(str, str)
    def picked(self, layer: str, thing: str) -> None:
        """Someone clicked or walked to a territory or mark; passed on only when the console knows it."""
        if len(thing) > MAX_ID or not self._knows(layer, thing):
            self.rejected += 1
            return
        self.pick.emit(layer, thing)

    @Slot(str, str)
    def violated(self, directive: str, address: str) -> None:
        """The content policy stopped something."""
        self.breach.emit(directive[:MAX_ID], address[:MAX_ID])
