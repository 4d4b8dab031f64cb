"""What feeds hand over, on its way into the room: reports become incidents, bulletins entries of the city's journal,
readings frames. Handing the same thing over twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.domain.bulletin import ISSUED
from console.domain.city import City, journal_of
from console.domain.drafts import Clocks, Draft, draft, opening
from console.domain.incident import CLOSED
from console.domain.reading import Frame
from console.domain.views import NewIncident
from console.feeds.parsed import Bulletin, Report
from console.store import queries, search
from console.store.store import Store


class Owner(Protocol):
    """Whose journal a place belongs to."""

    def journal_for(self, place: str) -> str:
        """The territory whose journal takes what happens at `place`."""


class Intake:
    """The sink of a room's feeds (`console.feeds.run.Sink`). What it writes names the source as the actor."""

    def __init__(self, store: Store, city: City, clocks: Clocks, owner: Owner) -> None:
        self._store = store
        self._city = city
        self._clocks = clocks
        self._owner = owner

    async def take_reports(self, reports: Sequence[Report]) -> None:
        """Open an incident for each report that is new, and close what its source has closed."""
        known = await self._store.read(lambda db: search.lines(db, [r.subject for r in reports]))
        fresh: dict[tuple[str, str], list[Draft]] = {}
        for report in {r.subject: r for r in reports}.values():
            here = known.get(report.subject)
            if here is not None:
                if report.status == "closed" and here.status not in CLOSED:
                    closing = draft("incident.status", report.subject, {"status": "selesai", "reason": report.source})
                    fresh.setdefault((here.territory, _actor(report.source)), []).append(closing)
                continue
            made = self._opening(report)
            if made is not None:
                place = report.place or self._city.code
                fresh.setdefault((self._owner.journal_for(place), _actor(report.source)), []).append(made)
        for (territory, actor), drafts in fresh.items():
            await self._store.append(territory, drafts, actor)

    def _opening(self, report: Report) -> Draft | None:
        category = self._city.category(report.category)
        if category is None:
            return None
        said = NewIncident(
            title=report.title,
            category=report.category,
            place=report.place or self._city.code,
            address=report.address,
            lat=report.lat,
            lon=report.lon,
            description=report.description,
            source=report.source,
        )
        return opening(said, category, self._clocks, report.opened_at, report.simulated, report.subject)

    async def take_bulletins(self, bulletins: Sequence[Bulletin]) -> None:
        """Write each bulletin that is new into the city's journal."""
        held = await self._store.read(lambda db: queries.known_subjects(db, [b.subject for b in bulletins]))
        for bulletin in bulletins:
            if bulletin.subject not in held:
                said = {
                    "type": bulletin.kind, "issued_at": bulletin.at, "expires": bulletin.expires,
                    "headline": bulletin.headline, "detail": bulletin.detail, "place": bulletin.place,
                    "point": None if bulletin.lat is None else (bulletin.lat, bulletin.lon), "source": bulletin.source,
                    "simulated": bulletin.simulated or None,
                }  # fmt: skip
                written = draft(ISSUED, bulletin.subject, said)
                await self._store.append(journal_of(self._city.code), [written], _actor(bulletin.source))

    async def take_frames(self, frames: Sequence[Frame]) -> None:
        """Keep readings, and queue them for the centre."""
        await self._store.record_frames(frames)


def _actor(source: str) -> str:
    return f"sumber:{source}"
