"""OGC SensorThings 1.1 observations: lists of Observation (with Datastream expanded), `$resultFormat=dataArray`, the body of
CreateObservations, and Datastreams with their Observations expanded.

A simulation says so in its Datastream's `properties`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from console.domain.city import City
from console.domain.reading import BAD, DOUBTFUL, GOOD, Reading
from console.feeds import faults, record
from console.feeds.documents import NOTHING, read_json
from console.feeds.faults import Found
from console.feeds.parsed import Parsed

_LINKED = re.compile(r"Datastreams\('?([^')]+)'?\)")
_NEXT = "@iot.nextLink"
_QUALITY: dict[str, int] = {
    "": GOOD, "good": GOOD, "ok": GOOD, "baik": GOOD, "simulasi": GOOD,
    "bad": BAD, "invalid": BAD, "missing": BAD, "buruk": BAD,
}  # fmt: skip
_PARTS = ("phenomenonTime", "result")


class Streams(msgspec.Struct, frozen=True):
    """Which Datastream is which sensor: `sensors` maps a Datastream's id (as text) or name to a sensor code; `units` gives
    each sensor's unit, against which a Datastream's own is checked when it comes along."""

    sensors: Mapping[str, str]
    units: Mapping[str, str] = {}

    @classmethod
    def of(cls, city: City, sensors: Mapping[str, str] | None = None) -> Streams:
        """The given mapping; a Datastream named by a sensor's own code is understood as well."""
        own = {s.code: s.code for s in city.sensors}
        return cls({**own, **(sensors or {})}, {s.code: s.unit for s in city.sensors})


class _Stream(msgspec.Struct, frozen=True):
    """A Datastream that is known: its sensor, and whether it is simulated."""

    sensor: str
    simulated: bool


def parse_sensorthings(data: bytes, streams: Streams) -> Parsed:
    """The readings of one reply; `next` is the address of the following page. Never raises."""
    found = Found()
    value = read_json(data, found)
    if value is NOTHING:
        return Parsed(faults=found)
    following = value.get(_NEXT) if isinstance(value, dict) else None
    rows = value["value"] if isinstance(value, dict) and "value" in value else value
    readings: dict[tuple[str, int], Reading] = {}
    for row in record.records(rows, found):
        for reading in _group(row, streams, found):
            if (key := (reading.sensor, reading.at)) in readings:
                found[faults.DOUBLE] += 1
            readings[key] = reading
    return Parsed(readings=tuple(readings.values()), faults=found, next=following if isinstance(following, str) else "")


def _group(row: Mapping[str, Any], streams: Streams, found: Found) -> Iterator[Reading]:
    """The readings in an Observation, a dataArray group, or a Datastream with Observations."""
    if "dataArray" in row:
        yield from _array(row, streams, found)
    elif "Observations" in row:
        stream = _known(row, streams, found)
        for each in record.records(row["Observations"], found) if stream else ():
            yield from _observation(each, stream, found)
    elif "result" in row or "phenomenonTime" in row:
        yield from _observation(row, _stream_of(row, streams, found), found)
    elif "message" in row or "code" in row:
        found.about = None
        found[faults.REFUSED] += 1
    else:
        found[faults.WRONG_SHAPE] += 1


def _array(row: Mapping[str, Any], streams: Streams, found: Found) -> Iterator[Reading]:
    names, rows = row.get("components"), row["dataArray"]
    if not isinstance(rows, list) or not isinstance(names, list) or not all(part in names for part in _PARTS):
        found[faults.WRONG_SHAPE] += 1
        return
    stream = _stream_of(row, streams, found, len(rows))
    if stream is None:
        return
    width = len(names)
    at, result = (names.index(part) for part in _PARTS)
    quality = names.index("resultQuality") if "resultQuality" in names else None
    for cells in rows:
        found.about = (stream.sensor, str(cells))
        if not isinstance(cells, list) or len(cells) != width:
            found[faults.WRONG_SHAPE] += 1
            continue
        mark = cells[quality] if quality is not None else None
        yield from _reading(stream, cells[at], cells[result], mark, found)


def _observation(row: Mapping[str, Any], stream: _Stream | None, found: Found) -> Iterator[Reading]:
    if stream is not None:
        yield from _reading(stream, row.get("phenomenonTime"), row.get("result"), row.get("resultQuality"), found)


def _reading(stream: _Stream, time: Any, result: Any, quality: Any, found: Found) -> Iterator[Reading]:
    """One reading, or none. A period counts for its end; a result may be written as text (the standard allows any type)."""
    at = record.moment(time.rpartition("/")[2] if isinstance(time, str) else time, found)
    if result is None or result == "":
        found[faults.EMPTY] += 1
        return
    value = record.number(result, found)
    if at is not None and value is not None:
        mark = quality.strip().lower() if isinstance(quality, str) else "" if quality is None else "?"
        yield Reading(stream.sensor, at, value, _QUALITY.get(mark, DOUBTFUL), stream.simulated)


def _stream_of(row: Mapping[str, Any], streams: Streams, found: Found, count: int = 1) -> _Stream | None:
    """The Datastream that a row belongs to, whether expanded or linked; an unknown one counts for each of its values."""
    inside = row.get("Datastream")
    if isinstance(inside, dict):
        return _known(inside, streams, found, count)
    link = row.get("Datastream@iot.navigationLink")
    match = _LINKED.search(link) if isinstance(link, str) else None
    return _known({"@iot.id": match[1]} if match else {}, streams, found, count)


def _known(stream: Mapping[str, Any], streams: Streams, found: Found, count: int = 1) -> _Stream | None:
    number, name = (record.text(stream.get(part), found) for part in ("@iot.id", "name"))
    found.about = ("datastream", number, name)
    sensor = streams.sensors.get(number) or streams.sensors.get(name)
    if sensor is None:
        found[faults.UNKNOWN_STREAM] += count
        return None
    unit = stream.get("unitOfMeasurement")
    symbol = unit.get("symbol") if isinstance(unit, dict) else None
    if isinstance(symbol, str) and sensor in streams.units and symbol.strip() != streams.units[sensor]:
        found[faults.OTHER_UNIT] += count
        return None
    properties = stream.get("properties")
    return _Stream(sensor, isinstance(properties, dict) and record.flag(properties.get("simulated")))
