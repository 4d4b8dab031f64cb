"""Open311 GeoReport v2 service requests, JSON and XML, as reports on their way to become incidents.

The specification knows two states and no mark for exercises; a simulation says so in `extended_attributes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import msgspec

from console.domain.city import City
from console.feeds import faults, record
from console.feeds.documents import NOTHING, is_xml, read_json, read_xml
from console.feeds.faults import Found
from console.feeds.parsed import Parsed, Report

MAX_TITLE = 120
MAX_ID = 200
_WRAPPERS = ("service_requests", "requests", "request")


class Services(msgspec.Struct, frozen=True):
    """How a source's services become the pack's categories: `codes` maps service_code to a category code; `fallback` takes
    what is in neither ("": such a request is counted and left out)."""

    codes: Mapping[str, str]
    fallback: str = ""

    @classmethod
    def of(cls, city: City, codes: Mapping[str, str] | None = None, fallback: str = "") -> Services:
        """The given mapping, with the pack's own codes and names understood as well."""
        known = {c.name.casefold(): c.code for c in city.categories} | {
            c.code.casefold(): c.code for c in city.categories
        }
        return cls({**known, **{k.casefold(): v for k, v in (codes or {}).items()}}, fallback)

    def category(self, code: str, name: str) -> str:
        """The pack's category for a service, or ""."""
        return self.codes.get(code.casefold()) or self.codes.get(name.casefold()) or self.fallback


def parse_open311(data: bytes, source: str, services: Services) -> Parsed:
    """The requests of one reply. One without number, time or known category is counted and left out. Never raises."""
    found = Found()
    reports: dict[str, Report] = {}
    xml = is_xml(data)
    for row in _xml_rows(data, found) if xml else _json_rows(data, found):
        report = _report(row, source, services, found, xml)
        if report is None:
            continue
        if report.external_id in reports:
            found[faults.DOUBLE] += 1
        reports[report.external_id] = report
    return Parsed(reports=tuple(reports.values()), faults=found)


def _json_rows(data: bytes, found: Found) -> Iterator[Mapping[str, Any]]:
    value = read_json(data, found)
    while isinstance(value, dict) and (inside := next((k for k in _WRAPPERS if k in value), None)):
        value = value[inside]
    if value is NOTHING or value is None:
        return
    for row in record.records(value, found):
        if "code" in row and "service_request_id" not in row:
            found.about = None
            found[faults.REFUSED] += 1
        else:
            yield row


def _xml_rows(data: bytes, found: Found) -> Iterator[Mapping[str, Any]]:
    root = read_xml(data, found)
    if root is None:
        return
    if root.tag == "errors":
        found[faults.REFUSED] += max(1, len(root))
    elif root.tag != "service_requests":
        found[faults.WRONG_SHAPE] += 1
    else:
        rows = [{child.tag: _content(child) for child in request} for request in root.iterfind("request")]
        yield from record.records(rows, found)


def _content(child: Element) -> Any:
    if len(child):
        return {inner.tag: inner.text for inner in child}
    return child.text or None


def _report(row: Mapping[str, Any], source: str, services: Services, found: Found, xml: bool) -> Report | None:
    number = record.text(row.get("service_request_id"), found, MAX_ID)
    if not number:
        found[faults.NO_ID] += 1
        return None
    name = record.text(row.get("service_name"), found)
    category = services.category(record.text(row.get("service_code"), found), name)
    if not category:
        found[faults.UNKNOWN_CATEGORY] += 1
    opened = record.moment(row.get("requested_datetime"), found)
    if not category or opened is None:
        return None
    # XML knows text only; in JSON a coordinate written as text is a fault of the source.
    lat, lon = (record.number(row.get(name), found, text_is_usual=xml) for name in ("lat", "long"))
    spot = record.point(lat, lon, found) or (None, None)
    words = record.text(row.get("description"), found)
    extended = row.get("extended_attributes")
    extended = extended if isinstance(extended, dict) else {}
    changed = row.get("updated_datetime")
    title, description = _title(record.text(extended.get("title"), found), words, name)
    return Report(
        source=source,
        external_id=number,
        title=title,
        category=category,
        opened_at=opened,
        lat=spot[0],
        lon=spot[1],
        address=record.text(row.get("address"), found),
        description=description,
        status="closed" if record.text(row.get("status"), found).lower() == "closed" else "open",
        updated_at=record.moment(changed, found) if changed else None,
        simulated=record.flag(extended.get("simulated")),
    )


def _title(given: str, words: str, name: str) -> tuple[str, str]:
    """What a list shows, and what remains to be told: the source's own title, else the first line of the description, else
    the service's name."""
    first, _, rest = words.partition("\n")
    if given:
        return given[:MAX_TITLE], words
    if len(first) <= MAX_TITLE:
        return first.strip() or name[:MAX_TITLE], rest.strip()
    return first[: MAX_TITLE - 1].rstrip() + "…", words
