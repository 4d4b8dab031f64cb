"""What a bad server may answer for a photo: nothing of it is ever shown, the rest goes on, and the good one comes later."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from console.domain.attachment import ATTACHED, MAX_SIZE, MAX_THUMB, Thumb, body
from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.store.blobs.blob_file import LONGEST_MS
from console.store.blobs.plan import Scope
from console.store.store import Store
from console.sync.blobs.calls import BlobCalls
from console.sync.blobs.lane import LARGEST_PIECE, BlobLane
from console.sync.client import Client
from console.sync.line.link import Link
from console.wire.messages import BLOB_TYPE, MEDIA_TYPE, BlobState
from console.wire.trouble import Portal, Trouble
from tests.faults.bad_server import BadServer, Handler
from tests.small_city import NORTH
from tests.sync.rooms import room_store

DATA = random.Random(5).randbytes(40_000)
NAME = hashlib.sha256(DATA).hexdigest()


def asked(handler: Handler) -> tuple[int, int]:
    first, _, last = handler.headers["Range"].removeprefix("bytes=").partition("-")
    return int(first), min(int(last) + 1, len(DATA))


def asked_only(behaviour: Callable[[Handler], None]) -> Callable[[Handler], None]:
    """Bad only where bytes are asked for: of anything else it knows nothing."""
    return lambda h: behaviour(h) if "Range" in h.headers else h.reply(404, b"{}", MEDIA_TYPE)


def honest(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, DATA[start:end], f"bytes {start}-{end - 1}/{len(DATA)}")


def ranged(handler: Handler, data: bytes, said: str, kind: str = BLOB_TYPE) -> None:
    handler.reply(206, data, kind, Content_Range=said)


def wrong_bytes(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, bytes(end - start), f"bytes {start}-{end - 1}/{len(DATA)}")


def longer(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, DATA[start:end] + b"x" * 100, f"bytes {start}-{end - 1}/{len(DATA)}")


def flooding(handler: Handler) -> None:
    start, _ = asked(handler)
    data = b"x" * (LARGEST_PIECE + 10_000)
    ranged(handler, data, f"bytes {start}-{start + len(data) - 1}/{2 * len(data)}")


def endless(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, DATA[start:end], f"bytes {start}-{end - 1}/{MAX_SIZE * 100}")


def elsewhere(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, DATA[start:end], f"bytes {start + 1}-{end}/{len(DATA)}")


def no_range(handler: Handler) -> None:
    handler.reply(206, DATA[:100], BLOB_TYPE)


def other_type(handler: Handler) -> None:
    start, end = asked(handler)
    ranged(handler, DATA[start:end], f"bytes {start}-{end - 1}/{len(DATA)}", "image/svg+xml")


def message(handler: Handler) -> None:
    handler.reply(200, b"{}", MEDIA_TYPE)


def nothing(handler: Handler) -> None:
    handler.reply(200, b"", BLOB_TYPE)


def refusing(handler: Handler) -> None:
    handler.reply(416, b"{}", MEDIA_TYPE)


@asynccontextmanager
async def lane_on(store: Store, url: str, clock: ManualClock) -> AsyncIterator[BlobLane]:
    opened = await store.append(NORTH, [Draft("incident.opened", "", b'{"title":"Banjir"}')], "op")
    said = body(NAME, len(DATA), "image/jpeg", "foto.jpg", None, (4, 3), "")
    await store.append(NORTH, [Draft(ATTACHED, str(opened[0]), said)], "op")
    store.blobs.scope = Scope(NORTH, True)
    store._clock = clock
    client = Client(url, "token")
    yield BlobLane(store.blobs, BlobCalls(client), Link(clock, random.Random(1)), clock, lambda: True)
    client.close()


async def steps(lane: BlobLane, count: int) -> None:
    for _ in range(count):
        if await lane.step() == "nothing":
            return


@pytest.mark.parametrize(
    "bad",
    [wrong_bytes, longer, flooding, endless, elsewhere, no_range, other_type, message, nothing, refusing],
    ids=lambda f: f.__name__,
)
def test_nothing_bad_is_kept_and_the_good_one_comes_later(bad: Callable[[Handler], None], tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, _):
            clock = ManualClock(1_800_000_000_000)
            with BadServer(asked_only(bad)) as server:
                async with lane_on(store, server.url, clock) as lane:
                    waiting, cursor = await store.queue(), await store.get_meta("sync.cursor")
                    await steps(lane, 20)
                    assert await store.blobs.get(NAME) is None
                    held = await store.blobs.held(NAME)
                    assert (held.whole, held.have) == (False, 0)
                    assert held.not_before > clock.now(), "not asked for again at once"
                    asked_so_far = len(server.calls)
                    assert await lane.step() == "nothing"
                    assert len(server.calls) == asked_so_far
                    server.behaviour = honest
                    clock.advance(LONGEST_MS)
                    await steps(lane, 20)
                    assert await store.blobs.get(NAME) == DATA
                    assert (await store.queue(), await store.get_meta("sync.cursor")) == (waiting, cursor)

    asyncio.run(asyncio.wait_for(work(), 60))


def test_what_is_called_a_thumbnail_and_is_none_comes_only_when_somebody_asks(tmp_path: Path) -> None:
    huge = random.Random(6).randbytes(MAX_THUMB + 1000)
    name = hashlib.sha256(huge).hexdigest()

    def answer(handler: Handler) -> None:
        if not handler.path.endswith(name):
            return honest(handler)
        first, _, last = handler.headers["Range"].removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last) + 1, len(huge))
        return ranged(handler, huge[start:end], f"bytes {start}-{end - 1}/{len(huge)}")

    async def work() -> None:
        async with room_store(tmp_path) as (store, _):
            clock = ManualClock(1_800_000_000_000)
            with BadServer(asked_only(answer)) as server:
                async with lane_on(store, server.url, clock) as lane:
                    said = body("ab" * 32, 9, "image/jpeg", "a.jpg", Thumb(name, 9000), (4, 3), "")
                    await store.append(NORTH, [Draft(ATTACHED, "x-1", said)], "op")
                    await steps(lane, 20)
                    assert await store.blobs.get(NAME) == DATA
                    assert (await store.blobs.held(name)).have == 0
                    await store.blobs.want(name)
                    await steps(lane, 20)
                    assert await store.blobs.get(name) == huge

    asyncio.run(asyncio.wait_for(work(), 60))


@pytest.mark.parametrize("have", [0, 10**12, -5])
def test_a_centre_that_takes_nothing_is_left_alone_and_others_go_on(have: int, tmp_path: Path) -> None:
    good = b"diterima" * 500
    states = {NAME: [], hashlib.sha256(good).hexdigest(): []}  # type: dict[str, list[int]]

    def answer(handler: Handler) -> None:
        name = handler.path.split("/")[3].partition("?")[0]
        if handler.command == "GET":
            return handler.reply(404, b"{}", MEDIA_TYPE)
        states[name].append(len(handler.body))
        reached = sum(states[name])
        said = (
            BlobState(len(DATA), have, False) if name == NAME else BlobState(len(good), reached, reached == len(good))
        )
        return handler.reply(200, msgspec.json.encode(said), MEDIA_TYPE)

    async def work() -> None:
        async with room_store(tmp_path) as (store, _):
            with BadServer(answer) as server:
                async with lane_on(store, server.url, ManualClock(1_800_000_000_000)) as lane:
                    said = body(hashlib.sha256(good).hexdigest(), len(good), "image/jpeg", "b.jpg", None, (4, 3), "")
                    await store.append(NORTH, [Draft(ATTACHED, "x-1", said)], "op")
                    await store.blobs.put(DATA, good)
                    await steps(lane, 20)
                    assert (await store.blobs.held(hashlib.sha256(good).hexdigest())).central is not None
                    assert (await store.blobs.held(NAME)).central is None
                    assert len(states[NAME]) <= 2

    asyncio.run(asyncio.wait_for(work(), 60))


def test_a_portal_is_the_lines_trouble_and_costs_no_progress(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, _):
            clock = ManualClock(1_800_000_000_000)
            with BadServer(honest) as server:
                async with lane_on(store, server.url, clock) as lane:
                    await lane.step()
                    before = await store.blobs.held(NAME)
                    assert 0 < before.have < len(DATA)
                    server.behaviour = lambda handler: handler.reply(200, b"<html>masuk dahulu</html>", "text/html")
                    with pytest.raises(Portal):
                        await lane.step()
                    server.behaviour = lambda handler: handler.reply(500, b"{}", MEDIA_TYPE)
                    with pytest.raises(Trouble):
                        await lane.step()
                    assert await store.blobs.held(NAME) == before
                    server.behaviour = honest
                    await steps(lane, 20)
                    assert await store.blobs.get(NAME) == DATA
                    firsts = [call for call in server.calls if call[2].endswith(NAME)]
                    assert len(firsts) < 12

    asyncio.run(asyncio.wait_for(work(), 60))
