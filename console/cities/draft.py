"""A pack as far as its files can be read: every table and setting on its own, before they are held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.cities import tables
from console.cities.boundaries import BOUNDARIES_FILE, Shape, read_shapes
from console.cities.faults import Fault
from console.cities.files import REQUIRED, decode, read_raw, read_text
from console.cities.settings import CITY_FILE, THRESHOLDS_FILE, Settings, read_ladders, read_settings
from console.cities.tables import Table, read_table
from console.domain.city import Agency, Category, Indicator, Ladder, Sensor, Territory


@dataclass
class Draft:
    """What the files say; `faults` holds what was wrong so far, and `shapes` is None when there is no boundary file."""

    settings: Settings | None
    territories: Table[Territory]
    agencies: Table[Agency]
    categories: Table[Category]
    sensors: Table[Sensor]
    indicators: Table[Indicator]
    ladders: list[tuple[int, Ladder]]
    shapes: dict[str, Shape] | None
    boundaries: bytes
    faults: list[Fault]


def read_draft(folder: Path) -> Draft:
    """Read every file of the pack in `folder`; never raises for what the files hold."""
    faults: list[Fault] = []
    text = {name: read_text(folder, name, faults) for name in REQUIRED if name != BOUNDARIES_FILE}
    text["indicators.csv"] = (
        read_text(folder, "indicators.csv", faults) if (folder / "indicators.csv").exists() else None
    )
    raw = read_raw(folder, BOUNDARIES_FILE, faults)
    outline = None if raw is None else decode(raw, BOUNDARIES_FILE, faults)
    settings, thresholds = text[CITY_FILE], text[THRESHOLDS_FILE]
    return Draft(
        settings=None if settings is None else read_settings(settings, faults),
        territories=read_table(
            text["territories.csv"], "territories.csv", tables.TERRITORY_COLUMNS, tables.territory, faults
        ),
        agencies=read_table(text["agencies.csv"], "agencies.csv", tables.AGENCY_COLUMNS, tables.agency, faults),
        categories=read_table(
            text["categories.csv"], "categories.csv", tables.CATEGORY_COLUMNS, tables.category, faults
        ),
        sensors=read_table(text["sensors.csv"], "sensors.csv", tables.SENSOR_COLUMNS, tables.sensor, faults),
        indicators=read_table(
            text["indicators.csv"], "indicators.csv", tables.INDICATOR_COLUMNS, tables.indicator, faults
        ),
        ladders=[] if thresholds is None else read_ladders(thresholds, faults),
        shapes=None if outline is None else read_shapes(outline, faults),
        boundaries=raw or b"",
        faults=faults,
    )
