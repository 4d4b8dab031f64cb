"""Python's cycle collector, kept on the window's thread.

By itself it runs on whichever thread happens to allocate; a QObject that it then destroys takes its timers and children
down from the wrong thread, of which Qt warns at best.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

TURN_MS = 200
SETTLE_MS = 8_000
"""After so long the window has built what it keeps."""


class Collector(QObject):
    """Collects cycles by a timer of the thread that made it, as often as Python would. `stop` gives them back to Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self.on_turn)
        self._timer.start()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self.settle)
        self._settling.start(SETTLE_MS)

    def stop(self) -> None:
        """Let Python collect as it likes. Idempotent."""
        self._timer.stop()
        self._settling.stop()
        gc.unfreeze()
        gc.enable()

    def settle(self) -> None:
        """Take what stands now as lasting, so that no later collection walks through it."""
        gc.freeze()

    def on_turn(self) -> None:
        """Collect the oldest generation that is due."""
        for generation, (count, limit) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > limit:
                gc.collect(generation)
                return
