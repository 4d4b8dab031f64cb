"""What each bulletin says in a few short lines: a quake, a place's next hours, an hour of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication

from console.domain.bulletin import FORECAST, BulletinLine, ForecastStep, Outlook, current, outlook, steps_of
from console.domain.city import City, journal_of
from widgets.parts.times import DAY, HOUR, age, hour
from widgets.parts.words import number

AHEAD_MS = 12 * HOUR
"""Places are compared by the rain of this long."""
GRAVE = frozenset({"dirasakan", "tsunami"})
"""Why a quake concerns the city beyond being near (see `console.domain.quake.concern`)."""


class Row(NamedTuple):
    """One row: `head` (strong) and `words` after it, `figure` at the right, `note` on a line of its own, `foot` with age and
    source, `mark` at its right; `place` is the kecamatan that it chooses, "" for none. `quiet` ones are muted."""

    head: str
    words: str = ""
    figure: str = ""
    note: str = ""
    foot: str = ""
    mark: str = ""
    place: str = ""
    grave: bool = False
    quiet: bool = False

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return 1 + bool(self.note) + bool(self.foot or self.mark)

    @property
    def spoken(self) -> str:
        """The whole row for who listens."""
        return ". ".join(
            part for part in (f"{self.head} {self.words}".strip(), self.figure, self.note, self.foot, self.mark) if part
        )


class Teller:
    """Tells bulletins for one city and zone. `now` in ms since epoch UTC, `scope` a territory code."""

    def __init__(self, city: City, zone: tzinfo) -> None:
        self._city, self._zone = city, zone

    def rows(self, lines: Sequence[BulletinLine], scope: str, now: int) -> list[Row]:
        """News first, then forecasts: the hours of the kecamatan `scope` when there is one for it, else every place, the
        wettest first."""
        valid = current(lines, now, len(lines))
        news = [self._news(line, now) for line in valid if line.type != FORECAST]
        own = self.own(valid, scope)
        if own:
            return news + [row for line in own for row in self._hours(line, now)]
        places = [(line, ahead) for line in valid if line.type == FORECAST and (ahead := _ahead(line, now)) is not None]
        places.sort(key=lambda pair: (*pair[1].wetness, pair[0].place), reverse=True)
        return news + self._missing(scope, bool(places)) + [self._place(line, ahead, now) for line, ahead in places]

    def own(self, lines: Sequence[BulletinLine], scope: str) -> list[BulletinLine]:
        """The forecasts of the kecamatan `scope`; none when `scope` is the whole city."""
        if scope == self._city.code:
            return []
        return [line for line in lines if line.type == FORECAST and journal_of(line.place) == scope]

    def _missing(self, scope: str, others: bool) -> list[Row]:
        place = self._city.territory(scope)
        if place is None or scope == self._city.code or not others:
            return []
        said = QCoreApplication.translate("Bulletins", "Belum ada prakiraan untuk {0}; ini yang lain.")
        return [Row("", said.format(place.name), quiet=True)]

    def _news(self, line: BulletinLine, now: int) -> Row:
        note, foot = _quake_note(line.detail), self._foot(line, now)
        # A line of its own for what people will ask about; else it follows the source as far as there is room.
        if line.detail.get("concern") in GRAVE:
            return Row(line.headline, note=note, foot=foot, mark=_mark(line), grave=True)
        return Row(line.headline, foot=" · ".join(part for part in (foot, note) if part), mark=_mark(line))

    def _place(self, line: BulletinLine, ahead: Outlook, now: int) -> Row:
        step, rain = ahead.gravest, ahead.rain_mm
        name, inside = self._names(line)
        return Row(
            name,
            self._when(step, now) if step.rainy else weather(step),
            _millimetres(rain) if rain else "",
            foot=" · ".join(part for part in (self._foot(line, now), _warmth(ahead.low, ahead.high), inside) if part),
            mark=_mark(line),
            place=journal_of(line.place),
        )

    def _hours(self, line: BulletinLine, now: int) -> list[Row]:
        ahead = _ahead(line, now)
        if ahead is None:
            return []
        steps = steps_of(line, now, min(now + DAY, line.expires))
        return [self._place(line, ahead, now), *(self._hour(step, now) for step in steps)]

    def _hour(self, step: ForecastStep, now: int) -> Row:
        start = QCoreApplication.translate("Bulletins", "kini") if step.at <= now else hour(step.at, self._zone)
        figures = (_millimetres(step.tp) if step.tp else "", _warmth(step.t, step.t))
        return Row(start, weather(step), " · ".join(f for f in figures if f), quiet=not (step.rainy or step.tp))

    def _when(self, step: ForecastStep, now: int) -> str:
        if step.at <= now:
            return QCoreApplication.translate("Bulletins", "{0} kini").format(weather(step))
        return QCoreApplication.translate("Bulletins", "{0} mulai {1}").format(weather(step), hour(step.at, self._zone))

    def _names(self, line: BulletinLine) -> tuple[str, str]:
        """The kecamatan, and the kelurahan inside it that the forecast is for."""
        district, place = self._city.territory(journal_of(line.place)), self._city.territory(line.place)
        if district is None:
            return line.headline, ""
        inside = place is not None and place.level == "kelurahan"
        return district.name, QCoreApplication.translate("Bulletins", "Kel. {0}").format(
            place.name
        ) if inside and place else ""

    def _foot(self, line: BulletinLine, now: int) -> str:
        translate = QCoreApplication.translate
        if line.issued_at > now:
            when = translate("Bulletins", "berlaku mulai {0}").format(hour(line.issued_at, self._zone))
        else:
            when = translate("Bulletins", "{0} lalu").format(age(line.issued_at, now))
        waits = "" if line.confirmed else translate("Bulletins", "belum sampai di pusat")
        return " · ".join(part for part in (when, credit(line), waits) if part)


def credit(line: BulletinLine) -> str:
    """Whom the bulletin comes from, in the words that its source asks for."""
    given = line.detail.get("credit")
    if isinstance(given, str) and given:
        return given
    return QCoreApplication.translate("Bulletins", "Sumber: {0}").format(line.source) if line.source else ""


def weather(step: ForecastStep) -> str:
    """The weather of a step in words; BMKG's own stand where there are no others."""
    translate = QCoreApplication.translate
    words = {
        "": translate("Bulletins", "cuaca tidak diketahui"),
        "cerah": translate("Bulletins", "cerah"),
        "cerah berawan": translate("Bulletins", "cerah berawan"),
        "berawan": translate("Bulletins", "berawan"),
        "berawan tebal": translate("Bulletins", "berawan tebal"),
        "udara kabur": translate("Bulletins", "udara kabur"),
        "asap": translate("Bulletins", "asap"),
        "petir": translate("Bulletins", "petir"),
        "kabut": translate("Bulletins", "kabut"),
        "hujan ringan": translate("Bulletins", "hujan ringan"),
        "hujan sedang": translate("Bulletins", "hujan sedang"),
        "hujan lokal": translate("Bulletins", "hujan lokal"),
        "hujan petir": translate("Bulletins", "hujan petir"),
    }
    return words.get(step.words, step.words)


