"""The tables of a pack as the domain's structs, each with the line it came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar, cast

from console.cities.faults import Fault
from console.cities.files import Row, read_rows
from console.domain.city import Agency, Category, Channel, Indicator, Level, Limit, LimitUnit, Sensor, Territory

T = TypeVar("T")

TERRITORY_COLUMNS = ("code", "bps", "name", "level", "parent", "km2", "residents", "lat", "lon", "source")
AGENCY_COLUMNS = ("code", "name", "duty", "valid_from", "valid_to", "source")
CATEGORY_COLUMNS = (
    "code", "name", "channel", "priority", "lead", "support", "acknowledge", "respond", "respond_from", "basis",
)  # fmt: skip
SENSOR_COLUMNS = (
    "code", "territory", "name", "quantity", "unit", "decimals", "interval_s", "lat", "lon", "simulated", "source",
)  # fmt: skip
INDICATOR_COLUMNS = ("code", "name", "pillar", "formula", "unit", "direction", "target", "origin", "data", "basis")

_LEVELS: tuple[Level, ...] = ("kota", "kecamatan", "kelurahan")
_LIMIT = re.compile(r"([0-9]{1,5}) (menit|hari_kerja)")
_AGENCY = r"[A-Z][A-Z0-9_]*"


class Placed(NamedTuple):
    """Where a struct was read: file and line."""

    file: str
    line: int


class Table(dict[str, T]):
    """Structs by code, in the order of the file, with `places` telling where each stands."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, Placed] = {}


def read_table(
    text: str | None, name: str, columns: tuple[str, ...], make: Callable[[Row], T], faults: list[Fault]
) -> Table[T]:
    """A whole table, keyed by its column `code`, which must be unique. No text gives an empty table."""
    table: Table[T] = Table()
    for row in read_rows(text, name, columns, faults) if text is not None else ():
        made, code = make(row), row.text("code", needed=False)
        if code in table:
            row.fault(
                f"kode {code} dipakai dua kali (juga di baris {table.places[code].line})",
                "Hapus atau ganti salah satunya",
            )
        elif code:
            table[code] = made
            table.places[code] = Placed(name, row.line)
    return table


def territory(row: Row) -> Territory:
    """A row of territories.csv; the dots of the Kemendagri code must agree with level and parent."""
    code = row.matching("code", r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?", "32.73, 32.73.02 atau 32.73.02.1004")
    level = row.choice("level", _LEVELS)
    parent = row.text("parent", needed=level != "kota")
    if code and level != _LEVELS[min(max(code.count(".") - 1, 0), 2)]:
        row.fault(f"kode {code} tidak cocok dengan tingkat {level}", "Perbaiki kode atau level")
    elif level != "kota" and parent and parent != code.rpartition(".")[0]:
        row.fault(f"induk {parent} bukan awal dari kode {code}", f"Tulis {code.rpartition('.')[0]} di kolom parent")
    return Territory(
        code=code,
        name=row.text("name"),
        level=cast(Level, level),
        parent=parent,
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        bps=row.text("bps", needed=False),
        km2=row.maybe_number("km2", 0.001, 1e6),
        residents=row.maybe_whole("residents", 0, 10**9),
        source=row.text("source"),
    )


def agency(row: Row) -> Agency:
    """A row of agencies.csv."""
    begin, end = row.maybe_day("valid_from"), row.maybe_day("valid_to")
    if begin and end and begin > end:
        row.fault(f"berlaku dari {begin} tetapi hanya sampai {end}", "Perbaiki valid_from atau valid_to")
    return Agency(
        code=row.matching("code", _AGENCY, "DISHUB"),
        name=row.text("name"),
        duty=row.text("duty", needed=False),
        valid_from=begin,
        valid_to=end,
        source=row.text("source"),
    )


def category(row: Row) -> Category:
    """A row of categories.csv; `support` lists agencies with a bar between them."""
    return Category(
        code=row.matching("code", r"[A-Z][0-9]{2}", "D01"),
        name=row.text("name"),
        channel=cast(Channel, row.choice("channel", ("darurat", "aduan"))),
        priority=row.whole("priority", 1, 4),
        lead=row.text("lead"),
        support=tuple(part.strip() for part in row.text("support", needed=False).split("|") if part.strip()),
        acknowledge=_limit(row, "acknowledge"),
        respond=_limit(row, "respond"),
        respond_from=cast(Literal["dibuka", "disposisi"], row.choice("respond_from", ("dibuka", "disposisi"))),
        basis=row.text("basis", needed=False),
    )


def sensor(row: Row) -> Sensor:
    """A row of sensors.csv."""
    return Sensor(
        code=row.matching("code", r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", "327302-hujan"),
        territory=row.text("territory"),
        name=row.text("name"),
        quantity=row.matching("quantity", r"[a-z][a-z0-9_]*", "hujan"),
        unit=row.text("unit"),
        decimals=row.whole("decimals", 0, 6),
        interval_s=row.whole("interval_s", 1, 86_400),
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        simulated=row.choice("simulated", ("ya", "tidak")) == "ya",
        source=row.text("source"),
    )


def indicator(row: Row) -> Indicator:
    """A row of indicators.csv."""
    return Indicator(
        code=row.matching("code", r"K[0-9]{2}", "K01"),
        name=row.text("name"),
        pillar=row.text("pillar"),
        formula=row.text("formula"),
        unit=row.text("unit"),
        direction=cast(Literal["naik", "turun", "konteks"], row.choice("direction", ("naik", "turun", "konteks"))),
        target=row.maybe_number("target", -1e12, 1e12),
        origin=row.choice("origin", ("dihitung", "impor", "impor/dihitung")),
        data=row.text("data", needed=False),
        basis=row.text("basis", needed=False),
    )


def _limit(row: Row, column: str) -> Limit | None:
    value = row.text(column, needed=False)
    found = _LIMIT.fullmatch(value)
    if found:
        return Limit(int(found[1]), cast(LimitUnit, found[2]))
    if value:
        row.fault(f'{column} "{value[:40]}" bukan batas waktu', 'Tulis misalnya "15 menit" atau "3 hari_kerja"')
    return None
