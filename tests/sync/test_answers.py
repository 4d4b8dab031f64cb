"""What the exchange makes of answers that a real centre seldom gives, from a small server that follows a script."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import msgspec
import pytest

from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from console.domain.exchange import Taken
from console.domain.keys import DeviceKey
from console.sync.client import BadPack, Client, WrongCity, enrol, fetch_city
from console.sync.line.link import Link
from console.sync.push import Pushed, Pusher
from console.wire.enrolment import new_code
from console.wire.messages import (
    PACK_TYPE,
    Changes,
    EnrolReply,
    Fork,
)
from tests.faults.bad_server import BadServer
from tests.small_city import NORTH
from tests.sync.rooms import exchange_with, room_store, run
from tests.sync.scripted_centre import ScriptedCentre, accepted, gap


async def nothing(taken: Taken) -> None:
    """Nobody needs to know."""


def test_after_a_gap_everything_from_there_is_sent_again(tmp_path: Path) -> None:
    async def work() -> None:
        centre = ScriptedCentre(accepted, gap(2), accepted)
        async with room_store(tmp_path) as (store, key):
            with BadServer(centre) as server:
                client = Client(server.url, "token")
                link = Link(SystemClock(), random.Random(1))
                pusher = Pusher(store, client, link, key, SystemClock(), after_batch=nothing)
                await pusher.drain(Pushed())
                await store.append(NORTH, [Draft("incident.opened", "", b'{"title":"lagi"}')], "op-1")
                await pusher.drain(Pushed())
                client.close()
        assert centre.offered == [[1, 2, 3, 4], [5], [2, 3, 4, 5]]

    run(work)


def test_a_centre_that_never_gets_further_is_not_hammered(tmp_path: Path) -> None:
    async def work() -> None:
        centre = ScriptedCentre(*[gap(1)] * 50)
        async with room_store(tmp_path) as (store, key):
            with BadServer(centre) as server:
                exchange = exchange_with(store, key, server.url)
                await exchange.start()
                await asyncio.sleep(1.5)
                assert exchange.state().problem == "centre_unusable"
                await exchange.stop()
            assert 2 <= len(centre.offered) <= 6
            assert (await store.queue()).entries == 4

    run(work)


def test_a_fork_that_the_centre_takes_back_lets_the_territory_go_on(tmp_path: Path) -> None:
    async def work() -> None:
        centre = ScriptedCentre(accepted)
        centre.changes = Changes(0, forks=[Fork(NORTH, 3, 9, 1)])
        async with room_store(tmp_path) as (store, key):
            with BadServer(centre) as server:
                exchange = exchange_with(store, key, server.url)
                first = await exchange.sync_once()
                assert (first.problem, first.sent, centre.offered) == ("centre_forked", 0, [])
                centre.changes = Changes(0)
                second = await exchange.sync_once()
                assert (second.problem, second.sent) == ("", 4)
                await exchange.stop()

    run(work)


def test_a_clock_that_is_far_off_is_said_and_passed_on(tmp_path: Path) -> None:
    async def work() -> None:
        centre = ScriptedCentre(accepted)
        centre.slow_by_ms = 600_000
        async with room_store(tmp_path) as (store, key):
            with BadServer(centre) as server:
                exchange = exchange_with(store, key, server.url)
                told: list[int] = []
                exchange.steps.on_skew = told.append
                done = await exchange.sync_once()
                await exchange.stop()
            assert (done.problem, done.sent) == ("clock_wrong", 4)
            assert len(told) == 1 and abs(told[0] - 600_000) < 5_000

    run(work)


def test_a_centre_of_another_city_is_not_believed() -> None:
    key, ours, theirs = DeviceKey.generate(), DeviceKey.generate(), DeviceKey.generate()
    reply = msgspec.json.encode(EnrolReply("token", NORTH, "kecamatan", "99.01", theirs.public, theirs.public, 1))
    with BadServer(lambda h: h.reply(200, reply) if "enrol" in h.path else h.reply(200, b"paket", PACK_TYPE)) as server:
        with pytest.raises(WrongCity):
            asyncio.run(enrol(server.url, new_code(ours.public), key, "uji"))
        with pytest.raises(BadPack):
            asyncio.run(fetch_city(server.url, "token", theirs.public))
