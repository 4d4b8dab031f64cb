"""What made-up instruments would say: a day's rhythm, rain that reaches the river later, noise and drop-outs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from console.domain.city import City, Sensor
from console.feeds.simulation.noise import Floats, Times, chance, key_of, normal, smooth, uniform
from console.feeds.simulation.weather import DAY_MS, HOUR_MS, Weather, near

MINUTE_MS = 60_000
TAPS = 480
"""Minutes of rain that a river remembers."""
OUTAGE_CELL_MS = 2 * HOUR_MS
OUTAGE_CHANCE, LOST_CHANCE = 0.03, 0.002
_WEEKEND = 5


class Samples(msgspec.Struct, frozen=True):
    """What a sensor sent in a window: times (ms since epoch UTC) and values in its unit, NaN where a value was lost."""

    sensor: Sensor
    at: Times
    values: Floats


class Site(msgspec.Struct, frozen=True):
    """A sensor's surroundings at given times: hour of the local day, whether it is a working day, and rain in mm/h."""

    key: int
    at: Times
    hour: Floats
    working: NDArray[np.bool_]
    rain: Floats


class Instruments:
    """All sensors of a city."""

    def __init__(self, city: City, seed: int, weather: Weather) -> None:
        self._city = city
        self._seed = seed
        self._weather = weather
        self._zone = ZoneInfo(city.time_zone)

    def samples(self, sensor: Sensor, start: int, end: int) -> Samples:
        """What a sensor sent from `start` up to, not including, `end` (ms since epoch UTC)."""
        step = max(1, sensor.interval_s) * 1000
        at = np.arange(-(-start // step) * step, end, step, dtype=np.int64)
        key = key_of(self._seed, self._city.code, sensor.code)
        at = at[~_offline(key, at)]
        values = self.truth(sensor, at)
        if len(at):
            values = np.round(values + 0.0, sensor.decimals)
            values[uniform(key ^ 0x10, at // step) < LOST_CHANCE] = np.nan
        return Samples(sensor, at, values)

    def truth(self, sensor: Sensor, at: Times) -> Floats:
        """The value that an instrument without faults would show, at times in rising order."""
        site = self.site(key_of(self._seed, self._city.code, sensor.code), sensor.lat, sensor.lon, at)
        if sensor.quantity == "tma" and len(at):
            return self._river(sensor, site)
        return _SIGNALS.get(sensor.quantity, _other)(site)

    def site(self, key: int, lat: float, lon: float, at: Times) -> Site:
        """The surroundings of a point (degrees)."""
        offset = self._offset(int(at[0])) if len(at) else 0
        local = at + offset
        hour: Floats = (local % DAY_MS) / HOUR_MS
        # Day 0 of the epoch was a Thursday.
        working = (local // DAY_MS + 3) % 7 < _WEEKEND
        return Site(key, at, hour, working, self._weather.rain(lat, lon, at))

    def _offset(self, at: int) -> int:
        shift = datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone).utcoffset()
        return round(shift.total_seconds() * 1000) if shift else 0

    def _river(self, sensor: Sensor, site: Site) -> Floats:
        """Level in cm: rain over the land around, held back by one linear reservoir, arriving after a delay.

        A linear reservoir lets out a fixed part of what it holds, so that its answer to a drop decays exponentially
        (Zoch 1934; Nash 1957 chains several).
        """
        lag = 12 + int(25 * chance(site.key, 1))
        hold = 50 + 30 * chance(site.key, 2)
        first, last = int(site.at[0]) // MINUTE_MS - 1, int(site.at[-1]) // MINUTE_MS + 1
        minutes = np.arange(first - lag - TAPS + 1, last - lag + 1, dtype=np.int64) * MINUTE_MS
        around = near(self._city, sensor.lat, sensor.lon, 5)
        rain = np.mean([self._weather.rain(lat, lon, minutes) for lat, lon in around], axis=0)
        kernel = np.exp(-np.arange(TAPS) / hold) * (1.0 - np.exp(-1.0 / hold))
        flow = np.convolve(rain, kernel, mode="valid")
        base, gain = 40 + 45 * chance(site.key, 3), 4.0 + 2.5 * chance(site.key, 4)
        level = base + gain * np.interp(site.at / MINUTE_MS, np.arange(first, last + 1), flow)
        level += 2.5 * smooth(site.key, site.at, 40 * MINUTE_MS) + 0.4 * normal(site.key, site.at // 1000)
        out: Floats = np.maximum(level, 0.0)
        return out


def _offline(key: int, at: Times) -> NDArray[np.bool_]:
    """When a sensor says nothing: now and then for 4 to 25 minutes."""
    cell = at // OUTAGE_CELL_MS
    begins = uniform(key ^ 0x20, cell) * (OUTAGE_CELL_MS - 25 * MINUTE_MS)
    length = (4 + 21 * uniform(key ^ 0x30, cell)) * MINUTE_MS
    inside = at - cell * OUTAGE_CELL_MS - begins
    out: NDArray[np.bool_] = (uniform(key ^ 0x40, cell) < OUTAGE_CHANCE) & (inside >= 0) & (inside < length)
    return out


def _hump(hour: Floats, peak: float, width: float) -> Floats:
    """A bell over the hours of a day, also across midnight."""
    away = np.abs(hour - peak)
    out: Floats = np.exp(-((np.minimum(away, 24.0 - away) / width) ** 2))
    return out


def _rain(site: Site) -> Floats:
    return site.rain


def _warmth(site: Site) -> Floats:
    """°C: coolest before dawn, warmest at two in the afternoon, cooled by rain."""
    day = 23.2 + 5.2 * _hump(site.hour, 13.8, 4.2) - 2.6 * _hump(site.hour, 5.0, 4.5)
    own = 1.2 * (chance(site.key, 1) - 0.5) + 0.8 * smooth(site.key, site.at, 3 * HOUR_MS)
    out: Floats = day + own - np.minimum(site.rain * 0.12, 4.0) + 0.08 * normal(site.key, site.at // 1000)
    return out


def _humidity(site: Site) -> Floats:
    """%: the reverse of warmth, near saturation in rain."""
    day = 80.0 - 24.0 * _hump(site.hour, 13.8, 4.5) + 9.0 * _hump(site.hour, 5.0, 4.5)
    wet = np.minimum(site.rain * 1.2, 16.0) + 3.0 * smooth(site.key, site.at, 2 * HOUR_MS)
    out: Floats = np.clip(day + wet + 0.5 * normal(site.key, site.at // 1000), 25.0, 100.0)
    return out


def _dust(site: Site) -> Floats:
    """µg/m³ of PM2.5: two rush hours, still air at night, washed out by rain."""
    rush = np.where(site.working, 1.0, 0.5)
    day = 19.0 + rush * (16.0 * _hump(site.hour, 7.5, 1.6) + 19.0 * _hump(site.hour, 19.0, 2.6))
    day = (day + 6.0 * _hump(site.hour, 1.0, 3.0)) * (0.75 + 0.5 * chance(site.key, 1))
    air = 1.0 + 0.22 * smooth(site.key, site.at, 90 * MINUTE_MS)
    out: Floats = np.maximum(day * air / (1.0 + site.rain / 12.0) + 0.7 * normal(site.key, site.at // 1000), 1.0)
    return out


def _speed(site: Site) -> Floats:
    """km/h of traffic: slow in rush hours, slower in rain; on free days slow from late morning to evening."""
    free = 30.0 + 14.0 * chance(site.key, 1)
    work = 0.52 * _hump(site.hour, 7.2, 1.0) + 0.2 * _hump(site.hour, 12.5, 1.4) + 0.58 * _hump(site.hour, 17.3, 1.5)
    rest = 0.3 * _hump(site.hour, 11.0, 2.2) + 0.42 * _hump(site.hour, 16.5, 2.4)
    flow = 1.0 - np.where(site.working, work, rest) - np.minimum(site.rain * 0.012, 0.3)
    jam = 1.0 + 0.1 * smooth(site.key, site.at, 12 * MINUTE_MS)
    out: Floats = np.maximum(free * flow * jam + 1.1 * normal(site.key, site.at // 1000), 4.0)
    return out


def _wind(site: Site) -> Floats:
    """m/s: a breeze by day, gusts with rain."""
    mean = 0.9 + 1.9 * _hump(site.hour, 14.5, 4.5) + np.minimum(site.rain * 0.07, 4.0)
    gust = 1.0 + 0.45 * smooth(site.key, site.at, 4 * MINUTE_MS)
    out: Floats = np.maximum(mean * gust + 0.25 * normal(site.key, site.at // 1000), 0.0)
    return out


def _other(site: Site) -> Floats:
    """A quantity that nothing is known of: a wandering line about fifty."""
    out: Floats = 50.0 + 15.0 * smooth(site.key, site.at, HOUR_MS) + normal(site.key, site.at // 1000)
    return out


_SIGNALS: dict[str, Callable[[Site], Floats]] = {
    "hujan": _rain,
    "suhu": _warmth,
    "kelembapan": _humidity,
    "pm25": _dust,
    "kecepatan": _speed,
    "angin": _wind,
}
