"""The feeds that this program knows how to read: which address, which parser, how often."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from console.domain.city import City, Territory
from console.feeds.bmkg_forecast import parse_forecast
from console.feeds.bmkg_quakes import parse_quakes
from console.feeds.collector import Feed
from console.feeds.open311 import Services, parse_open311
from console.feeds.sensorthings import Streams, parse_sensorthings
from console.feeds.simulator import Simulator
from console.feeds.source import Source

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
BMKG_QUAKES = tuple(f"https://data.bmkg.go.id/DataMKG/TEWS/{name}.json" for name in ("autogempa", "gempadirasakan"))
BMKG_FORECAST = "https://api.bmkg.go.id/publik/prakiraan-cuaca?adm4={code}"
OBSERVATIONS = "/Observations?$resultFormat=dataArray&$expand=Datastream&$filter=phenomenonTime gt {since}"
REQUESTS = "/requests.json?start_date={since}"


def quake_feed(city: City, *where: str, name: str = "bmkg-gempa") -> Feed:
    """BMKG's earthquakes, each minute; from the public files when no address or file is given."""
    sources = tuple(Source(address) for address in where or BMKG_QUAKES)
    return Feed(name, sources, partial(parse_quakes, city=city), interval_s=60.0)


def forecast_feed(city: City, *where: str, name: str = "bmkg-prakiraan") -> Feed:
    """BMKG's forecast, one kelurahan for each kecamatan, each hour (there are two analyses a day, and a limit of 60 calls
    a minute). An address may have `{code}`, which stands for each of those kelurahan."""
    patterns = where or (BMKG_FORECAST,)
    addresses = [p.replace("{code}", code) for p in patterns for code in (_samples(city) if "{code}" in p else ("",))]
    return Feed(name, tuple(Source(a) for a in addresses), partial(parse_forecast, city=city), interval_s=HOUR_S)


def open311_feed(
    city: City, *where: str, name: str = "open311", services: Mapping[str, str] | None = None, fallback: str = ""
) -> Feed:
    """Service requests of an Open311 server (GeoReport v2), each minute. `services` maps its service codes to the pack's
    categories."""
    known = Services.of(city, services, fallback)
    parse = partial(parse_open311, source=name, services=known)
    return Feed(
        name, tuple(map(Source, where)), parse, interval_s=60.0, overlap_s=DAY_S, backfill_s=3 * DAY_S
    )  # fmt: skip


def sensorthings_feed(
    city: City,
    *where: str,
    name: str = "sensorthings",
    sensors: Mapping[str, str] | None = None,
    interval_s: float = 30.0,
) -> Feed:
    """Observations of a SensorThings 1.1 server. `sensors` maps its Datastream ids to the pack's sensor codes."""
    parse = partial(parse_sensorthings, streams=Streams.of(city, sensors))
    return Feed(name, tuple(map(Source, where)), parse, interval_s=interval_s)


def simulated_feeds(simulator: Simulator, url: str, backfill_s: float = 3 * HOUR_S) -> list[Feed]:
    """Everything that a `console.feeds.simserver.SimServer` at `url` serves, at a demonstration's pace."""
    city = simulator.city
    readings = sensorthings_feed(
        city, f"{url}/sta/v1.1{OBSERVATIONS}", name="simulasi-sensor", sensors=simulator.datastreams(), interval_s=10.0
    )
    calls = open311_feed(city, f"{url}/open311/v2{REQUESTS}", name="simulasi-aduan")
    quakes = quake_feed(
        city, *(f"{url}/DataMKG/TEWS/{file}.json" for file in ("autogempa", "gempaterkini")), name="simulasi-gempa"
    )
    forecast = forecast_feed(city, f"{url}/publik/prakiraan-cuaca?adm4={{code}}", name="simulasi-prakiraan")
    return [
        replace(readings, backfill_s=backfill_s, overlap_s=60.0),
        replace(calls, backfill_s=max(backfill_s, 12 * HOUR_S), overlap_s=12 * HOUR_S, interval_s=15.0),
        replace(quakes, pause_s=0.0),
        replace(forecast, pause_s=0.0),
    ]


def _samples(city: City) -> tuple[str, ...]:
    """One kelurahan for each kecamatan, the first by code; the kecamatan itself where the pack has no kelurahan."""

    def first(district: Territory) -> str:
        inside = sorted(t.code for t in city.territories if t.parent == district.code)
        return inside[0] if inside else district.code

    return tuple(first(district) for district in city.districts())
