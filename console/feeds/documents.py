"""From bytes to plain JSON values or an XML tree, counting as a fault what cannot be one. Never raises."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from console.feeds import faults
from console.feeds.faults import Found
from console.wire import codec

_BOM = b"\xef\xbb\xbf"
_LEADING_ZERO = re.compile(rb"[:\[,]\s*-?0\d")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
MAX_XML = 4 * 1024 * 1024
"""Bytes of XML: a tree takes some forty times as much memory as its text."""


class Nothing:
    """Stands for a document that could not be read, since null is a value."""


NOTHING = Nothing()


def read_json(data: bytes, found: Found) -> Any:
    """The value that JSON text stands for, or `NOTHING`. Twice the same key, NaN and deep nesting are refused."""
    text = data.removeprefix(_BOM)
    if _HTML.match(text):
        found[faults.PORTAL] += 1
        return NOTHING
    try:
        codec.check(text)
        return msgspec.json.decode(text)
    except (codec.Malformed, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        found[_json_fault(text, str(e))] += 1
        return NOTHING


def _json_fault(text: bytes, said: str) -> str:
    if "twice" in said:
        return faults.DOUBLE_KEY
    return faults.LEADING_ZERO if _LEADING_ZERO.search(_STRINGS.sub(b'""', text)) else faults.NOT_JSON


def is_xml(data: bytes) -> bool:
    """Whether this looks like XML rather than JSON."""
    return data.removeprefix(_BOM).lstrip()[:1] == b"<"


def read_xml(data: bytes, found: Found) -> Element | None:
    """The root of an XML document without DTD, entities or outside references, or None."""
    if _HTML.match(data.removeprefix(_BOM)):
        found[faults.PORTAL] += 1
        return None
    if len(data) > MAX_XML:
        found[faults.TOO_LARGE] += 1
        return None
    try:
        root: Element = fromstring(data.removeprefix(_BOM).lstrip(), forbid_dtd=True)
    except DefusedXmlException:
        found[faults.UNSAFE_XML] += 1
        return None
    except (ParseError, ValueError, LookupError):
        found[faults.NOT_XML] += 1
        return None
    return root
