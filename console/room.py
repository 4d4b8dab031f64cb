"""The one object that screens and commands talk to: queries, actions and notices of change.

Queries and actions are coroutines that never block their caller's thread. An action returns when its entries are on
this room's disk; what the centre thinks of them comes later, as a number.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from console.cities.pack import pack_path
from console.domain.bulletin import BulletinLine
from console.domain.city import City, journal_of
from console.domain.clock import Clock
from console.domain.drafts import Clocks, Draft, draft, opening, reporter
from console.domain.incident import NEXT, Event, Incident, IncidentDetail
from console.domain.incident_fold import FIELDS
from console.domain.people import STATUS_ACTION, Operator, may, who_may
from console.domain.reading import Latest
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import (
    FeedState,
    IncidentPage,
    IncidentQuery,
    JournalHead,
    LinkState,
    NewIncident,
    Notice,
    RoomState,
    Series,
    Situation,
)
from console.intake import Intake
from console.store import bulletins, queries, readings, search
from console.store.folder import Folder, Identity
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.uplink import PACK_HERE, Uplink

PROGRAM = "simpul 0.1.0"
MAX_TEXT = 8000
LOCAL = "lokal"
"""The id of whoever works in a room that no city's journal knows yet."""
_REWRITTEN = frozenset(
    {"status", "priority", "title", "place", "address", "point", "category", "description", "agencies"}
)


