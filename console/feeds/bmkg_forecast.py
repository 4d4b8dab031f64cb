"""BMKG's three-day forecast of one kelurahan (`/publik/prakiraan-cuaca?adm4=`), as a bulletin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from console.domain.bulletin import STEP_MS, WEATHER
from console.domain.city import City
from console.feeds import faults, record
from console.feeds.bmkg_quakes import CREDIT
from console.feeds.documents import NOTHING, read_json
from console.feeds.faults import Found
from console.feeds.parsed import Bulletin, Parsed

SOURCE = "bmkg.prakiraan"
DAY_MS = 24 * 3_600_000
COLUMNS = ("at", "t", "hu", "tp", "weather", "ws", "wd_deg")


class Step(msgspec.Struct, frozen=True):
    """One step: start in ms since epoch UTC, °C, % humidity, mm of rain, weather code, wind in km/h and degrees."""

    at: int
    t: float | None
    hu: float | None
    tp: float | None
    weather: int | None
    ws: float | None
    wd_deg: float | None


def parse_forecast(data: bytes, city: City, source: str = SOURCE) -> Parsed:
    """One bulletin for each place in the document. Its number is place and analysis, so that a new analysis is a new
    bulletin. Never raises."""
    found = Found()
    value = read_json(data, found)
    if value is NOTHING:
        return Parsed(faults=found)
    if isinstance(value, dict) and "data" not in value and ("error" in value or "statusCode" in value):
        found[faults.REFUSED] += 1
        return Parsed(faults=found)
    blocks = value.get("data") if isinstance(value, dict) else value
    made = [_bulletin(block, city, source, found) for block in record.records(blocks, found)]
    return Parsed(bulletins=tuple(b for b in made if b is not None), faults=found)


def _bulletin(block: Mapping[str, Any], city: City, source: str, found: Found) -> Bulletin | None:
    where = block.get("lokasi")
    where = where if isinstance(where, dict) else {}
    place = record.text(where.get("adm4"), found)
    rows = list(_rows(block.get("cuaca"), found))
    steps = sorted({s.at: s for s in (_step(row, found) for row in rows) if s is not None}.values(), key=lambda s: s.at)
    if not place or not steps:
        found[faults.WRONG_SHAPE] += 1
        return None
    analysed = record.text(rows[0].get("analysis_date"), found) or str(steps[0].at)
    lat, lon = (record.number(where.get(name), found) for name in ("lat", "lon"))
    spot = record.point(lat, lon, found) or (None, None)
    name = record.text(where.get("desa"), found) or place
    return Bulletin(
        source=source,
        external_id=f"{place}|{analysed}",
        kind="prakiraan",
        at=steps[0].at,
        expires=steps[-1].at + STEP_MS,
        headline=headline(name, steps, city.time_zone),
        detail={
            "name": name,
            "columns": list(COLUMNS),
            "steps": [list(msgspec.structs.astuple(step)) for step in steps],
            "credit": CREDIT,
        },
        lat=spot[0],
        lon=spot[1],
        place=place,
        simulated=record.flag(where.get("simulasi")),
    )


def _rows(cuaca: Any, found: Found) -> Iterator[Mapping[str, Any]]:
    """The steps, whether in a list for each day or in one list."""
    for day in cuaca if isinstance(cuaca, list) else [cuaca]:
        yield from record.records(day, found)


def _step(row: Mapping[str, Any], found: Found) -> Step | None:
    at = record.moment(row.get("datetime"), found)
    if at is None:
        return None
    t, hu, tp, code, ws, wd = (record.number(row.get(n), found) for n in ("t", "hu", "tp", "weather", "ws", "wd_deg"))
    return Step(at, t, hu, tp, None if code is None else int(code), ws, wd)


def headline(name: str, steps: list[Step], zone: str) -> str:
    """The next 24 hours in a line: the worst weather and when it begins, and the range of temperature.

    The codes rise with how much they ask of a city (DOMAIN of the codes: 61 and above is rain, 95 and above thunder).
    """
    day = [s for s in steps if s.at < steps[0].at + DAY_MS]
    worst = max(day, key=lambda s: -1 if s.weather is None else s.weather)
    hour = datetime.fromtimestamp(worst.at / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%H.%M")
    words = WEATHER.get(worst.weather if worst.weather is not None else -1, "cuaca tidak diketahui")
    if (worst.weather or 0) > 4:
        words += f" sekitar {hour}"
    warmth = [s.t for s in day if s.t is not None]
    return f"{name}: {words}" + (f", {min(warmth):.0f}–{max(warmth):.0f} °C" if warmth else "")
