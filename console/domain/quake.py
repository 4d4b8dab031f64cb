"""When an earthquake concerns a city: felt there, strong and near, or with a tsunami potential.

The figures are a proposal of this project (no official rule for a city's command room was found).
"""

from __future__ import annotations

import math
import re

import msgspec

EARTH_KM = 6371.0
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_FELT = re.compile(r"\s*([IVX]+)(?:\s*[-–]\s*([IVX]+))?\s+(?:MMI\s+)?(.+)", re.DOTALL)


class QuakeRule(msgspec.Struct, frozen=True):
    """What makes a quake worth a mention: intensity in the city (MMI), or magnitude within a distance of it."""

    felt_mmi: int = 3
    magnitude: float = 5.0
    radius_km: float = 200.0


class Quake(msgspec.Struct, frozen=True):
    """One earthquake: epicentre in degrees, depth in km, `felt` as (MMI, place) pairs, `potential` in the source's words."""

    at: int
    lat: float
    lon: float
    magnitude: float
    depth_km: float | None
    region: str
    potential: str
    felt: tuple[tuple[int, str], ...]


def felt_places(text: str) -> tuple[tuple[int, str], ...]:
    """Read the words of BMKG's field Dirasakan; a range counts as its upper end, a place without figure as the one before.

    >>> felt_places("III Bandung, II-III Kab. Garut, Cianjur")
    ((3, 'Bandung'), (3, 'Kab. Garut'), (3, 'Cianjur'))
    """
    out: list[tuple[int, str]] = []
    mmi = 0
    for part in text.split(","):
        match = _FELT.fullmatch(part)
        place = part.strip()
        if match and (match[2] or match[1]) in _ROMAN:
            mmi, place = _ROMAN.index(match[2] or match[1]) + 1, match[3].strip()
        if place and mmi:
            out.append((mmi, place))
    return tuple(out)


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance between two points in degrees (haversine formula)."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def concern(quake: Quake, rule: QuakeRule, name: str, lat: float, lon: float) -> str:
    """Why a quake concerns the city of that bare name and place: "dirasakan", "tsunami", "dekat", or "" when it does not."""
    word = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    if any(mmi >= rule.felt_mmi and word.search(place) for mmi, place in quake.felt):
        return "dirasakan"
    potential = quake.potential.casefold()
    if "tsunami" in potential and "tidak" not in potential:
        return "tsunami"
    near = distance_km(lat, lon, quake.lat, quake.lon) <= rule.radius_km
    return "dekat" if near and quake.magnitude >= rule.magnitude else ""
