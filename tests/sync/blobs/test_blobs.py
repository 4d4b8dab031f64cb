"""Photos over the line, with real rooms and the real centre: thumbnails first, inside the file after any end, never before
an entry, never wrong."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from console.central.backup import backup, restore
from console.cities.read import read_city
from console.domain.attachment import Attachment, BlobQueue
from console.domain.clock import SystemClock
from console.room import Room, open_room
from console.sync.blobs.lane import LARGEST_PIECE
from tests.faults.toxic import ToxicProxy
from tests.pictures import photo
from tests.servers import ROOT, CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack
from tests.sync.test_with_centre import enrolled, holds, new, numbered, run, until

TWO_PIECES = 2 * LARGEST_PIECE + 400_000
"""What two ends in the middle of a piece may cost, and what else is said meanwhile."""


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


def port(server: CentralServer) -> int:
    return int(server.url.rsplit(":", 1)[1])


async def attached(room: Room, subject: str) -> Attachment:
    found = await room.incident(subject)
    assert found is not None
    return found.attachments[0]


def here(room: Room, *names: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return all(b.complete for b in (await room.blobs_here(names)).values())

    return condition


def sent(room: Room) -> Callable[[], Awaitable[bool]]:
    """Nothing of this room's waits to go up."""

    async def condition() -> bool:
        queue = await room.store.blob_queue()
        return queue.thumbs_up.count + queue.originals_up.count == 0

    return condition


