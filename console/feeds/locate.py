"""Which territory a point lies in, by the boundaries of the city's pack."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import shapely
from shapely.geometry import shape

from console.domain.city import City

_DEGREE_M = 111_320.0
"""Metres in a degree of latitude."""
SCHEMATIC_SLACK_M = 1500.0
"""How far outside schematic boundaries a point may lie and still be of the city: their hull follows the kelurahan points,
so that a strip along the true edge, about half the distance between neighbouring points, falls out of it."""


class Locator:
    """Finds the smallest territory at a point. Made once for a city; answers in microseconds."""

    def __init__(self, city: City) -> None:
        features = msgspec.json.decode(city.boundaries)["features"] if city.boundaries else []
        finest = _finest(features, {t.code: t.level for t in city.territories})
        self._codes: list[str] = [code for code, _ in finest]
        self._shapes = [_flat(outline, city.map_view.lat) for _, outline in finest]
        self._tree = shapely.STRtree(self._shapes)
        self._lat = city.map_view.lat
        self._slack = SCHEMATIC_SLACK_M / _DEGREE_M if city.boundaries_note else 0.0

    def territory_at(self, lat: float, lon: float) -> str | None:
        """The code of the territory at lat, lon (degrees WGS84), or None outside the city."""
        if not self._codes:
            return None
        spot = shapely.Point(lon * math.cos(math.radians(self._lat)), lat)
        within = self._tree.query(spot, predicate="intersects")
        if len(within):
            return min(self._codes[int(k)] for k in within)
        near = int(self._tree.nearest(spot))
        within_reach = bool(self._shapes[near].distance(spot) <= self._slack)
        return self._codes[near] if within_reach else None


def _finest(features: list[Any], levels: dict[str, str]) -> list[tuple[str, Any]]:
    """The outlines of the most detailed level that the pack draws: kelurahan, else kecamatan, else the city."""
    for level in ("kelurahan", "kecamatan", "kota"):
        found = [f for f in features if levels.get(f["properties"].get("code", "")) == level]
        if found:
            return [(f["properties"]["code"], shapely.make_valid(shape(f["geometry"]))) for f in found]
    return []


def _flat(outline: Any, lat: float) -> Any:
    """Degrees of longitude shrunk to the length that they have here, so that distances mean something."""
    shrink = math.cos(math.radians(lat))
    return shapely.transform(outline, lambda xy: xy * [shrink, 1.0])
