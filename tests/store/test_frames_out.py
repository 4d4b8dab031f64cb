"""What waits for the centre stays within its bounds: thinned to the extremes of each hour, then dropped, and counted."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ManualClock
from console.domain.reading import Frame
from console.store import frames_out, readings
from console.store.store import Store
from tests.small_city import NORTH

MINUTE, HOUR, DAY = 60_000, 3_600_000, 24 * 3_600_000
TMA, RAIN = "990101-tma", "990101-hujan"
FIRST = 490_000 * 60
"""A minute that begins an hour."""
LATE = FIRST * MINUTE + 5 * DAY
AT = tuple(range(0, MINUTE, 10_000))


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    readings.prepare(made)
    yield made
    made.close()


def frame(minute: int, *rows: tuple[int | None, ...], revision: int = 1, quality: tuple[int, ...] = ()) -> Frame:
    sensors = (TMA, RAIN)[: len(rows)]
    return Frame(NORTH, "uji", FIRST + minute, revision, sensors, AT, rows, quality or (0,) * len(rows))


def by_hour(frames: list[Frame]) -> dict[tuple[str, int, int], list[tuple[int, int]]]:
    """(value, ms since epoch) by sensor, quality and hour."""
    out: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
    for f in frames:
        for sensor, values, quality in zip(f.sensors, f.values, f.quality, strict=True):
            for at, value in zip(f.at, values, strict=True):
                if value is not None:
                    out.setdefault((sensor, quality, f.minute // 60), []).append((value, f.minute * MINUTE + at))
    return out


rows = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=6, max_size=6).map(tuple)


@given(st.dictionaries(st.integers(0, 150), st.tuples(rows, rows, st.integers(0, 2)), min_size=1))
def test_thinning_keeps_the_lowest_and_the_highest_of_each_hour_where_they_stood(
    minutes: dict[int, tuple[tuple[int | None, ...], tuple[int | None, ...], int]],
) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    readings.prepare(db)
    frames = [frame(m, tma, rain, quality=(q, 0)) for m, (tma, rain, q) in minutes.items()]
    readings.take(db, frames, own=True)
    before = by_hour(frames)
    gone = frames_out.bound(db, LATE)
    after = by_hour(frames_out.outbox(db, 10_000))
    assert after.keys() == before.keys()
    for key, told in after.items():
        assert set(told) <= set(before[key])
        assert len(told) <= 2
        assert {min(told)[0], max(told)[0]} == {min(before[key])[0], max(before[key])[0]}
    assert gone == sum(map(len, before.values())) - sum(map(len, after.values()))
    assert frames_out.bound(db, LATE) == 0
    db.close()


def test_what_is_young_waits_as_it_was_recorded_and_an_older_revision_counts_for_nothing(
    db: sqlite3.Connection,
) -> None:
    young = (LATE - frames_out.FULL_MS) // MINUTE - FIRST
    old = [frame(0, (1, 2, 3, 4, 5, 6)), frame(0, (9, 8, 7, 7, 7, 7), revision=2)]
    recent = [frame(young + k, (k, 1, 2, 3, 4, 5)) for k in range(3)]
    readings.take(db, [*old, *recent], own=True)
    assert frames_out.bound(db, LATE) == 4, "of the six in the newest revision"
    left = frames_out.outbox(db, 9)
    assert left[:3] == recent[::-1]
    assert [(f.revision, f.at, f.values) for f in left[3:]] == [(2, (0, 20_000), ((9, 7),))]


def test_a_queue_beyond_its_bytes_loses_its_oldest_and_says_how_many(db: sqlite3.Connection) -> None:
    readings.take(db, [frame(k, (1, 2, 3, 4, 5, 6)) for k in range(100)], own=True)
    now = (FIRST + 100) * MINUTE
    size = frames_out.waiting(db)[1]
    assert frames_out.bound(db, now, size) == 0
    assert frames_out.bound(db, now, size // 2) == 50 * 6
    assert min(f.minute for f in frames_out.outbox(db, 999)) == FIRST + 50
    assert frames_out.left_out(db, now) == 300
    assert frames_out.left_out(db, now + frames_out.NOTE_MS) == 0


def test_what_is_told_is_what_was_left_out_lately(db: sqlite3.Connection) -> None:
    readings.take(db, [frame(k, (1, 2, 3, 4, 5, 6)) for k in range(20)], own=True)
    size, now = frames_out.waiting(db)[1], (FIRST + 30) * MINUTE
    frames_out.bound(db, now, size // 2)
    frames_out.bound(db, now + DAY, size // 4)
    assert frames_out.left_out(db, now + DAY) == 15 * 6
    frames_out.bound(db, now + 2 * frames_out.NOTE_MS, size // 8)
    assert 0 < frames_out.left_out(db, now + 2 * frames_out.NOTE_MS) <= 5 * 6


async def test_a_week_without_a_line_waits_hardly_longer_than_two_days_of_it(
    open_store: Callable[..., Store], clock: ManualClock
) -> None:
    store, chance = open_store(), random.Random(1)
    clock.advance(FIRST * MINUTE - clock.now())
    sizes: list[int] = []
    for day in range(8):
        minutes = range(day * 1440, (day + 1) * 1440, 4)
        values = tuple(chance.randint(0, 900) for _ in AT)
        await store.record_frames([frame(m, values, values) for m in minutes])
        clock.advance(DAY)
        await store.prune()
        sizes.append((await store.frames_waiting())[1])
    assert sizes[7] < 1.6 * sizes[1]
    assert await store.frames_left_out() > 0
