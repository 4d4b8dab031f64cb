"""The built page: no address outside, no inline code, equal bytes for equal input, hostile names harmless, cached."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.domain.city import City
from maps import page, serve
from maps.builder import PageBuilder
from maps.land import LandError, areas_of, labelled
from maps.theme import MapTheme

OUTSIDE = re.compile(r"(?:https?:|wss?:|ftp:)?//[\w-]+\.[\w.-]+", re.IGNORECASE)
EXPECTED = ("leaflet.js", "leaflet.css", "qwebchannel.js", "folio.js", "folio.css", "images/layers.png")


def test_the_page_names_no_address_outside_and_holds_no_inline_code(city: City, dark: MapTheme) -> None:
    files = page.build(page.order_for(city, dark))
    html = files[page.PAGE]
    assert not any(OUTSIDE.search(text) for text in files.values())
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:", html)
    named = set(re.findall(r'(?:src|href)="([^"]+)"', html))
    assert named <= set(files) | set(serve.assets())
    assert named >= {"leaflet.js", "leaflet.css", "qwebchannel.js", "folio.js", "folio.css"}
    assert "Content-Security-Policy" in html


def test_equal_orders_give_equal_bytes_and_a_theme_another_page(city: City, dark: MapTheme, light: MapTheme) -> None:
    one, other = page.order_for(city, dark), page.order_for(city, light)
    assert page.build(one) == page.build(one)
    assert page.cache_name(one) != page.cache_name(other)
    assert page.build(one) != page.build(other)


def test_names_cannot_become_markup(make_city: Callable[..., City], dark: MapTheme) -> None:
    hostile = "</script><img src=x onerror=alert(1)>"
    city = make_city()
    data = msgspec.json.decode(city.boundaries)
    data["features"][0]["properties"]["name"] = hostile
    order = page.order_for(msgspec.structs.replace(city, boundaries=msgspec.json.encode(data)), dark)
    files = page.build(order)
    assert hostile not in files[page.PAGE]
    assert not any("<img" in text for text in files.values())


def test_the_assets_come_from_packages() -> None:
    assets = serve.assets()
    assert set(EXPECTED) <= set(assets)
    assert all(assets.values())


def test_a_built_page_is_kept_and_used_again(qtbot: QtBot, city: City, dark: MapTheme, tmp_path: Path) -> None:
    order, folder = page.order_for(city, dark), tmp_path / "pages"
    builder = PageBuilder(order, folder)
    with qtbot.waitSignal(builder.done, timeout=20_000) as first:
        builder.start()
    kept = page.cached(folder, order)
    assert kept == first.args[0] == page.build(order)
    assert [p.suffix for p in folder.iterdir()] == [".json"]


def test_a_damaged_cache_is_no_cache(city: City, dark: MapTheme, tmp_path: Path) -> None:
    order = page.order_for(city, dark)
    for damage in (b"", b"{", b'{"a.js": "x"}', b"\xff\xfe"):
        (tmp_path / page.cache_name(order)).write_bytes(damage)
        assert page.cached(tmp_path, order) is None


def test_a_cache_that_cannot_be_written_does_not_matter(
    qtbot: QtBot, city: City, dark: MapTheme, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    builder = PageBuilder(page.order_for(city, dark), in_the_way)
    with qtbot.waitSignal(builder.done, timeout=20_000):
        builder.start()


def test_boundaries_that_cannot_be_drawn_are_told(qtbot: QtBot, city: City, dark: MapTheme) -> None:
    broken = msgspec.structs.replace(city, boundaries=b'{"type": "FeatureCollection", "features": []}')
    builder = PageBuilder(page.order_for(broken, dark), None)
    with qtbot.waitSignal(builder.failed, timeout=20_000) as failed:
        builder.start()
    assert "FeatureCollection" in failed.args[0]


def test_a_stopped_builder_leaves_no_process_and_says_nothing(qtbot: QtBot, city: City, dark: MapTheme) -> None:
    builder = PageBuilder(page.order_for(city, dark), None)
    with qtbot.assertNotEmitted(builder.done, wait=300), qtbot.assertNotEmitted(builder.failed):
        builder.start()
        builder.stop()


def test_the_console_does_not_load_folium_or_the_web_engine() -> None:
    code = (
        "import sys, maps.view, maps.scheme; maps.scheme.register();"
        "print([m for m in ('folium', 'branca', 'shapely', 'PySide6.QtWebEngineCore') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "[]"


def feature(geometry: object, **facts: object) -> bytes:
    properties = {"code": "1", "name": "Satu", "level": "kecamatan"} | facts
    one = {"type": "Feature", "properties": properties, "geometry": geometry}
    return msgspec.json.encode({"type": "FeatureCollection", "features": [one]})


RING = [[0, 0], [4, 0], [4, 1], [1, 1], [1, 4], [0, 4], [0, 0]]


@pytest.mark.parametrize(
    ("boundaries", "what"),
    [
        (b"\xff", "JSON"),
        (b"[]", "FeatureCollection"),
        (feature(None), "fitur 1"),
        (feature({"type": "Point", "coordinates": [1, 2]}), "bukan poligon"),
        (feature({"type": "Polygon", "coordinates": [[[0, 0], [1]]]}), "geometri"),
        (feature({"type": "Polygon", "coordinates": [RING]}, level="galaksi"), "galaksi"),
        (feature({"type": "Polygon", "coordinates": [RING]}, code=7), "code"),
        (feature({"type": "Polygon", "coordinates": [RING]}, level="kota"), "kecamatan"),
    ],
)
def test_faults_in_boundaries_are_named(boundaries: bytes, what: str) -> None:
    with pytest.raises(LandError, match=what):
        labelled(boundaries)


def test_a_label_sits_inside_its_territory() -> None:
    from shapely import Point

    (area,) = areas_of(feature({"type": "Polygon", "coordinates": [RING]}))
    lat, lon = area.label
    assert area.shape.contains(Point(lon, lat))
