"""The ground of a pack, built from small gazetteer tables, is a pack that checks clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cities.build import Ground, build_ground, gather
from console.cities.check import check_city
from console.cities.faults import PackError
from console.cities.pack import pack_version
from console.cities.placement import River
from console.cities.read import read_city
from tests.small_city import make_small_pack

POINTS = """\
code_kemendagri,code_kecamatan,name,postal_code,lat,lon
99.01.01.1001,99.01.01,Barat Laut,10001,-4.99,100.01
99.01.01.1002,99.01.01,Timur Laut,10002,-4.985,100.03
99.01.02.1001,99.01.02,Tenggara,10003,-5.01,100.025
99.02.01.1001,99.02.01,Kota Lain,10004,-7.0,101.0
"""
DISTRICTS = """\
kode_kemendagri,kode_bps,nama,luas_km2_bps,penduduk,penduduk_sumber
99.01.01,9901010,Utara,6.0,20000,"sensus, 2020"
99.01.02,9901020,Selatan,3.5,,sensus
99.02.01,9902010,Lain,1,1,sensus
"""


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    (tmp_path / "titik.csv").write_text(POINTS, encoding="utf-8")
    (tmp_path / "kecamatan.csv").write_text(DISTRICTS, encoding="utf-8")
    return Ground(
        "99.01", "Kota Uji", tmp_path / "titik.csv", tmp_path / "kecamatan.csv", "rekaan", "rekaan", "jumlah kecamatan"
    )


def built(ground: Ground, folder: Path) -> Path:
    make_small_pack(folder)
    rivers = {"99.01.01": River("Kali Uji", "99.01.01.1002", "rekaan")}
    build_ground(ground, rivers, "rekaan", folder)
    return folder


def test_what_is_built_checks_clean(ground: Ground, tmp_path: Path) -> None:
    folder = built(ground, tmp_path / "uji")
    assert check_city(folder) == []
    city = read_city(folder)
    assert [territory.code for territory in city.territories] == [
        "99.01", "99.01.01", "99.01.01.1001", "99.01.01.1002", "99.01.02", "99.01.02.1001",
    ]  # fmt: skip
    itself = city.territory("99.01")
    assert itself is not None
    assert (itself.km2, itself.bps) == (9.5, "9901")
    assert itself.residents is None, "a sum with an unknown part is unknown"


def test_the_same_tables_build_the_same_pack(ground: Ground, tmp_path: Path) -> None:
    assert pack_version(built(ground, tmp_path / "a")) == pack_version(built(ground, tmp_path / "b"))


def test_the_gauge_takes_the_place_of_the_wind(ground: Ground, tmp_path: Path) -> None:
    city = read_city(built(ground, tmp_path / "uji"))
    north = {sensor.quantity for sensor in city.sensors if sensor.territory == "99.01.01"}
    south = {sensor.quantity for sensor in city.sensors if sensor.territory == "99.01.02"}
    assert north ^ south == {"tma", "angin"}
    gauge = city.sensor("990101-tma")
    assert gauge is not None
    assert (gauge.name, gauge.lat, gauge.lon) == ("TMA Kali Uji – Utara", -4.985, 100.03)


def test_gazetteer_faults_are_told(ground: Ground) -> None:
    ground.points.write_text(POINTS.replace("-4.985", "dekat"), encoding="utf-8")
    with pytest.raises(PackError, match=r'titik\.csv:3: lat "dekat" bukan angka'):
        gather(ground)
    ground.points.write_text(POINTS.replace("postal_code,lat", "postal_code,lintang"), encoding="utf-8")
    with pytest.raises(PackError, match="kolom lat tidak ada"):
        gather(ground)


def test_a_city_that_is_not_in_the_tables_is_told(ground: Ground) -> None:
    with pytest.raises(PackError, match=r"tidak ada baris 99\.09\."):
        gather(ground._replace(code="99.09"))
