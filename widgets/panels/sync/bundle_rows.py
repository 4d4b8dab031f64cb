"""How a bundle is told: what is inside, for whom, and what is known of its arrival."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.domain.city import City
from widgets.models.bundle_words import note_words
from widgets.parts.times import moment

if TYPE_CHECKING:
    from console.sticks import Parcel
    from console.sync.stick.log import LogLine
    from console.wire.bundle import Manifest, Range

LISTED = 4
"""Journals and receipts that are named one by one."""
ANYONE = "*"


def target_words(manifest: Manifest) -> str:
    """For whom a bundle is."""
    anyone = QCoreApplication.translate("Parcels", "siapa saja")
    return manifest.target_name or (anyone if manifest.target == ANYONE else manifest.target)


def ranges_words(ranges: Mapping[str, Range], city: City) -> str:
    """Which part of which journal is inside, the first few by name."""
    translate = QCoreApplication.translate
    told = [(code, part) for code, part in ranges.items() if part.entries or part.upto > part.after]
    lines = []
    for code, part in told[:LISTED]:
        place = city.territory(code)
        name = place.name if place else code
        numbers = translate("Parcels", "n {0}–{1}").format(part.after + 1, part.upto) if part.upto > part.after else ""
        count = translate("Parcels", "{0} entri").format(part.entries)
        lines.append(f"{name}: " + ", ".join(text for text in (numbers, count) if text))
    if len(told) > LISTED:
        lines.append(translate("Parcels", "{0} jurnal lagi").format(len(told) - LISTED))
    return " · ".join(lines)


def other_words(line: LogLine, city: City) -> str:
    """Whom it went to or came from."""
    if line.name:
        return line.name
    if line.other == ANYONE:
        return QCoreApplication.translate("Parcels", "siapa saja")
    place = city.territory(line.other)
    return place.name if place else line.other


def arrival_words(parcel: Parcel, zone: tzinfo, now: int) -> str:
    """Whether a receipt came, or was written."""
    translate, line = QCoreApplication.translate, parcel.line
    if line.kind == "receipt":
        return translate("Parcels", "ini tanda terima")
    if line.way == "in":
        return translate("Parcels", "ditulis untuk pengirim") if line.receipt else translate("Parcels", "tidak ditulis")
    if not parcel.receipts:
        return translate("Parcels", "belum ada")
    told = [f"{name} {moment(at, zone, now)}" for name, at in parcel.receipts[:LISTED]]
    more = len(parcel.receipts) - len(told)
    return ", ".join([*told, *([f"+{more}"] if more else [])])


def row_of(parcel: Parcel, city: City, zone: tzinfo, now: int) -> list[str]:
    """One row of the list: way, whom, number, when, what is inside, until when it is good, receipt."""
    line = parcel.line
    number = "" if line.kind == "receipt" else str(line.sequence)
    translate = QCoreApplication.translate
    inside = translate("Parcels", "{0} entri") if line.way == "out" else translate("Parcels", "{0} baru")
    return [
        "↑" if line.way == "out" else "↓", other_words(line, city), number, moment(line.at, zone, now),
        inside.format(line.entries),
        moment(line.expires, zone, now).rpartition(" ")[0] or moment(line.expires, zone, now),
        arrival_words(parcel, zone, now),
    ]  # fmt: skip


def whole(parcel: Parcel, city: City) -> str:
    """All that is known of one, in a few lines."""
    line, translate = parcel.line, QCoreApplication.translate
    frames = translate("Parcels", "{0} bingkai bacaan").format(line.frames) if line.frames else ""
    blobs = translate("Parcels", "{0} foto dan dokumen").format(line.blobs) if line.blobs else ""
    inside = " · ".join(text for text in (ranges_words(line.ranges, city), frames, blobs) if text)
    receipt = translate("Parcels", "tanda terima {0}").format(line.receipt) if line.receipt else ""
    lines = [inside, line.file, receipt, *map(note_words, line.notes)]
    return "\n".join(text for text in lines if text)
