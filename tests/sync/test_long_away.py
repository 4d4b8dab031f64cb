"""A room that was away for a week, against the real centre through a proxy that keeps what crossed: its queue and its own
territory come before readings and other territories, and history comes last of all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.views import LaneState
from console.room import Room, open_room
from console.store.folder import Identity
from console.sync.line.link import LineMemory
from console.sync.ports import HISTORY, LINE
from console.wire.messages import FramesReply, FramesRequest
from tests.pictures import photo
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack
from tests.sync.recorder import Recorder
from tests.sync.test_lanes import write
from tests.sync.test_with_centre import enrolled, new, numbered, run, until

HOUR_MS, MINUTE = 3_600_000, 60_000
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
AT = tuple(range(0, 60_000, 2_000))
EVERY = 10
"""Minutes between the frames of the week at the centre."""


class ShiftedClock(SystemClock):
    """The machine's clock, moved."""

    def __init__(self, shift_ms: int = 0) -> None:
        self._shift_ms = shift_ms

    def now(self) -> int:
        return super().now() + self._shift_ms

    def monotonic(self) -> float:
        return super().monotonic() + self._shift_ms / 1000

    def advance(self, ms: int) -> None:
        self._shift_ms += ms


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


@asynccontextmanager
async def away(server: CentralServer, folder: Path, line: Recorder, clock: ShiftedClock) -> AsyncIterator[Room]:
    """A room of the north that has synced once and then lost its line."""
    city = read_city(make_small_pack(folder / "pack"))
    room = open_room(folder / "room", city, clock, identity=Identity(NORTH, NORTH, "uji"))
    try:
        await room.enrol(line.url, await asyncio.to_thread(server.code, NORTH))
        room.log_in_as(Operator("op-1", "Petugas uji", "koordinator", NORTH, ""))
        await room.sync_now()
        await until(numbered(room))
        await room.uplink.stop()
        await room.store.set_meta(HISTORY, "[]")  # what other tests left at the centre
        line.moved.clear()
        yield room
    finally:
        await room.close()


