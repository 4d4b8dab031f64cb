"""The link model on exchanges that are made up: mode, pauses, forecast, and what survives a restart."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ManualClock
from console.sync.line.budget import Budget
from console.sync.line.link import BATCH_S, DAY_MS, LONGEST_PAUSE_S, Exchange, LineMemory, Link
from console.sync.line.size import Size
from console.wire.meter import Carried

QUICK = Exchange(sent=300, received=400, first_byte=0.04, seconds=0.04)


def new_link() -> tuple[Link, ManualClock]:
    clock = ManualClock()
    return Link(clock, random.Random(7)), clock


def test_a_line_that_was_never_used_says_so_and_one_good_call_makes_it_live() -> None:
    link, clock = new_link()
    assert (link.mode, link.open, link.last_contact, link.rtt_ms) == ("belum", False, None, None)
    link.done(QUICK)
    assert (link.mode, link.last_contact) == ("langsung", clock.now())
    assert link.rtt_ms == pytest.approx(40)
    # Nobody counted what crossed: the packets' headers are guessed.
    assert 300 < link.bytes_up < 500 and 400 < link.bytes_down < 600


def test_cut_and_fake_are_told_apart_and_end_with_the_next_good_call() -> None:
    link, _ = new_link()
    link.done(QUICK)
    link.failed("cut")
    assert link.mode == "putus"
    link.failed("fake")
    assert link.mode == "internet_palsu"
    link.done(QUICK)
    assert link.mode == "langsung"


def test_a_slow_line_saves_and_stops_saving_only_when_it_is_clearly_better() -> None:
    link, _ = new_link()
    link.done(Exchange(300, 400, 2.0, 2.0))
    assert link.mode == "hemat"
    while link.rtt_ms is not None and link.rtt_ms > 1_200:
        link.done(Exchange(300, 400, 1.0, 1.0))
    assert link.mode == "hemat"
    for _ in range(20):
        link.done(QUICK)
    assert link.mode == "langsung"


def test_a_thin_line_is_known_by_its_rate_and_a_held_back_reply_says_nothing() -> None:
    link, _ = new_link()
    link.done(QUICK)
    link.done(Exchange(300, 400, 24.9, 24.9, waited=True))
    assert link.rtt_ms == pytest.approx(40)
    link.done(Exchange(sent=40_000, received=400, first_byte=10.04, seconds=10.04))
    assert link.up == pytest.approx(4_000)
    assert link.mode == "hemat"


def test_one_long_outage_is_no_lossy_line_but_one_that_breaks_again_and_again_is() -> None:
    link, _ = new_link()
    link.done(QUICK)
    for _ in range(50):
        link.failed("cut")
    link.done(QUICK)
    assert link.mode == "langsung"
    for _ in range(10):
        link.failed("cut")
        link.done(QUICK)
    assert link.mode == "hemat"


@given(st.integers(1, 10_000), st.integers())
def test_the_back_off_grows_but_stays_within_its_bounds(failures: int, seed: int) -> None:
    link = Link(ManualClock(), random.Random(seed))
    pause = link.back_off(failures)
    assert 0 < pause <= LONGEST_PAUSE_S
    assert failures > 1 or pause <= 1.0
    assert failures < 8 or pause >= LONGEST_PAUSE_S / 2


def test_rooms_do_not_come_back_all_at_once() -> None:
    pauses = [Link(ManualClock(), random.Random(seed)).back_off(9) for seed in range(60)]
    assert max(pauses) - min(pauses) > 20


def test_what_the_centre_asked_for_survives_a_restart_and_a_clock_that_is_set_back() -> None:
    link, clock = new_link()
    link.carried(Carried(300, 400, "wwan0", exact=True))
    link.done(QUICK)
    link.held_off(90)
    clock.advance(30_000)
    again = Link(clock, random.Random(1))
    again.recall(msgspec.json.decode(msgspec.json.encode(link.memory()), type=LineMemory))
    assert again.asked_pause() == pytest.approx(60)
    assert (again.bytes_up, again.last_contact, again.mode) == (300, link.last_contact, "putus")
    clock.advance(-7 * DAY_MS)
    assert again.asked_pause() == pytest.approx(90)
    clock.advance(7 * DAY_MS + 60_000)
    assert again.asked_pause() == 0


def test_each_link_has_its_own_budget_and_its_own_spending_also_after_a_restart() -> None:
    link, clock = new_link()
    link.budgets = {"wwan0": Budget(per_hour=1_000), "": Budget(per_hour=5_000)}
    link.carried(Carried(900, 600, "wwan0", exact=True))
    link.done(QUICK)
    assert (link.name, link.within_budget, link.spent.hour(clock.now())) == ("wwan0", False, 1_500)
    link.carried(Carried(100, 100, "eth0", exact=True))
    assert (link.name, link.within_budget, link.budget.per_hour) == ("eth0", True, 5_000)
    assert link.rtt_ms is None, "what was measured on another link says nothing of this one"
    again = Link(clock, random.Random(1))
    again.recall(msgspec.json.decode(msgspec.json.encode(link.memory()), type=LineMemory))
    again.budgets = link.budgets
    assert (again.name, again.spent.hour(clock.now())) == ("eth0", 200)
    again.carried(Carried(0, 0, "wwan0", exact=True))
    assert not again.within_budget
    clock.advance(3_600_000)
    assert again.within_budget
    assert again.names == ["wwan0", "eth0"]


def test_the_forecast_follows_from_what_was_measured() -> None:
    link, _ = new_link()
    assert link.drain_s(0, 100) == 0
    assert link.drain_s(500, 100) is None
    link.done(Exchange(300, 400, 0.5, 0.5))
    link.done(Exchange(sent=10_000, received=400, first_byte=1.5, seconds=1.5), entries=400)
    assert link.drain_s(4_000, 400) is None
    link.done(Exchange(sent=10_000, received=400, first_byte=1.5, seconds=1.5), entries=400)
    # 10,000 bytes in a second beyond the round trip, 25 bytes an entry: 4,000 entries are 10 s and two trips of 0.5 s.
    assert link.drain_s(4_000, 400) == pytest.approx(11)
    link.failed("cut")
    assert link.drain_s(4_000, 400) is None


@given(
    rate=st.floats(2_000, 200_000), trip=st.floats(0.05, 1.5), each=st.floats(8, 60), entries=st.integers(2_000, 20_000)
)
def test_on_a_steady_line_the_forecast_is_right_within_a_factor_of_two(
    rate: float, trip: float, each: float, entries: int
) -> None:
    """Each forecast that is given while a queue drains, against the time that it then takes. A batch costs its share of
    headers and compresses the worse the smaller it is, and the first one opens the connection."""
    link, _ = new_link()
    link.done(Exchange(300, 400, trip, trip))
    size, left, now, said = Size(200, 1, 5_000, BATCH_S), entries, 0.0, []
    while left:
        batch = min(size.value, left)
        sent = int(400 + batch * each * (1 + 100 / (batch + 100)))
        took = sent / rate + trip * (1 if said else 2)
        now, left = now + took, left - batch
        link.done(Exchange(sent, 300, took, took), entries=batch)
        size.carried(batch, took, trip)
        said.append((now, left, link.drain_s(left, size.value)))
    checked = [(now - at, forecast) for at, left, forecast in said if left and forecast is not None and now - at > 2]
    assert [x for x in checked if not x[0] / 2 <= x[1] <= x[0] * 2] == [], (rate, trip, each, entries)


def test_patience_grows_with_what_is_carried_and_with_the_line() -> None:
    link, _ = new_link()
    unknown = link.patience()
    link.done(QUICK)
    assert link.patience() < unknown <= 20
    link.done(Exchange(sent=10_000, received=400, first_byte=10.04, seconds=10.04), entries=400)
    assert link.patience(400) > 10_000 / 1_000
    assert link.patience(10**6) == 120


def test_the_history_keeps_a_day_and_the_mode_that_held_when_it_began() -> None:
    link, clock = new_link()
    for _ in range(4):
        for _ in range(20):
            link.done(QUICK)
        clock.advance(DAY_MS // 4)
        link.failed("cut")
        clock.advance(DAY_MS // 4)
    link.done(QUICK)
    assert [mode for _, mode in link.history] == ["putus", "langsung", "putus", "langsung", "putus", "langsung"]
    assert link.history[0][0] < clock.now() - DAY_MS <= link.history[1][0]
