"""One record of a feed, read leniently: what can be understood is taken, what is dirty is counted. Never raises."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from console.feeds import faults
from console.feeds.faults import Found

_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?")
MAX_TEXT = 4000


def records(value: Any, found: Found) -> Iterator[Mapping[str, Any]]:
    """The records in a value that may be a list of them or a single one. Faults met while one is read are about it."""
    around = found.about
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            found.about = fingerprint(item)
            yield item
        else:
            found.about = fingerprint(item) if isinstance(value, list) else around
            found[faults.WRONG_SHAPE] += 1
    found.about = around


def fingerprint(value: Any) -> int:
    """A number for plain values (JSON) that is the same for the same content, within one run of the program."""
    return hash(msgspec.json.encode(value))


def number(value: Any, found: Found, *, text_is_usual: bool = False) -> float | None:
    """A finite number, also one written as text (a fault unless that is usual for the field); None when there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = _number_in(value, found, text_is_usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        found[faults.NOT_NUMBER] += 1
        return None
    return float(value)


def _number_in(value: str, found: Found, usual: bool) -> float | None:
    bare = value.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    if not usual:
        found[faults.TEXT_NUMBER] += 1
    return float(bare)


def text(value: Any, found: Found, limit: int = MAX_TEXT) -> str:
    """Text without blanks around it; numbers become text; anything else is none."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.15g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        found[faults.WRONG_SHAPE] += 1
        return ""
    bare = value.replace("\0", "").strip()
    if bare != value:
        found[faults.BLANKS] += 1
    if len(bare) > limit:
        found[faults.TOO_LONG] += 1
    return bare[:limit]


def moment(value: Any, found: Found) -> int | None:
    """An ISO 8601 time as ms since epoch UTC; without a zone it is taken as UTC and counted. None when unreadable."""
    if value is None or value == "":
        found[faults.EMPTY] += 1
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        if read.tzinfo is None:
            found[faults.NO_ZONE] += 1
            read = read.replace(tzinfo=UTC)
        return round(read.timestamp() * 1000)
    except (ValueError, AttributeError, OverflowError, TypeError):
        found[faults.BAD_TIME] += 1
        return None


def point(lat: float | None, lon: float | None, found: Found) -> tuple[float, float] | None:
    """A place on Earth in degrees, or None. Exactly 0, 0 is what forms send when nothing was filled in."""
    if lat is None and lon is None:
        return None
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        found[faults.BAD_POINT] += 1
        return None
    return lat, lon


def flag(value: Any) -> bool:
    """Whether a mark is set, as true or as the text of it."""
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "1", "ya"))
