"""The clocks of incidents, against dates counted by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.city import Limit
from console.domain.clock import ManualClock, SystemClock, deadline

VECTORS = json.loads((Path(__file__).parent / "vectors" / "deadlines.json").read_text())


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize("v", VECTORS, ids=lambda v: v["why"])
def test_vectors(v: dict[str, object]) -> None:
    closed = {date.fromisoformat(day) for day in v["holidays"]}  # type: ignore[attr-defined]
    limit = Limit(int(str(v["amount"])), v["unit"])  # type: ignore[arg-type]
    got = deadline(ms(str(v["start"])), limit, str(v["zone"]), closed.__contains__)
    assert datetime.fromtimestamp(got / 1000, UTC) == datetime.fromtimestamp(ms(str(v["end"])) / 1000, UTC)


@given(
    st.integers(0, 4 * 10**12),
    st.integers(1, 40),
    st.sampled_from(("Asia/Jakarta", "Asia/Jayapura", "America/New_York")),
)
def test_working_days_end_on_a_working_day_and_count_right(start: int, days: int, zone: str) -> None:
    closed = {date(1990, 1, 1)}
    got = deadline(start, Limit(days, "hari_kerja"), zone, closed.__contains__)
    from zoneinfo import ZoneInfo

    first = datetime.fromtimestamp(start / 1000, UTC).astimezone(ZoneInfo(zone)).date()
    last = datetime.fromtimestamp(got / 1000, UTC).astimezone(ZoneInfo(zone))
    assert (last.hour, last.minute, last.second) == (23, 59, 59)
    between = [date.fromordinal(o) for o in range(first.toordinal() + 1, last.date().toordinal() + 1)]
    worked = [d for d in between if d.weekday() < 5 and d not in closed]
    assert len(worked) == days
    assert worked[-1] == last.date()


@given(st.integers(0, 10**13), st.integers(0, 10**5))
def test_minutes_run_on_the_wall(start: int, minutes: int) -> None:
    assert deadline(start, Limit(minutes, "menit"), "Asia/Jakarta", lambda _: True) == start + minutes * 60_000


def test_a_manual_clock_moves_when_told_and_the_real_one_by_itself() -> None:
    clock = ManualClock(5000)
    assert (clock.now(), clock.monotonic()) == (5000, 5.0)
    clock.advance(1500)
    assert (clock.now(), clock.monotonic()) == (6500, 6.5)
    real = SystemClock()
    assert abs(real.now() / 1000 - datetime.now(UTC).timestamp()) < 5
    assert real.monotonic() <= real.monotonic()
