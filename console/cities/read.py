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


def describe(folder: Path) -> str:
    """The pack in a few lines, for `city show`. Raises `PackError` like `read_city`."""
    city = read_city(folder)
    levels = [territory.level for territory in city.territories]
    set_ladders = sum(1 for ladder in city.ladders if ladder.steps)
    lines = [
        f"{city.name} ({city.code}), versi paket {city.version}",
        f"Wilayah    {levels.count('kecamatan')} kecamatan, {levels.count('kelurahan')} kelurahan",
        f"Batas      {city.boundaries_note or 'resmi'}",
        f"Instansi   {len(city.agencies)}",
        f"Kategori   {len(city.categories)} ({sum(c.channel == 'darurat' for c in city.categories)} darurat)",
        f"Sensor     {len(city.sensors)} ({sum(s.simulated for s in city.sensors)} simulasi)",
        f"Ambang     {set_ladders} tangga; {len(city.ladders) - set_ladders} belum diatur",
        f"Indikator  {len(city.indicators)}",
        f"Sumber     {city.attribution}",
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
    )
