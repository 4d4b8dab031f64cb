"""How much is carried at once, on lines that are made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.sync.line.size import Size


def test_a_quick_line_soon_carries_the_most() -> None:
    size = Size(200, 1, 5_000, 5.0)
    for _ in range(6):
        size.carried(size.value, 0.1)
    assert size.value == 5_000


def test_a_carry_that_was_not_full_says_nothing_about_more() -> None:
    size = Size(200, 1, 5_000, 5.0)
    size.carried(3, 0.1)
    assert size.value == 200


def test_a_slow_line_carries_what_it_can_in_time() -> None:
    size = Size(200, 1, 5_000, 5.0)
    size.carried(200, 20.0)
    assert size.value == 50


def test_a_thin_line_with_a_long_way_carries_its_seconds_after_two_carries() -> None:
    """64 kbit/s, 20 bytes an entry, 800 ms there and back: the way does not count as slowness."""
    size = Size(200, 1, 5_000, 10.0)
    for _ in range(2):
        size.carried(size.value, 0.8 + size.value * 20 / 8_000, 0.8)
    assert size.value == 4_000


def test_what_broke_is_approached_with_care() -> None:
    """A line that cuts everything above 90: few breaks, and most of what it carries is near to that."""
    size, breaks, carried = Size(500, 20, 5_000, 5.0), 0, []
    for _ in range(60):
        if size.value > 90:
            breaks += 1
            size.broke(size.value)
        else:
            carried.append(size.value)
            size.carried(size.value, 0.1)
    assert breaks <= 10
    assert sum(carried) / len(carried) > 45


@given(st.lists(st.tuples(st.sampled_from(["carried", "broke", "refused"]), st.floats(0, 1e6))))
def test_it_stays_within_its_bounds(steps: list[tuple[str, float]]) -> None:
    size = Size(200, 20, 5_000, 5.0)
    for what, seconds in steps:
        getattr(size, what)(size.value, *([seconds] if what == "carried" else []))
        assert 20 <= size.value <= 5_000
