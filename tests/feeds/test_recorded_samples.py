"""Samples recorded from the real services, or written by hand where those are not open; skipped where they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.domain.city import City
from console.domain.quake import QuakeRule
from console.feeds import faults
from console.feeds.bmkg_forecast import parse_forecast
from console.feeds.bmkg_quakes import parse_quakes
from console.feeds.open311 import Services, parse_open311
from console.feeds.sensorthings import Streams, parse_sensorthings


@pytest.fixture(scope="module")
def bandung() -> City:
    return read_city(pack_path("bandung"), trusted=True)


def ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


def test_quakes(shared: Path, bandung: City) -> None:
    everything = QuakeRule(magnitude=0.0, radius_km=20_000)
    folder = shared / "bmkg-gempa"
    latest = parse_quakes((folder / "autogempa.json").read_bytes(), bandung, everything)
    assert [(b.at, b.detail["magnitude"]) for b in latest.bulletins] == [(ms(2026, 9, 23, 12, 16, 56), 1.8)]
    assert latest.faults == {}
    several = parse_quakes((folder / "gempaterkini.json").read_bytes(), bandung, everything)
    assert [b.detail["magnitude"] for b in several.bulletins] == [5.2, 5.3] and several.faults == {}
    assert parse_quakes((folder / "gempaterkini.json").read_bytes(), bandung).faults == {faults.NOT_RELEVANT: 2}


def test_the_quake_whose_date_disagrees(shared: Path, bandung: City) -> None:
    data = (shared / "bmkg-gempa" / "autogempa-2024-sumedang.json").read_bytes()
    parsed = parse_quakes(data, bandung, QuakeRule(magnitude=2.0))
    assert [b.at for b in parsed.bulletins] == [ms(2024, 1, 10, 13, 17, 26)]
    assert parsed.faults == {faults.DATE_DISAGREES: 1}
    assert not parse_quakes(data, bandung).bulletins, "felt in Sumedang, not in Bandung"


def test_forecast(shared: Path, bandung: City) -> None:
    folder = shared / "bmkg-prakiraan"
    parsed = parse_forecast((folder / "prakiraan-32.73.01.1001.json").read_bytes(), bandung)
    (found,) = parsed.bulletins
    assert parsed.faults == {} and found.place == "32.73.01.1001" and len(found.detail["steps"]) == 20
    assert found.headline.startswith("Sukarasa: ") and found.at == ms(2026, 9, 24, 7)
    assert parse_forecast((folder / "prakiraan-404.json").read_bytes(), bandung).faults == {faults.REFUSED: 1}


@pytest.mark.parametrize("file, count", [("service-request", 1), ("service-requests", 2)])
def test_open311(shared: Path, bandung: City, file: str, count: int) -> None:
    services = Services.of(bandung, {"006": "A01"})
    folder = shared / "open311"
    fixed = parse_open311((folder / f"json-{file}.FIXED.json").read_bytes(), "uji", services)
    xml = parse_open311((folder / f"xml-{file}.xml").read_bytes(), "uji", services)
    assert fixed.reports == xml.reports and len(fixed.reports) == count
    assert fixed.reports[0].title == "Sidewalk and Curb Issues" and fixed.reports[0].status == "closed"
    assert fixed.faults == xml.faults == {}
    unfixed = parse_open311((folder / f"json-{file}.json").read_bytes(), "uji", services)
    assert unfixed.reports == () and unfixed.faults == {faults.LEADING_ZERO: 1}


def test_sensorthings(shared: Path, bandung: City) -> None:
    folder = shared / "sensorthings"
    tma = next(s.code for s in bandung.sensors if s.quantity == "tma")
    streams = Streams.of(bandung, {"11": tma, "1": tma})
    parsed = parse_sensorthings((folder / "observations-dataArray-bandung.SYNTHETIC.json").read_bytes(), streams)
    assert [r.value for r in parsed.readings] == [41, 44, 58, 83, 121, 156] and parsed.faults == {}
    assert parsed.readings[0].at == ms(2026, 11, 23, 10)
    posted = parse_sensorthings((folder / "CreateObservations-dataArray-post.json").read_bytes(), streams)
    assert [r.value for r in posted.readings] == [20, 30] and posted.faults == {faults.UNKNOWN_STREAM: 2}


def test_no_sample_of_any_kind_upsets_any_parser(shared: Path, bandung: City) -> None:
    services, streams = Services.of(bandung), Streams.of(bandung)
    files = sorted(f for f in shared.rglob("*") if f.is_file())
    assert len(files) > 40
    for file in files:
        data = file.read_bytes()
        for parsed in (
            parse_quakes(data, bandung), parse_forecast(data, bandung), parse_open311(data, "uji", services),
            parse_sensorthings(data, streams),
        ):  # fmt: skip
            msgspec.json.encode(parsed.bulletins)
