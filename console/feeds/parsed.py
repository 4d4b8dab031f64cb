"""What comes out of a feed, whatever the format: reports, bulletins, readings, and the faults that were met."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from console.domain.drafts import external_subject
from console.domain.reading import Reading
from console.feeds.faults import Found


class Report(msgspec.Struct, frozen=True):
    """A complaint or call that another system took, on its way to become an incident.

    `category` is the pack's code; `place` a territory code ("" until located); lat, lon in degrees WGS84; times in ms
    since epoch UTC. `subject` is the same for everybody who collects it.
    """

    source: str
    external_id: str
    title: str
    category: str
    opened_at: int
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    description: str = ""
    status: Literal["open", "closed"] = "open"
    updated_at: int | None = None
    simulated: bool = False

    @property
    def subject(self) -> str:
        """The incident's subject, from where it came and its number there."""
        return external_subject(self.source, self.external_id)


class Bulletin(msgspec.Struct, frozen=True):
    """News of an authority that belongs in the city's journal: an earthquake or a forecast.

    `at` and `expires` in ms since epoch UTC; `detail` is plain JSON; lat, lon in degrees WGS84.
    """

    source: str
    external_id: str
    kind: Literal["gempa", "prakiraan"]
    at: int
    expires: int
    headline: str
    detail: dict[str, Any]
    lat: float | None = None
    lon: float | None = None
    place: str = ""
    simulated: bool = False

    @property
    def subject(self) -> str:
        """The bulletin's subject, from where it came and its number there."""
        return external_subject(self.source, self.external_id)


class Parsed(msgspec.Struct, frozen=True):
    """What one document held. `faults` counts by the kinds of `console.feeds.faults`; `next` is the address of the page
    that follows, "" when there is none."""

    reports: tuple[Report, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()
    readings: tuple[Reading, ...] = ()
    faults: Found = msgspec.field(default_factory=Found)
    next: str = ""

    @property
    def simulated(self) -> bool:
        """Whether anything in it says that it is simulated."""
        return any(item.simulated for items in (self.reports, self.bulletins, self.readings) for item in items)
