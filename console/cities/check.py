"""Checks a pack: what each file says by itself, then whether the files agree with each other and with the ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from console.cities.boundaries import BOUNDARIES_FILE, geometry_faults
from console.cities.draft import Draft, read_draft
from console.cities.faults import Fault
from console.cities.settings import CITY_FILE, THRESHOLDS_FILE
from console.cities.tables import Placed


def check_city(folder: Path) -> list[Fault]:
    """Every fault of the pack in `folder`, by file and line; an empty list means that it can be used."""
    return examine(folder)[1]


def examine(folder: Path, *, geometry: bool = True) -> tuple[Draft, list[Fault]]:
    """The pack as read, and its faults. Without `geometry`, outlines are checked as structures only."""
    if not folder.is_dir():
        missing = Fault(str(folder), 0, "folder paket tidak ada", "Periksa nama kota atau jalur foldernya")
        return read_draft(folder), [missing]
    draft = read_draft(folder)
    faults = [*draft.faults, *agreement_faults(draft)]
    if geometry and draft.shapes is not None:
        lines = {code: place.line for code, place in draft.sensors.places.items()}
        faults += geometry_faults(draft.shapes, draft.sensors, lines)
    return draft, sorted(faults, key=lambda fault: (fault.file, fault.line))


def as_builtins(faults: list[Fault]) -> list[dict[str, Any]]:
    """Faults as plain dicts (`file`, `line`, `what`, `mend`), for `--json`."""
    return [dict(msgspec.to_builtins(fault)) for fault in faults]


def agreement_faults(draft: Draft) -> list[Fault]:
    """Where the files of a pack contradict each other."""
    return [
        *_territory_faults(draft),
        *_category_faults(draft),
        *_sensor_faults(draft),
        *_ladder_faults(draft),
        *_chart_faults(draft),
        *_boundary_faults(draft),
    ]


def _at(place: Placed, what: str, mend: str) -> Fault:
    return Fault(place.file, place.line, what, mend)


def _territory_faults(draft: Draft) -> list[Fault]:
    faults, known, city = [], draft.territories, draft.settings.code if draft.settings else ""
    for code, territory in known.items():
        place = known.places[code]
        if territory.level == "kota" and city and code != city:
            faults.append(_at(place, f"kota {code} bukan kota paket ini ({city})", f"Sisakan hanya kota {city}"))
        if territory.level != "kota" and territory.parent and territory.parent not in known:
            mend = f"Tambahkan baris {territory.parent}, atau perbaiki parent"
            faults.append(_at(place, f"induk {territory.parent} dari {code} tidak ada", mend))
    if known and city and city not in known:
        faults.append(
            Fault("territories.csv", 0, f"kota {city} sendiri tidak ada", f"Tambahkan baris {city} dengan level kota")
        )
    for level in ("kecamatan", "kelurahan"):
        if known and not any(territory.level == level for territory in known.values()):
            faults.append(Fault("territories.csv", 0, f"tidak ada {level} satu pun", f"Tambahkan baris {level}"))
    return faults


def _category_faults(draft: Draft) -> list[Fault]:
    if not draft.agencies:
        return []
    faults = []
    for code, category in draft.categories.items():
        for agency in dict.fromkeys((category.lead, *category.support)):
            if agency and agency not in draft.agencies:
                what = f"kategori {code} menyebut instansi {agency} yang tidak ada"
                faults.append(
                    _at(draft.categories.places[code], what, f"Tambahkan {agency} ke agencies.csv, atau ganti")
                )
    return faults


def _sensor_faults(draft: Draft) -> list[Fault]:
    if not draft.territories:
        return []
    return [
        _at(
            draft.sensors.places[code],
            f"sensor {code} di wilayah {sensor.territory} yang tidak ada",
            "Perbaiki kolom territory",
        )
        for code, sensor in draft.sensors.items()
        if sensor.territory and sensor.territory not in draft.territories
    ]


def _ladder_faults(draft: Draft) -> list[Fault]:
    faults, seen = [], set()
    for line, ladder in draft.ladders:
        if (ladder.quantity, ladder.sensor) in seen:
            what = f"tangga ambang {ladder.quantity} {ladder.sensor} ada dua kali".replace("  ", " ")
            faults.append(Fault(THRESHOLDS_FILE, line, what, "Gabungkan atau hapus salah satunya"))
        seen.add((ladder.quantity, ladder.sensor))
        if ladder.sensor and ladder.sensor not in draft.sensors:
            what = f"ambang untuk sensor {ladder.sensor} yang tidak ada"
            faults.append(Fault(THRESHOLDS_FILE, line, what, "Perbaiki sensor, atau hapus tangga itu"))
    return faults


def _chart_faults(draft: Draft) -> list[Fault]:
    if draft.settings is None or not draft.sensors:
        return []
    measured, line = {sensor.quantity for sensor in draft.sensors.values()}, draft.settings.lines.get("charts", 0)
    return [
        Fault(
            CITY_FILE,
            line,
            f"charts menyebut {chart} yang tidak diukur sensor mana pun",
            f"Pilih dari: {', '.join(sorted(measured))}",
        )
        for chart in draft.settings.charts
        if chart not in measured
    ]


def _boundary_faults(draft: Draft) -> list[Fault]:
    if draft.shapes is None or not draft.territories:
        return []
    faults = [
        Fault(BOUNDARIES_FILE, 0, f"batas {code} ({territory.name}) tidak ada", "Tambahkan fitur dengan code itu")
        for code, territory in draft.territories.items()
        if code not in draft.shapes
    ]
    for code, shape in draft.shapes.items():
        territory = draft.territories.get(code)
        if territory is None:
            what, mend = f"batas {code} bukan wilayah di territories.csv", "Perbaiki code, atau hapus fitur itu"
            faults.append(Fault(BOUNDARIES_FILE, shape.line, what, mend))
        elif shape.level != territory.level:
            what = f"batas {code} bertingkat {shape.level}, di territories.csv {territory.level}"
            faults.append(Fault(BOUNDARIES_FILE, shape.line, what, "Samakan level"))
    return faults
