"""SensorThings observations in every shape that servers send, clean and dirty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.domain.city import City
from console.domain.reading import BAD, DOUBTFUL, GOOD, Reading
from console.feeds import faults
from console.feeds.sensorthings import Streams, parse_sensorthings

TMA = "990101-tma"
AT = 1795428000000


@pytest.fixture
def streams(city: City) -> Streams:
    return Streams.of(city, {"11": TMA, "12": "990101-hujan"})


def read(value: Any, streams: Streams) -> Any:
    return parse_sensorthings(json.dumps(value).encode(), streams)


def array(*cells: Any, **more: Any) -> dict[str, Any]:
    group = {"components": ["phenomenonTime", "result", "resultQuality"], "dataArray": list(cells)}
    return {"Datastream@iot.navigationLink": "https://sta.example/v1.1/Datastreams(11)", **group, **more}


ONE = [Reading(TMA, AT, 41.0)]


def test_every_shape_says_the_same(streams: Streams) -> None:
    plain = {"phenomenonTime": "2026-11-23T10:00:00Z", "result": 41}
    shapes = (
        {"value": [plain | {"@iot.id": 1, "Datastream": {"@iot.id": 11, "name": "TMA"}}]},
        {"value": [plain | {"Datastream@iot.navigationLink": "../Datastreams(11)"}]},
        {"value": [{"@iot.id": 11, "Observations": [plain]}]},
        {"value": [array(["2026-11-23T10:00:00Z", 41, "good"])]},
        [{"Datastream": {"@iot.id": 11}, "components": ["result", "phenomenonTime"],
          "dataArray": [[41, "2026-11-23T17:00:00+07:00"]]}],
        plain | {"Datastream": {"@iot.id": 11}},
        {"value": {"Datastream": {"name": TMA}, **plain}},
    )  # fmt: skip
    for shape in shapes:
        parsed = read(shape, streams)
        assert list(parsed.readings) == ONE, shape
        assert parsed.faults == {}, shape


def test_text_null_and_bad_results_are_told_apart(streams: Streams) -> None:
    cells = [
        ["2026-11-23T10:00:00Z", "41.5 ", "good"],
        ["2026-11-23T10:01:00Z", None, "missing"],
        ["2026-11-23T10:02:00Z", "", "good"],
        ["2026-11-23T10:03:00Z", "tinggi", "good"],
        ["2026-11-23T10:04:00Z", True, "good"],
        ["kapan", 42, "good"],
        ["2026-11-23T10:06:00Z", 43],
        "bukan baris",
        ["2026-11-23T10:07:00Z", 44, "good"],
    ]
    parsed = read({"value": [array(*cells)]}, streams)
    assert [(r.at, r.value) for r in parsed.readings] == [(AT, 41.5), (AT + 420_000, 44)]
    assert parsed.faults == {
        faults.TEXT_NUMBER: 1, faults.EMPTY: 2, faults.NOT_NUMBER: 2, faults.BAD_TIME: 1, faults.WRONG_SHAPE: 2,
    }  # fmt: skip
    assert not parsed.faults.spoiled


@pytest.mark.parametrize(
    "mark, quality", [("good", GOOD), (None, GOOD), (" BAD ", BAD), ("provisional", DOUBTFUL), ({"x": 1}, DOUBTFUL)]
)
def test_quality_is_kept(streams: Streams, mark: Any, quality: int) -> None:
    parsed = read({"value": [array(["2026-11-23T10:00:00Z", 41, mark])]}, streams)
    assert [r.quality for r in parsed.readings] == [quality]


def test_a_period_counts_for_its_end_and_a_time_without_zone_is_marked(streams: Streams) -> None:
    cells = [["2026-11-23T09:50:00Z/2026-11-23T10:00:00Z", 41, None], ["2026-11-23T10:01:00", 42, None]]
    parsed = read({"value": [array(*cells)]}, streams)
    assert [r.at for r in parsed.readings] == [AT, AT + 60_000] and parsed.faults == {faults.NO_ZONE: 1}


def test_unknown_streams_and_other_units_are_left_out(streams: Streams) -> None:
    cell = ["2026-11-23T10:00:00Z", 1.2, "good"]
    metres = {"@iot.id": 11, "unitOfMeasurement": {"symbol": "m"}}
    parsed = read({"value": [
        array(cell, cell, **{"Datastream@iot.navigationLink": "Datastreams(99)"}),
        array(cell, Datastream=metres),
        array(cell, Datastream=metres | {"unitOfMeasurement": {"symbol": "cm"}}),
    ]}, streams)  # fmt: skip
    assert [r.value for r in parsed.readings] == [1.2]
    assert parsed.faults == {faults.UNKNOWN_STREAM: 2, faults.OTHER_UNIT: 1}


def test_a_simulation_says_so_in_its_datastream(streams: Streams) -> None:
    cell = ["2026-11-23T10:00:00Z", 41, "good"]
    parsed = read({"value": [array(cell, Datastream={"@iot.id": 11, "properties": {"simulated": True}})]}, streams)
    assert parsed.simulated and parsed.readings[0].simulated


def test_the_next_page_is_named(streams: Streams) -> None:
    assert read({"value": [], "@iot.nextLink": "https://sta.example/x?$skip=100"}, streams).next.endswith("$skip=100")
    assert read({"value": [], "@iot.nextLink": 7}, streams).next == ""


def test_an_error_body_is_a_refusal(streams: Streams) -> None:
    parsed = read({"code": 404, "type": "error", "message": "Not found"}, streams)
    assert parsed.faults == {faults.REFUSED: 1} and parsed.faults.spoiled
