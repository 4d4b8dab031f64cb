"""Whatever arrives, a parser answers with what it understood and counted, and never with an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.city import City
from console.domain.reading import Reading
from console.feeds.bmkg_forecast import parse_forecast
from console.feeds.bmkg_quakes import parse_quakes
from console.feeds.faults import Found
from console.feeds.frames import FrameBuilder
from console.feeds.open311 import Services, parse_open311
from console.feeds.parsed import Parsed
from console.feeds.sensorthings import Streams, parse_sensorthings

Parse = Callable[[bytes], Parsed]
NOW = 1795428030000

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
    | st.sampled_from(["2026-11-23T10:00:00Z", "2026-11-23", "9999-12-31T23:59:59-14:00", "-5.1,100.2", "5.2 LS",
                       "5.2", " 7 ", "III Uji", "10 Jan 2024", "99 Feb 2024", "20:17:26 WIB", "9" * 400, "1e999", "\x00"])
)  # fmt: skip
NAMES = st.sampled_from(
    ["Infogempa", "gempa", "DateTime", "Coordinates", "Lintang", "Bujur", "Magnitude", "Kedalaman", "Tanggal", "Jam",
     "Dirasakan", "Potensi", "Wilayah", "Simulasi", "lokasi", "data", "cuaca", "adm4", "datetime", "t", "weather",
     "analysis_date", "value", "Datastream", "@iot.id", "name", "components", "dataArray", "phenomenonTime", "result",
     "resultQuality", "Observations", "unitOfMeasurement", "symbol", "properties", "@iot.nextLink", "service_requests",
     "service_request_id", "service_code", "requested_datetime", "lat", "long", "extended_attributes", "code"]
) | st.text(max_size=5)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=40
)
QUAKES = st.fixed_dictionaries(
    {"DateTime": SCALARS | st.just("2024-01-10T13:17:26+00:00"), "Coordinates": SCALARS | st.just("-5.1,100.1"),
     "Magnitude": SCALARS | st.just("5.2")},
    optional={n: SCALARS for n in ("Tanggal", "Jam", "Kedalaman", "Wilayah", "Potensi", "Dirasakan", "Lintang", "Bujur")},
)  # fmt: skip
STEPS = st.dictionaries(st.sampled_from(["t", "weather", "hu", "tp", "ws"]), SCALARS).map(
    lambda row: {"datetime": "2026-09-24T07:00:00Z", **row}
)
REQUEST = {"service_request_id": "1", "service_code": "D01", "requested_datetime": "2026-11-23T10:00:00Z"}
FIELDS = (
    "requested_datetime", "lat", "long", "description", "address", "status", "updated_datetime", "extended_attributes",
    "service_name",
)  # fmt: skip
REQUESTS = st.dictionaries(st.sampled_from(FIELDS), SCALARS | VALUES).map(lambda row: REQUEST | row)
GROUPS = st.builds(
    lambda names, rows: {"Datastream": {"@iot.id": 1}, "components": names, "dataArray": rows},
    st.permutations(["phenomenonTime", "result", "resultQuality"]),
    st.lists(st.lists(SCALARS, max_size=4), max_size=5),
)


@pytest.fixture(scope="module")
def parsers(city: City) -> list[Parse]:
    services, streams = Services.of(city), Streams.of(city, {"1": "990101-tma"})
    return [
        lambda data: parse_quakes(data, city),
        lambda data: parse_forecast(data, city),
        lambda data: parse_open311(data, "uji", services),
        lambda data: parse_sensorthings(data, streams),
    ]


def check(parsers: list[Parse], data: bytes) -> None:
    for parse in parsers:
        parsed = parse(data)
        assert all(count > 0 for count in parsed.faults.values())
        assert sum(count for _, _, count in parsed.faults.events) == sum(parsed.faults.values())
        subjects = [item.subject for item in (*parsed.reports, *parsed.bulletins)]
        assert len(subjects) == len(set(subjects))
        json.dumps([b.detail for b in parsed.bulletins], allow_nan=False)


@settings(max_examples=150)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_bytes(parsers: list[Parse], data: bytes) -> None:
    check(parsers, data)


@settings(max_examples=150)
@given(value=VALUES)
def test_json(parsers: list[Parse], value: Any) -> None:
    check(parsers, json.dumps(value).encode())


@settings(max_examples=150)
@given(
    rows=st.lists(QUAKES, max_size=3),
    steps=st.lists(STEPS, max_size=3),
    calls=st.lists(REQUESTS, max_size=3),
    groups=st.lists(GROUPS, max_size=2),
)
def test_nearly_right_documents(
    parsers: list[Parse], rows: list[Any], steps: list[Any], calls: list[Any], groups: list[Any]
) -> None:
    check(parsers, json.dumps({"Infogempa": {"gempa": rows}}).encode())
    check(parsers, json.dumps({"data": {"lokasi": {"adm4": "99.01.01.1001"}, "cuaca": steps}}).encode())
    check(parsers, json.dumps(calls).encode())
    check(parsers, json.dumps({"value": groups}).encode())


TAGS = st.sampled_from(["service_requests", "request", "service_request_id", "lat", "errors", "error", "x"])
XML = st.recursive(
    st.text(alphabet=st.characters(codec="ascii", exclude_characters="<&>"), max_size=10),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(lambda p: f"<{p[0]}>{''.join(p[1])}</{p[0]}>"),
)


@settings(max_examples=150)
@given(text=XML, cut=st.integers(0, 40))
def test_xml(parsers: list[Parse], text: str, cut: int) -> None:
    document = f"<service_requests>{text}</service_requests>"
    check(parsers, document.encode())
    check(parsers, document[: len(document) - cut].encode())


READINGS = st.builds(
    Reading,
    sensor=st.sampled_from(["990101-tma", "990102-hujan", "tidak-ada"]),
    at=st.integers(NOW - 300_000, NOW + 30_000) | st.integers(),
    value=st.none() | st.floats(),
    quality=st.integers(0, 2),
    simulated=st.booleans(),
)


@settings(max_examples=150)
@given(pieces=st.lists(st.lists(READINGS, max_size=12), max_size=4))
def test_readings_make_whole_frames_with_rising_revisions(city: City, pieces: list[list[Reading]]) -> None:
    builder, revisions = FrameBuilder(city, "uji"), {}
    for readings in pieces:
        for frame in builder.take(readings, NOW, Found()):
            key = (frame.territory, frame.source, frame.minute)
            assert frame.revision > revisions.get(key, 0)
            revisions[key] = frame.revision
            assert len(frame.sensors) == len(frame.values) == len(frame.quality)
            assert all(len(row) == len(frame.at) for row in frame.values) and list(frame.at) == sorted(set(frame.at))
