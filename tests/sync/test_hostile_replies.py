"""What the exchange does with a server that drips, stays silent, asks for a pause or takes less at once, and when it is good
again. `tests/faults/test_zoo.py` has every bad server in turn."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer
from tests.small_city import NORTH
from tests.sync.rooms import exchange_with, room_store, run, until


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
            assert done.sent == 0 and done.queue == 4 and done.problem == "entries_too_large"
            assert len(sizes) == 3 and sizes == sorted(sizes, reverse=True)
            [refusal] = (await store.stops()).refused
            assert (refusal.from_seq, refusal.reason) == (1, "toobig")

    run(work)


def test_history_that_promises_more_and_leads_nowhere_is_left_at_that(tmp_path: Path) -> None:
    def endless(h: bad.Handler) -> None:
        if h.path.startswith("/v1/frames/history"):
            h.reply(200, b'{"frames":[],"minute":2305843009213693952,"n":0,"more":true}')
        elif h.command == "POST":
            h.reply(200, b'{"now":0,"answers":[]}')
        else:
            h.reply(200, b'{"now":0,"cursor":"lain","skipped":[0,9]}')

    async def work() -> None:
        async with room_store(tmp_path, queue=0) as (store, key):
            with BadServer(endless) as server:
                exchange = exchange_with(store, key, server.url)
                done = await exchange.sync_once()
                await exchange.stop()
            assert (done.whole, done.history, done.problem) == (False, 0, "centre_unusable")
            assert sum("/history" in path for _, _, path, _ in server.calls) == 1

    run(work)


def test_the_line_comes_back_and_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        async with room_store(tmp_path) as (store, key):
            with BadServer(bad.portal) as server:
                exchange = exchange_with(store, key, server.url)
                changes: list[str] = []
                exchange.steps.on_change = lambda: changes.append(exchange.state().mode)
                await exchange.start()
                await until(lambda: "internet_palsu" in changes)
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
                exchange.steps.on_change = lambda: counts.append(exchange.state().queue)
                await store.append(NORTH, [Draft("incident.opened", "", b'{"title":"saat putus"}')], "op-1")
                exchange.wake()
                await until(lambda: bool(counts) and counts[-1] == 5, 2)
                await exchange.stop()

    run(work)
