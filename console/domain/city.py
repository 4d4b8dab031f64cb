"""What a city pack says: territories, agencies, categories, sensors and thresholds, as plain read-only structs.

Nothing about any one city stands in code; a pack under `resources/cities/` (or any folder) is read into a `City`
by `console.cities.read`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from console.domain.shift import Shift

Level = Literal["kota", "kecamatan", "kelurahan"]
Channel = Literal["darurat", "aduan"]
LimitUnit = Literal["menit", "hari_kerja"]


class Territory(msgspec.Struct, frozen=True):
    """One administrative territory; `code` is the Kemendagri code, whose dots give the level."""

    code: str
    name: str
    level: Level
    parent: str
    lat: float
    lon: float
    bps: str = ""
    km2: float | None = None
    residents: int | None = None
    source: str = ""


class Agency(msgspec.Struct, frozen=True):
    """An agency (OPD, vertical body or utility) and the days on which it existed (both ends inclusive)."""

    code: str
    name: str
    duty: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    def exists_on(self, day: date) -> bool:
        """Whether the agency existed on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Limit(msgspec.Struct, frozen=True):
    """A time limit: an amount of wall-clock minutes or of working days."""

    amount: int
    unit: LimitUnit


class Category(msgspec.Struct, frozen=True):
    """A kind of incident with what it starts out with: priority 1 (gravest) to 4, lead agency, and its two clocks.

    `acknowledge` runs from the opening (a call is picked up, a complaint verified and forwarded); `respond` runs from
    `respond_from`: the opening, or the first disposition to an agency.
    """

    code: str
    name: str
    channel: Channel
    priority: int
    lead: str
    support: tuple[str, ...] = ()
    acknowledge: Limit | None = None
    respond: Limit | None = None
    basis: str = ""
    respond_from: Literal["dibuka", "disposisi"] = "dibuka"


class Sensor(msgspec.Struct, frozen=True):
    """One measured series. Values travel as integers: physical value = integer / 10**decimals, in `unit`."""

    code: str
    territory: str
    name: str
    quantity: str
    unit: str
    decimals: int
    interval_s: int
    lat: float
    lon: float
    simulated: bool = False
    source: str = ""


class Step(msgspec.Struct, frozen=True):
    """One rung of a threshold ladder: it holds from `start` (physical units) up to the next rung."""

    start: float
    label: str
    priority: int | None = None


class Ladder(msgspec.Struct, frozen=True):
    """The thresholds of a quantity, or of one sensor when `sensor` is set. No steps: "ambang belum diatur"."""

    quantity: str
    steps: tuple[Step, ...]
    source: str = ""
    sensor: str = ""


class Indicator(msgspec.Struct, frozen=True):
    """One figure of the scorecard of kecamatan: its `formula` in words, the `direction` that is good, and its `target`
    (None: shown without a score)."""

    code: str
    name: str
    pillar: str
    formula: str
    unit: str
    direction: Literal["naik", "turun", "konteks"]
    target: float | None
    origin: str
    data: str = ""
    basis: str = ""


class MapView(msgspec.Struct, frozen=True):
    """Where the map starts: centre in degrees WGS84 and a Leaflet zoom."""

    lat: float
    lon: float
    zoom: float


class City(msgspec.Struct, frozen=True):
    """A whole city pack in memory. `boundaries` is a GeoJSON FeatureCollection as bytes (WGS84), whose features carry
    `code`, `name`, `level`; `boundaries_note` is the label to show on the map ("skematis, bukan batas resmi")."""

    code: str
    name: str
    time_zone: str
    languages: tuple[str, ...]
    map_view: MapView
    version: str
    territories: tuple[Territory, ...]
    agencies: tuple[Agency, ...]
    categories: tuple[Category, ...]
    sensors: tuple[Sensor, ...]
    ladders: tuple[Ladder, ...]
    charts: tuple[str, ...]
    attribution: str
    boundaries: bytes
    boundaries_note: str
    holidays: str = "ID"
    indicators: tuple[Indicator, ...] = ()
    shifts: tuple[Shift, ...] = ()

    def territory(self, code: str) -> Territory | None:
        """The territory of that code, or None."""
        return next((t for t in self.territories if t.code == code), None)

    def category(self, code: str) -> Category | None:
        """The category of that code, or None."""
        return next((c for c in self.categories if c.code == code), None)

    def agency(self, code: str) -> Agency | None:
        """The agency of that code, or None."""
        return next((a for a in self.agencies if a.code == code), None)

    def sensor(self, code: str) -> Sensor | None:
        """The sensor of that code, or None."""
        return next((s for s in self.sensors if s.code == code), None)

    def districts(self) -> tuple[Territory, ...]:
        """The kecamatan, each the owner of a journal, in order of code."""
        return tuple(sorted((t for t in self.territories if t.level == "kecamatan"), key=lambda t: t.code))

    def ladder(self, sensor: Sensor) -> Ladder | None:
        """The sensor's own ladder where it has one, else its quantity's."""
        own = next((x for x in self.ladders if x.sensor == sensor.code), None)
        return own or next((x for x in self.ladders if not x.sensor and x.quantity == sensor.quantity), None)


def of_city(territory: str, city: str) -> bool:
    """Whether this is the city's own journal, or one inside it."""
    return territory == city or territory.startswith(f"{city}.")


def journal_of(code: str) -> str:
    """The journal that a territory code writes in: itself for a city or a kecamatan, the kecamatan for a kelurahan.

    >>> journal_of("32.73.02.1004"), journal_of("32.73.02"), journal_of("32.73")
    ('32.73.02', '32.73.02', '32.73')
    """
    return ".".join(code.split(".")[:3])
