"""Which lanes move first, with real rooms and the real centre: a long queue and the room's own territory before the rest, and
what a used-up budget holds back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.domain.drafts import Draft
from console.room import Room
from console.sync.line.turns import LONG_QUEUE
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import NORTH, SOUTH, make_small_pack
from tests.sync.test_with_centre import enrolled, new, north_and_hall, numbered, run, until

SOUTH_PLACE = "99.01.02.1001"


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


async def write(room: Room, territory: str, count: int) -> None:
    body = msgspec.json.encode({"text": "dicatat tanpa saluran"})
    await room.store.append(territory, [Draft("incident.noted", "x-1", body)] * count, "op-1")


async def cut_off(room: Room) -> None:
    """Current with the centre, and then without a line."""
    await until(numbered(room))
    await room.sync_now()
    await room.uplink.stop()


async def south_writes(server: CentralServer, folder: Path) -> None:
    async with enrolled(server, folder, SOUTH) as south:
        await south.open_incident(new(place=SOUTH_PLACE))
        await until(numbered(south))


async def numbers(room: Room) -> dict[str, int]:
    return {t: c.n for t, c in (await room.store.cursors()).items()}


def test_a_room_that_was_away_sends_its_queue_and_has_its_own_territory_before_anything_else_moves(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            await cut_off(north)
            await south_writes(server, tmp_path / "c")
            await hall.open_incident(new("Dari balai kota"))
            await until(numbered(hall))
            await write(north, NORTH, 10_000)

            moved: list[tuple[int, int, int]] = []
            others = (await numbers(north)).get(SOUTH, 0)
            own = (await numbers(north)).get(NORTH, 0)
            await north.uplink.start()

            async def all_here() -> bool:
                now = await numbers(north)
                moved.append(((await north.store.queue()).entries, now.get(NORTH, 0), now.get(SOUTH, 0)))
                return moved[-1][2] > others and moved[-1][0] == 0

            await until(all_here, 120)
            early = [queue for queue, _, south_n in moved if south_n > others]
            assert max(early) <= 200
            assert all(own_n > own for _, own_n, south_n in moved if south_n > others)

    run(work())


def test_a_long_queue_in_a_journal_that_went_on_meanwhile_gets_its_numbers(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            await cut_off(hall)
            await write(north, NORTH, 600)
            await until(numbered(north))
            await write(hall, NORTH, LONG_QUEUE + 50)
            await hall.uplink.start()
            await until(numbered(hall))

    run(work())


def test_a_used_up_budget_holds_back_what_is_patient_and_nothing_that_is_urgent(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            await cut_off(north)
            await north.set_line_budget(1, 0)
            others = (await numbers(north)).get(SOUTH, 0)
            await south_writes(server, tmp_path / "c")
            subject = await hall.open_incident(new("Dari balai kota"))
            await until(numbered(hall))
            mine = await north.open_incident(new("Dari utara"))
            await north.uplink.start()

            async def urgent() -> bool:
                return (await north.store.queue()).entries == 0 and await north.incident(subject) is not None

            await until(urgent)
            assert mine
            state = north.link()
            assert (await numbers(north)).get(SOUTH, 0) == others
            assert state.budget_hour == 1 and state.bytes_hour > 1
            assert "others" in state.held_back
            assert state.link == "lo", "the interface over which the centre is reached"

            lanes = {lane.key: lane for lane in await north.lanes()}
            assert lanes["outbox"].state == lanes["own"].state == lanes["city"].state == "empty"
            assert (lanes["others"].state, lanes["others"].why, lanes["others"].bytes_down) == ("held", "budget", None)
            assert (lanes["others"].waiting_down or 0) > 0
            # A budget of another link bounds nothing here; one of this link's own counts before the one for any.
            await north.set_line_budget(1, 0, "wwan0")
            await north.set_line_budget(0, 0, "lo")
            await north.sync_now()
            rows = {row.link: row for row in await north.line_budgets()}
            assert (rows["lo"].active, rows["lo"].per_hour, rows["wwan0"].bytes_hour, rows[""].per_hour) == (
                True,
                0,
                0,
                1,
            )
            assert rows["lo"].bytes_hour == north.link().bytes_hour > 0
            assert (await numbers(north)).get(SOUTH, 0) > others
            assert north.link().held_back == ()
            assert {lane.state for lane in await north.lanes()} == {"empty"}
            await north.uplink.stop()
            assert (await north.line_budgets())[0].link == "lo", "also when it does not run"
            lane = (await north.lanes())[1]
            assert (lane.key, lane.waiting_down, lane.state, lane.why) == ("own", None, "held", "cut")

    run(work())
