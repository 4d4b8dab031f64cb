"""The budget of a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.sync.line.budget import HOUR_MS, Budget, Spending

START = 480_000 * HOUR_MS


def test_an_hour_that_is_used_up_is_over_with_the_hour_and_a_day_with_the_day() -> None:
    spent, budget = Spending(), Budget(per_hour=1_000, per_day=1_500)
    spent.add(START, 1_000)
    assert not spent.within(budget, START + 1)
    assert spent.within(budget, START + HOUR_MS)
    spent.add(START + HOUR_MS, 600)
    assert not spent.within(budget, START + 5 * HOUR_MS)
    assert spent.within(budget, START + 24 * HOUR_MS)


def test_no_budget_is_never_used_up() -> None:
    spent = Spending()
    spent.add(START, 10**12)
    assert spent.within(Budget(), START)


@given(st.lists(st.tuples(st.integers(0, 60 * HOUR_MS), st.integers(0, 10**6))))
def test_a_day_is_the_sum_of_its_hours_also_after_a_restart(steps: list[tuple[int, int]]) -> None:
    spent, now = Spending(), START
    for at, count in sorted(steps):
        now = START + at
        spent.add(now, count)
    day = sum(n for at, n in steps if (START + at) // HOUR_MS > now // HOUR_MS - 24)
    assert spent.day(now) == day == Spending(spent.memory()).day(now)


def test_a_clock_that_was_set_back_does_not_count_what_lies_in_its_future() -> None:
    spent = Spending()
    spent.add(START + 100 * HOUR_MS, 5_000)
    assert (spent.hour(START), spent.day(START)) == (0, 0)
