"""Which sensors matter here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.domain.city import City, Sensor
from console.domain.reading import Latest


def chosen_sensors(city: City, scope: str, latest: Mapping[str, Latest]) -> list[Sensor]:
    """One sensor for each quantity that the pack wants charted, from the territory `scope` where it has one.

    Among several the one nearest to (or furthest above) its first threshold with a priority is taken.
    """
    return [found for quantity in city.charts if (found := _best(city, quantity, scope, latest)) is not None]


def sensors_in(city: City, scope: str) -> list[Sensor]:
    """The sensors of a territory and of everything below it."""
    return [sensor for sensor in city.sensors if _inside(sensor, scope)]


def _inside(sensor: Sensor, scope: str) -> bool:
    return not scope or sensor.territory == scope or sensor.territory.startswith(scope + ".")


def _best(city: City, quantity: str, scope: str, latest: Mapping[str, Latest]) -> Sensor | None:
    every = [sensor for sensor in city.sensors if sensor.quantity == quantity]
    near: Sequence[Sensor] = [sensor for sensor in every if _inside(sensor, scope)] or every
    return max(near, key=lambda sensor: _weight(city, sensor, latest), default=None)


def _weight(city: City, sensor: Sensor, latest: Mapping[str, Latest]) -> tuple[bool, float]:
    reading = latest.get(sensor.code)
    ladder = city.ladder(sensor)
    first = next((step.start for step in ladder.steps if step.priority is not None), 0.0) if ladder else 0.0
    return reading is not None, reading.value / first if reading is not None and first else 0.0
