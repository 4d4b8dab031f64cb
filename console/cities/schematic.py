"""Schematic boundaries for a city whose official ones are not at hand: Voronoi cells of the kelurahan points.

The cells end at the points' concave hull, widened until it is as large as the city is said to be, or a little where
that is unknown. They show who neighbours whom and roughly where; they are no boundaries in law, and whoever draws them
says "skematis, bukan batas resmi".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from console.domain.city import Territory

GRID = 1e-5
"""Coordinates are multiples of this many degrees (5 decimals, about 1.1 m)."""

HULL_RATIO = 0.20
"""How closely the hull follows the points: 0 as closely as can be, 1 the convex hull."""

MARGIN = 0.75
"""How far the hull is widened where the area is unknown, in median distances from a point to its nearest neighbour."""

LONE_MARGIN_KM = 1.0
"""The margin where there is only one point, and so no distance to take it from."""

_KM_PER_DEGREE = 111.32


def schematic_cells(points: Mapping[str, tuple[float, float]], km2: float | None = None) -> dict[str, BaseGeometry]:
    """One cell per code in degrees (lon, lat), from points as (lat, lon) in degrees WGS84.

    `km2` is the area of all together, where it is known.

    The cells are cut from one set of lines, so that neighbours share their border point for point, without gaps or
    overlaps.

    Raises:
        ValueError: when two codes share a point, or there is none at all.
    """
    codes = list(points)
    _refuse_shared(points)
    stretch = math.cos(math.radians(sum(lat for lat, _ in points.values()) / len(points)))
    flat = shapely.points([(lon * stretch, lat) for lat, lon in points.values()])
    outline = _outline(flat, km2)
    lines = [outline.boundary]
    if len(codes) > 1:
        diagram = shapely.voronoi_polygons(shapely.multipoints(flat), extend_to=outline, only_edges=True)
        lines.append(shapely.intersection(diagram, outline))
    drawn = shapely.transform(shapely.unary_union(lines), lambda at: at / (stretch, 1.0))
    noded = shapely.union_all(shapely.get_parts(drawn), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.transform(shapely.point_on_surface(faces), lambda at: at * (stretch, 1.0))
    _, nearest = shapely.STRtree(flat).query_nearest(inner, all_matches=False)
    owned: dict[str, list[BaseGeometry]] = {code: [] for code in codes}
    for face, owner in zip(faces, nearest, strict=True):
        owned[codes[owner]].append(face)
    return {code: merge(pieces) for code, pieces in owned.items()}


def merge(pieces: Sequence[BaseGeometry]) -> BaseGeometry:
    """Neighbouring cells as one outline, outer rings counter-clockwise (RFC 7946 section 3.1.6), on the same vertices."""
    joined = shapely.coverage_union_all(list(pieces))
    parts = [orient(part) for part in shapely.get_parts(joined)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def schematic_outlines(territories: Sequence[Territory]) -> dict[str, BaseGeometry]:
    """An outline per territory: a cell for each kelurahan, and each higher level as the union of its kelurahan."""
    wards = [territory for territory in territories if territory.level == "kelurahan"]
    km2 = next((territory.km2 for territory in territories if territory.level == "kota"), None)
    outlines = schematic_cells({ward.code: (ward.lat, ward.lon) for ward in wards}, km2)
    for territory in territories:
        if territory.level != "kelurahan":
            outlines[territory.code] = merge(
                [outlines[w.code] for w in wards if w.code.startswith(territory.code + ".")]
            )
    return outlines


def label_point(outline: BaseGeometry) -> tuple[float, float]:
    """The point (lat, lon, 5 decimals) inside an outline that is farthest from its border: where a name goes."""
    largest = max(shapely.get_parts(outline), key=shapely.area)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=GRID), 0)
    return round(shapely.get_y(centre), 5), round(shapely.get_x(centre), 5)


def boundaries_geojson(
    territories: Sequence[Territory], outlines: Mapping[str, BaseGeometry], attribution: str
) -> bytes:
    """A FeatureCollection with one feature per line, in the order of `territories`."""
    lines = [json.dumps(_feature(territory, outlines[territory.code]), ensure_ascii=False) for territory in territories]
    head = json.dumps(attribution, ensure_ascii=False)
    text = f'{{"type": "FeatureCollection", "attribution": {head}, "features": [\n' + ",\n".join(lines) + "\n]}\n"
    return text.encode("utf-8")


def _feature(territory: Territory, outline: BaseGeometry) -> dict[str, Any]:
    lat, lon = label_point(outline)
    properties = {
        "code": territory.code,
        "name": territory.name,
        "level": territory.level,
        "schematic": True,
        "label_point": [lon, lat],
    }
    return {"type": "Feature", "properties": properties, "geometry": _rounded(mapping(outline))}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    return round(value, 5) if isinstance(value, float) else value


def _refuse_shared(points: Mapping[str, tuple[float, float]]) -> None:
    if not points:
        raise ValueError("tidak ada titik kelurahan")
    first: dict[tuple[int, int], str] = {}
    for code, (lat, lon) in points.items():
        other = first.setdefault((round(lat / GRID), round(lon / GRID)), code)
        if other != code:
            raise ValueError(f"{other} dan {code} punya titik yang sama")


def _outline(flat: Any, km2: float | None) -> BaseGeometry:
    """The widened concave hull of points on a plane whose unit is a degree of latitude."""
    hull = shapely.concave_hull(shapely.multipoints(flat), ratio=HULL_RATIO)
    low = _margin(flat) / 4
    if km2 is None or _widened_km2(hull, low) >= km2:
        return shapely.buffer(hull, _margin(flat), quad_segs=4)
    high = low
    while _widened_km2(hull, high) < km2:
        high *= 2
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if _widened_km2(hull, middle) < km2 else (low, middle)
    return shapely.buffer(hull, high, quad_segs=4)


def _widened_km2(hull: BaseGeometry, margin: float) -> float:
    return float(shapely.area(shapely.buffer(hull, margin, quad_segs=4))) * _KM_PER_DEGREE**2


def _margin(flat: Any) -> float:
    if len(flat) == 1:
        return LONE_MARGIN_KM / _KM_PER_DEGREE
    apart = sorted(min(shapely.distance(one, other) for other in flat if other is not one) for one in flat)
    return float(MARGIN * apart[len(apart) // 2])
