"""Telemetry at rest: late revisions replace, windows give exact extremes, gaps stay gaps, nothing hostile stops the rest."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.city import City, Sensor
from console.domain.clock import ManualClock
from console.domain.reading import Frame
from console.store import frames_out, readings
from console.store.store import Store
from tests.small_city import NORTH

TMA, RAIN = "990101-tma", "990101-hujan"
MINUTE = 60_000
START = 1_764_000_000_000 // MINUTE


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    readings.prepare(made)
    yield made
    made.close()


def frame(
    minute: int, values: tuple[int | None, ...], revision: int = 1, simulated: bool = False, **more: object
) -> Frame:
    at = tuple(range(0, MINUTE, MINUTE // len(values)))[: len(values)]
    made = Frame(NORTH, "uji", START + minute, revision, (TMA,), at, (values,), (0,), simulated)
    return msgspec.structs.replace(made, **more)


def sensor(city: City, code: str = TMA) -> Sensor:
    found = city.sensor(code)
    assert found is not None
    return found


def window(db: sqlite3.Connection, city: City, minutes: int = 10, columns: int = 10_000) -> list[float]:
    got = readings.series(db, sensor(city), START * MINUTE, (START + minutes) * MINUTE, columns)
    return [v for v in got.high if not math.isnan(v)]


def test_a_late_revision_replaces_and_an_early_one_changes_nothing(db: sqlite3.Connection, city: City) -> None:
    assert readings.take(db, [frame(0, (1, 2, 3))], own=False) == 1
    assert readings.take(db, [frame(0, (9, None, 9), revision=2)], own=False) == 1
    assert readings.take(db, [frame(0, (7, 7, 7), revision=1), frame(0, (8, 8, 8), revision=2)], own=False) == 0
    found = db.execute("SELECT value FROM readings ORDER BY at").fetchall()
    assert found == [(9,), (9,)]
    readings.take(db, [frame(1, (4, 5))], own=False)
    assert window(db, city) == [9, 9, 4, 5]


@given(st.data())
def test_extremes_are_those_of_numpy(city: City, data: st.DataObject) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    readings.prepare(db)
    minutes = data.draw(st.lists(st.integers(0, 59), min_size=1, max_size=20, unique=True))
    for minute in minutes:
        values = tuple(data.draw(st.lists(st.none() | st.integers(-(2**40), 2**40), min_size=6, max_size=6)))
        readings.take(db, [frame(minute, values)], own=False)
    begin = START * MINUTE + data.draw(st.integers(-MINUTE, 5 * MINUTE))
    end = begin + data.draw(st.integers(1, 60 * MINUTE))
    got = readings.series(db, sensor(city), begin, end, data.draw(st.integers(-3, 500)))
    found = db.execute("SELECT at, value FROM readings WHERE at >= ? AND at < ? ORDER BY at", (begin, end)).fetchall()
    check_columns(got.at, got.low, got.high, found, begin, end)
    assert (got.last_at, got.last) == ((found[-1][0], found[-1][1]) if found else (None, None))
    db.close()


def check_columns(
    at: list[float], low: list[float], high: list[float], found: list[tuple[int, int]], begin: int, end: int
) -> None:
    assert len(at) == len(low) == len(high) >= 1
    edges = np.array([*at, end], dtype=float)
    times, values = np.array([t for t, _ in found], dtype=float), np.array([v for _, v in found], dtype=float)
    column = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(at) - 1)
    for k in range(len(at)):
        inside = values[column == k]
        if len(inside):
            assert (low[k], high[k]) == (inside.min(), inside.max())
        else:
            assert math.isnan(low[k])
            assert math.isnan(high[k])


def test_no_column_is_narrower_than_the_sensor_speaks(db: sqlite3.Connection, city: City) -> None:
    """So an empty column is a real gap: six values a minute, columns of 15 s, one minute of silence."""
    for minute in (0, 1, 3):
        readings.take(db, [frame(minute, (1, 2, 3, 4, 5, 6))], own=False)
    got = readings.series(db, sensor(city), START * MINUTE, (START + 4) * MINUTE, 10_000)
    assert [math.isnan(v) for v in got.low] == [False] * 8 + [True] * 4 + [False] * 4


def test_physical_units_and_the_word_simulated(db: sqlite3.Connection, city: City) -> None:
    readings.take(db, [frame(0, (125,), sensors=(RAIN,), simulated=True)], own=False)
    readings.take(db, [frame(1, (130,), sensors=(RAIN,))], own=False)
    got = readings.series(db, sensor(city, RAIN), START * MINUTE, (START + 2) * MINUTE, 100)
    assert (got.low, got.high, got.last) == ([12.5], [13.0], 13.0)
    assert got.simulated, "one simulated value in the window marks the whole chart"
    later = readings.series(db, sensor(city, RAIN), (START + 1) * MINUTE, (START + 2) * MINUTE, 100)
    assert not later.simulated
    latest = readings.latest(db, city)[RAIN]
    assert (latest.value, latest.at, latest.simulated, latest.source) == (13.0, (START + 1) * MINUTE, False, "uji")


def test_a_sensor_that_never_spoke_is_a_gap(db: sqlite3.Connection, city: City) -> None:
    got = readings.series(db, sensor(city), 0, 10**9, 50)
    assert len(got.low) == 50
    assert all(math.isnan(v) for v in got.low)
    assert (got.last, got.simulated) == (None, False)
    assert readings.latest(db, city) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": ()}, {"values": ((1,), (2,))}, {"quality": (0, 0)}, {"quality": (7,)}, {"at": (-1,)}, {"at": (60_000,)},
        {"values": ((2**80,),)}, {"values": ((1, 2),)}, {"minute": 2**60}, {"minute": -1}, {"revision": 2**70},
    ],
)  # fmt: skip
def test_a_frame_that_does_not_fit_together_stops_no_other(
    wrong: dict[str, object], db: sqlite3.Connection, city: City
) -> None:
    bad = msgspec.structs.replace(frame(5, (1,)), **wrong)
    assert readings.take(db, [bad, frame(0, (3,))], own=True) == 1
    assert window(db, city) == [3]
    assert len(frames_out.outbox(db, 9)) == 1


async def test_only_our_own_frames_wait_for_the_centre(open_store: Callable[..., Store]) -> None:
    store = open_store()
    told = []
    store.told = lambda topic, _: told.append(topic)
    await store.take_frames([frame(0, (1,), source="lain")])
    await store.record_frames([frame(0, (1,)), frame(1, (2,))])
    waiting = await store.frames_outbox(2)
    assert [f.minute for f in waiting] == [START + 1, START], "newest first"
    await store.record_frames([frame(0, (5,), revision=2)])
    await store.frames_sent(waiting[1:])
    assert [(f.minute, f.revision) for f in await store.frames_outbox(9)] == [(START, 2), (START + 1, 1)]
    assert told == ["readings"] * 3
    await store.take_frames([frame(0, (1,), source="lain")])
    assert told == ["readings"] * 3


async def test_old_readings_are_forgotten(open_store: Callable[..., Store], clock: ManualClock, city: City) -> None:
    store = open_store()
    await store.record_frames([frame(0, (1,)), frame(1, (2,))])
    clock.advance((START + 1) * MINUTE + readings.KEEP_MS - clock.now())
    await store.prune()
    latest = await store.read_readings(lambda db: readings.latest(db, city))
    assert latest[TMA].at == (START + 1) * MINUTE
    count = await store.read_readings(lambda db: db.execute("SELECT COUNT(*) FROM readings").fetchone()[0])
    assert count == 1
    assert len(await store.frames_outbox(9)) == 2, "what the centre does not have yet is kept"


def test_how_many_spoke_in_each_hour(db: sqlite3.Connection) -> None:
    now = START * MINUTE + 12 * 60 * MINUTE
    readings.take(
        db,
        [frame(0, (1,)), frame(5, (1,)), frame(0, (1,), sensors=(RAIN,), source="lain"), frame(11 * 60, (1,))],
        own=False,
    )
    assert readings.live_by_hour(db, now) == (2.0, *[0.0] * 10, 1.0)


async def test_readers_never_write(open_store: Callable[..., Store]) -> None:
    store = open_store()
    for read in (store.read, store.read_readings):
        for sql in ("CREATE TABLE x(y)", "DELETE FROM sqlite_schema", "PRAGMA user_version = 9", "VACUUM"):
            with pytest.raises(sqlite3.OperationalError):
                await read(lambda db, sql=sql: db.execute(sql))  # type: ignore[misc]
    store.close()
    with pytest.raises(RuntimeError):
        await store.set_meta("x", "y")
    store.close()
