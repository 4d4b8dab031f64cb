"""How far this machine's clock is from the centre's, as far as the way between them lets that be known. Pure."""

from __future__ import annotations

from console.domain.clock import Clock
from console.domain.entry import LAST_MOMENT
from console.sync.line.link import Link

OFF_MS = 5 * 60_000
"""The centre marks entries of clocks that are further off."""
NOISE_MS = 2_000


class Skew:
    """`ms` is how far this machine's clock is ahead of the centre's, None until the centre said what time it is."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self.ms: int | None = None

    @property
    def minutes_off(self) -> int:
        """How far this machine's clock is off, either way, in minutes; 0 while it is near enough."""
        off = abs(self.ms or 0)
        return round(off / 60_000) if off > OFF_MS else 0

    def hear(self, theirs: int) -> bool:
        """The centre's clock (ms since epoch UTC); returns whether the difference is another one now. It counts only when it
        is more than the way to the centre could explain. A time beyond calendars says nothing of any clock."""
        if not 0 <= theirs <= LAST_MOMENT:
            return False
        self._link.heard(theirs)
        found = self._clock.now() - int((self._link.rtt_ms or 0.0) / 2) - theirs
        skew = found if abs(found) > NOISE_MS else 0
        if self.ms is not None and abs(skew - self.ms) <= NOISE_MS:
            return False
        self.ms = skew
        return True
