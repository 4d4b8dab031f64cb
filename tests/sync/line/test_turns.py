"""Which lanes may move, and what screens see of them."""

from __future__ import annotations

import random

import pytest

from console.domain.clock import ManualClock
from console.domain.views import LaneState
from console.sync.lane_states import LineNow, Load, lane_states
from console.sync.line.budget import Budget
from console.sync.line.link import Exchange, Link
from console.sync.line.turns import PATIENT, PATIENT_EVERY_S, Turns

OPEN = LineNow("langsung")


def lanes(line: LineNow, up: dict[str, Load], down: dict[str, int | None]) -> dict[str, LaneState]:
    return {state.key: state for state in lane_states(line, up, down)}  # type: ignore[arg-type]


def test_patient_lanes_wait_for_the_budget_for_a_long_queue_and_for_their_turn_on_a_thin_line() -> None:
    clock = ManualClock()
    link = Link(clock, random.Random(1))
    turns = Turns(link, clock)
    link.done(Exchange(300, 400, 0.1, 0.1))
    turns.had()
    assert (turns.why(draining=False), turns.why(draining=True)) == ("", "queue")
    link.budgets = {"": Budget(per_hour=1)}
    assert turns.why(draining=True) == "budget"
    link.budgets = {}
    link.done(Exchange(300, 400, 20.0, 20.0))
    assert link.mode == "hemat"
    assert turns.why(draining=False) == "thin"
    clock.advance(int(PATIENT_EVERY_S * 1000))
    assert turns.why(draining=False) == ""
    turns.had()
    assert turns.why(draining=False) == "thin"


def test_lanes_come_most_urgent_first_and_an_empty_one_says_so() -> None:
    found = lane_states(OPEN, {}, {"own": 0, "city": 0, "readings": 0, "others": 0})
    assert [s.key for s in found] == ["outbox", "own", "city", "readings", "others", "blobs", "history"]
    assert {(s.state, s.why, s.drain_s, s.waiting_down, s.bytes_down) for s in found} == {("empty", "", 0.0, 0, 0)}


def test_what_waits_is_counted_and_moves_with_its_forecast() -> None:
    found = lanes(OPEN, {"outbox": Load(30, 9_000, drain_s=4.0)}, {"others": 7})
    assert found["outbox"] == LaneState("outbox", 30, 9_000, 0, 0, "moving", "", 4.0)
    assert found["others"] == LaneState("others", 0, 0, 7, None, "moving", "", None)


@pytest.mark.parametrize("why", ["budget", "queue", "thin"])
def test_what_is_patient_waits_and_says_for_what_while_what_is_urgent_moves(why: str) -> None:
    up = {"outbox": Load(3, 900), "readings": Load(2, 500)}
    found = lanes(LineNow("hemat", patience=why), up, {"own": 1, "others": 2})
    assert [found[k].state for k in ("outbox", "own", "city")] == ["moving", "moving", "empty"]
    assert {(found[k].state, found[k].why) for k in ("readings", "others")} == {("held", why)}
    assert found["blobs"].state == "empty"
    assert set(PATIENT) == {"readings", "others", "blobs", "history"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (LineNow("putus"), "cut"),
        (LineNow("internet_palsu", problem="line_fake"), "portal"),
        (LineNow("langsung", problem="revoked"), "revoked"),
        (LineNow("langsung", asked=True), "asked"),
        (LineNow("langsung", full=True), "full"),
    ],
)
def test_a_line_that_does_not_work_claims_nothing_of_the_other_end(line: LineNow, why: str) -> None:
    found = lanes(line, {"outbox": Load(3, 900, drain_s=1.0)}, {"own": None})
    assert found["outbox"] == LaneState("outbox", 3, 900, 0, 0, "held", why, None)
    assert found["own"] == LaneState("own", 0, 0, None, None, "held", why, None)


def test_a_queue_that_is_refused_whole_is_held_and_one_that_is_not_moves() -> None:
    assert lanes(OPEN, {"outbox": Load(3, 900, refused=3)}, {})["outbox"].why == "refused"
    assert lanes(OPEN, {"outbox": Load(4, 900, refused=3)}, {})["outbox"].state == "moving"


def test_a_room_without_a_centre_keeps_its_queue_and_waits_for_nothing() -> None:
    found = lanes(LineNow("mandiri"), {"outbox": Load(5, 100)}, {})
    assert (found["outbox"].why, found["own"].state) == ("alone", "empty")
