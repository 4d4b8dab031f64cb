"""A small made-up city for the map tests, and the web engine set up for a machine without screen or GPU."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

from console.domain.city import City, MapView, Territory
from maps import scheme
from maps.theme import MapTheme, theme_from

scheme.register(software=True)

THEMES = Path(__file__).parents[2] / "resources" / "themes"
SIDE = 0.02
"""Degrees, some 2.2 km: the side of one made-up kecamatan."""


def read_theme(name: str) -> MapTheme:
    colours = tomllib.loads((THEMES / f"{name}.toml").read_text())["colour"]
    return theme_from(name, colours, colours["ramp"])


def square(lat: float, lon: float, side: float) -> dict[str, object]:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def chequered_city(rows: int = 3, columns: int = 4, split: bool = False) -> City:
    """A city of square kecamatan `99.01.01`… from south-west to north-east; `split` halves each into two kelurahan."""
    features, territories = [], [Territory("99.01", "Kota Contoh", "kota", "99", 0.0, 100.0)]

    def add(code: str, name: str, level: str, lat: float, lon: float, side: float) -> None:
        parent = code.rpartition(".")[0]
        territories.append(Territory(code, name, level, parent, lat + side / 2, lon + side / 2))  # type: ignore[arg-type]
        facts = {"code": code, "name": name, "level": level}
        features.append({"type": "Feature", "properties": facts, "geometry": square(lat, lon, side)})

    for n in range(rows * columns):
        lat, lon = SIDE * (n // columns), 100 + SIDE * (n % columns)
        code = f"99.01.{n + 1:02d}"
        add(code, f"Petak {n + 1}", "kecamatan", lat, lon, SIDE)
        for part in range(2 if split else 0):
            add(f"{code}.{1001 + part}", f"Sudut {n + 1}-{part + 1}", "kelurahan", lat + part * SIDE / 2, lon, SIDE / 2)
    return City(
        code="99.01",
        name="Kota Contoh",
        time_zone="Asia/Jakarta",
        languages=("id",),
        map_view=MapView(SIDE * rows / 2, 100 + SIDE * columns / 2, 12),
        version="1",
        territories=tuple(territories),
        agencies=(),
        categories=(),
        sensors=(),
        ladders=(),
        charts=(),
        attribution="Buatan untuk uji",
        boundaries=msgspec.json.encode({"type": "FeatureCollection", "features": features}),
        boundaries_note="skematis, bukan batas resmi",
    )


@pytest.fixture(scope="session")
def city() -> City:
    return chequered_city()


@pytest.fixture(scope="session")
def split_city() -> City:
    return chequered_city(split=True)


@pytest.fixture(scope="session")
def dark() -> MapTheme:
    return read_theme("dark")


@pytest.fixture(scope="session")
def light() -> MapTheme:
    return read_theme("light")


@pytest.fixture(scope="session")
def page_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


MakeCity = Callable[..., City]
