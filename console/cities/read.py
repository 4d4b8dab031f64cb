"""Reads a city pack into a `City`, or says everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from console.cities.check import examine
from console.cities.draft import Draft
from console.cities.faults import Fault, PackError
from console.cities.pack import pack_version
from console.cities.settings import CITY_FILE
from console.domain.city import City


def read_city(folder: Path, *, trusted: bool = False) -> City:
    """The city whose pack lies in `folder`.

    `trusted` is for a pack that passed the whole check before (one from resources, one that `unpack` put in place): it
    leaves out the look at geometry, and with it the loading of the geometry library.

    Raises:
        PackError: with every fault of the pack.
    """
    draft, faults = examine(folder, geometry=not trusted)
    if faults and trusted:
        draft, faults = examine(folder)
    if faults or draft.settings is None:
        raise PackError(faults or [Fault(CITY_FILE, 0, "tidak dapat dibaca", "Perbaiki city.toml")])
    return _city(draft, pack_version(folder))


def summary(city: City) -> dict[str, str | int]:
    """What a pack holds, in figures, for `city show --json`."""
    levels = [territory.level for territory in city.territories]
    return {
        "code": city.code,
        "name": city.name,
        "version": city.version,
        "kecamatan": levels.count("kecamatan"),
        "kelurahan": levels.count("kelurahan"),
        "boundaries": city.boundaries_note,
        "agencies": len(city.agencies),
        "categories": len(city.categories),
        "emergency_categories": sum(category.channel == "darurat" for category in city.categories),
        "sensors": len(city.sensors),
        "simulated_sensors": sum(sensor.simulated for sensor in city.sensors),
        "ladders_set": sum(bool(ladder.steps) for ladder in city.ladders),
        "ladders_unset": sum(not ladder.steps for ladder in city.ladders),
        "indicators": len(city.indicators),
        "shifts": len(city.shifts),
        "attribution": city.attribution,
    }


def describe(folder: Path) -> str:
    """The pack in a few lines, for `city show`. Raises `PackError` like `read_city`."""
    has = summary(read_city(folder))
    lines = [
        f"{has['name']} ({has['code']}), versi paket {has['version']}",
        f"Wilayah    {has['kecamatan']} kecamatan, {has['kelurahan']} kelurahan",
        f"Batas      {has['boundaries'] or 'resmi'}",
        f"Instansi   {has['agencies']}",
        f"Kategori   {has['categories']} ({has['emergency_categories']} darurat)",
        f"Sensor     {has['sensors']} ({has['simulated_sensors']} simulasi)",
        f"Ambang     {has['ladders_set']} tangga; {has['ladders_unset']} belum diatur",
        f"Indikator  {has['indicators']}",
        f"Regu       {has['shifts'] or 'belum diatur'}",
        f"Sumber     {has['attribution']}",
    ]
    return "\n".join(lines)


def _city(draft: Draft, version: str) -> City:
    settings = draft.settings
    assert settings is not None
    return City(
        code=settings.code,
        name=settings.name,
        time_zone=settings.time_zone,
        languages=settings.languages,
        map_view=settings.map_view,
        version=version,
        territories=tuple(draft.territories.values()),
        agencies=tuple(draft.agencies.values()),
        categories=tuple(draft.categories.values()),
        sensors=tuple(draft.sensors.values()),
        ladders=tuple(ladder for _, ladder in draft.ladders),
        charts=settings.charts,
        attribution=settings.attribution,
        boundaries=draft.boundaries,
        boundaries_note=settings.boundaries_note,
        holidays=settings.holidays,
        indicators=tuple(draft.indicators.values()),
        shifts=settings.shifts,
    )
