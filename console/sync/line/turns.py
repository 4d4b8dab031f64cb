"""Whose turn it is on the line: what is urgent always moves and may overdraw the budget; what is patient waits, and says for
what. Pure but for the clock."""

from __future__ import annotations

from console.domain.clock import Clock
from console.domain.views import LaneKey
from console.sync.line.link import Link

URGENT: tuple[LaneKey, ...] = ("outbox", "own", "city")
"""My outbox, entries of my territory, and the city's journal."""
PATIENT: tuple[LaneKey, ...] = ("readings", "others", "blobs", "history")
"""What waits when the budget is used up, while a long queue drains, and on a thin line for its turn."""
PATIENT_EVERY_S = 60.0
"""On a thin line the patient lanes have a turn this often."""
LONG_QUEUE = 200
"""Entries that wait above which what is patient waits for them."""
LOOK_AGAIN_S = 5.0
"""How long a poll for the urgent lanes alone is held while a long queue drains."""


class Turns:
    """Remembers when the patient lanes had their last turn."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._last = float("-inf")

    def why(self, draining: bool) -> str:
        """Why the patient lanes wait now (`LaneState.why`), "" when they may move; `draining`: a long queue is on its way."""
        if not self._link.within_budget:
            return "budget"
        if draining:
            return "queue"
        since = self._clock.monotonic() - self._last
        return "thin" if self._link.mode == "hemat" and since < PATIENT_EVERY_S else ""

    def grant(self) -> None:
        """They have one now."""
        self._last = float("-inf")

    def had(self) -> None:
        """The patient lanes had their turn."""
        self._last = self._clock.monotonic()

    def look_again_s(self, draining: bool) -> float:
        """How long a poll for the urgent lanes alone may be held, in seconds."""
        return LOOK_AGAIN_S if draining else PATIENT_EVERY_S
