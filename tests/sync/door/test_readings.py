"""Readings through the door: each room sees the others' newest, a late revision wins, and the centre gets each of them once,
from whoever reaches it first."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from console.store import readings
from console.sync.door import content, frame_flow
from console.sync.door.frame_flow import FrameFlow, Gaps
from console.sync.door.messages import FRAMES, READINGS, FramesAsked, FramesGiven, packed
from console.sync.door.server import DoorServer
from tests.small_city import NORTH, SOUTH
from tests.sync.door.test_door import at_the_door, calling, introduced, send
from tests.sync.town import Post, Town, frame

MINUTE = 30_000_000


async def second_desk(town: Town) -> Post:
    desk = await town.room("north-2", NORTH, "kecamatan", "Meja kedua")
    await town.publish(town.north, desk)
    return desk


async def latest(post: Post) -> dict[str, float]:
    found = await post.store.read_readings(lambda db: readings.latest(db, post.city))
    return {code: reading.value for code, reading in found.items()}


async def kept(post: Post) -> set[tuple[str, int, int]]:
    rows = await post.store.read_readings(
        lambda db: db.execute("SELECT source, minute, revision FROM frames").fetchall()
    )
    return {tuple(row) for row in rows}  # type: ignore[misc]


async def flow(post: Post, server: DoorServer) -> None:
    """Everything, both ways."""
    async with calling(post, server) as client:
        passing = FrameFlow(post.store, client)
        while await passing.exchange((await client.heads()).frames):
            pass


def test_each_sees_the_others_readings(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.north.store.record_frames([frame(NORTH, MINUTE, 7)])
        await town.south.store.record_frames([frame(SOUTH, MINUTE, 9)])
        await flow(town.south, server)
        expected = {"990101-tma": 7.0, "990102-hujan": 0.9}
        assert await latest(town.north) == await latest(town.south) == expected

    at_the_door(tmp_path, story)


def test_a_late_revision_wins_whichever_way_it_comes(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        first = frame(NORTH, MINUTE, 1)
        late = msgspec.structs.replace(frame(NORTH, MINUTE, 2), revision=2)
        later = msgspec.structs.replace(frame(NORTH, MINUTE, 3), revision=3)
        await town.north.store.record_frames([first])
        async with calling(town.south, server) as client:
            passing = FrameFlow(town.south.store, client)
            await passing.exchange((await client.heads()).frames)
            await town.north.store.record_frames([late])
            await town.south.store.take_frames([first])
            await passing.exchange((await client.heads()).frames)
            assert (await latest(town.south))["990101-tma"] == 2.0
            await town.south.store.take_frames([later])
            await passing.exchange((await client.heads()).frames)
            assert (await latest(town.north))["990101-tma"] == 3.0
        assert await kept(town.north) == await kept(town.south) == {("simulasi", MINUTE, 3)}

    at_the_door(tmp_path, story)


def test_what_the_centre_lacks_is_taken_on_by_those_whose_it_is(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        desk = await second_desk(town)
        await town.north.store.record_frames([frame(NORTH, MINUTE + k) for k in range(3)])
        await flow(desk, server)
        await flow(town.south, server)
        assert await desk.store.frames_outbox(9) == await town.north.store.frames_outbox(9)
        assert await town.south.store.frames_outbox(9) == []
        # The desk reaches the centre first; what comes from there waits here no more.
        sent = await desk.store.frames_outbox(9)
        await desk.store.frames_sent(sent)
        await town.north.store.take_frames(sent[:2], at_centre=True)
        assert await town.north.store.frames_outbox(9) == sent[2:]
        await flow(desk, server)
        assert await desk.store.frames_outbox(9) == []

    at_the_door(tmp_path, story)


def test_a_revision_made_meanwhile_still_goes_to_the_centre(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        first, late = frame(NORTH, MINUTE), msgspec.structs.replace(frame(NORTH, MINUTE, 6), revision=2)
        await town.north.store.record_frames([first])
        await town.north.store.record_frames([late])
        await town.north.store.take_frames([first], at_centre=True)
        assert await town.north.store.frames_outbox(9) == [late]

    at_the_door(tmp_path, story)


def test_pages_are_bounded_and_the_newest_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FRAMES_PAGE", 4)
    monkeypatch.setattr(frame_flow, "PAGES", 2)
    monkeypatch.setattr(frame_flow, "DEPTH", 30)

    async def story(town: Town, server: DoorServer) -> None:
        await town.north.store.take_frames([frame(NORTH, MINUTE + k) for k in range(40)])
        async with calling(town.south, server) as client:
            passing = FrameFlow(town.south.store, client)
            reach = (await client.heads()).frames
            assert await passing.exchange(reach)
            assert {m for _, m, _ in await kept(town.south)} == {MINUTE + k for k in range(32, 40)}
            await town.north.store.take_frames([frame(NORTH, MINUTE + 40)])
            assert await passing.exchange((await client.heads()).frames)
            assert MINUTE + 40 in {m for _, m, _ in await kept(town.south)}
            while await passing.exchange((await client.heads()).frames):
                pass
        assert {m for _, m, _ in await kept(town.south)} == {MINUTE + k for k in range(10, 41)}

    at_the_door(tmp_path, story)


def test_what_passed_is_not_carried_back(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.north.store.take_frames([frame(NORTH, MINUTE + k) for k in range(5)])
        async with calling(town.south, server) as client:
            passing = FrameFlow(town.south.store, client)
            given: list[FramesGiven] = []
            give = client.give_frames

            async def count(page: FramesGiven) -> None:
                given.append(page)
                await give(page)

            client.give_frames = count  # type: ignore[method-assign]
            while await passing.exchange((await client.heads()).frames):
                pass
            assert given == []

    at_the_door(tmp_path, story)


def test_readings_of_another_city_or_out_of_range_are_not_taken(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        foreign = msgspec.structs.replace(frame(NORTH, MINUTE), territory="32.73.02")
        wild = msgspec.structs.replace(frame(NORTH, MINUTE), minute=2**40)
        bent = msgspec.structs.replace(frame(NORTH, MINUTE), quality=())
        pages = [
            FramesGiven([foreign]), FramesGiven([wild]), FramesGiven([frame(NORTH, MINUTE)], on=[1]), FramesGiven([bent]),
        ]  # fmt: skip

        def give() -> list[int]:
            talk, seal = introduced(town.south, server.port)
            answers = []
            for k, page in enumerate(pages, start=1):
                body = seal.ask(k, READINGS, packed(page))
                answers.append(send(server.port, READINGS, body, f"{talk}:{k}")[0])
            asked = seal.ask(9, FRAMES, packed(FramesAsked(-1, 2**63)))
            return [*answers, send(server.port, FRAMES, asked, f"{talk}:9")[0]]

        assert await asyncio.to_thread(give) == [400, 400, 400, 200, 400]
        assert await kept(town.north) == set()

    at_the_door(tmp_path, story)


def test_gaps_are_carried_newest_first_and_none_twice() -> None:
    gaps, carried = Gaps(), []

    def carry(at_most: int) -> None:
        if (stretch := gaps.next) is not None:
            after, before = stretch
            places = list(range(before - 1, after, -1))[:at_most]
            carried.extend(places)
            gaps.done(places[-1] if len(places) == at_most else after)

    for top in (10, 10, 25):
        gaps.reach(top)
        carry(4)
    while gaps.next is not None:
        carry(4)
    assert sorted(carried) == list(range(1, 26))
    assert carried[8] == 25 and carried[-1] == 1
    gaps.reach(3)
    assert gaps.next == (0, 4)
