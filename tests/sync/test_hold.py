"""How long an empty answer may be held back, on lines that are made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.sync.lane import Hold


def test_a_line_that_bears_it_waits_longer_and_longer_up_to_the_longest() -> None:
    hold = Hold(25.0, 55.0, 10.0)
    waits = []
    for _ in range(6):
        waits.append(hold.seconds)
        hold.held(hold.seconds)
    assert waits == [25, 35, 45, 55, 55, 55]


def test_news_before_the_end_of_a_wait_says_nothing_about_longer_ones() -> None:
    hold = Hold(25.0, 55.0, 10.0)
    hold.held(3.0)
    assert hold.seconds == 25


@given(st.floats(26, 60))
def test_behind_a_proxy_that_cuts_idle_lines_it_settles_below_the_cut(cut: float) -> None:
    hold, breaks = Hold(25.0, 55.0, 10.0), 0
    for _ in range(40):
        if hold.seconds > cut:
            breaks += 1
            hold.broke(cut)
        else:
            hold.held(hold.seconds)
    assert breaks <= 2 and 25 <= hold.seconds <= cut


def test_a_line_that_breaks_soon_does_not_shorten_the_wait() -> None:
    hold = Hold(25.0, 55.0, 10.0)
    hold.held(25.0)
    hold.broke(2.0)
    assert hold.seconds == 35
