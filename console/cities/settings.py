"""The two TOML files of a pack: city.toml (name, time zone, map, charts) and thresholds.toml (ladders)."""

from __future__ import annotations

import itertools
import re
import tomllib
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from console.cities.faults import Fault
from console.domain.city import Ladder, MapView, Step
from console.domain.shift import Shift, overlapping

CITY_FILE, THRESHOLDS_FILE = "city.toml", "thresholds.toml"


class Settings(msgspec.Struct, frozen=True):
    """What city.toml says; `lines` tells on which line each top-level key stands."""

    code: str
    name: str
    time_zone: str
    languages: tuple[str, ...]
    charts: tuple[str, ...]
    attribution: str
    boundaries_note: str
    holidays: str
    map_view: MapView
    shifts: tuple[Shift, ...]
    lines: dict[str, int]


class _Section(msgspec.Struct, frozen=True):
    """One TOML table: its accessors give a value, or add a fault and give a harmless stand-in."""

    file: str
    title: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int]
    faults: list[Fault]

    def fault(self, key: str, what: str, mend: str) -> None:
        self.faults.append(Fault(self.file, self.lines.get(key, self.line), f"{self.title}{key}: {what}", mend))

    def text(self, key: str, *, needed: bool = True) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.fault(key, "bukan teks", f'Tulis {key} = "…"')
            return ""
        if needed and not value.strip():
            self.fault(key, "tidak ada atau kosong", f"Isi {key}")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            self.fault(key, "bukan daftar teks", f'Tulis {key} = ["…", "…"]')
            return ()
        return tuple(value)

    def number(self, key: str, low: float, high: float) -> float:
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(key, f"bukan angka antara {low:g} dan {high:g}", f"Perbaiki {key}")
            return low
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        value = self.number(key, low, high)
        if not value.is_integer():
            self.fault(key, "bukan bilangan bulat", f"Tulis {low} sampai {high}")
        return int(value)

    def minute(self, key: str) -> int:
        """A time of the day as minutes since midnight."""
        found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", self.text(key))
        if not found and key in self.values:
            self.fault(key, f'"{str(self.values[key])[:40]}" bukan jam', 'Tulis sebagai "06:00"')
        return int(found[1]) * 60 + int(found[2]) if found else 0


def parse_toml(text: str, name: str, faults: list[Fault]) -> dict[str, Any] | None:
    """The document, or None with its first error, and the line of that, among `faults`."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        faults.append(Fault(name, 0, "TOML bersarang terlalu dalam", "Ratakan isinya"))
    except ValueError as error:
        found = re.search(r"\(at line ([0-9]+)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        faults.append(Fault(name, line, f"TOML tidak sah ({_plain(str(error))})", "Perbaiki baris itu"))
    return None


def read_settings(text: str, faults: list[Fault]) -> Settings | None:
    """What city.toml says, or None when it is no TOML at all."""
    document = parse_toml(text, CITY_FILE, faults)
    if document is None:
        return None
    lines = _key_lines(text)
    top = _Section(CITY_FILE, "", 0, document, lines, faults)
    view = document.get("map")
    if not isinstance(view, dict):
        top.fault("map", "bagian [map] tidak ada", "Tambahkan [map] dengan lat, lon dan zoom")
        view = {"lat": 0.0, "lon": 0.0, "zoom": 0.0}
    section = _Section(CITY_FILE, "map.", lines.get("map", 0), view, lines, faults)
    return Settings(
        code=_code(top),
        name=top.text("name"),
        time_zone=_time_zone(top),
        languages=top.texts("languages"),
        charts=top.texts("charts"),
        attribution=top.text("attribution"),
        boundaries_note=top.text("boundaries_note", needed=False),
        holidays=top.text("holidays"),
        map_view=MapView(
            section.number("lat", -90, 90), section.number("lon", -180, 180), section.number("zoom", 1, 20)
        ),
        shifts=_shifts(document, text, top),
        lines=lines,
    )


def read_ladders(text: str, faults: list[Fault]) -> list[tuple[int, Ladder]]:
    """The ladders of thresholds.toml, each with the line of its heading."""
    document = parse_toml(text, THRESHOLDS_FILE, faults)
    if document is None:
        return []
    return [
        (line, _ladder(line, item, faults))
        for line, item in _sections(document, text, "ladder", THRESHOLDS_FILE, faults)
    ]


def _sections(
    document: dict[str, Any], text: str, name: str, file: str, faults: list[Fault]
) -> list[tuple[int, dict[str, Any]]]:
    """The sections under [[name]], each with the line of its heading."""
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        faults.append(Fault(file, 0, f"{name} bukan daftar bagian", f"Tulis masing-masing di bawah [[{name}]]"))
        return []
    heading = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    headings = [number for number, line in enumerate(text.split("\n"), 1) if heading.match(line)]
    places = headings if len(headings) == len(found) else [0] * len(found)
    return list(zip(places, found, strict=True))


def _shifts(document: dict[str, Any], text: str, top: _Section) -> tuple[Shift, ...]:
    """The shifts that the city has set; none is no fault."""
    made = []
    for line, values in _sections(document, text, "shift", CITY_FILE, top.faults):
        section = _Section(CITY_FILE, "shift.", line, values, {}, top.faults)
        made.append(Shift(section.text("name"), section.minute("from"), section.minute("to"), section.text("source")))
        if (pair := overlapping(made)) is not None:
            section.fault("from", f"{pair[1].name} berjalan bersama {pair[0].name}", "Pisahkan jamnya")
            break
    return tuple(made)


def _ladder(line: int, values: dict[str, Any], faults: list[Fault]) -> Ladder:
    section = _Section(THRESHOLDS_FILE, "", line, values, {}, faults)
    steps = values.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        section.fault("steps", "bukan daftar anak tangga", 'Tulis steps = [{ start = 0, label = "…" }]')
        steps = []
    made = tuple(_step(line, step, faults) for step in steps)
    if any(low.start >= high.start for low, high in itertools.pairwise(made)):
        section.fault("steps", "tidak naik dari bawah ke atas", "Urutkan start dari kecil ke besar, tanpa yang sama")
    return Ladder(section.text("quantity"), made, section.text("source"), section.text("sensor", needed=False))


def _step(line: int, values: dict[str, Any], faults: list[Fault]) -> Step:
    section = _Section(THRESHOLDS_FILE, "steps.", line, values, {}, faults)
    priority = section.whole("priority", 1, 4) if "priority" in values else None
    return Step(section.number("start", -1e6, 1e6), section.text("label"), priority)


def _code(top: _Section) -> str:
    code = top.text("code")
    if code and not re.fullmatch(r"[0-9]{2}\.[0-9]{2}", code):
        top.fault("code", f'"{code[:40]}" bukan kode kota', 'Tulis kode Kemendagri, misalnya "32.73"')
    return code


def _time_zone(top: _Section) -> str:
    name = top.text("time_zone")
    try:
        ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        top.fault("time_zone", f'"{name[:40]}" tidak dikenal', 'Tulis misalnya "Asia/Jakarta"')
    return name


def _key_lines(text: str) -> dict[str, int]:
    """The line of each key and section heading, first come first."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*\[?\s*([A-Za-z0-9_-]+)\s*(=|\])", line)
        if found:
            lines.setdefault(found[1], number)
    return lines


def _plain(message: str) -> str:
    return re.sub(r"\s+", " ", message)[:120]
