"""The boundaries of a pack: GeoJSON (RFC 7946, WGS84), first as a structure, then as geometry.

shapely is imported only where geometry is looked at: a room that opens a pack checked before need not wait for it.
"""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from console.cities.faults import Fault
from console.cities.files import MAX_ROWS
from console.domain.city import Sensor

BOUNDARIES_FILE = "boundaries.geojson"


class Shape(msgspec.Struct, frozen=True):
    """The outline of one territory: the line where its feature stands, and its GeoJSON geometry (None: at fault)."""

    code: str
    name: str
    level: str
    line: int
    geometry: dict[str, Any] | None


class _NotGeometryError(Exception):
    """What is wrong with a geometry, in one sentence."""


def read_shapes(text: str, faults: list[Fault]) -> dict[str, Shape] | None:
    """The outlines by code; None when the file is no feature collection at all."""
    document = _parse(text, faults)
    if document is None:
        return None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        faults.append(Fault(BOUNDARIES_FILE, 1, "bukan FeatureCollection GeoJSON", "Ekspor ulang sebagai GeoJSON"))
        return None
    if len(features) > MAX_ROWS:
        faults.append(Fault(BOUNDARIES_FILE, 0, f"lebih dari {MAX_ROWS} fitur", "Sisakan wilayah kota ini saja"))
        return None
    lines = _Lines(text)
    shapes: dict[str, Shape] = {}
    for number, feature in enumerate(features, 1):
        shape = _shape(number, feature, lines, faults)
        if shape is None:
            continue
        if shape.code in shapes:
            what = f"batas {shape.code} ada dua kali (juga di baris {shapes[shape.code].line})"
            faults.append(Fault(BOUNDARIES_FILE, shape.line, what, "Hapus salah satunya"))
        shapes.setdefault(shape.code, shape)
    return shapes


def geometry_faults(shapes: dict[str, Shape], sensors: dict[str, Sensor], lines: dict[str, int]) -> list[Fault]:
    """Outlines that cross themselves, and sensors outside their territory (their `lines` in sensors.csv by code)."""
    import shapely
    from shapely.geometry import shape as build

    faults: list[Fault] = []
    built = {code: build(shape.geometry) for code, shape in shapes.items() if shape.geometry is not None}
    for code, polygon in built.items():
        if not shapely.is_valid(polygon):
            what = f"batas {code} tidak sah ({shapely.is_valid_reason(polygon)})"
            faults.append(
                Fault(BOUNDARIES_FILE, shapes[code].line, what, "Perbaiki garis yang memotong dirinya sendiri")
            )
    for code, sensor in sensors.items():
        area = built.get(sensor.territory)
        point = shapely.Point(sensor.lon, sensor.lat)
        if area is not None and shapely.is_valid(area) and not shapely.covers(area, point):
            what = f"sensor {code} ({sensor.lat:g}, {sensor.lon:g}) di luar wilayah {sensor.territory}"
            faults.append(Fault("sensors.csv", lines.get(code, 0), what, "Perbaiki lat dan lon, atau wilayahnya"))
    return faults


class _Lines:
    """Finds the line of the next feature: features are asked for in the order of the file."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1

    def of(self, code: str) -> int:
        """The line where `code` stands next, or the line reached so far."""
        found = self._text.find(json.dumps(code), self._at)
        if found >= 0:
            self._line += self._text.count("\n", self._at, found)
            self._at = found + 1
        return self._line


def _parse(text: str, faults: list[Fault]) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        faults.append(Fault(BOUNDARIES_FILE, 0, "JSON bersarang terlalu dalam", "Ekspor ulang sebagai GeoJSON"))
    except json.JSONDecodeError as error:
        what = f"JSON tidak sah (kolom {error.colno}: {error.msg})"
        faults.append(Fault(BOUNDARIES_FILE, error.lineno, what, "Perbaiki atau ekspor ulang berkas itu"))
    except ValueError as error:
        faults.append(Fault(BOUNDARIES_FILE, 0, f"JSON tidak sah ({str(error)[:80]})", "Ekspor ulang berkas itu"))
    return None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} bukan angka JSON")


def _shape(number: int, feature: Any, lines: _Lines, faults: list[Fault]) -> Shape | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        faults.append(
            Fault(BOUNDARIES_FILE, 0, f"fitur ke-{number} tanpa properties", "Tambahkan code, name dan level")
        )
        return None
    values = {key: properties.get(key) for key in ("code", "name", "level")}
    missing = [key for key, value in values.items() if not isinstance(value, str) or not value]
    line = lines.of(values["code"]) if isinstance(values["code"], str) else 0
    if missing:
        what = f"fitur ke-{number} tanpa {', '.join(missing)}"
        faults.append(Fault(BOUNDARIES_FILE, line, what, "Tambahkan di properties fitur itu"))
        return None
    geometry = None
    try:
        geometry = _geometry(feature.get("geometry"))
    except _NotGeometryError as error:
        faults.append(Fault(BOUNDARIES_FILE, line, f"batas {values['code']}: {error}", "Perbaiki geometri fitur itu"))
    return Shape(str(values["code"]), str(values["name"]), str(values["level"]), line, geometry)


def _geometry(value: Any) -> dict[str, Any]:
    """The geometry with plain [lon, lat] positions; heights are left out."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _NotGeometryError("geometri bukan Polygon atau MultiPolygon")
    polygons = [value.get("coordinates")] if kind == "Polygon" else value.get("coordinates")
    if not isinstance(polygons, list) or not polygons:
        raise _NotGeometryError("tidak punya koordinat")
    plain = [_polygon(rings) for rings in polygons]
    return {"type": kind, "coordinates": plain[0] if kind == "Polygon" else plain}


def _polygon(rings: Any) -> list[list[list[float]]]:
    if not isinstance(rings, list) or not rings:
        raise _NotGeometryError("poligon tanpa cincin")
    return [_ring(ring) for ring in rings]


def _ring(ring: Any) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _NotGeometryError("cincin kurang dari empat titik")
    for position in ring:
        if not isinstance(position, list) or not 2 <= len(position) <= 3 or not all(map(_is_number, position)):
            raise _NotGeometryError("titik bukan [bujur, lintang]")
        if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
            raise _NotGeometryError(f"titik {position[:2]} bukan bujur dan lintang derajat WGS84")
    if ring[0] != ring[-1]:
        raise _NotGeometryError("cincin tidak tertutup (titik awal dan akhir berbeda)")
    return [position[:2] for position in ring]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf
