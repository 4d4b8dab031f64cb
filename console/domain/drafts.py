"""What a person or a feed says, as the bodies of entries: kinds, fields and the pack values that they rely on."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from console.domain.city import Category, City
from console.domain.clock import deadline
from console.domain.views import NewIncident

OPENED_HERE = "^"


class Draft(msgspec.Struct, frozen=True):
    """What somebody wants to say: a `kind` about a `subject`, with a JSON body.

    "" opens a subject; `OPENED_HERE` is the one that the first draft written in the same go opens.
    """

    kind: str
    subject: str
    body: bytes


def external_subject(source: str, external_id: str) -> str:
    """The subject of something that has an id elsewhere, so that two collectors agree: `f` and 31 hex digits."""
    return "f" + hashlib.sha256(f"{source}\0{external_id}".encode()).hexdigest()[:31]


def draft(kind: str, subject: str, fields: Mapping[str, Any]) -> Draft:
    """An entry to be, leaving out fields that say nothing (None, "" and empty)."""
    kept = {name: value for name, value in fields.items() if value is not None and value != "" and value != ()}
    return Draft(kind, subject, msgspec.json.encode(kept))


class Clocks:
    """How a city counts its time limits: its zone and its holidays."""

    def __init__(self, city: City, is_holiday: Callable[[date], bool]) -> None:
        self._zone = city.time_zone
        self._is_holiday = is_holiday

    def opening(self, category: Category, start: int) -> dict[str, int]:
        """The deadlines that begin with the opening, as fields, in ms since epoch UTC."""
        out: dict[str, int] = {}
        if category.acknowledge:
            out["acknowledge_by"] = deadline(start, category.acknowledge, self._zone, self._is_holiday)
        if category.respond and category.respond_from == "dibuka":
            out["respond_by"] = deadline(start, category.respond, self._zone, self._is_holiday)
        return out

    def assignment(self, category: Category | None, start: int) -> dict[str, int]:
        """The deadline that begins when an agency gets it, as a field."""
        if category is None or category.respond is None or category.respond_from != "disposisi":
            return {}
        return {"respond_by": deadline(start, category.respond, self._zone, self._is_holiday)}


def opening(
    new: NewIncident, category: Category, clocks: Clocks, now: int, simulated: bool, subject: str = ""
) -> Draft:
    """The entry that opens an incident. Priority, agency and deadlines are written into it, so that a later pack never
    rewrites the past."""
    point = None if new.lat is None or new.lon is None else (new.lat, new.lon)
    return draft(
        "incident.opened",
        subject,
        {
            "title": new.title.strip(),
            "category": category.code,
            "channel": category.channel,
            "priority": new.priority or category.priority,
            "status": "baru",
            "place": new.place,
            "address": new.address.strip(),
            "point": point,
            "agencies": (category.lead,) if category.lead else (),
            "started": now,
            "description": new.description.strip(),
            "source": new.source,
            "simulated": simulated or None,
            **clocks.opening(category, now),
        },
    )


def reporter(new: NewIncident) -> Draft | None:
    """Who reported what is opened in the same go, apart from the opening so that it can be withheld; the random bytes keep
    its hash unguessable."""
    if not (new.reporter.strip() or new.reporter_contact.strip()):
        return None
    fields = {"name": new.reporter.strip(), "contact": new.reporter_contact.strip(), "nonce": secrets.token_hex(8)}
    return draft("incident.reporter", OPENED_HERE, fields)
