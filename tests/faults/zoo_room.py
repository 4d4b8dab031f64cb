"""A real room with a real queue, enrolled at a server that a test chooses, with its pauses cut short and everything that its
journal holds to compare."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from console.cities.read import read_city
from console.domain.clock import Clock, SystemClock
from console.domain.drafts import Draft
from console.domain.keys import DeviceKey
from console.room import Room, open_room
from console.store.folder import Folder, Identity
from console.sync.line.link import LineMemory
from console.sync.ports import CURSOR, LINE
from console.sync.uplink import PACK_HERE
from tests.small_city import NORTH, make_small_pack

TOKEN = "rahasia-token-7Qz41"
KNOWN_CURSOR = "kursor-lama-9Yx2"
QUEUE = 4
"""The stream's opening and three incidents."""


class Hurried(random.Random):
    """Chance that keeps what pauses were to be chosen from (seconds, from and to), and makes each a moment."""

    def __init__(self) -> None:
        super().__init__(7)
        self.asked: list[tuple[float, float]] = []

    def uniform(self, a: float, b: float) -> float:
        self.asked.append((a, b))
        return 0.02


class Shifted(SystemClock):
    """The machine's clock, `by` ms ahead."""

    by = 0

    def now(self) -> int:
        return super().now() + self.by


def make_room(folder: Path, server: str, authority: Path | None = None) -> Path:
    """The folder of an enrolled room that nobody has opened yet."""
    path = folder / "room"
    made = Folder.open(path)
    make_small_pack(path / "pack")
    try:
        made.keep(Identity(NORTH, "Uji", PACK_HERE, server, DeviceKey.generate().public.hex(), "", "kecamatan"))
        made.keep_token(TOKEN)
        if authority is not None:
            made.keep_authority(authority.read_bytes())
    finally:
        made.close()
    return path


@asynccontextmanager
async def opened(path: Path, clock: Clock | None = None) -> AsyncIterator[Room]:
    """The room of a folder, not exchanging yet."""
    room = open_room(path, read_city(path / "pack"), clock or SystemClock())
    room.uplink.chance = Hurried()
    try:
        yield room
    finally:
        await room.close()


async def fill(room: Room, centre_at: int | None = None) -> None:
    """Write what waits for the centre, and what is known of it: a cursor, and its time when it was last heard."""
    drafts = [Draft("incident.opened", "", msgspec.json.encode({"title": f"Kejadian {k}"})) for k in range(QUEUE - 1)]
    await room.store.append(NORTH, drafts, "op-1")
    await room.store.set_meta(CURSOR, KNOWN_CURSOR)
    if centre_at is not None:
        await room.store.set_meta(LINE, msgspec.json.encode(LineMemory(centre_at=centre_at)).decode())


async def journal(room: Room) -> dict[str, list[str]]:
    """Every row of every table of the room's journal, but for what it remembers of the line."""

    def rows(db) -> dict[str, list[str]]:  # type: ignore[no-untyped-def]
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {n: [repr(row) for row in db.execute(f"SELECT * FROM {n}")] for n in names if "_fts" not in n}
        found["meta"] = [row for row in found["meta"] if LINE not in row]
        return {name: sorted(each) for name, each in found.items()}

    return await room.store.read(rows)


def codes(room: Room) -> list[str]:
    """What the room says is wrong with the exchange, gravest first; that nobody is logged in is not looked at."""
    return [state.code for state in room.states() if state.code not in ("login_needed", "never_synced")]


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