class Notices:
    """Who wants to know what changed. Callbacks run on the loop's thread, right after the commit."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Notice], None]] = []

    def subscribe(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Be told of every notice from now on; call what is returned to stop."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def tell(self, notice: Notice) -> None:
        """Tell everybody."""
        for callback in list(self._callbacks):
            callback(notice)


class Room:
    """A command room on its data folder. Made in one place (`main.py` or a test), passed to whoever needs it.

    `operator` is who is logged in; `demo` and `simulated` say what the header must say; `device` is this machine's id.
    """

    def __init__(self, folder: Folder, identity: Identity, city: City, clock: Clock, *, demo: bool = False) -> None:
        self.city = city
        self.clock = clock
        self.demo = demo
        self.simulated = demo
        self.territory = identity.territory
        self.name = identity.name
        self.device = folder.key.id
        self.folder = folder
        self.operator: Operator | None = None
        self.notices = Notices()
        self._feeds: Callable[[], list[FeedState]] = list
        self.store = Store(folder.path, city, bytes.fromhex(identity.root), folder.key, PROGRAM, clock)
        self.store.told = self._told
        self._clocks = Clocks(city, self.is_holiday)
        self.intake = Intake(self.store, city, self._clocks, self)
        self.uplink = Uplink(folder, self.store, clock, lambda: self._told("link", frozenset()))

    def _told(self, topic: Any, subjects: frozenset[str]) -> None:
        if topic == "incidents":
            self.uplink.wake()
        self.notices.tell(Notice(topic, subjects))

    async def start(self) -> None:
        """Begin exchanging with the centre, when the room is enrolled."""
        await self.uplink.start()

    async def close(self) -> None:
        """Stop exchanging, finish writing, let the next process in. Nothing that was saved is lost. Idempotent."""
        await self.uplink.stop()
        await asyncio.to_thread(self.store.close)
        self.folder.close()

    # ---- queries

    @cached_property
    def _holidays(self) -> Any:
        import holidays

        return holidays.country_holidays(self.city.holidays)

    def is_holiday(self, day: date) -> bool:
        """Whether the city's offices are closed on this day, beside weekends."""
        return day in self._holidays

    def today(self) -> date:
        """The day in the city's zone."""
        return datetime.fromtimestamp(self.clock.now() / 1000, UTC).astimezone(ZoneInfo(self.city.time_zone)).date()

    async def incidents(self, query: IncidentQuery) -> IncidentPage:
        """A page of incidents."""
        return await self.store.read(lambda db: search.incidents(db, query))

    async def incident(self, subject: str) -> IncidentDetail | None:
        """Everything about one incident, or None."""
        return await self.store.read(lambda db: queries.incident(db, subject))

    async def situation(self) -> Situation:
        """The picture that Situasi opens with."""
        now = self.clock.now()
        latest = await self.latest()
        interval = {s.code: s.interval_s for s in self.city.sensors}
        live = sum(now - reading.at <= 2000 * interval[code] for code, reading in latest.items())
        trend = await self.store.read_readings(lambda db: readings.live_by_hour(db, now))
        return await self.store.read(
            lambda db: Situation(
                queries.figures(db, now, live, len(interval), trend),
                queries.open_by_priority(db),
                queries.districts(db, self.city),
                queries.queue_length(db),
                queries.undecided(db),
            )
        )

    async def latest(self) -> dict[str, Latest]:
        """The newest value of every sensor that ever spoke, by sensor code."""
        return await self.store.read_readings(lambda db: readings.latest(db, self.city))

    async def series(self, sensor: str, start: int, end: int, columns: int) -> Series:
        """A window of one sensor, in at most `columns` columns of min and max (ms since epoch UTC)."""
        known = self.city.sensor(sensor)
        if known is None:
            raise KeyError(sensor)
        return await self.store.read_readings(lambda db: readings.series(db, known, start, end, columns))

    async def journals(self) -> tuple[JournalHead, ...]:
        """Every journal that this room holds something of."""
        return await self.store.read(lambda db: queries.journals(db, self.city))

    async def bulletins(self, limit: int = 50) -> tuple[BulletinLine, ...]:
        """Quakes and forecasts that are still valid, newest first, of each place's forecasts only the newest."""
        city, now = journal_of(self.city.code), self.clock.now()
        return await self.store.read(lambda db: bulletins.valid(db, city, now, limit))

    async def conflicts(self) -> tuple[Incident, ...]:
        """Incidents with a field to decide."""
        page = await self.incidents(IncidentQuery(undecided_only=True))
        return page.items

    async def audit(self, limit: int = 200) -> tuple[Event, ...]:
        """Entries that are kept but do not count."""
        return await self.store.read(lambda db: queries.audit(db, limit))

    def link(self) -> LinkState:
        """The line as it is now."""
        return self.uplink.state()

    def feeds(self) -> list[FeedState]:
        """The outside sources that this room reads itself."""
        return self._feeds()

    def watch_feeds(self, states: Callable[[], list[FeedState]]) -> None:
        """Say where the states of feeds come from, when this room reads some."""
        self._feeds = states

    def feeds_changed(self) -> None:
        """A source was read, or could not be: tell screens."""
        self._told("feeds", frozenset())

    def states(self) -> list[RoomState]:
        """Everything abnormal that a screen must say, gravest first."""
        found = []
        if self.store.read_only:
            found.append(RoomState("newer_file"))
        if self.store.full:
            found.append(RoomState("disk_full"))
        found += self.uplink.states()
        if self.operator is None:
            found.append(RoomState("login_needed"))
        found += [RoomState("feed_stale", f.name) for f in self.feeds() if f.stale]
        return found

    # ---- people

    async def log_in(self, name: str, password: str) -> Operator:
        """Log an operator in by name and password, with or without a line. Raises Refused("wrong_password")."""
        found = next((o for o in self.store.ring.operators.values() if name in (o.id, o.name) and o.active), None)
        right = await asyncio.to_thread(lambda: _verified(found.verifier if found else _nobody(), password))
        if not right or found is None:
            raise Refused("wrong_password")
        self.log_in_as(found)
        return found

    def log_in_as(self, operator: Operator) -> None:
        """Take somebody as logged in: after the password was checked, or a demo's operator."""
        self.operator = operator
        self._told("people", frozenset())

    def name_of(self, actor: str) -> str:
        """An operator's name by id; the id itself where nobody here is known by it."""
        if self.operator is not None and self.operator.id == actor:
            return self.operator.name
        found = self.store.ring.operators.get(actor)
        return found.name if found else actor

    def device_name(self, device: str) -> str:
        """A device's name by id, as it was enrolled; the beginning of the id where nobody here knows it by name."""
        known = self.store.ring.devices.get(device)
        return known.name if known is not None and known.name else device[:8]

    def log_out(self) -> None:
        """Nobody is logged in from now on."""
        self.operator = None
        self._told("people", frozenset())

    # ---- actions

    async def open_incident(self, new: NewIncident) -> str:
        """Open an incident; returns its subject."""
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

    def journal_for(self, place: str) -> str:
        """City hall writes in the journal of the place; a kecamatan always in its own."""
        return journal_of(place) if self.territory == self.city.code else journal_of(self.territory)

    async def set_status(
        self, subject: str, status: str, reason: str = "", extra: dict[str, Any] | None = None
    ) -> None:
        """Move an incident to another state, with a reason where there is one."""
        line = await self._line(subject)
        if status not in NEXT.get(line.status, tuple(NEXT)):
            raise Refused("unknown_status")
        fields = {"status": status, "reason": self._short(reason), **(extra or {})}
        await self._change(line, STATUS_ACTION[status], "incident.status", fields)

    async def assign(self, subject: str, agencies: tuple[str, ...], note: str = "") -> None:
        """Refer an incident to agencies (disposisi); the clock that this starts is written with it."""
        line = await self._line(subject)
        today = self.today()
        for code in agencies:
            agency = self.city.agency(code)
            if agency is None or not agency.exists_on(today):
                raise Refused("unknown_agency")
        clock = self._clocks.assignment(self.city.category(line.category), self.clock.now())
        if line.times.respond_by is not None:
            clock = {}
        moved = {"status": "didisposisikan"} if line.status in ("baru", "terverifikasi", "dibuka_kembali") else {}
        fields = {"agencies": agencies, "reason": self._short(note), **moved, **clock}
        await self._change(line, "dispose", "incident.assigned", fields)

    async def set_fields(self, subject: str, fields: dict[str, Any]) -> None:
        """Correct fields of an incident (title, place, priority …)."""
        if unknown := [name for name in fields if name not in _REWRITTEN]:
            raise Refused("unknown_field", unknown[0])
        action = "prioritise" if "priority" in fields else "edit"
        await self._change(await self._line(subject), action, "incident.edited", fields)

    async def decide(self, subject: str, field: str, value: str) -> None:
        """Settle a field that is *perlu diputuskan*; `value` is the raw JSON of the side that is to stand."""
        line = await self._line(subject)
        if field not in FIELDS:
            raise Refused("unknown_field", field)
        await self._change(line, "decide", "incident.decided", {field: msgspec.Raw(value.encode())})

    async def note(self, subject: str, text: str) -> None:
        """Add a note to an incident's story."""
        if not text.strip():
            raise Refused("empty_note")
        await self._change(await self._line(subject), "note", "incident.noted", {"text": self._short(text.strip())})

    async def close_ghost(self, subject: str) -> None:
        """Close a call that was none, in one go."""
        await self.set_status(subject, "diarsipkan", "panggilan iseng")

    async def _change(self, line: Incident, action: str, kind: str, fields: dict[str, Any]) -> None:
        actor = self._permit(action, line.place, line.agencies)
        await self._write(line.territory, [draft(kind, line.subject, fields)], actor)

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

    @staticmethod
    def _short(text: str) -> str:
        if len(text) > MAX_TEXT:
            raise Refused("too_long", str(MAX_TEXT))
        return text

    async def _write(self, territory: str, drafts: Sequence[Draft], actor: str) -> list[Any]:
        if self.store.read_only:
            raise Refused("read_only")
        try:
            return await self.store.append(territory, drafts, actor)
        except StoreFull as full:
            raise Refused("disk_full") from full

    # ---- the line

    async def enrol(self, server: str, code: str) -> None:
        """Make this room known to a centre, by a one-time code, and begin exchanging."""
        identity = await self.uplink.enrol(server, code, self.name)
        self.territory = identity.territory
        await self.store.trust(bytes.fromhex(identity.root))
        if self.operator is not None and self.operator.id == LOCAL:
            self.log_out()
        await self.start()

    async def move_to(self, server: str) -> None:
        """The same centre at another address."""
        await self.uplink.move_to(server)

    async def sync_now(self) -> Any:
        """One full exchange, right now."""
        return await self.uplink.sync_now()


def _verified(verifier: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(verifier, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A verifier that no password fits, so that an unknown name takes as long as a wrong password."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_hex(16))


def open_room(path: Path, city: City, clock: Clock, *, identity: Identity | None = None, demo: bool = False) -> Room:
    """Own a data folder and open its room. `identity` is written into a new folder."""
    folder = Folder.open(path)
    try:
        known = folder.identity
        if known is None:
            known = identity or Identity(city.code, city.name, city.code)
            folder.keep(known)
        room = Room(folder, known, city, clock, demo=demo)
        if not known.root:
            # Nobody can have a password where no city's journal names anybody: who sits here is the room's own operator.
            room.log_in_as(Operator(LOCAL, "Operator lokal", "koordinator", known.territory, ""))
        return room
    except BaseException:
        folder.close()
        raise


def known_pack(path: Path) -> Path | None:
    """The city pack that a room's folder names: the one that its centre sent, or one that comes with the program."""
    file = path / "room.json"
    if not file.exists():
        return None
    named = msgspec.json.decode(file.read_bytes(), type=Identity).pack
    return path / "pack" if named == PACK_HERE else pack_path(named)
