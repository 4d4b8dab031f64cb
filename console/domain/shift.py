"""Shifts of a command room: which one is on duty at a moment, by the clock on the city's wall."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

import msgspec

DAY_MIN = 24 * 60


class Shift(msgspec.Struct, frozen=True):
    """One shift of the day: from `start` up to `end`, in minutes since local midnight (0 to 1439); one whose end is not
    after its start runs past midnight. `source` says who has set it so."""

    name: str
    start: int
    end: int
    source: str

    @property
    def length(self) -> int:
        """How long it lasts, in minutes; a whole day when it ends where it starts."""
        return (self.end - self.start - 1) % DAY_MIN + 1

    def covers(self, minute: int) -> bool:
        """Whether it is on duty at a minute of the day."""
        return (minute - self.start) % DAY_MIN < self.length


def on_duty(shifts: Iterable[Shift], now: int, zone: tzinfo) -> Shift | None:
    """The shift on duty at `now` (ms since epoch UTC) in the city's zone; None when none is, or none are known."""
    local = datetime.fromtimestamp(now / 1000, zone)
    return next((shift for shift in shifts if shift.covers(local.hour * 60 + local.minute)), None)


def overlapping(shifts: Iterable[Shift]) -> tuple[Shift, Shift] | None:
    """Two shifts that are on duty at the same minute, or None."""
    seen: list[Shift] = []
    for shift in shifts:
        for other in seen:
            if shift.covers(other.start) or other.covers(shift.start):
                return other, shift
        seen.append(shift)
    return None
