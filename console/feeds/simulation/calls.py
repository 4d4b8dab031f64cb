"""Made-up calls and complaints: more by day than by night, more of some kinds than others, and many when it pours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from console.domain.city import Category, City, Territory, journal_of
from console.feeds.simulation.noise import Floats, Times, chance, key_of, uniform
from console.feeds.simulation.titles import GHOST_SHARE, GHOSTS, Kind, kind_of
from console.feeds.simulation.weather import DAY_MS, HOUR_MS, Weather

SLOT_MS = 30_000
"""At most one call of a stream in a slot."""
EMERGENCIES_A_DAY, COMPLAINTS_A_DAY = 0.15, 0.6
"""For 100,000 residents: Bandung's 112 in 2024 had 1,395 events, LAPOR! in its first year 5,571 complaints."""
STORM_CALLS = 0.02
"""Calls an hour for 100,000 residents and each mm/h that falls on the city."""
RESIDENTS_UNKNOWN = 100_000
_SCATTER_DEG = 0.0025
Stream = Literal["darurat", "aduan", "badai"]


class Call(msgspec.Struct, frozen=True):
    """One call: where (a territory and a point in degrees), when (ms since epoch UTC), what, and when it was dealt with at
    its own source."""

    number: str
    category: Category
    title: str
    territory: Territory
    lat: float
    lon: float
    at: int
    closed_at: int


class Calls:
    """The callers of one city. `pace` 1 is what the published counts say; a demonstration may take more."""

    def __init__(self, city: City, seed: int, weather: Weather, pace: float = 1.0) -> None:
        self._city = city
        self._weather = weather
        self._pace = pace
        self._key = key_of(seed, city.code, "panggilan")
        self._zone = ZoneInfo(city.time_zone)
        self._kinds = [(category, kind_of(category)) for category in city.categories]
        levels = {t.level for t in city.territories}
        finest = next(level for level in ("kelurahan", "kecamatan", "kota") if level in levels)
        self._places = [t for t in city.territories if t.level == finest]
        self._weights = self._residents()
        self._hundred_thousands = float(sum(self._weights)) / 100_000

    def between(self, start: int, end: int) -> list[Call]:
        """The calls that came from `start` up to, not including, `end` (ms since epoch UTC), oldest first."""
        slots = np.arange(start // SLOT_MS, -(-end // SLOT_MS), dtype=np.int64)
        if not len(slots):
            return []
        streams: tuple[Stream, ...] = ("darurat", "aduan", "badai")
        found = [call for stream in streams for call in self._stream(stream, slots)]
        return sorted((c for c in found if start <= c.at < end), key=lambda c: (c.at, c.number))

    def _stream(self, stream: Stream, slots: Times) -> Iterator[Call]:
        key = key_of(self._key, stream)
        struck = uniform(key, slots) < self._rate(stream, slots * SLOT_MS) * self._pace * SLOT_MS
        for slot in slots[struck]:
            call = self._call(stream, key_of(key, str(slot)), int(slot))
            if call is not None:
                yield call

    def _rate(self, stream: Stream, at: Times) -> Floats:
        """Calls a ms."""
        people = self._hundred_thousands
        if stream == "badai":
            return self._rain(at) * STORM_CALLS * people / HOUR_MS
        hour = ((at + self._offset(int(at[0]))) % DAY_MS) / HOUR_MS
        day = EMERGENCIES_A_DAY if stream == "darurat" else COMPLAINTS_A_DAY
        quiet = 0.35 if stream == "darurat" else 0.05
        rhythm = quiet + (1.0 - quiet) * np.clip(np.sin((hour - 5.0) / 17.0 * np.pi), 0.0, None) ** 0.7
        # The mean of the rhythm over a day, so that a day sums up to its count.
        grid = np.arange(0.0, 24.0, 0.25)
        mean = float(np.mean(quiet + (1.0 - quiet) * np.clip(np.sin((grid - 5.0) / 17.0 * np.pi), 0.0, None) ** 0.7))
        out: Floats = rhythm / mean * day * people / DAY_MS
        return out

    def _rain(self, at: Times) -> Floats:
        """Rain on the city as a whole, mm/h, at the middle of a few districts."""
        districts = self._city.districts() or tuple(self._places)
        some = districts[:: max(1, len(districts) // 8)]
        out: Floats = np.mean([self._weather.rain(t.lat, t.lon, at) for t in some], axis=0)
        return out

    def _offset(self, at: int) -> int:
        shift = datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone).utcoffset()
        return round(shift.total_seconds() * 1000) if shift else 0

    def _call(self, stream: Stream, key: int, slot: int) -> Call | None:
        at = slot * SLOT_MS + int(chance(key, 1) * SLOT_MS)
        picked = self._category(stream, chance(key, 2))
        if picked is None:
            return None
        category, kind = picked
        place = self._place(stream, key, at)
        titles = kind.titles
        if stream == "darurat" and chance(key, 3) < GHOST_SHARE:
            category, titles = self._catch_all(category), GHOSTS
        lasts = 20 * 60_000 + chance(key, 4) ** 2 * (8 * HOUR_MS if category.channel == "darurat" else 4 * DAY_MS)
        return Call(
            number=f"SIM-{stream[0].upper()}{slot}",
            category=category,
            title=titles[int(chance(key, 5) * len(titles))],
            territory=place,
            lat=round(place.lat + (chance(key, 6) - 0.5) * _SCATTER_DEG, 6),
            lon=round(place.lon + (chance(key, 7) - 0.5) * _SCATTER_DEG, 6),
            at=at,
            closed_at=at + int(lasts),
        )

    def _category(self, stream: Stream, u: float) -> tuple[Category, Kind] | None:
        weights = [
            kind.storm if stream == "badai" else kind.share if category.channel == stream else 0.0
            for category, kind in self._kinds
        ]
        return self._kinds[_pick(weights, u)] if sum(weights) > 0 else None

    def _catch_all(self, category: Category) -> Category:
        """Where calls that are none are filed: under "other emergency" where the pack has one."""
        return next((c for c, _ in self._kinds if c.channel == "darurat" and "lain" in c.name.casefold()), category)

    def _place(self, stream: Stream, key: int, at: int) -> Territory:
        """Where it happens: by residents; in a storm, the wetter of two places."""
        first, other = (self._places[_pick(self._weights, chance(key, k))] for k in (8, 9))
        if stream != "badai":
            return first
        now = np.array([at], np.int64)
        wet = [float(self._weather.rain(t.lat, t.lon, now)[0]) for t in (first, other)]
        return first if wet[0] >= wet[1] else other

    def _residents(self) -> list[float]:
        """How many live in each place: its own count, or its share of its kecamatan's."""
        above = {t.code: t for t in self._city.territories}
        shared: dict[str, int] = {}
        for t in self._places:
            shared[journal_of(t.code)] = shared.get(journal_of(t.code), 0) + 1
        out = []
        for t in self._places:
            parent = above.get(journal_of(t.code))
            whole = parent.residents if parent and parent.residents else RESIDENTS_UNKNOWN
            out.append(float(t.residents) if t.residents else whole / shared[journal_of(t.code)])
        return out


def _pick(weights: Sequence[float], u: float) -> int:
    """The index that chance `u` in [0, 1) falls on."""
    sums = np.cumsum(weights)
    return min(int(np.searchsorted(sums, u * sums[-1], side="right")), len(weights) - 1)
