"""BMKG's earthquakes and forecasts, clean and dirty."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from console.domain.city import City
from console.domain.quake import QuakeRule, distance_km, felt_places
from console.feeds import faults
from console.feeds.bmkg_forecast import parse_forecast
from console.feeds.bmkg_quakes import parse_quakes

# The made-up city lies at 5° S, 100.02° E.
QUAKE = {
    "Tanggal": "10 Jan 2024", "Jam": "20:17:26 WIB", "DateTime": "2024-01-10T13:17:26+00:00",
    "Coordinates": "-5.10,100.10", "Lintang": "5.10 LS", "Bujur": "100.10 BT", "Magnitude": "5.2",
    "Kedalaman": "6 km", "Wilayah": "11 km Tenggara UJI", "Potensi": "Tidak berpotensi tsunami",
    "Dirasakan": "III Uji, II Sebelah",
}  # fmt: skip
AT = int(datetime(2024, 1, 10, 13, 17, 26, tzinfo=UTC).timestamp() * 1000)


def quakes(*rows: Any) -> bytes:
    return json.dumps({"Infogempa": {"gempa": list(rows)}}).encode()


def test_a_quake_is_read_whole(city: City) -> None:
    (found,) = parse_quakes(quakes(QUAKE), city).bulletins
    assert (found.at, found.lat, found.lon, found.place) == (AT, -5.10, 100.10, city.code)
    assert found.headline == "Gempa M 5,2, 11 km Tenggara UJI"
    assert found.detail["depth_km"] == 6 and found.detail["felt"] == [[3, "Uji"], [2, "Sebelah"]]
    assert found.detail["concern"] == "dirasakan" and found.detail["credit"] == "Sumber: BMKG"
    assert not found.simulated


def test_an_object_and_a_list_say_the_same_and_have_one_number(city: City) -> None:
    single = parse_quakes(json.dumps({"Infogempa": {"gempa": QUAKE}}).encode(), city).bulletins
    several = parse_quakes(quakes(QUAKE, QUAKE), city).bulletins
    assert single == several and len(several) == 1
    assert single[0].subject.startswith("f") and len(single[0].subject) == 32


def test_a_date_that_disagrees_is_counted_and_datetime_stands(city: City) -> None:
    parsed = parse_quakes(quakes(QUAKE | {"Tanggal": "9 Jan 2024"}), city)
    assert parsed.bulletins[0].at == AT
    assert parsed.faults == {faults.DATE_DISAGREES: 1}


@pytest.mark.parametrize("zone, jam", [("WITA", "21:17:26"), ("WIT", "22:17:26"), ("WIB", "20:17:00")])
def test_every_zone_is_understood(city: City, zone: str, jam: str) -> None:
    assert parse_quakes(quakes(QUAKE | {"Jam": f"{jam} {zone}"}), city).faults == {}


def test_words_help_out_where_coordinates_fail(city: City) -> None:
    parsed = parse_quakes(quakes(QUAKE | {"Coordinates": "?,?"}), city)
    assert (parsed.bulletins[0].lat, parsed.bulletins[0].lon) == (-5.10, 100.10)
    assert parsed.faults[faults.NOT_NUMBER] == 2


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"DateTime": None}, faults.EMPTY),
        ({"DateTime": "kemarin"}, faults.BAD_TIME),
        ({"Magnitude": "besar"}, faults.NOT_NUMBER),
        ({"Coordinates": "", "Lintang": "", "Bujur": ""}, faults.BAD_POINT),
        ({"Coordinates": "-95.0,100.1", "Lintang": None}, faults.BAD_POINT),
    ],
)
def test_a_broken_record_is_left_out_and_the_rest_goes_on(city: City, change: dict[str, Any], kind: str) -> None:
    parsed = parse_quakes(quakes(QUAKE | change, "teks", QUAKE), city)
    assert [b.at for b in parsed.bulletins] == [AT]
    assert parsed.faults[kind] >= 1 and parsed.faults[faults.WRONG_SHAPE] == 1


@pytest.mark.parametrize(
    "change, concern",
    [
        ({"Dirasakan": "II Uji", "Magnitude": "4.9"}, None),
        ({"Dirasakan": "II-III Uji", "Magnitude": "2.0"}, "dirasakan"),
        ({"Dirasakan": "III Ujian Nasional", "Magnitude": "2.0"}, None),
        ({"Dirasakan": "", "Magnitude": "5.0"}, "dekat"),
        ({"Dirasakan": "", "Coordinates": "-8.0,103.0"}, None),
        ({"Dirasakan": "", "Coordinates": "-8.0,103.0", "Potensi": "Berpotensi TSUNAMI"}, "tsunami"),
        ({"Dirasakan": "", "Magnitude": "3.0", "Potensi": "Gempa ini dirasakan untuk diteruskan"}, None),
    ],
)
def test_only_quakes_that_concern_the_city_become_news(city: City, change: dict[str, Any], concern: str | None) -> None:
    parsed = parse_quakes(quakes(QUAKE | change), city)
    assert [b.detail["concern"] for b in parsed.bulletins] == ([concern] if concern else [])
    assert parsed.faults[faults.NOT_RELEVANT] == (0 if concern else 1)


def test_the_rule_can_be_another(city: City) -> None:
    quiet = QUAKE | {"Dirasakan": "", "Magnitude": "3.0"}
    assert len(parse_quakes(quakes(quiet), city, QuakeRule(magnitude=3.0, radius_km=20)).bulletins) == 1
    assert not parse_quakes(quakes(quiet), city, QuakeRule(magnitude=3.0, radius_km=5)).bulletins


def test_felt_words_and_distance() -> None:
    assert felt_places("IV Bandung, III-IV Kab. Garut, Cianjur, apa saja") == (
        (4, "Bandung"), (4, "Kab. Garut"), (4, "Cianjur"), (4, "apa saja"),
    )  # fmt: skip
    assert felt_places("tidak dirasakan") == ()
    # A degree of latitude on a sphere of 6,371 km.
    assert distance_km(-5, 100, -6, 100) == pytest.approx(111.19, abs=0.01)


def step(hour: int, **more: Any) -> dict[str, Any]:
    return {
        "datetime": f"2026-09-24T{hour:02d}:00:00Z", "t": 28, "hu": 52, "tp": 0, "weather": 2, "ws": 1.4, "wd_deg": 336,
        "vs": None, "vs_text": None, "analysis_date": "2026-09-24T00:00:00", **more,
    }  # fmt: skip


def forecast(*days: Any, **where: Any) -> dict[str, Any]:
    place = {"adm4": "99.01.01.1001", "desa": "Barat Laut", "lat": -4.99, "lon": 100.01, **where}
    return {"lokasi": place, "data": [{"lokasi": place, "cuaca": list(days)}]}


def test_a_forecast_becomes_one_bulletin(city: City) -> None:
    document = forecast([step(7), step(10, t=19, weather=61, tp=2.5)], [step(13, t="24")])
    parsed = parse_forecast(json.dumps(document).encode(), city)
    (found,) = parsed.bulletins
    assert found.headline == "Barat Laut: hujan ringan sekitar 17.00, 19–28 °C"
    assert (found.place, found.lat, found.lon) == ("99.01.01.1001", -4.99, 100.01)
    assert found.external_id == "99.01.01.1001|2026-09-24T00:00:00"
    assert [row[1] for row in found.detail["steps"]] == [28, 19, 24]
    assert found.expires - found.at == 9 * 3_600_000
    assert parsed.faults == {faults.TEXT_NUMBER: 1}


def test_object_or_list_and_holes_are_taken(city: City) -> None:
    document = forecast([step(7, t=None, weather=None, hu="  60 ")], "rusak", [step(10, datetime=None)])
    document["data"] = document["data"][0]
    parsed = parse_forecast(json.dumps(document).encode(), city)
    assert parsed.bulletins[0].detail["steps"][0][1:3] == [None, 60]
    assert parsed.bulletins[0].headline == "Barat Laut: cuaca tidak diketahui"
    assert parsed.faults[faults.WRONG_SHAPE] == 1 and parsed.faults[faults.EMPTY] == 1


def test_an_unknown_place_is_a_refusal_not_data(city: City) -> None:
    parsed = parse_forecast(b'{"message":"Data not found","error":"Not Found","statusCode":404}', city)
    assert parsed.bulletins == () and parsed.faults == {faults.REFUSED: 1} and parsed.faults.spoiled


@pytest.mark.parametrize("parse", [parse_quakes, parse_forecast])
@pytest.mark.parametrize(
    "data, kind",
    [
        (b"", faults.NOT_JSON),
        (b"<!DOCTYPE html><html>Selamat datang</html>", faults.PORTAL),
        (b'{"a": 007}', faults.LEADING_ZERO),
        (b'{"a": 1, "a": 2}', faults.DOUBLE_KEY),
        (b'{"a": NaN}', faults.NOT_JSON),
        (b"[" * 5000, faults.NOT_JSON),
        (b"17", faults.WRONG_SHAPE),
    ],
)
def test_what_is_no_such_document_is_one_fault(city: City, parse: Any, data: bytes, kind: str) -> None:
    parsed = parse(data, city)
    assert parsed.bulletins == () and parsed.faults == {kind: 1} and parsed.faults.spoiled
