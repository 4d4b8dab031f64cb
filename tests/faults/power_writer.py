"""A room at work for a while: it writes entries of its own, attaches photos, takes others' with the centre's numbers, keeps
readings, and says each own entry's id, once it is saved, into the file SAID beside its data.

python -m tests.faults.power_writer FOLDER ROUNDS
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from console.domain.attachment import ATTACHED, body
from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.entry import EntryId
from console.domain.reading import Frame
from console.store.blobs.blob_file import sha256
from console.store.store import Store
from tests.faults.power import SAID
from tests.small_city import NORTH
from tests.store.patient import OWN, drafts, others
from tests.store.test_convergence import CITY_PACK, KEYS_OF_CITY, ROOT, Centre


async def attach(store: Store, subject: str, number: int) -> list[EntryId]:
    """A photo, then the entry that names it."""
    data = f"foto {number} ".encode() * 4000
    await store.blobs.put(data)
    said = body(sha256(data), len(data), "image/jpeg", "foto.jpg", None, (4, 3), "")
    return await store.append(NORTH, [Draft(ATTACHED, subject, said)], "op-1")


async def work(folder: Path, rounds: int) -> None:
    store = Store(folder, CITY_PACK, ROOT.public, OWN, "uji", ManualClock())
    said = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT)
    try:
        await store.take_changes(KEYS_OF_CITY)
        desk, foreign = others()
        centre = Centre()
        centre.accept(desk.db, foreign.entries, foreign.checkpoints)
        taken = 0
        for number in range(rounds):
            for place in await store.append(NORTH, drafts(f"putaran {number}"), "op-1"):
                os.write(said, f"{place}\n".encode())
            if number % 4 == 0:
                await store.take_changes(msgspec.structs.replace(centre.changes(taken, 3), cursor=f"k{taken}"))
                taken += 3
            if number % 10 == 5:
                edit = [Draft("incident.edited", f"{place.stream}-{place.seq - 1}", b'{"priority":1}')]
                for place in await store.append(NORTH, edit, "op-1"):
                    os.write(said, f"{place}\n".encode())
            if number % 6 == 3:
                for entry in await attach(store, f"{place.stream}-{place.seq - 1}", number):
                    os.write(said, f"{entry}\n".encode())
            await store.record_frames([Frame(NORTH, "uji", number, 1, ("990101-tma",), (0, 1), ((number, 5),), (0,))])
    finally:
        os.close(said)
        store.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2])))
