"""What an operator can do at a room's desk: one named action each, allowed or refused here, kept as entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from console.domain.city import City, journal_of
from console.domain.clock import Clock
from console.domain.drafts import Clocks, Draft, draft, opening, reporter
from console.domain.entry import EntryId, read_json
from console.domain.incident import NEXT, Incident
from console.domain.incident_fold import FIELDS
from console.domain.people import STATUS_ACTION, Operator, may, who_may
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import NewIncident
from console.store import search
from console.store.journal import BodyTooLarge
from console.store.store import Store
from console.store.writer import StoreFull

MAX_TEXT = 8000
_REWRITTEN = frozenset({"priority", "title", "place", "address", "point", "category", "description"})
_WITH_STATUS = frozenset({"duplicate_of", "held_until"})


class Desk:
    """The actions of a room. Each is a coroutine that returns when its entries are on this room's disk, and raises Refused
    or NotPermitted when nothing was done.

    `operator` is who is logged in; `territory` whose room this is; `simulated` marks what is opened here.
    """

    def __init__(self, store: Store, city: City, clock: Clock, territory: str, *, simulated: bool) -> None:
        self.store = store
        self.city = city
        self.clock = clock
        self.territory = territory
        self.simulated = simulated
        self.operator: Operator | None = None
        self._clocks = Clocks(city, self.is_holiday)
        self._holidays: Callable[[date], bool] | None = None

    def is_holiday(self, day: date) -> bool:
        """Whether the city's offices are closed on this day, beside weekends."""
        if self._holidays is None:
            import holidays

            self._holidays = holidays.country_holidays(self.city.holidays).__contains__
        return self._holidays(day)

    def today(self) -> date:
        """The day in the city's zone."""
        return datetime.fromtimestamp(self.clock.now() / 1000, UTC).astimezone(ZoneInfo(self.city.time_zone)).date()

    def journal_for(self, place: str) -> str:
        """City hall writes in the journal of the place; a kecamatan always in its own."""
        return journal_of(place) if self.territory == self.city.code else journal_of(self.territory)

    # ---- actions

    async def open_incident(self, new: NewIncident) -> str:
        """Open an incident; returns its subject."""
        new = _readable(new)
        category = self.city.category(new.category)
        if category is None:
            raise Refused("unknown_category")
        if self.city.territory(new.place) is None:
            raise Refused("unknown_place")
        if not new.title.strip():
            raise Refused("no_title")
        actor = self._permit("open", new.place)
        drafts = [opening(new, category, self._clocks, self.clock.now(), self.simulated), reporter(new)]
        ids = await self._write(self.journal_for(new.place), [d for d in drafts if d is not None], actor)
        return str(ids[0])

    async def set_status(
        self, subject: str, status: str, reason: str = "", extra: dict[str, Any] | None = None
    ) -> None:
        """Move an incident to another state, with a reason where there is one; `extra` may name what it is a duplicate of
        (`duplicate_of`) and until when it is put off (`held_until`, ms since epoch UTC)."""
        line = await self._line(subject)
        if status not in NEXT.get(line.status, tuple(NEXT)):
            raise Refused("unknown_status")
        if unknown := sorted((extra or {}).keys() - _WITH_STATUS):
            raise Refused("unknown_field", unknown[0])
        fields = {"status": status, "reason": _text(reason), **_checked(extra or {})}
        await self._change(line, STATUS_ACTION[status], draft("incident.status", subject, fields))

    async def assign(self, subject: str, agencies: tuple[str, ...], note: str = "") -> None:
        """Refer an incident to agencies (disposisi); the clock that this starts is written with it."""
        line = await self._line(subject)
        today = self.today()
        known = [self.city.agency(code) for code in agencies]
        if not known or any(agency is None or not agency.exists_on(today) for agency in known):
            raise Refused("unknown_agency")
        clock = self._clocks.assignment(self.city.category(line.category), self.clock.now())
        if line.times.respond_by is not None:
            clock = {}
        moved = {"status": "didisposisikan"} if line.status in ("baru", "terverifikasi", "dibuka_kembali") else {}
        fields = {"agencies": agencies, "reason": _text(note), **moved, **clock}
        await self._change(line, "dispose", draft("incident.assigned", subject, fields))

    async def set_fields(self, subject: str, fields: dict[str, Any]) -> None:
        """Correct fields of an incident (title, place, priority …); an empty text empties the field."""
        if unknown := [name for name in fields if name not in _REWRITTEN]:
            raise Refused("unknown_field", unknown[0])
        checked = _checked(fields)
        if "title" in checked and not checked["title"].strip():
            raise Refused("no_title")
        if "category" in checked and self.city.category(checked["category"]) is None:
            raise Refused("unknown_category")
        if "place" in checked and self.city.territory(checked["place"]) is None:
            raise Refused("unknown_place")
        line = await self._line(subject)
        # Who may not act in the other place may not send it there either.
        places = {line.place, checked.get("place", line.place)}
        actions = {"prioritise" if name == "priority" else "edit" for name in checked}
        for place in sorted(places):
            for action in sorted(actions):
                self._permit(action, place, line.agencies)
        if checked:
            await self._change(line, min(actions), Draft("incident.edited", subject, msgspec.json.encode(checked)))

    async def decide(self, subject: str, field: str, value: str) -> None:
        """Settle a field that is *perlu diputuskan*; `value` is the raw JSON of the side that is to stand."""
        line = await self._line(subject)
        if field not in FIELDS or read_json(value.encode(errors="replace"), FIELDS[field]) is None:
            raise Refused("unknown_field", field)
        body = msgspec.json.encode({field: msgspec.Raw(value.encode())})
        await self._change(line, "decide", Draft("incident.decided", subject, body))

    async def note(self, subject: str, text: str) -> None:
        """Add a note to an incident's story."""
        if not text.strip():
            raise Refused("empty_note")
        said = {"text": _text(text.strip())}
        await self._change(await self._line(subject), "note", draft("incident.noted", subject, said))

    async def close_ghost(self, subject: str) -> None:
        """Close a call that was none, in one go."""
        await self.set_status(subject, "diarsipkan", "panggilan iseng")

    # ---- how an action is kept

    async def _change(self, line: Incident, action: str, said: Draft) -> None:
        actor = self._permit(action, line.place, line.agencies)
        await self._write(line.territory, [said], actor)

    async def _line(self, subject: str) -> Incident:
        found = await self.store.read(lambda db: search.line(db, subject))
        if found is None:
            raise Refused("unknown_incident")
        own = journal_of(self.territory)
        if self.territory != self.city.code and found.territory != own:
            owner = self.city.territory(found.territory)
            raise Refused("other_journal", owner.name if owner else found.territory)
        return found

    def _permit(self, action: str, territory: str, agencies: tuple[str, ...] = ()) -> str:
        """The id of who acts; Refused when nobody is logged in, NotPermitted when the role may not."""
        if self.operator is None:
            raise Refused("not_logged_in")
        if not may(self.operator, action, territory, agencies):
            raise NotPermitted(action, who_may(action))
        return self.operator.id

    async def _write(self, territory: str, drafts: Sequence[Draft], actor: str) -> list[EntryId]:
        if self.store.read_only:
            raise Refused("read_only")
        try:
            return await self.store.append(territory, drafts, actor)
        except BodyTooLarge as large:
            raise Refused("too_long", str(MAX_TEXT)) from large
        except StoreFull as full:
            raise Refused("disk_full") from full


def _text(text: str) -> str:
    """Text as it may be kept: half a character (as a paste can leave it) becomes a question mark."""
    if len(text) > MAX_TEXT:
        raise Refused("too_long", str(MAX_TEXT))
    return text.encode(errors="replace").decode()


def _readable(new: NewIncident) -> NewIncident:
    texts = {name: _text(value) for name in new.__struct_fields__ if isinstance(value := getattr(new, name), str)}
    return msgspec.structs.replace(new, **texts)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they may be kept. Refused when one is not what its field holds; no point at all is a point too."""
    out = {name: _text(value) if isinstance(value, str) else value for name, value in fields.items()}
    for name, value in out.items():
        fits = read_json(msgspec.json.encode(value), FIELDS[name]) is not None
        if (not fits and (name, value) != ("point", None)) or (name == "priority" and value not in (1, 2, 3, 4)):
            raise Refused("unknown_field", name)
    return out
