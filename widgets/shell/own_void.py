"""What this room wrote that is kept but does not count, said to whoever sits in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.domain.city import City
from console.domain.entry import read_json
from console.domain.views import Uncounted
from widgets.parts.times import DAY
from widgets.parts.words import why_void

TOLD_MS = 7 * DAY
"""How long it is news; older ones stay listed in Sinkron."""


def to_tell(found: Sequence[Uncounted], now: int) -> list[Uncounted]:
    """Those that somebody should hear of: about incidents, not adopted, and not old (`now` in ms since epoch UTC)."""
    return [
        one
        for one in found
        if one.event.kind.startswith("incident.") and not one.adopted and now - one.event.at < TOLD_MS
    ]


def void_words(told: Sequence[Uncounted], city: City) -> str:
    """The newest by what it is about and why it does not count, and how many others there are; "" for none."""
    if not told:
        return ""
    translate, newest = QCoreApplication.translate, told[0]
    said = translate("OwnVoid", "catatan ruang ini pada \u201c{0}\u201d, {1}").format(
        _about(newest, city), why_void(newest.event.void)
    )
    more = translate("OwnVoid", "{0}, dan {1} lagi").format(said, len(told) - 1)
    return more if len(told) > 1 else said


def _about(one: Uncounted, city: City) -> str:
    """The incident, also where its opening is what does not count; else the journal."""
    place = city.territory(one.territory)
    opened = read_json(one.event.changes.get("title", "").encode(), str)
    return one.title or opened or (place.name if place else one.territory)
