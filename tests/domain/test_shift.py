"""Which shift is on duty: by the wall clock, over midnight, up to the minute."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from console.domain.shift import Shift, on_duty, overlapping

JAKARTA = ZoneInfo("Asia/Jakarta")
EIGHTS = (Shift("1", 360, 840, ""), Shift("2", 840, 1320, ""), Shift("3", 1320, 360, ""))


def at(hour: int, minute: int, zone: ZoneInfo = JAKARTA) -> int:
    return round(datetime(2026, 11, 23, hour, minute, tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("hour", "minute", "name"),
    [(5, 59, "3"), (6, 0, "1"), (13, 59, "1"), (14, 0, "2"), (21, 59, "2"), (22, 0, "3"), (0, 0, "3"), (23, 59, "3")],
)
def test_a_shift_ends_with_the_minute_that_the_next_begins(hour: int, minute: int, name: str) -> None:
    found = on_duty(EIGHTS, at(hour, minute), JAKARTA)
    assert found is not None and found.name == name


def test_the_clock_is_the_citys() -> None:
    found = on_duty(EIGHTS, at(7, 30, ZoneInfo("UTC")), JAKARTA)
    assert found is not None and found.name == "2"


def test_nobody_is_on_duty_outside_the_shifts() -> None:
    office = (Shift("Kantor", 480, 960, ""),)
    assert on_duty(office, at(7, 59), JAKARTA) is None
    assert on_duty((), at(12, 0), JAKARTA) is None


def test_a_shift_that_ends_where_it_starts_lasts_the_day() -> None:
    whole = Shift("Jaga", 480, 480, "")
    assert whole.length == 1440 and all(whole.covers(minute) for minute in range(0, 1440, 30))


def test_shifts_may_touch_but_not_overlap() -> None:
    assert overlapping(EIGHTS) is None
    long = Shift("panjang", 1200, 400, "")
    assert overlapping((EIGHTS[0], long)) == (EIGHTS[0], long)
    assert overlapping((EIGHTS[2], Shift("malam", 60, 120, ""))) is not None
