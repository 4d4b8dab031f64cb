"""What a chart remembers: the lowest and highest value of each fixed time column, for any number of curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Columns:
    """Min/max columns of a time window that slides forward without moving its data on every step.

    A column is `step` ms wide and lies on whole multiples of `step` since the epoch, so that columns never change
    shape while they travel to the left. Columns without a value hold NaN. The buffers are twice as wide as the window:
    the window moves through them and is copied back to the front only when it meets their end.
    """

    def __init__(self, window_ms: int, count: int, curves: int = 1, now: int = 0) -> None:
        self.count = max(2, count)
        self.step = max(1, -(-window_ms // self.count))
        self.window_ms = self.step * self.count
        self.curves = curves
        self._low = np.full((curves, 2 * self.count), np.nan)
        self._high = np.full((curves, 2 * self.count), np.nan)
        self._at = self.count - 1
        self._head = now // self.step

    @property
    def end(self) -> int:
        """The end of the newest column, ms since epoch UTC."""
        return (self._head + 1) * self.step

    @property
    def low(self) -> Floats:
        """The lowest values, shape (curves, count), oldest first; NaN where nothing came."""
        return self._low[:, self._at - self.count + 1 : self._at + 1]

    @property
    def high(self) -> Floats:
        """The highest values, shape (curves, count), oldest first; NaN where nothing came."""
        return self._high[:, self._at - self.count + 1 : self._at + 1]

    def advance(self, now: int) -> bool:
        """Slide so that the newest column holds `now` (ms since epoch UTC); whether any column opened."""
        move = now // self.step - self._head
        if move <= 0:
            return False
        if move >= self.count:
            self._clear(now)
            return True
        if self._at + move >= 2 * self.count:
            self._to_front()
        self._at += move
        self._head += move
        return True

    def append(self, curve: int, at: int, value: float) -> None:
        """Take one value of a curve at `at` ms; what is older than the window or NaN is left out."""
        self.advance(at)
        place = self._at + at // self.step - self._head
        if place <= self._at - self.count or value != value:
            return
        low, high = self._low[curve], self._high[curve]
        if not low[place] <= value:
            low[place] = value
        if not high[place] >= value:
            high[place] = value

    def load(self, curve: int, at: Sequence[float] | Floats, low: Sequence[float] | Floats,
             high: Sequence[float] | Floats) -> None:  # fmt: skip
        """Put a curve's history in place of what it held: times in ms, extremes in physical units, NaN for a gap."""
        self._low[curve] = np.nan
        self._high[curve] = np.nan
        places = self._at + (np.asarray(at, np.float64) // self.step).astype(np.int64) - self._head
        low_values, high_values = np.asarray(low, np.float64), np.asarray(high, np.float64)
        keep = (places > self._at - self.count) & (places <= self._at) & np.isfinite(low_values)
        np.fmin.at(self._low[curve], places[keep], low_values[keep])
        np.fmax.at(self._high[curve], places[keep], high_values[keep])

    def extremes(self) -> tuple[float, float] | None:
        """The lowest and highest value of the window, None when it is empty."""
        low, high = self.low, self.high
        filled = low == low
        if not filled.any():
            return None
        return float(low[filled].min()), float(high[filled].max())

    def at(self, curve: int, moment: int, reach: int = 0) -> tuple[float, float] | None:
        """The extremes of the column that holds `moment`, or of the nearest one before it within `reach` columns."""
        place = self.count - 1 + moment // self.step - self._head
        for column in range(min(place, self.count - 1), max(place - reach - 1, -1), -1):
            low = self.low[curve, column]
            if low == low:
                return float(low), float(self.high[curve, column])
        return None

    def _to_front(self) -> None:
        kept = slice(self._at - self.count + 1, self._at + 1)
        for buffer in (self._low, self._high):
            buffer[:, : self.count] = buffer[:, kept].copy()
            buffer[:, self.count :] = np.nan
        self._at = self.count - 1

    def _clear(self, now: int) -> None:
        self._low[:] = np.nan
        self._high[:] = np.nan
        self._at, self._head = self.count - 1, now // self.step


def runs(filled: NDArray[np.bool_], bridge: int) -> list[NDArray[np.intp]]:
    """The filled columns in pieces that are drawn as one line each; more than `bridge` empty columns make a gap."""
    places = np.flatnonzero(filled)
    if places.size == 0:
        return []
    return np.split(places, np.flatnonzero(np.diff(places) > bridge + 1) + 1)
