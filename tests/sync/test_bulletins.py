"""Bulletins through the real centre: two collectors make one, and what its author may not write does not count."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from console.domain.drafts import draft
from console.feeds.parsed import Bulletin
from console.room import Room
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack
from tests.sync.test_with_centre import enrolled, numbered, run, until

HOUR = 3_600_000


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


def shows(room: Room, *expected: tuple[str, bool]) -> Callable[[], Awaitable[bool]]:
    """The room's bulletins as (headline, confirmed)."""

    async def condition() -> bool:
        return [(b.headline, b.confirmed) for b in await room.bulletins()] == list(expected)

    return condition


def test_two_collectors_make_one_bulletin_everywhere(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", CITY) as one, enrolled(server, tmp_path / "b", CITY) as two:
            now = one.clock.now()
            quake = Bulletin("bmkg.gempa", "q", "gempa", now, now + HOUR, "Gempa M 4,1", {"depth_km": 10}, place=CITY)
            await one.uplink.stop()
            await one.intake.take_bulletins([quake])
            assert await shows(one, ("Gempa M 4,1", False))()
            await two.intake.take_bulletins([quake])
            await until(numbered(two))
            await one.start()
            await until(numbered(one))
            for room in (one, two):
                await until(shows(room, ("Gempa M 4,1", True)))
                head = next(h for h in await room.journals() if h.territory == CITY)
                assert head.void == 0

    run(work())


def test_a_kecamatan_cannot_issue_for_the_city(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "c", NORTH) as north:
            now = north.clock.now()
            said = {"type": "gempa", "issued_at": now, "expires": now + HOUR, "headline": "Kabar palsu"}
            await until(numbered(north))
            await north.store.append(CITY, [draft("bulletin.issued", "f-palsu", said)], "sumber:x")
            await until(numbered(north))
            assert "Kabar palsu" not in [b.headline for b in await north.bulletins()]

    run(work())
