"""A lane of calls: cancelling and closing free its thread at once, and every result finds its way."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from console.sync.caller import Caller
from console.wire.guard import Guard, Trouble
from console.wire.messages import Health
from tests.faults.bad_server import BadServer, Handler

GOOD = b'{"status":"ok","city":"99.01","pack":"x","now":1,"entries":2}'


def silent(h: Handler) -> None:
    """Say nothing until the server closes."""
    h.server.closing.wait(30)


def ask(url: str):
    def call(guard: Guard) -> Health:
        return guard.call("GET", url + "/v1/health", Health).value

    return call


def test_a_cancelled_call_frees_the_lane_for_the_next() -> None:
    async def work(server: BadServer) -> None:
        caller = Caller("lane")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(caller.run(ask(server.url)), 0.3)
        server.behaviour = lambda h: h.reply(200, GOOD)
        began = time.monotonic()
        assert (await caller.run(ask(server.url))).entries == 2
        assert time.monotonic() - began < 1
        caller.close()

    with BadServer(silent) as server:
        asyncio.run(work(server))


def test_closing_ends_what_is_in_progress_and_the_thread() -> None:
    async def work(server: BadServer) -> None:
        caller = Caller("lane-to-close")
        call = asyncio.create_task(caller.run(ask(server.url)))
        while not server.calls:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await asyncio.to_thread(caller.close)
        with pytest.raises(Trouble):
            await call
        assert time.monotonic() - began < 1
        assert not any(t.name == "lane-to-close" for t in threading.enumerate())
        with pytest.raises(RuntimeError):
            await caller.run(ask(server.url))

    with BadServer(silent) as server:
        asyncio.run(work(server))
