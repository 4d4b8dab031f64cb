"""What a line may carry: bytes per hour and per day, for a modem that is paid by the byte. Pure."""

from __future__ import annotations

import msgspec

HOUR_MS = 3_600_000
DAY_HOURS = 24


class Budget(msgspec.Struct, frozen=True):
    """Bytes both ways, 0 for as many as there are."""

    per_hour: int = 0
    per_day: int = 0


class Spending:
    """Bytes by hour of the last day. A clock that was set back forgets what lies in its future."""

    def __init__(self, hours: tuple[tuple[int, int], ...] = ()) -> None:
        self._hours = dict(hours)

    def add(self, now: int, count: int) -> None:
        """So many bytes crossed the line."""
        hour = now // HOUR_MS
        self._hours = {h: n for h, n in self._hours.items() if hour - DAY_HOURS < h <= hour}
        self._hours[hour] = self._hours.get(hour, 0) + count

    def hour(self, now: int) -> int:
        """Bytes of this hour of the clock."""
        return self._hours.get(now // HOUR_MS, 0)

    def day(self, now: int) -> int:
        """Bytes of this hour and the 23 before it."""
        hour = now // HOUR_MS
        return sum(n for h, n in self._hours.items() if hour - DAY_HOURS < h <= hour)

    def within(self, budget: Budget, now: int) -> bool:
        """Whether something is left."""
        return (not budget.per_hour or self.hour(now) < budget.per_hour) and (
            not budget.per_day or self.day(now) < budget.per_day
        )

    def memory(self) -> tuple[tuple[int, int], ...]:
        """What to remember."""
        return tuple(sorted(self._hours.items()))
