"""Made-up rain over a city: afternoon showers that drift across it, and one storm when it is asked for."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from console.domain.city import City
from console.domain.quake import distance_km
from console.feeds.simulation.noise import Floats, Times, chance, key_of, smooth

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DEGREE_KM = 111.32
STORM_PEAK_MM_H, STORM_MINUTES, STORM_RADIUS_KM = 75.0, 75, 7.0
_RISE, _FALL = 1.0, 2.0
_PEAK_AT = _RISE / (_RISE + _FALL)
"""Part of a shower's time at which it rains hardest: showers come fast and go slowly."""
_PEAK = _PEAK_AT**_RISE * (1 - _PEAK_AT) ** _FALL
_DRY, _TEXTURE_MS = 0.1, 5 * 60_000
_WET_MONTHS = frozenset({10, 11, 12, 1, 2, 3, 4})


class Shower(msgspec.Struct, frozen=True):
    """One cell of rain: from `start` for `length_ms`, hardest `peak` mm/h in its middle, at lat, lon at first, drifting by
    degrees a ms, `radius_km` to where it is 37 % as hard."""

    start: int
    length_ms: int
    peak: float
    lat: float
    lon: float
    lat_drift: float
    lon_drift: float
    radius_km: float


class Weather:
    """The rain of one city. `storm_at` is when the storm is hardest (ms since epoch UTC), None for none."""

    def __init__(self, city: City, seed: int, storm_at: int | None = None) -> None:
        self._seed = seed
        self._key = key_of(seed, city.code, "hujan")
        self._zone = ZoneInfo(city.time_zone)
        lats, lons = [t.lat for t in city.territories], [t.lon for t in city.territories]
        self._middle = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
        self._reach = (max(lats) - min(lats), max(lons) - min(lons))
        self._storm = None if storm_at is None else self._storm_of(storm_at)
        self._of_day = lru_cache(maxsize=64)(self._showers_of)

    def rain(self, lat: float, lon: float, at: Times) -> Floats:
        """Rain in mm/h at a point (degrees), at times in rising order (ms since epoch UTC)."""
        total = np.zeros(len(at))
        if not len(at):
            return total
        for shower in self.showers(int(at[0]), int(at[-1])):
            total += _of_shower(shower, lat, lon, at)
        total *= 1.0 + 0.35 * smooth(key_of(self._seed, "tekstur", f"{lat:.4f},{lon:.4f}"), at, _TEXTURE_MS)
        total[total < _DRY] = 0.0
        return total

    def showers(self, start: int, end: int) -> list[Shower]:
        """The showers that touch a window of time."""
        days = range((start - DAY_MS) // DAY_MS, end // DAY_MS + 1)
        found = [s for day in days for s in self._of_day(day)] + ([self._storm] if self._storm else [])
        return [s for s in found if s.start <= end and s.start + s.length_ms >= start]

    def _showers_of(self, day: int) -> tuple[Shower, ...]:
        """The showers of one day: most begin between 13 and 18 o'clock; hardly any in the dry months."""
        midnight = datetime.fromtimestamp(day * 86400, UTC).replace(tzinfo=self._zone)
        wet = 0.75 if midnight.month in _WET_MONTHS else 0.15
        count = sum(chance(self._key, day * 64 + k) < wet * part for k, part in enumerate((1.0, 0.6, 0.3)))
        return tuple(self._shower(int(midnight.timestamp() * 1000), day * 64 + 8 + 8 * k) for k in range(count))

    def _shower(self, midnight: int, n: int) -> Shower:
        u = [chance(self._key, n + k) for k in range(8)]
        length = round((30 + 90 * u[1]) * 60_000)
        return Shower(
            start=midnight + round((13.0 + 5.5 * u[0]) * HOUR_MS),
            length_ms=length,
            peak=2.0 + 16.0 * u[2] ** 2,
            lat=self._middle[0] + (u[3] - 0.5) * self._reach[0],
            lon=self._middle[1] + (u[4] - 0.5) * self._reach[1],
            lat_drift=(u[5] - 0.5) * 0.06 / length,
            lon_drift=(u[6] - 0.5) * 0.06 / length,
            radius_km=1.8 + 2.5 * u[7],
        )

    def _storm_of(self, at: int) -> Shower:
        length = STORM_MINUTES * 60_000
        start = at - round(_PEAK_AT * length)
        drift = 0.04 / length
        lat, lon = self._middle
        return Shower(
            start, length, STORM_PEAK_MM_H, lat + 0.25 * self._reach[0], lon - 0.15 * self._reach[1],
            -drift, drift, STORM_RADIUS_KM,
        )  # fmt: skip


def _of_shower(shower: Shower, lat: float, lon: float, at: Times) -> Floats:
    age = at - shower.start
    s = np.clip(age / shower.length_ms, 0.0, 1.0)
    profile = s**_RISE * (1.0 - s) ** _FALL / _PEAK
    north = (lat - shower.lat - shower.lat_drift * age) * DEGREE_KM
    east = (lon - shower.lon - shower.lon_drift * age) * DEGREE_KM * math.cos(math.radians(lat))
    out: Floats = shower.peak * profile * np.exp(-(north**2 + east**2) / shower.radius_km**2)
    return out


def near(city: City, lat: float, lon: float, count: int) -> list[tuple[float, float]]:
    """The points of the districts nearest to a place, itself first: what drains towards it, for want of a map of rivers."""
    points = [(t.lat, t.lon) for t in city.districts()]
    return [(lat, lon), *sorted(points, key=lambda p: distance_km(lat, lon, *p))[:count]]
