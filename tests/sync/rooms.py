"""Pieces that several tests of the exchange share: a real store with something to send, and ways to wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from console.domain.keys import DeviceKey
from console.store.store import Store
from console.sync.client import Client
from console.sync.exchange import Exchange
from console.sync.line.link import Link
from console.sync.ports import CURSOR
from console.sync.steps import Steps
from tests.small_city import NORTH, make_small_pack

KNOWN_CURSOR = "kursor-lama"


@asynccontextmanager
async def room_store(folder: Path, queue: int = 3) -> AsyncIterator[tuple[Store, DeviceKey]]:
    """A room's store with so many entries of its own that no centre has, and the one that opens their stream."""
    key = DeviceKey.generate()
    city = read_city(make_small_pack(folder / "pack"))
    (folder / "room").mkdir()
    store = Store(folder / "room", city, DeviceKey.generate().public, key, "uji", SystemClock())
    try:
        drafts = [Draft("incident.opened", "", msgspec.json.encode({"title": f"Kejadian {k}"})) for k in range(queue)]
        await store.append(NORTH, drafts, "op-1") if drafts else None
        await store.set_meta(CURSOR, KNOWN_CURSOR)
        yield store, key
    finally:
        store.close()


def exchange_with(store: Store, key: DeviceKey, url: str) -> Exchange:
    clock = SystemClock()
    return Exchange(Steps(store, Link(clock, random.Random(3)), Client(url, "token"), key, clock), clock)


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 200))  # type: ignore[arg-type]
