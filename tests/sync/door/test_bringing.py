"""Photos that a room without a door of its own brings to a neighbour's: taken only where they are lacking, as an entry names
them, resumed inside the file, and never wrong ones."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.domain.attachment import MAX_SIZE, MAX_THUMB
from console.store.blobs.blob_file import sha256
from console.store.blobs.plan import Scope
from console.sync.door.blobs import PIECE_BYTES, Blobs
from console.sync.door.bringing import BRING, LACKING, TRIES, Bringing, PieceBrought, Reached
from console.sync.door.messages import Nothing
from console.sync.door.neighbours import Neighbourhood
from console.wire.guard import Rejected
from tests.small_city import NORTH
from tests.sync.door.test_blobs import MORE
from tests.sync.door.test_door import calling, door_of, in_town, meet
from tests.sync.stick.test_blobs import LATER, PHOTO, SMALL, attach, holds
from tests.sync.town import Post, Town

BIG = b"besar" * MAX_THUMB


async def desks(town: Town) -> tuple[Post, Post]:
    """Two desks of one kecamatan: one that only calls, and one with a door."""
    desk = await town.room("desk", NORTH, "kecamatan", "Meja dua")
    await town.publish(town.north, town.south, desk)
    desk.store.blobs.scope = town.north.store.blobs.scope = Scope(NORTH, True)
    return town.north, desk


def test_a_room_without_a_door_gives_its_photos_while_there_is_no_line(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, desk = await desks(town)
        async with door_of(desk) as server:
            neighbourhood = Neighbourhood(north.store, north.key, lambda: None)
            neighbourhood.arrange(None, [f"127.0.0.1:{server.port}"])
            await neighbourhood.start()
            try:
                await attach(north, MORE, thumb=SMALL)
                neighbourhood.wake()
                async with asyncio.timeout(30):
                    while await holds(desk, SMALL, MORE) != [True, True]:
                        await asyncio.sleep(0.02)
            finally:
                await neighbourhood.stop()
        assert (await desk.store.blob_queue()).originals_up.count == 1, "whoever reaches the centre first brings it"

    in_town(tmp_path, story)


def test_it_stops_for_what_is_more_urgent_and_goes_on_inside_the_file(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, desk = await desks(town)
        await attach(north, MORE)
        async with door_of(desk) as server, calling(north, server) as client:
            await meet(north, server)
            asked = 0

            def after_one() -> bool:
                nonlocal asked
                asked += 1
                return asked > 2

            await Bringing(north.store, client).bring(after_one)
            assert (await desk.store.blobs.held(sha256(MORE))).have == PIECE_BYTES
            # Somebody who begins at the beginning is told where to go on.
            again = await client.ask(BRING, PieceBrought(sha256(MORE), len(MORE), 0, MORE[:PIECE_BYTES]), Reached)
            assert again == Reached(PIECE_BYTES, True)
            await Bringing(north.store, client).bring(lambda: False)
            assert await holds(desk, MORE) == [True]
            assert (await client.ask(LACKING, Nothing(), Blobs)).listed() == []

    in_town(tmp_path, story)


def test_the_door_takes_only_what_it_lacks_and_an_entry_names(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, desk = await desks(town)
        await attach(north, PHOTO, thumb=BIG)
        async with door_of(desk) as server, calling(north, server) as client:
            await meet(north, server)
            not_named = await client.ask(BRING, PieceBrought(sha256(LATER), len(LATER), 0, LATER), Reached)
            assert not_named == Reached(0, False) and await holds(desk, LATER) == [False]
            thumb = await client.ask(BRING, PieceBrought(sha256(BIG), len(BIG), 0, BIG[:PIECE_BYTES]), Reached)
            assert thumb == Reached(0, False), "called a thumbnail, and is none"
            name = sha256(PHOTO)
            for bad in (
                PieceBrought("../x", 10, 0, b"x"), PieceBrought(name, 10, -1, b"x"), PieceBrought(name, 3, 0, b"xxxx"),
                PieceBrought(name, MAX_SIZE + 1, 0, b"x"), PieceBrought(name, MAX_SIZE, 0, bytes(PIECE_BYTES + 1)),
            ):  # fmt: skip
                with pytest.raises(Rejected) as refused:
                    await client.ask(BRING, bad, Reached)
                assert refused.value.status == 400
        assert await holds(desk, PHOTO) == [False]

    in_town(tmp_path, story)


def test_who_brings_wrong_bytes_is_not_believed_for_long_and_spoils_it_for_nobody_else(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, desk = await desks(town)
        await attach(north, PHOTO)
        wrong, name = bytes(len(PHOTO)), sha256(PHOTO)
        async with door_of(desk) as server:
            await meet(north, server)
            async with calling(town.south, server) as hostile:
                for _ in range(TRIES + 2):
                    for start in range(0, len(wrong), PIECE_BYTES):
                        piece = PieceBrought(name, len(wrong), start, wrong[start : start + PIECE_BYTES])
                        reached = await hostile.ask(BRING, piece, Reached)
                assert reached == Reached(0, False)
                begun = await hostile.ask(BRING, PieceBrought(name, len(wrong), 0, wrong[:10]), Reached)
                assert begun == Reached(0, False) and (await desk.store.blobs.held(name)).have == 0
            async with calling(north, server) as client:
                await Bringing(north.store, client).bring(lambda: False)
        assert await holds(desk, PHOTO) == [True]

    in_town(tmp_path, story)
