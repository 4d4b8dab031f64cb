"""What a room's screens and commands read of it: pages, details, series, names. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection

from console.domain.attachment import BlobHere
from console.domain.bulletin import BulletinLine
from console.domain.city import City, journal_of
from console.domain.clock import Clock
from console.domain.incident import IncidentDetail
from console.domain.people import Operator
from console.domain.reading import Latest
from console.domain.views import (
    IncidentPage,
    IncidentQuery,
    JournalHead,
    Series,
    Uncounted,
    Undecided,
    Withheld,
)
from console.store import attention, bulletins, queries, readings, search, standing
from console.store.folder import Folder
from console.store.store import Store


class Views:
    """The reads of a room, each one query of its files; `console.room.Room` gives them what it is made of."""

    store: Store
    city: City
    clock: Clock
    folder: Folder
    operator: Operator | None

    @property
    def device(self) -> str:
        """This machine's id."""
        return self.folder.key.id

    async def incidents(self, query: IncidentQuery) -> IncidentPage:
        """A page of incidents."""
        return await self.store.read(lambda db: search.incidents(db, query))

    async def incident(self, subject: str) -> IncidentDetail | None:
        """Everything about one incident, or None."""
        return await self.store.read(lambda db: queries.incident(db, subject))

    async def latest(self) -> dict[str, Latest]:
        """The newest value of every sensor that ever spoke, by sensor code."""
        return await self.store.read_readings(lambda db: readings.latest(db, self.city))

    async def series(self, sensor: str, start: int, end: int, columns: int) -> Series:
        """A window of one sensor, in at most `columns` columns of min and max (ms since epoch UTC)."""
        known = self.city.sensor(sensor)
        if known is None:
            raise KeyError(sensor)
        return await self.store.read_readings(lambda db: readings.series(db, known, start, end, columns))

    async def journals(self) -> tuple[JournalHead, ...]:
        """Every journal that this room holds something of."""
        return await self.store.read(lambda db: queries.journals(db, self.city))

    async def bulletins(self, limit: int = 50) -> tuple[BulletinLine, ...]:
        """Quakes and forecasts that are still valid, newest first, of each place's forecasts only the newest."""
        city, now = journal_of(self.city.code), self.clock.now()
        return await self.store.read(lambda db: bulletins.valid(db, city, now, limit))

    async def blob(self, sha256: str) -> bytes | None:
        """The bytes of a photo or document, or None while they are not whole here. Their hash was looked at."""
        return await self.store.blobs.get(sha256)

    async def blobs_here(self, shas: Collection[str]) -> dict[str, BlobHere]:
        """How much of each is here, and whether the centre has it."""
        return await self.store.blobs.here(shas)

    async def undecided(self, limit: int = 20) -> Undecided:
        """Incidents with a field to decide, most urgent first, with both sides."""
        return await self.store.read(lambda db: attention.undecided(db, limit))

    async def withheld(self) -> tuple[Withheld, ...]:
        """What waits here because the centre refuses it, and why."""
        return await self.store.read(attention.withheld)

    async def uncounted(self, limit: int = 200, *, own: bool = False) -> tuple[Uncounted, ...]:
        """The void entries, newest first, with what they are about and whether they were adopted; `own`: of this room."""
        return await self.store.read(lambda db: standing.uncounted(db, limit, self.device if own else ""))

    @property
    def knows_operators(self) -> bool:
        """Whether the city's journal, as far as it is here, names anybody who may log in."""
        return bool(self.store.ring.operators)

    def name_of(self, actor: str) -> str:
        """An operator's name by id; the id itself where nobody here is known by it."""
        if self.operator is not None and self.operator.id == actor:
            return self.operator.name
        found = self.store.ring.operators.get(actor)
        return found.name if found else actor

    def device_name(self, device: str) -> str:
        """A device's name by id, as it was enrolled; the beginning of the id where nobody here knows it by name."""
        known = self.store.ring.devices.get(device)
        return known.name if known is not None and known.name else device[:8]
