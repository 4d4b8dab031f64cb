"""A short outage in a demo, for real: two simulated offices lose their line, change the same field of one incident without
knowing of each other, and come back. What the centre then holds is a conflict, which waits for somebody to decide it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from console.demo.staff import ACTOR
from console.domain.city import City
from console.domain.clock import Clock
from console.domain.drafts import draft
from console.log import logger
from console.room import Room, open_room
from console.store.folder import Identity

FILE = "outage.json"
PATIENCE_S = 30.0
LOOK_S = 0.2
_log = logger("demo")


class Office(msgspec.Struct, frozen=True):
    """One office: whose it is, what it is called, its one-time code, and which priority it gives the incident."""

    territory: str
    name: str
    code: str
    priority: int


class Outage(msgspec.Struct, frozen=True):
    """What is to happen: at which centre (`server`), about which incident, between which offices."""

    server: str
    subject: str
    offices: tuple[Office, ...]


async def wait_until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return once it holds. TimeoutError when it does not in half a minute."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await holds():
                return
            await asyncio.sleep(LOOK_S)


async def play(folder: Path, city: City, clock: Clock, plan: Outage) -> None:
    """Let it happen, in rooms of their own below `folder`; all of them are closed afterwards."""
    rooms: list[Room] = []
    try:
        for number, office in enumerate(plan.offices):
            identity = Identity(office.territory, office.name, "")
            rooms.append(open_room(folder / f"kantor-{number}", city, clock, identity=identity, demo=True))
            await rooms[-1].enrol(plan.server, office.code)
        for room in rooms:
            await wait_until(lambda room=room: _holds(room, plan.subject))  # type: ignore[misc]
            await room.uplink.stop()
        for room, office in zip(rooms, plan.offices, strict=True):
            said = draft("incident.edited", plan.subject, {"priority": office.priority})
            await room.store.append(room.journal_for(office.territory), [said], ACTOR)
        for room in rooms:
            await room.uplink.start()
        for room in rooms:
            await wait_until(lambda room=room: _nothing_waits(room))  # type: ignore[misc]
    finally:
        for room in rooms:
            await room.close()


async def _holds(room: Room, subject: str) -> bool:
    return await room.incident(subject) is not None


async def _nothing_waits(room: Room) -> bool:
    return (await room.store.queue()).entries == 0


async def play_file(room: Room) -> bool:
    """Play what the file beside this room plans, once; False when there is none."""
    file = room.folder.path / FILE
    if not file.exists():
        return False
    plan = msgspec.json.decode(file.read_bytes(), type=Outage)
    file.unlink()
    try:
        await play(room.folder.path, room.city, room.clock, plan)
    except Exception as error:  # noqa: BLE001 - a demo without its outage is still a demo
        _log.warning("outage_not_played", why=f"{type(error).__name__}: {error}")
    return True
