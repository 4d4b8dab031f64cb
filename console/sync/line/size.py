"""How much to carry at once: about as many seconds of the line as are wanted, and less near to what broke, as TCP does with
its window (RFC 5681: quickly up to a threshold, then small steps)."""

from __future__ import annotations

STEP = 8
"""Near the threshold it grows by one part in so many."""
LEAP = 8
"""It grows to so many times at once at most: a small carry says little about a large one."""


class Size:
    """A number of entries between `least` and `most`. `aim` is in seconds of the line: a full carry that took less may grow
    to what would take as long, one that took more than half as long again shrinks to it."""

    def __init__(self, first: int, least: int, most: int, aim: float) -> None:
        self.value = first
        self._least, self._most, self._aim = least, most, aim
        self._threshold = most

    def carried(self, amount: int, seconds: float, trip: float = 0.0) -> None:
        """`amount` went through in `seconds`, of which about `trip` are the way there and back, however much is carried."""
        took = max(seconds - trip, 0.001)
        fit = int(min(amount * self._aim / took, self._most))
        if took > 1.5 * self._aim:
            self._set(fit)
        elif amount >= self.value and fit > amount:
            step = max(self._threshold, self.value + self.value // STEP + 1)
            self._set(min(self.value * LEAP, fit, step))

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
