"""Places simulated sensors for a city whose own instruments are not known here.

Every one is marked as simulated: no instrument stands there. A river gauge is placed only where the caller names a
river and says on what ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from shapely.geometry.base import BaseGeometry

from console.cities.schematic import label_point
from console.domain.city import Sensor, Territory

PLACED = "simulasi; penempatan rekaan"


class Instrument(msgspec.Struct, frozen=True):
    """A kind of instrument: what it measures, in which unit, to how many decimals, and every how many seconds."""

    quantity: str
    title: str
    unit: str
    decimals: int
    interval_s: int


class River(msgspec.Struct, frozen=True):
    """A river through a kecamatan: its name, the kelurahan where the gauge is put, and the ground for saying so."""

    name: str
    kelurahan: str
    source: str


GAUGE = Instrument("tma", "TMA", "cm", 0, 10)
KIT = (
    Instrument("hujan", "Hujan", "mm/jam", 1, 60),
    Instrument("suhu", "Suhu", "°C", 1, 60),
    Instrument("kelembapan", "Kelembapan", "%", 0, 60),
    Instrument("pm25", "PM2.5", "µg/m³", 1, 60),
    Instrument("kecepatan", "Kecepatan lalu lintas", "km/jam", 0, 30),
    Instrument("angin", "Angin", "m/s", 1, 30),
)
"""What a kecamatan gets; where a river runs, the gauge takes the place of the last."""


def place_sensors(
    territories: Sequence[Territory], outlines: Mapping[str, BaseGeometry], rivers: Mapping[str, River]
) -> list[Sensor]:
    """Six sensors per kecamatan, each in another of its kelurahan as far as they go; `rivers` by kecamatan code."""
    sensors: list[Sensor] = []
    for district in (territory for territory in territories if territory.level == "kecamatan"):
        wards = [territory for territory in territories if territory.parent == district.code]
        river = rivers.get(district.code)
        spots = [(ward.lat, ward.lon) for ward in wards if not river or ward.code != river.kelurahan]
        spots += [label_point(outlines[ward.code]) for ward in wards]
        kit = KIT[:-1] if river else KIT
        sensors += [_sensor(district, item, spots[number % len(spots)]) for number, item in enumerate(kit)]
        if river:
            sensors.append(_gauge(district, river, wards))
    return sensors


def _sensor(district: Territory, item: Instrument, spot: tuple[float, float]) -> Sensor:
    return Sensor(
        code=f"{district.code.replace('.', '')}-{item.quantity}",
        territory=district.code,
        name=f"{item.title} – {district.name}",
        quantity=item.quantity,
        unit=item.unit,
        decimals=item.decimals,
        interval_s=item.interval_s,
        lat=spot[0],
        lon=spot[1],
        simulated=True,
        source=PLACED,
    )


def _gauge(district: Territory, river: River, wards: Sequence[Territory]) -> Sensor:
    ward = next(ward for ward in wards if ward.code == river.kelurahan)
    plain = _sensor(district, GAUGE, (ward.lat, ward.lon))
    name = f"{GAUGE.title} {river.name} – {district.name}"
    return msgspec.structs.replace(plain, name=name, source=f"{PLACED}; {river.source}")