def knows(room: Room, subject: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        found = await room.incident(subject)
        return found is not None and bool(found.attachments)

    return condition


def noise(seed: int, side: int = 900) -> bytes:
    """A photo of some megabytes that no packing makes smaller."""
    return photo(side, side, grain=seed) + random.Random(seed).randbytes(2000)


def test_thumbnails_go_everywhere_originals_at_home_and_the_rest_on_demand(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with (
            enrolled(server, tmp_path / "a", NORTH) as north,
            enrolled(server, tmp_path / "b", CITY) as hall,
            enrolled(server, tmp_path / "c", NORTH) as desk,
            enrolled(server, tmp_path / "d", SOUTH) as south,
        ):
            data = noise(1)
            subject = await north.open_incident(new())
            await north.attach(subject, "pohon.jpg", data)
            one = await attached(north, subject)
            for room in (hall, desk, south):
                await until(holds(room, subject))
                await until(here(room, one.thumb))
            await until(here(desk, one.sha256))
            assert await desk.blob(one.sha256) == data
            for room in (hall, south):
                assert await room.store.blobs.next_down() is None, "nobody asked for the original"
                assert await room.blob(one.sha256) is None
                assert (await room.store.blob_queue()) == BlobQueue()
            told: list[str] = []
            hall.notices.subscribe(lambda notice: told.append(notice.topic))
            await hall.want_blob(one.sha256)
            await until(here(hall, one.sha256))
            assert await hall.blob(one.sha256) == data
            assert "blobs" in told
            found = (await north.blobs_here([one.sha256]))[one.sha256]
            assert (found.complete, found.central) == (True, True)

    run(work())


def test_the_same_photo_from_two_rooms_crosses_the_line_once(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        with ToxicProxy(port(server)) as line:
            async with (
                enrolled(server, tmp_path / "a", NORTH) as north,
                enrolled(server, tmp_path / "b", SOUTH, line.url) as south,
            ):
                data = noise(2)
                subject = await north.open_incident(new())
                await north.attach(subject, "a.jpg", data)
                await until(sent(north))
                mine = await south.open_incident(new(place="99.01.02.1001"))
                await south.attach(mine, "b.jpg", data)
                await until(sent(south))
                assert line.up < len(data) / 2
                assert [a.name for a in (await south.incident(mine)).attachments] == ["b.jpg"]  # type: ignore[union-attr]

    run(work())


def test_on_a_thin_line_every_thumbnail_goes_before_any_original(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        with ToxicProxy(port(server)) as line:
            async with enrolled(server, tmp_path / "a", NORTH, line.url) as north:
                await until(numbered(north))
                line.down = True
                names: list[tuple[str, str]] = []
                for seed in (3, 4, 5):
                    subject = await north.open_incident(new())
                    await north.attach(subject, "a.jpg", noise(seed, 300))
                    one = await attached(north, subject)
                    names.append((one.thumb, one.sha256))
                line.rate_up = line.rate = 2_000_000
                line.down = False
                north.uplink.wake()
                await until(sent(north), 120)
                went = {name: (await north.store.blobs.held(name)).central or 0 for pair in names for name in pair}
                assert max(went[thumb] for thumb, _ in names) <= min(went[whole] for _, whole in names)

    run(work())


def test_an_entry_overtakes_a_photo(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        with ToxicProxy(port(server)) as line:
            async with enrolled(server, tmp_path / "a", NORTH, line.url) as north:
                subject = await north.open_incident(new())
                await until(numbered(north))
                line.rate_up = 800_000
                data = noise(6, 1500)
                await north.attach(subject, "a.jpg", data)
                await until(numbered(north))
                one = await attached(north, subject)
                before = line.up

                async def moving() -> bool:
                    return line.up - before > 100_000

                await until(moving)
                await north.note(subject, "lebih penting")
                passed = line.up
                await until(numbered(north))
                # The piece that was on its way, and nothing else of the photo.
                assert line.up - passed < 2.5 * line.rate_up / 8 + 20_000
                assert not (await north.blobs_here([one.sha256]))[one.sha256].central

    run(work())


def test_what_the_budget_holds_back_waits_and_goes_when_there_is_some(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", NORTH) as north:
            await north.set_line_budget(1, 0)
            subject = await north.open_incident(new())
            await north.attach(subject, "a.jpg", noise(7, 200))
            await until(numbered(north))
            one = await attached(north, subject)
            assert await north.uplink._exchange.steps.blobs.step() == "held"  # type: ignore[union-attr]
            assert (await north.store.blob_queue()).originals_up.count == 1
            before = north.link().bytes_up
            await north.set_line_budget(0, 0)
            await until(sent(north))
            assert north.link().bytes_up - before > one.size, "blobs count against the budget"

    run(work())


def test_one_full_exchange_moves_them_and_says_how_many(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", NORTH) as north, enrolled(server, tmp_path / "b", SOUTH) as south:
            await north.uplink.stop()
            await south.uplink.stop()
            subject = await north.open_incident(new())
            await north.attach(subject, "a.jpg", noise(12, 200))
            given = await north.sync_now()
            assert (given.blobs_up, given.problem) == (2, "")
            assert await sent(north)()
            one = await attached(north, subject)
            taken = await south.sync_now()
            assert taken.blobs_down >= 1
            assert (await south.blobs_here([one.thumb]))[one.thumb].complete

    run(work())


AGENT = [sys.executable, str(ROOT / "main.py"), "agent", "--data"]


def agent(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*AGENT, str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def reopened(folder: Path) -> Room:
    return open_room(folder / "room", read_city(make_small_pack(folder / "pack")), SystemClock())


def test_an_upload_goes_on_inside_the_file_after_kill_cut_and_restart(server: CentralServer, tmp_path: Path) -> None:
    data = noise(8) + random.Random(8).randbytes(6_000_000)
    names: list[str] = []

    async def attach_offline(line: ToxicProxy) -> None:
        async with enrolled(server, tmp_path / "a", NORTH, line.url) as north:
            subject = await north.open_incident(new())
            await until(numbered(north))
            await north.uplink.stop()
            await north.attach(subject, "a.jpg", data)
            names.append((await attached(north, subject)).sha256)

    async def up_to(line: ToxicProxy, count: int) -> None:
        async def reached() -> bool:
            # A line that broke carries no more.
            return line.down or line.up >= count

        await until(reached, 120)

    with ToxicProxy(port(server)) as line:
        run(attach_offline(line))
        line.up = line.down_bytes = 0
        line.rate_up = 40_000_000
        first = agent(tmp_path / "a" / "room")
        run(up_to(line, len(data) // 4))
        first.kill()
        first.wait()
        # The next run is cut in the middle, and the centre is killed meanwhile.
        line.dead_after = line.up + line.down_bytes + len(data) // 4
        second = agent(tmp_path / "a" / "room")
        try:
            run(up_to(line, 2 * len(data)))
            server.kill()
            server.start()
            line.dead_after, line.rate_up, line.down = 0, 0, False

            async def whole() -> None:
                async with enrolled(server, tmp_path / "b", NORTH) as desk:
                    await until(here(desk, names[0]), 120)
                    assert await desk.blob(names[0]) == data

            run(whole())
        finally:
            second.kill()
            second.wait()
    # Three beginnings, one file: what was lost is at most a piece at each end.
    assert line.up < len(data) + TWO_PIECES, (line.up, len(data))


def test_a_download_goes_on_inside_the_file_after_kill_and_cut(server: CentralServer, tmp_path: Path) -> None:
    data = noise(9) + random.Random(9).randbytes(6_000_000)

    async def give() -> str:
        async with enrolled(server, tmp_path / "a", NORTH) as north:
            subject = await north.open_incident(new())
            await north.attach(subject, "a.jpg", data)
            await until(sent(north))
            return (await attached(north, subject)).sha256

    async def take_part(line: ToxicProxy) -> None:
        """The room that will fetch it is there, and has everything that was attached before."""
        async with enrolled(server, tmp_path / "b", NORTH, line.url) as desk:
            await desk.sync_now()

            async def nothing_left() -> bool:
                return await desk.store.blobs.next_down() is None

            await until(nothing_left, 120)

    async def down_to(line: ToxicProxy, count: int) -> None:
        async def reached() -> bool:
            # A line that broke carries no more.
            return line.down or line.down_bytes >= count

        await until(reached, 120)

    with ToxicProxy(port(server)) as line:
        run(take_part(line))
        name = asyncio.run(give())
        line.up = line.down_bytes = 0
        line.rate = 40_000_000
        folder = tmp_path / "b" / "room"
        first = agent(folder)
        run(down_to(line, len(data) // 4))
        first.kill()
        first.wait()
        line.dead_after = line.up + line.down_bytes + len(data) // 4
        second = agent(folder)
        run(down_to(line, 2 * len(data)))
        line.dead_after, line.rate, line.down = 0, 0, False

        async def whole() -> None:
            room = await reopened(tmp_path / "b")
            try:
                await room.start()
                await until(here(room, name), 120)
                assert await room.blob(name) == data
            finally:
                await room.close()

        second.kill()
        second.wait()
        run(whole())
    assert line.down_bytes < len(data) + TWO_PIECES, (line.down_bytes, len(data))


def test_a_centre_put_back_to_before_the_upload_gets_it_again(tmp_path: Path) -> None:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:

        async def work() -> None:
            async with enrolled(server, tmp_path / "a", NORTH) as north:
                subject = await north.open_incident(new())
                await until(numbered(north))
                await asyncio.to_thread(backup, server.data, folder / "kemarin.pusat")
                data = noise(10, 300)
                await north.attach(subject, "a.jpg", data)
                await until(sent(north))
                one = await attached(north, subject)
                await asyncio.to_thread(server.stop)
                await asyncio.to_thread(restore, server.data, folder / "kemarin.pusat")
                await asyncio.to_thread(server.start)
                async with enrolled(server, tmp_path / "b", NORTH) as desk:
                    await until(knows(desk, subject), 120)
                    await until(here(desk, one.sha256, one.thumb), 120)
                    assert await desk.blob(one.sha256) == data

        run(work())


@pytest.mark.parametrize("gone", [False, True])
def test_what_rotted_at_the_centre_is_given_again_by_who_has_it(
    server: CentralServer, tmp_path: Path, gone: bool
) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", SOUTH) as south:
            subject = await south.open_incident(new(place="99.01.02.1001"))
            data = noise(11 + gone, 220)
            await south.attach(subject, "a.jpg", data)
            await until(sent(south))
            one = await attached(south, subject)
            await asyncio.to_thread(rot, server, one.sha256, gone)
            async with enrolled(server, tmp_path / "b", SOUTH) as desk:

                async def noticed() -> bool:
                    return (await desk.store.blobs.held(one.sha256)).not_before > 0

                await until(noticed)
                assert await desk.blob(one.sha256) is None

                async def whole() -> bool:
                    # What comes by itself within the hour.
                    south.uplink._exchange.steps.blobs.recheck()  # type: ignore[union-attr]
                    await desk.want_blob(one.sha256)
                    await asyncio.sleep(0.2)
                    return await desk.blob(one.sha256) == data

                await until(whole, 120)

    run(work())


def rot(server: CentralServer, name: str, gone: bool) -> None:
    """One bit of it, or all of it."""
    import psycopg

    from console.central.postgres import EmbeddedPostgres

    with psycopg.connect(EmbeddedPostgres(server.data).start(own=False), autocommit=True) as db:
        flipped = "UPDATE blob_rows SET data = set_byte(data, 7, get_byte(data, 7) # 1) WHERE sha256 = %s"
        db.execute("DELETE FROM blob_rows WHERE sha256 = %s" if gone else flipped, (name,))
