"""Schematic cells: one topology, five decimals, counter-clockwise, and a fair likeness of the real districts."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.cities.schematic import merge, schematic_cells, schematic_outlines
from console.domain.city import City

SHARED = Path(__file__).resolve().parents[3] / "shared" / "geo"
CITIES = ("bandung", "binjai")


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest) -> City:
    return read_city(pack_path(request.param))


def features(city: City) -> dict[str, dict[str, Any]]:
    return {feature["properties"]["code"]: feature for feature in json.loads(city.boundaries)["features"]}


def outlines(city: City, level: str) -> dict[str, Any]:
    return {
        code: shape(feature["geometry"])
        for code, feature in features(city).items()
        if feature["properties"]["level"] == level
    }


@pytest.mark.parametrize("level", ["kecamatan", "kelurahan"])
def test_neighbours_share_their_border_point_for_point(city: City, level: str) -> None:
    assert shapely.coverage_is_valid(list(outlines(city, level).values()))


def test_a_kecamatan_is_the_union_of_its_kelurahan(city: City) -> None:
    wards = outlines(city, "kelurahan")
    for code, district in outlines(city, "kecamatan").items():
        assert shapely.equals(district, merge([ward for key, ward in wards.items() if key.startswith(code + ".")]))
    [whole] = outlines(city, "kota").values()
    assert shapely.equals(whole, merge(list(wards.values())))
    assert whole.geom_type == "Polygon" and not whole.interiors


def test_every_feature_says_what_it_is(city: City) -> None:
    found = features(city)
    assert list(found) == [territory.code for territory in city.territories]
    for territory in city.territories:
        properties = found[territory.code]["properties"]
        assert set(properties) == {"code", "name", "level", "schematic", "label_point"}
        assert (properties["name"], properties["level"]) == (territory.name, territory.level)
        assert properties["schematic"] is True
        assert shape(found[territory.code]["geometry"]).contains(shapely.Point(properties["label_point"]))


def test_coordinates_have_five_decimals_and_rings_run_counter_clockwise(city: City) -> None:
    for feature in features(city).values():
        outline = shape(feature["geometry"])
        for part in shapely.get_parts(outline):
            assert part.exterior.is_ccw
        for lon, lat in shapely.get_coordinates(outline):
            assert (round(lon, 5), round(lat, 5)) == (lon, lat)


def test_every_kelurahan_lies_in_its_own_cell(city: City) -> None:
    cells = outlines(city, "kelurahan")
    for territory in city.territories:
        if territory.level == "kelurahan":
            assert cells[territory.code].covers(shapely.Point(territory.lon, territory.lat)), territory.name


def test_the_cells_are_as_large_as_the_city(city: City) -> None:
    [whole] = outlines(city, "kota").values()
    itself = city.territory(city.code)
    assert itself is not None and itself.km2 is not None
    stretch = math.cos(math.radians(whole.centroid.y))
    flat = shapely.transform(whole, lambda at: at * (111.32 * stretch, 111.32))
    assert flat.area == pytest.approx(itself.km2, rel=0.002)


def test_the_pack_can_be_drawn_again_from_its_own_points(city: City) -> None:
    again, drawn = schematic_outlines(city.territories), outlines(city, "kelurahan")
    for code, cell in drawn.items():
        assert overlap(cell, again[code]) > 0.999


def overlap(one: Any, other: Any) -> float:
    """Intersection over union."""
    return float(one.intersection(other).area / one.union(other).area)


@pytest.mark.parametrize(("name", "least"), [("bandung", 0.68), ("binjai", 0.58)])
def test_the_cells_resemble_the_statistical_boundaries(name: str, least: float) -> None:
    path = SHARED / f"{name}-kecamatan.geojson"
    if not path.is_file():
        pytest.skip("../shared/geo is not beside the project")
    real = {
        item["properties"]["code_kemendagri"]: shape(item["geometry"])
        for item in json.loads(path.read_bytes())["features"]
    }
    drawn = outlines(read_city(pack_path(name)), "kecamatan")
    assert set(real) == set(drawn)
    likeness = [overlap(real[code], drawn[code]) for code in real]
    assert sum(likeness) / len(likeness) >= least
    assert min(likeness) > 0.4


def test_one_two_and_three_points() -> None:
    alone = schematic_cells({"a": (-6.9, 107.6)})["a"]
    assert alone.contains(shapely.Point(107.6, -6.9))
    for points in (
        {"a": (-6.9, 107.6), "b": (-6.9, 107.61)},
        {"a": (-6.9, 107.6), "b": (-6.9, 107.61), "c": (-6.91, 107.62)},
    ):
        cells = schematic_cells(points)
        assert shapely.coverage_is_valid(list(cells.values()))
        for code, (lat, lon) in points.items():
            assert cells[code].contains(shapely.Point(lon, lat))


def test_points_that_cannot_be_told_apart_are_named() -> None:
    with pytest.raises(ValueError, match="a dan b punya titik yang sama"):
        schematic_cells({"a": (-6.9, 107.6), "b": (-6.9, 107.6)})
    with pytest.raises(ValueError, match="tidak ada titik"):
        schematic_cells({})


spots = st.tuples(st.integers(-6990, -6850), st.integers(107500, 107750)).map(lambda at: (at[0] / 1000, at[1] / 1000))


@settings(max_examples=60, deadline=None)
@given(points=st.lists(spots, min_size=2, max_size=25, unique=True))
def test_any_points_give_cells_that_fit_together(points: list[tuple[float, float]]) -> None:
    named = {str(number): point for number, point in enumerate(points)}
    cells = schematic_cells(named)
    assert set(cells) == set(named)
    assert shapely.coverage_is_valid(list(cells.values()))
    for code, (lat, lon) in named.items():
        assert cells[code].covers(shapely.Point(lon, lat))
