"""Open311 requests, JSON and XML, clean and dirty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.domain.city import City
from console.feeds import faults
from console.feeds.open311 import MAX_TITLE, Services, parse_open311

ROW = {
    "service_request_id": "638344", "status": "open", "service_name": "Jalan rusak", "service_code": "006",
    "description": "Lubang besar\nDi depan sekolah", "requested_datetime": "2026-11-23T06:37:38+07:00",
    "updated_datetime": "2026-11-23T07:00:00+07:00", "address": "Jl. Uji 1", "lat": -4.99, "long": 100.01,
}  # fmt: skip
AT = 1795390658000

XML = """<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>638344</service_request_id>
    <status>open</status><service_name>Jalan rusak</service_name><service_code>006</service_code>
    <description>Lubang besar&#10;Di depan sekolah</description>
    <requested_datetime>2026-11-23T06:37:38+07:00</requested_datetime>
    <updated_datetime>2026-11-23T07:00:00+07:00</updated_datetime>
    <address>Jl. Uji 1</address><lat>-4.99</lat><long>100.01</long>
    <extended_attributes><simulated>true</simulated></extended_attributes>
  </request>
</service_requests>"""


@pytest.fixture
def services(city: City) -> Services:
    return Services.of(city, {"006": "A01"})


def rows(*records: Any) -> bytes:
    return json.dumps(list(records)).encode()


def test_a_request_is_read_whole(services: Services) -> None:
    parsed = parse_open311(rows(ROW), "uji", services)
    (report,) = parsed.reports
    assert (report.external_id, report.category, report.opened_at) == ("638344", "A01", AT)
    assert (report.title, report.description) == ("Lubang besar", "Di depan sekolah")
    assert (report.lat, report.lon, report.address, report.status) == (-4.99, 100.01, "Jl. Uji 1", "open")
    assert not report.simulated and parsed.faults == {}


def test_xml_says_the_same_as_json(services: Services) -> None:
    marked = ROW | {"extended_attributes": {"simulated": True}}
    from_xml, from_json = (parse_open311(d, "uji", services) for d in (XML.encode(), rows(marked)))
    assert from_xml.reports == from_json.reports and from_xml.reports[0].simulated
    assert from_xml.faults == {}


def test_two_collectors_agree_on_the_subject(services: Services) -> None:
    first, second = (parse_open311(rows(ROW), source, services).reports[0] for source in ("uji", "lain"))
    assert first.subject != second.subject
    assert first.subject == parse_open311(XML.encode(), "uji", services).reports[0].subject


def test_object_or_list_or_wrapped_is_all_the_same(services: Services) -> None:
    whole = parse_open311(rows(ROW), "uji", services).reports
    for value in (ROW, {"service_requests": [ROW]}, {"service_requests": {"request": ROW}}):
        assert parse_open311(json.dumps(value).encode(), "uji", services).reports == whole


def test_dirty_fields_are_counted_and_understood(services: Services) -> None:
    dirty = ROW | {"service_request_id": 638344, "lat": "-4.99 ", "address": " Jl. Uji 1 ", "description": None}
    parsed = parse_open311(rows(dirty), "uji", services)
    (report,) = parsed.reports
    assert (report.external_id, report.lat, report.title) == ("638344", -4.99, "Jalan rusak")
    assert parsed.faults == {faults.TEXT_NUMBER: 1, faults.BLANKS: 1}


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"service_request_id": None}, faults.NO_ID),
        ({"service_code": "999", "service_name": "lain"}, faults.UNKNOWN_CATEGORY),
        ({"requested_datetime": ""}, faults.EMPTY),
        ({"requested_datetime": "23/11/2026"}, faults.BAD_TIME),
    ],
)
def test_a_hopeless_record_is_left_out_and_the_rest_goes_on(
    services: Services, change: dict[str, Any], kind: str
) -> None:
    parsed = parse_open311(rows(ROW | change, 7, ROW), "uji", services)
    assert [r.external_id for r in parsed.reports] == ["638344"]
    assert parsed.faults == {kind: 1, faults.WRONG_SHAPE: 1}


@pytest.mark.parametrize("lat, lon", [(0, 0), (-4.99, None), (95, 100), (None, None), ("x", 100.0)])
def test_a_bad_point_costs_the_point_only(services: Services, lat: Any, lon: Any) -> None:
    (report,) = parse_open311(rows(ROW | {"lat": lat, "long": lon}), "uji", services).reports
    assert report.lat is None and report.lon is None


def test_a_category_is_found_by_mapping_code_name_or_fallback(city: City) -> None:
    def category(services: Services, **row: Any) -> list[str]:
        return [r.category for r in parse_open311(rows(ROW | row), "uji", services).reports]

    plain = Services.of(city)
    assert category(plain, service_code="d01", service_name="?") == ["D01"]
    assert category(plain, service_code="6", service_name="LAMPU JALAN") == ["A02"]
    assert category(plain, service_code="6", service_name="?") == []
    assert category(Services.of(city, fallback="D02"), service_code="6", service_name="?") == ["D02"]


def test_the_last_word_on_a_number_stands(services: Services) -> None:
    parsed = parse_open311(rows(ROW, ROW | {"status": "closed"}), "uji", services)
    assert [r.status for r in parsed.reports] == ["closed"] and parsed.faults == {faults.DOUBLE: 1}


def test_a_long_first_line_is_cut_and_kept_below(services: Services) -> None:
    (report,) = parse_open311(rows(ROW | {"description": "kata " * 60}), "uji", services).reports
    assert len(report.title) <= MAX_TITLE and report.title.endswith("…")
    assert report.description == ("kata " * 60).strip()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><service_requests>&b;</service_requests>'


@pytest.mark.parametrize(
    "data, kind",
    [
        (b'[{"service_request_id": 638344, "service_code": 006}]', faults.LEADING_ZERO),
        (b'[{"code": 403, "description": "Invalid api_key"}]', faults.REFUSED),
        (b"<errors><error><code>403</code></error></errors>", faults.REFUSED),
        (b"HTTP/1.1 403 Forbidden\n\n<errors/>", faults.NOT_JSON),
        (b"<service_requests><request>", faults.NOT_XML),
        (b"<services/>", faults.WRONG_SHAPE),
        (BOMB, faults.UNSAFE_XML),
        (b"<html><body>Silakan masuk</body></html>", faults.PORTAL),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", faults.NOT_XML),
    ],
)
def test_what_is_no_such_document_is_one_fault(services: Services, data: bytes, kind: str) -> None:
    parsed = parse_open311(data, "uji", services)
    assert parsed.reports == () and parsed.faults == {kind: 1} and parsed.faults.spoiled
