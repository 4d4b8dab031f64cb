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
from console.domain.journal import ADOPTED, Standing
from console.domain.people import STATUS_ACTION, Operator, may, who_may
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import NewIncident, Undone
from console.store import search, standing
from console.store.journal import BodyTooLarge
from console.store.store import Given, NotGiven, Store
from console.store.writer import StoreFull
from console.undo import KEPT, UNDOES, Steps

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
        self.steps = Steps(clock)
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
        _reachable(line, status)
        if unknown := sorted((extra or {}).keys() - _WITH_STATUS):
            raise Refused("unknown_field", unknown[0])
        # The first step out of "baru" is the acknowledgement, which nobody takes back.
        await self._move(line, status, reason, extra, undoable=line.status != "baru" and status not in KEPT)

    async def _move(
        self, line: Incident, status: str, reason: str, extra: dict[str, Any] | None, *, undoable: bool
    ) -> None:
        fields = {"status": status, "reason": _text(reason), **_checked(extra or {})}
        said = draft("incident.status", line.subject, fields)
        await self._change(line, STATUS_ACTION[status], said, undoable=undoable)

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
            await self._change(
                line, min(actions), Draft("incident.edited", subject, msgspec.json.encode(checked)), undoable=True
            )

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

    async def attach(self, subject: str, name: str, data: bytes, note: str = "") -> str:
        """Attach a photo or a document (its bytes, at most 16 MB) to an incident; the identity of the entry that names it.
        Both are on this room's disk when this returns. `name` is only shown, never used to open anything."""
        from console.attachments.attaching import keep, pack

        line = await self._line(subject)
        self.may_attach(line)
        parcel = await pack(subject, name, data, _text(note.strip()))
        try:
            return str(await keep(self.store, parcel, lambda said: self._change(line, "note", said)))
        except StoreFull as full:
            raise Refused("disk_full") from full

    def may_attach(self, line: Incident) -> None:
        """Raise what attaching to this incident would raise whatever the file, so that nobody chooses files in vain."""
        self._own(line.territory)
        self._permit("note", line.place, line.agencies)
        if self.store.read_only:
            raise Refused("read_only")

    async def close_ghost(self, subject: str) -> None:
        """Close a call that was none, in one go. It can be taken back, though not that somebody looked at the call."""
        line = await self._line(subject)
        _reachable(line, "diarsipkan")
        await self._move(line, "diarsipkan", "panggilan iseng", None, undoable=True)

    async def undo(self) -> Undone:
        """Take back this operator's last change of fields, within ten seconds and while it still stands, by an entry that
        sets what stood before. Raises Refused when there is nothing to take back."""
        step = self.steps.last(self.operator.id) if self.operator is not None else None
        if step is None:
            raise Refused("nothing_to_undo")
        line = await self._line(step.subject)
        actor = self._permit(step.action, line.place, line.agencies)
        values = {name: msgspec.Raw(raw) for name, raw in step.before.items()}
        kind = "incident.status" if "status" in values else "incident.edited"
        said = Draft(kind, step.subject, msgspec.json.encode({**values, UNDOES: step.entry}))

        def still_stands(db: Any) -> bool:
            # Looked at in the transaction that writes: what came in meanwhile must not be taken back unseen.
            return step.stands(standing.standing(db, line.territory, line.subject))

        try:
            await self._write(line.territory, [said], actor, still_stands)
        except NotGiven as changed:
            self.steps.forget(step.subject)
            raise Refused("changed_since") from changed
        self.steps.forget(step.subject)
        return Undone(step.subject, line.title, {name: raw.decode() for name, raw in step.before.items()})

    def can_undo(self, subject: str) -> bool:
        """Whether the last thing that this operator did to this incident can be taken back now."""
        step = self.steps.last(self.operator.id) if self.operator is not None else None
        return step is not None and step.subject == subject

    async def adopt(self, entry: str) -> None:
        """Let an entry about an incident count that the order voids; `entry` is its identity ("<stream>-<seq>")."""
        stream, _, seq = entry.partition("-")
        place = EntryId(stream, int(seq) if seq.isdecimal() and len(seq) < 16 else 0)
        found = await self.store.read(lambda db: standing.voided(db, place))
        if found is None:
            raise Refused("not_void")
        if not found.kind.startswith("incident."):
            raise Refused("not_adoptable")
        self._own(found.territory)
        actor = self._permit("adopt", found.territory)
        if await self.store.read(lambda db: standing.adopted(db, found)):
            raise Refused("already_adopted")
        self.steps.forget(found.subject_id)
        said = Draft(ADOPTED, found.subject_id, msgspec.json.encode({"entry": place}))
        await self._write(found.territory, [said], actor)

    # ---- how an action is kept

    async def _change(self, line: Incident, action: str, said: Draft, *, undoable: bool = False) -> EntryId:
        actor = self._permit(action, line.place, line.agencies)
        names = FIELDS.keys() & msgspec.json.decode(said.body).keys()
        before = await self._standing(line) if undoable else {}
        ids = await self._write(line.territory, [said], actor)
        if undoable:
            self.steps.did(actor, action, line.subject, ids[0], before, names)
        elif names:
            self.steps.forget(line.subject)
        return ids[0]

    async def _standing(self, line: Incident) -> dict[str, Standing]:
        return await self.store.read(lambda db: standing.standing(db, line.territory, line.subject))

    async def _line(self, subject: str) -> Incident:
        found = await self.store.read(lambda db: search.line(db, subject))
        if found is None:
            raise Refused("unknown_incident")
        self._own(found.territory)
        return found

    def _own(self, journal: str) -> None:
        """City hall writes in every journal, a kecamatan in its own."""
        if self.territory != self.city.code and journal != journal_of(self.territory):
            owner = self.city.territory(journal)
            raise Refused("other_journal", owner.name if owner else journal)

    def _permit(self, action: str, territory: str, agencies: tuple[str, ...] = ()) -> str:
        """The id of who acts; Refused when nobody is logged in, NotPermitted when the role may not."""
        if self.operator is None:
            raise Refused("not_logged_in")
        if not may(self.operator, action, territory, agencies):
            raise NotPermitted(action, who_may(action))
        return self.operator.id

    def _must_be_writable(self) -> None:
        """Refused where this room can only be looked at."""
        if self.store.read_only:
            raise Refused("unwritable" if self.store.unwritable else "read_only")

    async def _write(
        self, territory: str, drafts: Sequence[Draft], actor: str, given: Given = lambda _db: True
    ) -> list[EntryId]:
        self._must_be_writable()
        try:
            return await self.store.append(territory, drafts, actor, given)
        except BodyTooLarge as large:
            raise Refused("too_long", str(MAX_TEXT)) from large
        except StoreFull as full:
            raise Refused("disk_full") from full


def _text(text: str) -> str:
    """Text as it may be kept: half a character (as a paste can leave it) becomes a question mark."""
    if len(text) > MAX_TEXT:
        raise Refused("too_long", str(MAX_TEXT))
    return text.encode(errors="replace").decode()


def _reachable(line: Incident, status: str) -> None:
    if status not in NEXT.get(line.status, tuple(NEXT)):
        raise Refused("unknown_status")


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
