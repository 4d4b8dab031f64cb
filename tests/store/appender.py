"""A process that appends entries for as long as it lives and says each one's id once it is committed.

python appender.py FOLDER PACK
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.drafts import OPENED_HERE, Draft
from console.domain.keys import DeviceKey
from console.store.folder import Folder
from console.store.store import Store
from tests.small_city import NORTH


async def append_for_ever(folder: Path, pack: Path) -> None:
    owned = Folder.open(folder)
    store = Store(folder, read_city(pack), DeviceKey.from_bytes(b"r" * 32).public, owned.key, "uji", SystemClock())
    written = 0
    while True:
        body = msgspec.json.encode({"title": f"Kejadian {written}", "status": "baru", "priority": 1 + written % 4})
        note = msgspec.json.encode({"text": f"catatan {written}"})
        drafts = [Draft("incident.opened", "", body), Draft("incident.noted", OPENED_HERE, note)]
        for place in await store.append(NORTH, drafts, "op"):
            # Straight to the pipe: what was said is said, whatever becomes of this process.
            os.write(1, f"{place}\n".encode())
        written += 1


if __name__ == "__main__":
    asyncio.run(append_for_ever(Path(sys.argv[1]), Path(sys.argv[2])))