def _ahead(line: BulletinLine, now: int) -> Outlook | None:
    return outlook(line, now, now + AHEAD_MS)


def _mark(line: BulletinLine) -> str:
    return QCoreApplication.translate("Bulletins", "SIMULASI") if line.simulated else ""


def _millimetres(rain: float) -> str:
    return f"{number(rain, 1)} mm"


def _warmth(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    span = number(low) if round(low) == round(high) else f"{number(low)}–{number(high)}"
    return f"{span} °C"


def _quake_note(detail: dict[str, Any]) -> str:
    """What a quake's detail adds to its headline: where it was felt, what it may bring, how far and deep it was."""
    translate = QCoreApplication.translate
    felt, potential = _felt(detail.get("felt")), detail.get("potential")
    parts = [translate("Bulletins", "dirasakan {0}").format(felt)] if felt else []
    if isinstance(potential, str) and potential:
        # First when it may bring something: the end of a line is what gets cut.
        parts.insert(0 if detail.get("concern") == "tsunami" else len(parts), potential)
    for name, words in (
        ("distance_km", translate("Bulletins", "{0} km dari kota")),
        ("depth_km", translate("Bulletins", "kedalaman {0} km")),
    ):
        value = detail.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            parts.append(words.format(number(value)))
    return " · ".join(parts)


def _felt(felt: Any) -> str:
    """Intensities as they are written (`III Bandung`), strongest first."""
    pairs = [p for p in felt if isinstance(p, list) and len(p) == 2] if isinstance(felt, list) else []
    told = [(mmi, place) for mmi, place in pairs if isinstance(mmi, int) and isinstance(place, str) and 1 <= mmi <= 12]
    return ", ".join(f"{_ROMAN[mmi - 1]} {place}" for mmi, place in sorted(told, key=lambda pair: -pair[0])[:2])


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
