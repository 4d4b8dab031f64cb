"""A room's folder with everything in it that a doctor looks at: keys of the city, others' entries with the centre's order,
own ones that have a number and own ones that have none, a lost order, a parked entry, and notes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from console.domain.clock import ManualClock
from console.domain.drafts import OPENED_HERE, Draft
from console.domain.exchange import Incoming
from console.domain.reading import Frame
from console.store.doctor.doctor import Report, examine
from console.store.store import Store
from tests.small_city import NORTH
from tests.store.test_convergence import CITY_PACK, KEYS, KEYS_OF_CITY, ROOT, Centre, Desk, everything

OWN, OTHER = KEYS[0], KEYS[1]
INCIDENTS = 40


def drafts(name: str) -> list[Draft]:
    body = {"title": f"Banjir {name}", "status": "baru", "priority": 2, "description": "air naik " * 20}
    note = {"text": f"catatan {name}"}
    return [
        Draft("incident.opened", "", msgspec.json.encode(body)),
        Draft("incident.noted", OPENED_HERE, msgspec.json.encode(note)),
    ]


def others() -> tuple[Desk, Incoming]:
    """What another room wrote, and one entry more whose beginning is missing."""
    desk = Desk(OTHER)
    for k in range(INCIDENTS):
        desk.journals.append(desk.db, NORTH, drafts(f"seberang {k}"), "op-2", 1_764_000_000_000 + k, 0)
    return desk, everything(desk.db, NORTH)


async def fill(store: Store) -> None:
    await store.take_changes(KEYS_OF_CITY)
    desk, foreign = others()
    await store.take_changes(foreign)
    centre = Centre()
    centre.accept(desk.db, foreign.entries, foreign.checkpoints)
    for k in range(INCIDENTS):
        await store.append(NORTH, drafts(f"sendiri {k}"), "op-1")
    box = await store.outbox(10_000, 2**30, {}, {})
    mine = [e for e in box.entries if e.territory == NORTH and e.actor == "op-1"]
    await store.read(lambda db: centre.accept(db, tuple(mine), box.checkpoints))
    await store.take_changes(msgspec.structs.replace(centre.changes(0, 10_000), cursor="kursor-7"))
    for k in range(INCIDENTS):
        await store.append(NORTH, drafts(f"belum terkirim {k}"), "op-1")
    stray = Desk(KEYS[2])
    stray.journals.append(stray.db, NORTH, drafts("hilang awal"), "op-3", 0, 0)
    await store.take_changes(Incoming(everything(stray.db, NORTH).entries[1:]))
    await store.set_meta("sync.line", '{"rtt":0.25}')
    await store.record_frames([Frame(NORTH, "uji", 1, 1, ("990101-tma",), (0, 1), ((4, 5),), (0,))])


def make_patient(folder: Path) -> Path:
    """Make the folder and close it; gives it back."""
    folder.mkdir(parents=True, exist_ok=True)
    store = open_patient(folder)
    try:
        asyncio.run(fill(store))
    finally:
        store.close()
    return folder


def open_patient(folder: Path) -> Store:
    return Store(folder, CITY_PACK, ROOT.public, OWN, "uji", ManualClock())


def look(folder: Path) -> Report:
    return examine(folder, CITY_PACK, ROOT.public, OWN)
