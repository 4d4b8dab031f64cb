"""Min/max columns and round ranges, without a screen."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from widgets.parts.chart_columns import Columns, runs
from widgets.parts.chart_range import time_ticks, value_range

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = 1_764_000_000_000


@given(st.lists(st.tuples(st.integers(0, 40_000), st.floats(-1e3, 1e3)), max_size=200))
def test_columns_hold_the_extremes_of_what_is_still_in_the_window(steps):
    columns, now, kept = Columns(60_000, 60, 1, NOW), NOW, []
    for wait, value in steps:
        now += wait
        columns.append(0, now, value)
        kept.append((now, value))
    start = columns.end - columns.window_ms
    inside = [value for at, value in kept if at >= start]
    expected = (min(inside), max(inside)) if inside else None
    assert columns.extremes() == expected
    assert columns.low.shape == (1, 60)


def test_loading_and_appending_give_the_same_columns():
    at = NOW - np.arange(500)[::-1] * 731
    values = np.random.default_rng(3).normal(0, 5, 500)
    loaded, appended = Columns(300_000, 100, 1, NOW), Columns(300_000, 100, 1, int(at[0]))
    loaded.load(0, at, values, values)
    for moment, value in zip(at.tolist(), values.tolist(), strict=True):
        appended.append(0, moment, value)
    assert np.array_equal(loaded.low, appended.low, equal_nan=True)
    assert np.array_equal(loaded.high, appended.high, equal_nan=True)


def test_late_values_land_in_their_own_column_and_too_late_ones_nowhere():
    columns = Columns(60_000, 60, 1, NOW)
    columns.append(0, NOW - 10_000, 7.0)
    columns.append(0, NOW - 90_000, 99.0)
    columns.append(0, NOW, float("nan"))
    assert columns.extremes() == (7.0, 7.0)
    assert columns.at(0, NOW - 10_000) == (7.0, 7.0)
    assert columns.at(0, NOW - 5_000) is None
    assert columns.at(0, NOW - 5_000, reach=6) == (7.0, 7.0)


def test_runs_break_only_at_real_gaps():
    filled = np.array([1, 1, 0, 1, 0, 0, 0, 1], bool)
    assert [run.tolist() for run in runs(filled, 1)] == [[0, 1, 3], [7]]
    assert [run.tolist() for run in runs(filled, 0)] == [[0, 1], [3], [7]]
    assert runs(np.zeros(4, bool), 1) == []


@given(st.floats(-1e4, 1e4), st.floats(0, 1e4), st.lists(st.floats(-1e4, 1e4), max_size=4))
def test_a_range_always_holds_its_values(low, height, rungs):
    bottom, top = value_range(low, low + height, rungs)
    slack = 1e-6 * max(1.0, abs(low), height)
    assert bottom <= low + slack and top >= low + height - slack and top > bottom


def test_a_range_shows_the_next_threshold_within_reach_but_not_one_far_away():
    assert value_range(90, 120, [150, 180])[1] >= 150
    assert value_range(0, 2, [500])[1] < 50


def test_ticks_lie_on_round_local_times():
    ticks = time_ticks(NOW - 86_400_000, NOW, JAKARTA)
    assert 3 <= len(ticks) <= 8
    assert all((tick + 7 * 3_600_000) % (3 * 3_600_000) == 0 for tick in ticks)
