"""Boundaries made ready to draw: checked features with code, name, level and a point for the label.

Input is the pack's GeoJSON FeatureCollection (RFC 7946, WGS84) whose features carry `code`, `name` and `level`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from shapely import Point, maximum_inscribed_circle
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape

LEVELS = ("kota", "kecamatan", "kelurahan")
LABEL_TOLERANCE = 0.0005
"""Degrees, some 50 m: closer than that a label's place does not show on a city map."""


class LandError(ValueError):
    """The boundaries cannot be drawn; the message says what is wrong and where."""


class Area(msgspec.Struct, frozen=True):
    """One territory's shape: polygons in degrees (x = lon, y = lat) and the label's place as (lat, lon)."""

    code: str
    name: str
    level: str
    shape: Polygon | MultiPolygon
    label: tuple[float, float]


def areas_of(boundaries: str | bytes) -> Iterator[Area]:
    """The drawable areas in the order of the file, the wider level first. Raises LandError."""
    try:
        data = msgspec.json.decode(boundaries)
    except msgspec.DecodeError as fault:
        raise LandError(f"batas wilayah bukan JSON: {fault}") from fault
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise LandError("batas wilayah bukan FeatureCollection yang berisi")
    areas = [_area(number, feature) for number, feature in enumerate(features, start=1)]
    return iter(sorted(areas, key=lambda a: LEVELS.index(a.level)))


def labelled(boundaries: str | bytes) -> dict[str, Any]:
    """The boundaries as a FeatureCollection with only what the page needs; the city's own outline is left out.
    Raises LandError."""
    features = [_feature(area) for area in areas_of(boundaries) if area.level != "kota"]
    if not features:
        raise LandError("batas wilayah tidak memuat kecamatan atau kelurahan")
    return {"type": "FeatureCollection", "features": features}


def _feature(area: Area) -> dict[str, Any]:
    facts = {"code": area.code, "name": area.name, "level": area.level, "label": list(area.label)}
    return {"type": "Feature", "id": area.code, "properties": facts, "geometry": area.shape.__geo_interface__}


def _area(number: int, feature: Any) -> Area:
    facts = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(facts, dict) or not all(isinstance(facts.get(k), str) for k in ("code", "name", "level")):
        raise LandError(f"fitur {number}: code, name dan level harus ada dan berupa teks")
    if facts["level"] not in LEVELS:
        raise LandError(f"fitur {number} ({facts['code']}): level {facts['level']!r} tidak dikenal")
    try:
        land = shape(feature["geometry"])
    except (ShapelyError, KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        raise LandError(f"fitur {number} ({facts['code']}): geometri tidak terbaca") from fault
    if not isinstance(land, Polygon | MultiPolygon) or land.is_empty:
        raise LandError(f"fitur {number} ({facts['code']}): geometri bukan poligon")
    return Area(facts["code"], facts["name"], facts["level"], land, _label_point(land))


def _label_point(land: Polygon | MultiPolygon) -> tuple[float, float]:
    """The middle of the widest open space in the largest part, where a label sits best."""
    parts = list(land.geoms) if isinstance(land, MultiPolygon) else [land]
    largest = max(parts, key=lambda part: part.area)
    try:
        middle = Point(maximum_inscribed_circle(largest, tolerance=LABEL_TOLERANCE).coords[0])
    except (ShapelyError, ValueError):
        middle = largest.representative_point()
    return round(middle.y, 6), round(middle.x, 6)
