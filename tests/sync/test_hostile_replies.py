"""A real room against a server that answers badly in every way: nothing is lost, nothing is taken, and it says why."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from console.sync.ports import CURSOR
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer
from tests.small_city import NORTH
from tests.sync.rooms import KNOWN_CURSOR, exchange_with, room_store, run, until


@pytest.mark.parametrize(
    ("behaviour", "mode", "problem"),
    [
        (bad.portal, "internet_palsu", "portal"),
        (bad.redirect, "internet_palsu", "portal"),
        (bad.truncated, "putus", ""),
        (bad.reset, "putus", ""),
        (bad.garbage, "belum", "server"),
        (bad.wrong_shape, "belum", "server"),
        (bad.doubled, "belum", "server"),
        (bad.bomb, "belum", "server"),
        (bad.error, "belum", "server"),
        (bad.unauthorized, "belum", "unauthorized"),
        (bad.revoked, "belum", "revoked"),
        (bad.busy(30), "belum", "server"),
    ],
)  # fmt: skip
def test_queue_and_cursor_outlive_every_bad_reply(
    behaviour: bad.Behaviour, mode: str, problem: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            before = (await store.queue(), await store.cursors(), await store.outbox(99, 10**9, {}, {}))
            assert before[0].entries == 4
            with BadServer(behaviour) as server:
                exchange = exchange_with(store, key, server.url)
                await exchange.start()
                await until(
                    lambda: bool(server.calls) and exchange.state().mode == mode and exchange.state().problem == problem
                )
                exchange.wake()
                await asyncio.sleep(0.1)
                state = exchange.state()
                await exchange.stop()
            assert (state.mode, state.problem, state.queue, state.last_contact) == (mode, problem, 4, None)
            assert (await store.queue(), await store.cursors(), await store.outbox(99, 10**9, {}, {})) == before
            assert await store.get_meta(CURSOR) == KNOWN_CURSOR
            assert not (await store.stops()).refused

    run(work)


def test_a_drip_and_a_silent_server_do_not_hold_up_stopping(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            for behaviour in (bad.drip, lambda h: h.server.closing.wait(30)):
                with BadServer(behaviour) as server:
                    exchange = exchange_with(store, key, server.url)
                    await exchange.start()
                    await until(lambda server=server: len(server.calls) >= 2)
                    began = time.monotonic()
                    await exchange.stop()
                    assert time.monotonic() - began < 1.0
            assert (await store.queue()).entries == 4

    run(work)


def test_retry_after_is_honoured_and_survives_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            with BadServer(bad.busy(2)) as server:
                first = exchange_with(store, key, server.url)
                await first.start()
                await until(lambda: bool(server.calls))
                await asyncio.sleep(0.3)
                await first.stop()
                told = len(server.calls)
                assert told <= 2
                second = exchange_with(store, key, server.url)
                await second.start()
                second.wake()
                assert (await second.sync_once()).sent == 0
                await asyncio.sleep(0.7)
                assert len(server.calls) == told
                await until(lambda: len(server.calls) > told)
                assert server.calls[told][0] - server.calls[told - 1][0] > 1.5
                await second.stop()

    run(work)


def test_a_batch_that_is_too_large_is_halved_and_one_entry_that_is_alone_too_large_stops_only_its_stream(
    tmp_path: Path,
) -> None:
    def too_large(h: bad.Handler) -> None:
        if h.command == "POST":
            h.reply(413, b'{"code":"size","reason":"terlalu besar"}')
        else:
            h.reply(200, b'{"now":0,"cursor":"kursor-lama"}')

    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            with BadServer(too_large) as server:
                exchange = exchange_with(store, key, server.url)
                done = await exchange.sync_once()
                await exchange.stop()
                sizes = [size for _, method, _, size in server.calls if method == "POST"]
            assert done.sent == 0 and done.queue == 4 and done.problem == "toobig"
            assert len(sizes) == 3 and sizes == sorted(sizes, reverse=True)
            [refusal] = (await store.stops()).refused
            assert (refusal.from_seq, refusal.reason) == (1, "toobig")

    run(work)


def test_the_line_comes_back_and_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            with BadServer(bad.portal) as server:
                exchange = exchange_with(store, key, server.url)
                changes: list[str] = []
                exchange.on_change = lambda: changes.append(exchange.state().mode)
                await exchange.start()
                await until(lambda: exchange.state().mode == "internet_palsu")
                now = SystemClock().now()
                server.behaviour = lambda h: h.reply(200, b'{"now":%d}' % now)
                await until(lambda: changes[-1] == "langsung")
                assert exchange.state().last_contact is not None
                await exchange.stop()
            assert [m for k, m in enumerate(changes) if k == 0 or changes[k - 1] != m][:3] == [
                "belum", "internet_palsu", "langsung"
            ]  # fmt: skip

    run(work)


def test_what_is_written_while_the_line_is_dead_is_counted_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            with BadServer(bad.busy(60)) as server:
                exchange = exchange_with(store, key, server.url)
                await exchange.start()
                await until(lambda: bool(server.calls))
                counts: list[int] = []
                exchange.on_change = lambda: counts.append(exchange.state().queue)
                await store.append(NORTH, [Draft("incident.opened", "", b'{"title":"saat putus"}')], "op-1")
                exchange.wake()
                await until(lambda: bool(counts) and counts[-1] == 5, 2)
                await exchange.stop()

    run(work)