async def others_write(server: CentralServer, folder: Path, first_minute: int) -> None:
    """What happened meanwhile: the hall wrote in the north's journal, in its own and in the south's, and sensors spoke all
    week."""
    async with enrolled(server, folder / "b", CITY) as hall:
        await write(hall, NORTH, 150)
        await write(hall, CITY, 60)
        await write(hall, SOUTH, 120)
        await until(numbered(hall))
    source = folder.name  # of its own, since the tests share a centre
    frames = [their_frame(m, source) for m in range(first_minute, first_minute + WEEK_MS // MINUTE, EVERY)]
    device = await asyncio.to_thread(server.enrol, SOUTH)
    for k in range(0, len(frames), 500):
        await asyncio.to_thread(post_frames, device, frames[k : k + 500])


def own_frame(minute: int) -> Frame:
    return Frame(NORTH, "alat", minute, 1, ("990101-tma",), (0, 30_000), ((minute % 900, minute % 7),), (0,), True)


def their_frame(minute: int, source: str) -> Frame:
    """Of values that no packing makes small."""
    values = tuple(random.Random(f"{source}{minute}").choices(range(1_000_000), k=len(AT)))
    return Frame(SOUTH, source, minute, 1, ("990102-hujan",), AT, (values,), (0,), True)


def post_frames(device, frames: list[Frame]) -> None:  # type: ignore[no-untyped-def]
    with device.guard() as guard:
        guard.call("POST", f"{device.url}/v1/frames", FramesReply, FramesRequest(frames))


async def a_week_offline(room: Room, clock: ShiftedClock, edits: int) -> None:
    """Edits and readings, every day of it."""
    for _ in range(7):
        await write(room, NORTH, edits // 7)
        minute = clock.now() // MINUTE
        await room.store.record_frames([own_frame(minute + k) for k in range(0, 1440, EVERY)])
        clock.advance(DAY_MS)
        await room.store.prune()
    await write(room, NORTH, edits - edits // 7 * 7)


def moved(line: Recorder, lane: str, count: int) -> Callable[[], Awaitable[bool]]:
    """So much of a lane crossed."""

    async def condition() -> bool:
        return line.total(lane) >= count

    return condition


async def lane(room: Room, key: str) -> LaneState:
    return next(state for state in await room.lanes() if state.key == key)


def check_order(line: Recorder, edits: int) -> None:
    """What crossed did so in the order of urgency."""
    sent, own = 0, 0
    for moved in line.moved[: line.first("readings", "others", "history", "sent")]:
        sent += moved.count if moved.lane == "outbox" else 0
        own += moved.count if moved.lane == "own" else 0
    assert sent >= edits - 200, "a long queue goes before anything patient"
    assert own == 150 + 1, "and so does the room's own territory, with what opened the stream"
    assert line.first("blobs") > line.last("own", "city"), "no photo before the room is current"
    assert line.last("outbox", "own", "city", "readings", "others", "sent", "blobs") < line.first("history")
    readings, others = line.moved[line.first("readings")], line.moved[line.first("others")]
    assert readings.call <= others.call, "the latest readings no later than other territories"
    assert edits <= line.total("outbox") <= edits + 3, (
        "each went once, with the incident, its photo and what opens a stream"
    )


def history_minutes(line: Recorder) -> list[int]:
    return [minute for m in line.moved if m.lane == "history" for minute in m.minutes]


def test_a_week_away_drains_first_and_history_comes_last_newest_first(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        clock = ShiftedClock(-WEEK_MS)
        first_minute = clock.now() // MINUTE
        with Recorder(server.url, NORTH, CITY) as line:
            async with away(server, tmp_path, line, clock) as room:
                subject = await room.open_incident(new("Pohon tumbang"))
                await room.attach(subject, "pohon.jpg", photo(300, 200))
                await a_week_offline(room, clock, 10_000)
                await others_write(server, tmp_path, first_minute)
                assert (await lane(room, "readings")).left_out > 0
                await room.uplink.start()

                async def whole() -> bool:
                    return (await lane(room, "history")).state == "empty" and line.total("history") > 0

                await until(whole, 120)
                check_order(line, 10_000)
                got = history_minutes(line)
                assert got == sorted(got, reverse=True)
                assert line.total("blobs") > 0
                assert {state.state for state in await room.lanes()} == {"empty"}
                newest = next(m for m in line.moved if m.lane == "readings")
                assert max(newest.minutes) >= first_minute + WEEK_MS // MINUTE - EVERY
                sent = next(m for m in line.moved if m.lane == "sent")
                assert max(sent.minutes) > clock.now() // MINUTE - 2 * EVERY - 5, "its newest readings first"

    run(work())


@asynccontextmanager
async def a_week_away(
    server: CentralServer, folder: Path, count: int
) -> AsyncIterator[tuple[Room, ShiftedClock, Recorder]]:
    """A room that wrote `count` entries in a week without its line, while the others went on; its clock and its line."""
    clock = ShiftedClock(-WEEK_MS)
    first_minute = clock.now() // MINUTE
    with Recorder(server.url, NORTH, CITY) as line:
        async with away(server, folder, line, clock) as room:
            await a_week_offline(room, clock, count)
            await others_write(server, folder, first_minute)
            yield room, clock, line


@pytest.mark.slow
def test_on_a_thin_line_history_comes_a_page_in_each_turn_and_goes_on_after_a_restart(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with a_week_away(server, tmp_path, 700) as (room, clock, line):
            # Longer than what makes a line thin, both ways together.
            line.delay_s = 1.6
            await room.store.set_meta(LINE, msgspec.json.encode(LineMemory(1, rtt_ms=4_000.0)).decode())
            await room.uplink.start()

            async def first_page() -> bool:
                return (await lane(room, "history")).reached is not None

            await until(first_page, 120)
            assert room.link().mode == "hemat"
            check_order(line, 700)
            pages = [m for m in line.moved if m.lane == "history"]
            assert len(pages) == 1 and line.moved[-1] is pages[0]
            state = await lane(room, "history")
            assert state.waiting_down is None and state.reached == pages[0].minutes[-1] * MINUTE
            await room.uplink.stop()
            line.delay_s = 0.0
            clock.advance(MINUTE)
            await room.uplink.start()

            async def whole() -> bool:
                await room.sync_now()
                clock.advance(MINUTE)
                return (await lane(room, "history")).state == "empty"

            await until(whole, 120)
            got = history_minutes(line)
            assert len(got) == len(set(got)), "nothing came twice"
            assert got == sorted(got, reverse=True)

    run(work())


@pytest.mark.slow
def test_a_used_up_budget_is_overdrawn_by_what_is_urgent_alone_until_the_hour_turns(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with a_week_away(server, tmp_path, 1_000) as (room, clock, line):
            # Not so late in the hour that it turns by itself.
            clock.advance(HOUR_MS - clock.now() % HOUR_MS)
            await room.set_line_budget(1_000, 0)
            await room.uplink.start()
            await until(numbered(room), 120)
            await until(moved(line, "own", 151), 120)
            await room.sync_now()
            assert line.first("readings", "others", "history", "sent") == len(line.moved)
            assert room.link().bytes_hour > 1_000
            for key in ("readings", "others"):
                state = await lane(room, key)
                assert (state.state, state.why) == ("held", "budget")
                assert state.waiting_down or state.waiting_up
            # The next hour's budget carries the latest readings and the other territories, and no history to its end.
            await room.set_line_budget(20_000, 0)
            clock.advance(HOUR_MS)
            await room.sync_now()
            await until(moved(line, "others", 121), 120)

            async def used_up() -> bool:
                return (await lane(room, "history")).why == "budget"

            await until(used_up, 120)
            came = line.total("history")
            assert 0 < came < WEEK_MS // MINUTE // EVERY
            clock.advance(HOUR_MS)

            async def goes_on() -> bool:
                return line.total("history") > came

            await room.sync_now()
            await until(goes_on, 120)

    run(work())
