"""BMKG's earthquake files autogempa, gempaterkini and gempadirasakan (`Infogempa.gempa`, an object or a list of them).

They give no number: a quake is known by its DateTime and Coordinates, so that the same one in two files is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from console.domain.city import City
from console.domain.quake import Quake, QuakeRule, concern, distance_km, felt_places
from console.feeds import faults, record
from console.feeds.documents import NOTHING, read_json
from console.feeds.faults import Found
from console.feeds.parsed import Bulletin, Parsed

SOURCE = "bmkg.gempa"
CREDIT = "Sumber: BMKG"
SHOWN_MS = 24 * 3_600_000
"""How long a quake is news."""
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "agu": 8, "agt": 8, "sep": 9, "okt": 10,
    "nov": 11, "des": 12,
}  # fmt: skip
_ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
_DATE = re.compile(r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})")
_HOUR = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})\s+(WIB|WITA|WIT)")
_DEGREES = re.compile(r"([\d.]+)\s*(?:°\s*)?(LS|LU|BT|BB)")
_DEPTH = re.compile(r"(\d+(?:\.\d+)?)\s*km", re.IGNORECASE)


def parse_quakes(data: bytes, city: City, rule: QuakeRule | None = None, source: str = SOURCE) -> Parsed:
    """The quakes that concern the city as bulletins; the others are counted as not relevant. Never raises."""
    found = Found()
    bulletins: dict[str, Bulletin] = {}
    for row in _rows(read_json(data, found), found):
        quake = _quake(row, found)
        if quake is None:
            continue
        bulletin = _bulletin(quake, row, city, rule or QuakeRule(), source, found)
        if bulletin is not None:
            bulletins[bulletin.external_id] = bulletin
    return Parsed(bulletins=tuple(bulletins.values()), faults=found)


def bare_name(city: City) -> str:
    """The city's name as earthquake reports write it, without what kind of region it is."""
    return re.sub(r"^(Kota|Kabupaten|Kab\.)\s+", "", city.name)


def _rows(value: Any, found: Found) -> Iterator[Mapping[str, Any]]:
    if value is NOTHING:
        return
    inner = value.get("Infogempa") if isinstance(value, dict) else None
    if not isinstance(inner, dict) or "gempa" not in inner:
        found[faults.WRONG_SHAPE] += 1
        return
    yield from record.records(inner["gempa"], found)


def _quake(row: Mapping[str, Any], found: Found) -> Quake | None:
    at = record.moment(row.get("DateTime"), found)
    spot = _epicentre(row, found)
    magnitude = record.number(row.get("Magnitude"), found, text_is_usual=True)
    if at is None or spot is None or magnitude is None:
        return None
    if _disagrees(at, row):
        found[faults.DATE_DISAGREES] += 1
    depth = _DEPTH.search(record.text(row.get("Kedalaman"), found))
    return Quake(
        at,
        *spot,
        magnitude,
        float(depth[1]) if depth else None,
        record.text(row.get("Wilayah"), found),
        record.text(row.get("Potensi"), found),
        felt_places(record.text(row.get("Dirasakan"), found)),
    )


def _epicentre(row: Mapping[str, Any], found: Found) -> tuple[float, float] | None:
    """From Coordinates "lat,lon", else from Lintang and Bujur in words."""
    lat, _, lon = record.text(row.get("Coordinates"), found).partition(",")
    if lat and lon:
        y, x = (record.number(part, found, text_is_usual=True) for part in (lat, lon))
        if (spot := record.point(y, x, found)) is not None:
            return spot
    words = [_DEGREES.fullmatch(record.text(row.get(name), found)) for name in ("Lintang", "Bujur")]
    figures = [float(w[1]) * (-1 if w[2] in ("LS", "BB") else 1) for w in words if w and w[1].count(".") <= 1]
    if len(figures) < 2:
        found[faults.BAD_POINT] += 1
        return None
    return record.point(figures[0], figures[1], found)


def _disagrees(at: int, row: Mapping[str, Any]) -> bool:
    """Whether the local date and hour in words are another moment than DateTime, by more than a minute."""
    date, hour = _DATE.search(str(row.get("Tanggal", ""))), _HOUR.search(str(row.get("Jam", "")))
    month = _MONTHS.get(date[2].lower()) if date else None
    if date is None or hour is None or month is None:
        return False
    try:
        said = datetime(int(date[3]), month, int(date[1]), int(hour[1]), int(hour[2]), int(hour[3]), tzinfo=UTC)
    except ValueError:
        return True
    return abs((said - timedelta(hours=_ZONES[hour[4]])).timestamp() * 1000 - at) > 60_000


def _bulletin(
    quake: Quake, row: Mapping[str, Any], city: City, rule: QuakeRule, source: str, found: Found
) -> Bulletin | None:
    view = city.map_view
    why = concern(quake, rule, bare_name(city), view.lat, view.lon)
    if not why:
        found[faults.NOT_RELEVANT] += 1
        return None
    return Bulletin(
        source=source,
        external_id=f"{quake.at}|{quake.lat:.2f},{quake.lon:.2f}",
        kind="gempa",
        at=quake.at,
        expires=quake.at + SHOWN_MS,
        headline=f"Gempa M {quake.magnitude:.1f}, {quake.region}".replace(".", ",", 1),
        detail={
            "magnitude": quake.magnitude,
            "depth_km": quake.depth_km,
            "distance_km": round(distance_km(view.lat, view.lon, quake.lat, quake.lon)),
            "potential": quake.potential,
            "felt": [[mmi, place] for mmi, place in quake.felt],
            "concern": why,
            "credit": CREDIT,
        },
        lat=quake.lat,
        lon=quake.lon,
        place=city.code,
        simulated=record.flag(row.get("Simulasi")),
    )
