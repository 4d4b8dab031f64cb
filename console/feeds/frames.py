"""From single readings to frames: one a minute for each territory and source, integers in the sensor's own scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from console.domain.city import City, Sensor, journal_of
from console.domain.reading import Frame, Reading
from console.feeds import faults
from console.feeds.faults import Found

MINUTE_MS = 60_000
FUTURE_MS = 5 * MINUTE_MS
"""How far ahead of this room's clock a reading may be: beyond it, the sensor's clock is wrong."""
KEEP_MS = 8 * 24 * 3_600_000
"""How old a reading may be: older ones are past what the room keeps and shows."""
OPEN_MS = 3 * 3_600_000
"""How long a minute is held open for late values."""
MOST = 2**53
MAX_TIMES = 600
"""Moments in a minute that a frame may hold; the centre takes no more."""
MAX_SOURCE = 64
"""Letters of a source's name; the centre takes no more."""
SIMULATED = "simulasi"

Key = tuple[str, str, int]


class _Minute:
    """One frame in the making: value and quality by sensor and offset. `revision` counts the values that came or changed, so
    that whoever reads the same source from its beginning numbers it the same, and reading it twice changes nothing."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[int, tuple[int, int]]] = {}
        self.revision = 0
        self.offsets: set[int] = set()

    def put(self, sensor: str, offset: int, value: int, quality: int) -> bool:
        """Take one value; False when it was known."""
        column = self.cells.setdefault(sensor, {})
        if column.get(offset) == (value, quality):
            return False
        column[offset] = (value, quality)
        self.offsets.add(offset)
        self.revision += 1
        return True

    def frame(self, key: Key, simulated: bool) -> Frame:
        """The frame as it stands. A sensor's quality is the worst of its values."""
        at = tuple(sorted(self.offsets))
        sensors = tuple(sorted(self.cells))
        columns = [self.cells[s] for s in sensors]
        values = tuple(tuple(c[o][0] if o in c else None for o in at) for c in columns)
        quality = tuple(max(q for _, q in c.values()) for c in columns)
        return Frame(key[0], key[1], key[2], self.revision, sensors, at, values, quality, simulated)


class FrameBuilder:
    """Collects the readings of one source. A late or corrected value gives its minute out again with a higher revision.

    Simulated and measured values never share a frame: what is simulated goes out under a source that says so. A value that
    comes after its minute was closed (a sensor that was offline delivers its backlog) goes out under a source of that
    sensor's own, so that it replaces nothing.
    """

    def __init__(self, city: City, source: str) -> None:
        self._sensors = {s.code: s for s in city.sensors}
        self._source = source
        self._minutes: dict[tuple[Key, bool], _Minute] = {}
        self._newest = 0
        self._closed = 0

    def take(self, readings: Iterable[Reading], now: int, found: Found) -> tuple[Frame, ...]:
        """Take readings and give the frames that they made or changed, oldest first. `now` in ms since epoch UTC; what does
        not fit is counted in `found`."""
        changed: dict[tuple[Key, bool], _Minute] = {}
        for reading, sensor, value in self._sound(readings, now, found):
            minute, offset = divmod(reading.at, MINUTE_MS)
            simulated = reading.simulated or sensor.simulated
            source = self._name(simulated) + (f"/{sensor.code}" if minute < self._closed else "")
            key = ((journal_of(sensor.territory), source[:MAX_SOURCE], minute), simulated)
            held = self._minutes.setdefault(key, _Minute())
            if len(held.offsets) >= MAX_TIMES and offset not in held.offsets:
                found[faults.IMPOSSIBLE] += 1
            elif held.put(sensor.code, offset, value, reading.quality):
                changed[key] = held
        self._forget()
        ordered = sorted(changed.items(), key=lambda item: (item[0][0][2], item[0][0]))
        return tuple(minute.frame(key, simulated) for (key, simulated), minute in ordered)

    def _sound(self, readings: Iterable[Reading], now: int, found: Found) -> Iterator[tuple[Reading, Sensor, int]]:
        for reading in readings:
            found.about = (reading.sensor, reading.at)
            sensor = self._sensors.get(reading.sensor)
            value = None if sensor is None else scaled(reading.value, sensor.decimals)
            if sensor is None:
                found[faults.UNKNOWN_SENSOR] += 1
            elif value is None:
                found[faults.EMPTY if reading.value is None else faults.IMPOSSIBLE] += 1
            elif reading.at > now + FUTURE_MS:
                found[faults.FUTURE] += 1
            elif reading.at < now - KEEP_MS:
                found[faults.TOO_OLD] += 1
            else:
                self._newest = max(self._newest, reading.at)
                yield reading, sensor, value

    def _name(self, simulated: bool) -> str:
        return f"{SIMULATED}:{self._source}" if simulated and not self._source.startswith(SIMULATED) else self._source

    def _forget(self) -> None:
        self._closed = max(self._closed, (self._newest - OPEN_MS) // MINUTE_MS)
        for key in [key for key in self._minutes if key[0][2] < self._closed]:
            del self._minutes[key]


def scaled(value: float | None, decimals: int) -> int | None:
    """A physical value as the integer that travels, rounded half up; None when there is none or it is no such number."""
    if value is None or not math.isfinite(value):
        return None
    large = value * 10**decimals
    return math.floor(large + 0.5) if abs(large) < MOST else None
