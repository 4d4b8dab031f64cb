"""Ages, clocks and days read as people say them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from widgets.parts.times import DAY, HOUR, MINUTE, age, day, left, moment, span

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = 1_795_417_500_000  # 2026-11-23 14.05 WIB


@pytest.mark.parametrize(
    ("ms", "said"),
    [(-5, "0 dtk"), (2_900, "2 dtk"), (14 * MINUTE, "14 mnt"), (HOUR + 4 * MINUTE, "1 j 04"), (30 * HOUR, "30 j"),
     (3 * DAY + HOUR, "3 hari")],
)  # fmt: skip
def test_span(ms: int, said: str) -> None:
    assert span(ms) == said


def test_what_never_was_has_no_age() -> None:
    assert age(None, NOON) == "–"
    assert age(NOON - 9_000, NOON) == "9 dtk"


def test_left_tells_before_from_after() -> None:
    assert left(NOON + 8 * MINUTE, NOON) == "sisa 8 mnt"
    assert left(NOON - 2 * MINUTE, NOON) == "lewat 2 mnt"


def test_the_day_shows_when_it_is_not_today() -> None:
    assert moment(NOON, JAKARTA, NOON + HOUR) == "14.05"
    assert moment(NOON, JAKARTA, NOON + DAY) == "Sen 23 Nov 14.05"
    assert moment(NOON, JAKARTA, NOON + 60 * DAY) == "Sen 23 Nov 2026 14.05"
    assert day(NOON, JAKARTA) == "Sen 23 Nov"
