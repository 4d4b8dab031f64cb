"""How much to carry at once: grows while the line is quick, shrinks when it is slow or breaks, and comes near to what broke
with care, as TCP does with its window (RFC 5681: slow start up to a threshold, then small steps)."""

from __future__ import annotations

STEP = 8
"""Near the threshold it grows by one part in so many."""


class Size:
    """A number of entries between `least` and `most`. `quick` and `long` are seconds: a full carry that took less may
    grow, one that took more shrinks."""

    def __init__(self, first: int, least: int, most: int, quick: float, long: float) -> None:
        self.value = first
        self._least, self._most = least, most
        self._quick, self._long = quick, long
        self._threshold = most

    def carried(self, amount: int, seconds: float) -> None:
        """`amount` went through in `seconds`."""
        if seconds > self._long:
            self._set(int(amount * self._long / seconds))
        elif seconds < self._quick and amount >= self.value:
            self._set(min(self.value * 2, max(self._threshold, self.value + self.value // STEP + 1)))

    def broke(self, amount: int) -> None:
        """A carry of `amount` did not go through whole."""
        self._threshold = max(self._least, amount // 2)
        self._set(amount // 4)

    def refused(self, amount: int) -> None:
        """The other end says that `amount` is too much."""
        self._threshold = max(self._least, amount // 2)
        self._set(amount // 2)

    def _set(self, value: int) -> None:
        self.value = max(self._least, min(self._most, value))
