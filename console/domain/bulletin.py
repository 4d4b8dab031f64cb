"""Bulletins: news of an authority in the city's journal (an earthquake, a forecast), and the hours that a forecast is about.

Whoever collects the same bulletin writes about the same subject, so two collectors make one bulletin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec

from console.domain.entry import Entry, read_json
from console.domain.incident_fold import Moment, Point
from console.domain.journal import counting, fold_fields
from console.domain.order import OrderView

ISSUED = "bulletin.issued"
QUAKE = "gempa"
FORECAST = "prakiraan"
FIELDS: dict[str, Any] = {
    "type": str, "issued_at": Moment, "expires": Moment, "headline": str, "detail": dict[str, Any], "place": str,
    "point": Point, "source": str, "simulated": bool,
}  # fmt: skip
"""The fields of a bulletin and the JSON type that each is read as; a value of another type reads as absent."""
STEP_MS = 3 * 3_600_000
"""A step of BMKG's forecast holds for three hours."""
WEATHER = {
    0: "cerah", 1: "cerah", 2: "cerah berawan", 3: "berawan", 4: "berawan tebal", 5: "udara kabur", 10: "asap",
    17: "petir", 45: "kabut", 61: "hujan ringan", 63: "hujan sedang", 80: "hujan lokal", 95: "hujan petir",
    97: "hujan petir",
}  # fmt: skip
"""BMKG's weather codes in its words."""
RAIN_CODE = 60
"""Codes from here on are rain, and rise with how much they ask of a city."""


class BulletinLine(msgspec.Struct, frozen=True):
    """One bulletin as lists show it. Times in ms since epoch UTC; lat, lon in degrees WGS84; `place` a territory code;
    `confirmed` once the centre has numbered it; `detail` is the type's own, as its source gave it."""

    subject: str
    type: str
    headline: str
    issued_at: int
    expires: int
    place: str
    source: str
    simulated: bool
    confirmed: bool
    detail: dict[str, Any]
    lat: float | None = None
    lon: float | None = None


class ForecastStep(msgspec.Struct, frozen=True):
    """Three hours of a forecast from `at` (ms since epoch UTC): °C, mm of rain in these hours, BMKG's weather code."""

    at: Moment
    t: float | None = None
    tp: Annotated[float, msgspec.Meta(ge=0)] | None = None
    weather: int | None = None

    @property
    def words(self) -> str:
        """The weather in BMKG's words, "" for a code that it does not name."""
        return WEATHER.get(self.weather if self.weather is not None else -1, "")

    @property
    def rainy(self) -> bool:
        """Whether the code says rain."""
        return self.weather is not None and self.weather >= RAIN_CODE


class Outlook(msgspec.Struct, frozen=True):
    """A forecast's next hours summed up: mm of rain, the step with the gravest weather, the range of °C."""

    rain_mm: float
    gravest: ForecastStep
    low: float | None
    high: float | None

    @property
    def wetness(self) -> tuple[float, int]:
        """Sorts places by how wet they will be."""
        return self.rain_mm, self.gravest.weather or 0


class _Table(msgspec.Struct):
    columns: tuple[str, ...]
    steps: tuple[tuple[Any, ...], ...]


def fold_bulletin(subject: str, entries: Sequence[Entry], order: OrderView) -> BulletinLine | None:
    """The bulletin that `entries` (all those of the subject) make, or None while none that says what, and until when, counts.

    Total: impossible values are folded around.
    """
    issued = [c.by for c in counting(entries, order) if c.origin.kind == ISSUED]
    standing = fold_fields(entries, frozenset({ISSUED}), FIELDS, order)
    read = {name: read_json(s.value.raw, FIELDS[name]) for name, s in standing.items()}
    headline, issued_at, expires = read.get("headline"), read.get("issued_at"), read.get("expires")
    if not issued or not headline or issued_at is None or expires is None:
        return None
    lat, lon = read.get("point") or (None, None)
    return BulletinLine(
        subject=subject,
        type=read.get("type") or "",
        headline=headline,
        issued_at=issued_at,
        expires=expires,
        place=read.get("place") or issued[0].territory,
        source=read.get("source") or "",
        simulated=bool(read.get("simulated")),
        confirmed=any(order.number(e.id) is not None for e in issued),
        detail=read.get("detail") or {},
        lat=lat,
        lon=lon,
    )


def current(lines: Iterable[BulletinLine], now: int, limit: int) -> tuple[BulletinLine, ...]:
    """Those still valid at `now`, newest first, at most `limit`; of each place's forecasts only the newest."""
    kept: dict[tuple[str, str], BulletinLine] = {}
    for line in sorted(lines, key=lambda b: (-b.issued_at, b.subject)):
        if line.expires > now:
            kept.setdefault((FORECAST, line.place) if line.type == FORECAST else (line.type, line.subject), line)
    return tuple(kept.values())[:limit]


def steps_of(line: BulletinLine, start: int, end: int) -> tuple[ForecastStep, ...]:
    """The steps of a forecast that touch the time from `start` to `end` (ms since epoch UTC), in order; those that make no
    sense are left out."""
    try:
        table = msgspec.convert(line.detail, _Table)
    except msgspec.ValidationError:
        return ()
    steps = (_step(dict(zip(table.columns, row, strict=False))) for row in table.steps)
    touching = (s for s in steps if s is not None and s.at < end and s.at + STEP_MS > start)
    return tuple(sorted(touching, key=lambda s: s.at))


def _step(said: dict[str, Any]) -> ForecastStep | None:
    try:
        return msgspec.convert(said, ForecastStep)
    except msgspec.ValidationError:
        return None


def outlook(line: BulletinLine, start: int, end: int) -> Outlook | None:
    """What a forecast says of the time from `start` to `end` (ms since epoch UTC), or None when it says nothing of it."""
    steps = steps_of(line, start, end)
    if not steps:
        return None
    warmth = [s.t for s in steps if s.t is not None]
    # Without rain the sky of the present hours says more than the cloudiest of the day.
    gravest = max((s for s in steps if s.rainy), key=lambda s: (s.weather or 0, s.tp or 0), default=steps[0])
    return Outlook(sum(s.tp or 0 for s in steps), gravest, min(warmth, default=None), max(warmth, default=None))
