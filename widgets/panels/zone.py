"""The city's own time zone, which every time on screen is told in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.domain.city import City


def zone_of(city: City) -> ZoneInfo:
    """The zone that the city pack names. Raises `ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(city.time_zone)
