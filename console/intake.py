"""What feeds hand over, on its way into the room: reports become incidents, bulletins entries of the city's journal,
readings frames. Handing the same thing over twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from console.domain.bulletin import ISSUED
from console.domain.city import City, journal_of
from console.domain.drafts import Clocks, Draft, draft, opening
from console.domain.entry import MAX_BODY
from console.domain.incident import Incident
from console.domain.reading import Frame
from console.domain.refusals import Refused
from console.domain.views import NewIncident
from console.store import queries, search
from console.store.journal import BodyTooLarge
from console.store.store import Store
from console.store.writer import StoreFull

if TYPE_CHECKING:
    from console.feeds.parsed import Bulletin, Report

MAX_LINE, MAX_TEXT = 500, 8000
"""Characters of a source's text that are kept; an entry has a bound, and one long report must not hold up the others."""


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
            territory = here.territory if here else self._owner.journal_for(report.place or self._city.code)
            made = [] if here else self._opening(report)
            if report.status == "closed" and (made or self._still_ours(here)):
                made.append(draft("incident.status", report.subject, {"status": "selesai", "reason": report.source}))
            if made:
                fresh.setdefault((territory, _actor(report.source)), []).extend(made)
        for (territory, actor), drafts in fresh.items():
            await self._write(territory, drafts, actor)

    def _still_ours(self, here: Incident | None) -> bool:
        """Whether it is open, in a journal that this room may write in."""
        return here is not None and here.open and self._owner.journal_for(here.territory) == here.territory

    def _opening(self, report: Report) -> list[Draft]:
        category = self._city.category(report.category)
        if category is None:
            return []
        said = NewIncident(
            title=_cut(report.title, MAX_LINE),
            category=report.category,
            place=report.place or self._city.code,
            address=_cut(report.address, MAX_LINE),
            lat=report.lat,
            lon=report.lon,
            description=_cut(report.description, MAX_TEXT),
            source=report.source,
        )
        return [opening(said, category, self._clocks, report.opened_at, report.simulated, report.subject)]

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
                await self._write(journal_of(self._city.code), [written], _actor(bulletin.source))

    async def take_frames(self, frames: Sequence[Frame]) -> None:
        """Keep readings, and queue them for the centre."""
        with _refusing():
            await self._store.record_frames(frames)

    async def _write(self, territory: str, drafts: Sequence[Draft], actor: str) -> None:
        with _refusing():
            await self._store.append(territory, drafts, actor)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@contextmanager
def _refusing() -> Iterator[None]:
    """What a feed hands over while nothing can be saved is refused, and so handed over again later."""
    try:
        yield
    except BodyTooLarge as large:
        raise Refused("too_long", str(MAX_BODY)) from large
    except StoreFull as full:
        raise Refused("disk_full") from full


def _actor(source: str) -> str:
    return f"sumber:{source}"
