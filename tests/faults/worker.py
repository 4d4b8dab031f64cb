"""A room at work that says each edit once its action has returned, for as long as it lives; whoever starts it kills it.

python worker.py FOLDER NAME

The folder is that of an enrolled room. Each line on stdout is JSON `[subject, mark]`: the mark stands in exactly one
entry that this process wrote. Warnings and errors go to stderr.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import sys
from contextlib import suppress
from pathlib import Path

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.incident import NEXT, Incident
from console.domain.people import Operator
from console.domain.refusals import Refused
from console.domain.views import IncidentQuery, NewIncident
from console.log import route_structlog
from console.room import Room, known_pack, open_room
from tests.small_city import CITY

PLACES = ("99.01.01.1001", "99.01.01.1002")
LONGEST_PAUSE_S = 0.04
READ_EVERY = 10
"""Edits between two looks at the list, so that rooms edit each other's incidents too."""


class Worker:
    """Edits incidents of one room's journal at random; `run` tells the marks of one process from another's."""

    def __init__(self, room: Room, name: str) -> None:
        self._room = room
        self._run = f"{name}.{os.urandom(6).hex()}"
        self._chance = random.Random()
        self._known: list[Incident] = []

    async def work(self) -> None:
        """Edit for ever."""
        count = 0
        while True:
            if count % READ_EVERY == 0:
                await self._look()
            with suppress(Refused):
                # The other room may have moved this incident on since the list was read: then nothing was written.
                mark = f"{self._run}.{count}"
                subject = await self._edit(mark)
                # Straight to the pipe: what was said is said, whatever becomes of this process.
                os.write(1, f"{json.dumps([subject, mark])}\n".encode())
            count += 1
            await asyncio.sleep(self._chance.uniform(0.0, LONGEST_PAUSE_S))

    async def _look(self) -> None:
        page = await self._room.incidents(IncidentQuery(limit=40))
        self._known = [i for i in page.items if self._room.territory in (CITY, i.territory)]

    async def _edit(self, mark: str) -> str:
        what = self._chance.random()
        if what < 0.15 or not self._known:
            new = NewIncident(f"Kejadian {mark}", self._chance.choice(("D01", "A02")), self._chance.choice(PLACES))
            return await self._room.open_incident(new)
        incident = self._chance.choice(self._known)
        if what < 0.6:
            await self._room.note(incident.subject, f"catatan {mark}")
        elif what < 0.8:
            await self._room.set_fields(incident.subject, {"title": f"Kejadian {mark}"})
        else:
            await self._room.set_status(incident.subject, self._chance.choice(NEXT[incident.status]), f"sebab {mark}")
        return incident.subject


async def main(folder: Path, name: str) -> None:
    """Open the room, begin exchanging, and work until killed."""
    pack = known_pack(folder)
    assert pack is not None
    room = open_room(folder, read_city(pack), SystemClock())
    room.log_in_as(Operator(f"op-{name}", "Petugas uji", "koordinator", room.territory, ""))
    await room.start()
    await Worker(room, name).work()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    route_structlog()
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
