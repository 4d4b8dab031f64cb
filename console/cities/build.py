"""Builds the ground of a pack (territories, schematic boundaries, simulated sensors) from gazetteer tables.

What people decide (agencies, categories, thresholds, the name and the charts in city.toml) is written by hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from shapely.geometry.base import BaseGeometry

from console.cities.boundaries import BOUNDARIES_FILE
from console.cities.faults import Fault, PackError
from console.cities.files import Row, read_rows, read_text
from console.cities.placement import River, place_sensors
from console.cities.schematic import boundaries_geojson, label_point, schematic_outlines
from console.cities.tables import SENSOR_COLUMNS, TERRITORY_COLUMNS
from console.domain.city import Sensor, Territory

POINT_COLUMNS = ("code_kemendagri", "code_kecamatan", "name", "lat", "lon")
DISTRICT_COLUMNS = ("kode_kemendagri", "kode_bps", "nama", "luas_km2_bps", "penduduk", "penduduk_sumber")


class Ground(NamedTuple):
    """What to build from: the city's code and name, the gazetteer tables, and what to write as their sources.

    `points` has one row per kelurahan (`POINT_COLUMNS`, degrees WGS84), `districts` one per kecamatan
    (`DISTRICT_COLUMNS`, km² and residents); both may hold other cities too.
    """

    code: str
    name: str
    points: Path
    districts: Path
    point_source: str
    area_source: str
    city_source: str


def build_ground(ground: Ground, rivers: Mapping[str, River], attribution: str, folder: Path) -> None:
    """Write territories.csv, boundaries.geojson and sensors.csv into `folder`.

    Raises:
        PackError: when a gazetteer table is at fault.
        ValueError: when two kelurahan share a point.
    """
    territories = gather(ground)
    outlines = schematic_outlines(territories)
    placed = [_centred(territory, outlines[territory.code]) for territory in territories]
    sensors = place_sensors(placed, outlines, rivers)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BOUNDARIES_FILE).write_bytes(boundaries_geojson(placed, outlines, attribution))
    _write(folder / "territories.csv", TERRITORY_COLUMNS, map(_territory_row, placed))
    _write(folder / "sensors.csv", SENSOR_COLUMNS, map(_sensor_row, sensors))


def gather(ground: Ground) -> list[Territory]:
    """The city, each kecamatan, and after it its kelurahan, in order of code; only kelurahan have their point yet."""
    inside = f"{ground.code}."
    points = [row for row in _table(ground.points, POINT_COLUMNS) if row.text("code_kemendagri").startswith(inside)]
    rows = [row for row in _table(ground.districts, DISTRICT_COLUMNS) if row.text("kode_kemendagri").startswith(inside)]
    wards = [_ward(row, ground) for row in points]
    districts = [_district(row, ground) for row in rows]
    faults = list(dict.fromkeys(fault for row in (*points, *rows) for fault in row.faults))
    if faults or not wards or not districts:
        raise PackError(faults or [Fault(ground.points.name, 0, f"tidak ada baris {inside}*", "Periksa kode kota")])
    return [_city(districts, ground), *sorted([*districts, *wards], key=lambda territory: territory.code)]


def _table(path: Path, columns: Sequence[str]) -> list[Row]:
    faults: list[Fault] = []
    text = read_text(path.parent, path.name, faults)
    rows = read_rows(text, path.name, columns, faults) if text is not None else []
    if faults:
        raise PackError(faults)
    return rows


def _ward(row: Row, ground: Ground) -> Territory:
    return Territory(
        code=row.text("code_kemendagri"),
        name=row.text("name"),
        level="kelurahan",
        parent=row.text("code_kecamatan"),
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        source=ground.point_source,
    )


def _district(row: Row, ground: Ground) -> Territory:
    return Territory(
        code=row.text("kode_kemendagri"),
        name=row.text("nama"),
        level="kecamatan",
        parent=ground.code,
        lat=0.0,
        lon=0.0,
        bps=row.text("kode_bps"),
        km2=row.maybe_number("luas_km2_bps", 0.001, 1e6),
        residents=row.maybe_whole("penduduk", 0, 10**9),
        source=f"luas: {ground.area_source}; penduduk: {row.text('penduduk_sumber')}",
    )


def _city(districts: Sequence[Territory], ground: Ground) -> Territory:
    """The city as the sum of its kecamatan; a sum with an unknown part is unknown."""
    areas = [district.km2 for district in districts]
    people = [district.residents for district in districts]
    return Territory(
        code=ground.code,
        name=ground.name,
        level="kota",
        parent="",
        lat=0.0,
        lon=0.0,
        bps=districts[0].bps[:4],
        km2=round(sum(filter(None, areas)), 2) if all(areas) else None,
        residents=sum(filter(None, people)) if all(people) else None,
        source=ground.city_source,
    )


def _centred(territory: Territory, outline: BaseGeometry) -> Territory:
    """The territory with a point: a kelurahan keeps its own, the others get the middle of their outline."""
    if territory.level == "kelurahan":
        return territory
    lat, lon = label_point(outline)
    return msgspec.structs.replace(territory, lat=lat, lon=lon)


def _territory_row(t: Territory) -> list[object]:
    return [t.code, t.bps, t.name, t.level, t.parent, t.km2, t.residents, t.lat, t.lon, t.source]


def _sensor_row(s: Sensor) -> list[object]:
    mark = "ya" if s.simulated else "tidak"
    return [s.code, s.territory, s.name, s.quantity, s.unit, s.decimals, s.interval_s, s.lat, s.lon, mark, s.source]


def _write(path: Path, columns: Sequence[str], rows: Iterable[list[object]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
