"""Time, passed in everywhere so that tests run a night in seconds, and the clocks that an incident runs against."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from console.domain.city import Limit


class Clock(Protocol):
    """Where the program gets its time from."""

    def now(self) -> int:
        """Wall clock, ms since epoch UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Wall clock, ms since epoch UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told to, for tests and replay."""

    def __init__(self, now: int = 1_764_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        """The time it was set to, ms since epoch UTC."""
        return self._now

    def monotonic(self) -> float:
        """The same time in seconds."""
        return self._now / 1000

    def advance(self, ms: int) -> None:
        """Move forward (or, for a jumping clock, back) by `ms`."""
        self._now += ms


class ReplayClock:
    """Runs through the past in steps, then keeps the machine's time."""

    def __init__(self, start: int) -> None:
        self._at: int | None = start

    def now(self) -> int:
        """The replayed time, or the machine's once live; ms since epoch UTC."""
        return time.time_ns() // 1_000_000 if self._at is None else self._at

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""
        return time.monotonic()

    def step(self, ms: int) -> None:
        """Go forward in the past, never beyond the present."""
        if self._at is not None:
            self._at = min(self._at + ms, time.time_ns() // 1_000_000)

    def go_live(self) -> None:
        """Keep the machine's time from now on."""
        self._at = None


def deadline(start: int, limit: Limit, zone: str, is_holiday: Callable[[date], bool]) -> int:
    """When a limit that began at `start` runs out (both ms since epoch UTC).

    Minutes run on the wall clock. Working days count from the day after `start` in `zone`, skip Saturdays, Sundays and
    holidays, and end with the last moment of the last day.
    """
    if limit.unit == "menit":
        return start + limit.amount * 60_000
    tz = ZoneInfo(zone)
    day, left = datetime.fromtimestamp(start / 1000, UTC).astimezone(tz).date(), limit.amount
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_holiday(day):
            left -= 1
    end = datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(days=1)
    return int(end.timestamp() * 1000) - 1
