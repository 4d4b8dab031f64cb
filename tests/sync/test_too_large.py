"""An entry that is more than the way to the centre lets through: it waits, and goes up once the limit was raised."""

from __future__ import annotations

import random
from pathlib import Path

from console.domain.drafts import Draft
from console.domain.views import IncidentQuery
from console.room import Room
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack
from tests.sync.recorder import Recorder
from tests.sync.test_with_centre import enrolled, numbered, run, until

MOST = 4_000
LARGE = tuple(random.Random(k).randbytes(4_000).hex() for k in range(2))
"""Titles that no packing makes small."""


async def titles(room: Room) -> list[str]:
    return sorted(one.title for one in (await room.incidents(IncidentQuery())).items)


def test_what_was_too_large_goes_up_once_the_limit_was_raised_and_is_offered_once_where_it_was_not(
    tmp_path: Path,
) -> None:
    wanted = sorted([*LARGE, "satu", "dua", "tiga"])

    async def story(line: Recorder, north: Room, hall: Room) -> None:
        drafts = [Draft("incident.opened", "", b'{"title":"%s"}' % t.encode()) for t in ("satu", *LARGE, "dua", "tiga")]
        await north.store.append(NORTH, drafts, "op-1")
        north.uplink.wake()

        async def all_but_two() -> bool:
            return len(await titles(hall)) == 3 and north.uplink.state().problem == "entries_too_large"

        await until(all_but_two)
        for _ in range(2):
            tried = line.too_large
            await north.sync_now()
            assert north.uplink.state().problem == "entries_too_large" and (await north.store.queue()).entries == 2
            assert tried < line.too_large <= tried + 3, "both together, and each alone"
        await north.uplink.stop()
        line.most = 100_000
        await north.uplink.start()
        await until(numbered(north))

        async def all_there() -> bool:
            return await titles(hall) == wanted and not north.uplink.state().problem

        await until(all_there)
        assert await titles(north) == wanted

    async def work() -> None:
        with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:
            await with_line(server)

    async def with_line(server: CentralServer) -> None:
        with Recorder(server.url, NORTH, CITY) as line:
            line.most = MOST
            async with (
                enrolled(server, tmp_path / "a", NORTH, line.url) as north,
                enrolled(server, tmp_path / "b", CITY) as hall,
            ):
                await story(line, north, hall)

    run(work())
