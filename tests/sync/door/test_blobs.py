"""Photos through the door: fetched from a neighbour without any centre, only what entries name, and never wrong ones."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from console.domain.attachment import MAX_SIZE
from console.store.blobs.blob_file import sha256
from console.store.blobs.plan import Scope
from console.sync.door import blobs as door_blobs
from console.sync.door.blobs import BLOBS, PIECE, BlobFlow, Blobs, PieceAsked, PieceGiven
from console.sync.door.server import DoorServer
from console.wire.guard import Rejected
from tests.small_city import NORTH, SOUTH
from tests.sync.door.test_door import at_the_door, calling, meet
from tests.sync.stick.test_blobs import LATER, PHOTO, SMALL, attach, holds
from tests.sync.town import Post, Town

MORE = bytes(range(256)) * 4000
"""More than goes at once."""


async def fetch(post: Post, server: DoorServer) -> None:
    async with calling(post, server) as client:
        await BlobFlow(post.store, client).fetch(lambda: False)


def test_a_neighbour_gives_thumbnails_to_all_and_originals_to_who_wants_them(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await attach(town.north, MORE, thumb=SMALL)
        town.south.store.blobs.scope = Scope(SOUTH, True)
        await meet(town.south, server)
        await fetch(town.south, server)
        assert await holds(town.south, SMALL, MORE) == [True, False]
        await town.south.store.blobs.want(sha256(MORE))
        await fetch(town.south, server)
        assert await holds(town.south, SMALL, MORE) == [True, True]
        desk = await town.room("desk", NORTH, "kecamatan", "Meja dua")
        await town.publish(town.north, desk)
        desk.store.blobs.scope = Scope(NORTH, True)
        await meet(desk, server)
        await fetch(desk, server)
        assert await holds(desk, SMALL, MORE) == [True, True]
        assert (await desk.store.blob_queue()).originals_up.count == 1, "whoever reaches the centre first brings it"

    at_the_door(tmp_path, story)


def test_it_stops_for_what_is_more_urgent_and_goes_on_inside_the_file(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await attach(town.north, MORE)
        town.south.store.blobs.scope = Scope(NORTH, True)
        await meet(town.south, server)
        async with calling(town.south, server) as client:
            flow, asked = BlobFlow(town.south.store, client), 0

            def after_one() -> bool:
                nonlocal asked
                asked += 1
                return asked > 1

            await flow.fetch(after_one)
            reached = (await town.south.store.blobs.held(sha256(MORE))).have
            assert 0 < reached < len(MORE)
            await flow.fetch(lambda: False)
        assert await holds(town.south, MORE) == [True]

    at_the_door(tmp_path, story)


def test_a_neighbour_with_wrong_bytes_is_not_asked_for_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await attach(town.north, PHOTO, LATER)
        town.south.store.blobs.scope = Scope(NORTH, True)
        await meet(town.south, server)
        await town.north.store.blobs.write(
            lambda db: db.execute(
                "UPDATE blob_rows SET data = zeroblob(length(data)) WHERE blob ="
                " (SELECT id FROM blobs WHERE sha256 = ?)", (sha256(PHOTO),)
            ).rowcount
        )  # fmt: skip
        calls: list[str] = []
        given = door_blobs.given

        async def counted(store, asked):  # type: ignore[no-untyped-def]
            calls.append(asked.name)
            return await given(store, asked)

        monkeypatch.setattr("console.sync.door.door.given", counted)
        async with calling(town.south, server) as client:
            flow = BlobFlow(town.south.store, client)
            for _ in range(3):
                await flow.fetch(lambda: False)
        assert await holds(town.south, PHOTO, LATER) == [False, True]
        assert calls.count(sha256(PHOTO)) == 1

    at_the_door(tmp_path, story)


def test_the_door_gives_only_what_entries_name_and_reads_no_nonsense(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await attach(town.north, PHOTO)
        await town.north.store.blobs.put(LATER)
        async with calling(town.south, server) as client:
            both = Blobs.of([sha256(PHOTO), sha256(LATER)])
            assert (await client.ask(BLOBS, both, Blobs)).listed() == [sha256(PHOTO)]
            assert await client.ask(PIECE, PieceAsked(sha256(LATER), 0, 10), PieceGiven) == PieceGiven()
            assert await client.ask(PIECE, PieceAsked(sha256(PHOTO), 8, 4), PieceGiven) == PieceGiven(
                len(PHOTO), PHOTO[8:12]
            )
            bad: list[tuple[str, msgspec.Struct]] = [
                (BLOBS, Blobs(b"x")), (BLOBS, Blobs(bytes(32 * 1000))), (PIECE, PieceAsked("../x", 0, 1)),
                (PIECE, PieceAsked(sha256(PHOTO), -1, 1)), (PIECE, PieceAsked(sha256(PHOTO), 0, 0)),
                (PIECE, PieceAsked(sha256(PHOTO), 0, 2**40)), (PIECE, PieceAsked(sha256(PHOTO), MAX_SIZE, 1)),
            ]  # fmt: skip
            for path, asked in bad:
                with pytest.raises(Rejected) as refused:
                    await client.ask(path, asked, PieceGiven)
                assert refused.value.status == 400

    at_the_door(tmp_path, story)


def test_rooms_that_meet_at_a_door_have_each_others_photos(tmp_path: Path) -> None:
    from console.sync.door.neighbours import Neighbourhood

    async def story(town: Town, server: DoorServer) -> None:
        await attach(town.north, PHOTO, thumb=SMALL)
        neighbourhood = Neighbourhood(town.south.store, town.south.key, lambda: None)
        neighbourhood.arrange(None, [f"127.0.0.1:{server.port}"])
        await neighbourhood.start()
        try:
            async with asyncio.timeout(20):
                while await holds(town.south, SMALL) != [True]:
                    await asyncio.sleep(0.02)
        finally:
            await neighbourhood.stop()

    at_the_door(tmp_path, story)
