"""The one object that screens and commands talk to: queries, actions and notices of change.

Queries and actions are coroutines that never block their caller's thread. An action returns when its entries are on
this room's disk; what the centre thinks of them comes later, as a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.cities.pack import pack_path
from console.desk import Desk
from console.domain.city import City, journal_of
from console.domain.clock import Clock
from console.domain.people import Operator
from console.domain.refusals import Refused
from console.domain.views import (
    FeedState,
    LaneState,
    LineBudget,
    LinkState,
    Notice,
    RoomState,
    Situation,
)
from console.intake import Intake
from console.login import admitted
from console.notices import Notices
from console.sticks import Bundles, Watched
from console.store import queries, readings
from console.store.blobs.plan import Scope
from console.store.folder import PROGRAM as OWNER
from console.store.folder import Folder, Identity
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.door.neighbours import Neighbourhood
from console.sync.uplink import PACK_HERE, Uplink
from console.upkeep import Upkeep
from console.views import Views

if TYPE_CHECKING:
    from console.sync.stick.stick import Taken

PROGRAM = "simpul 0.1.0"
LOCAL = "lokal"
"""The id of whoever works in a room that no city's journal knows yet."""


class Room(Desk, Views):
    """A command room on its data folder. Made in one place (`main.py` or a test), passed to whoever needs it.

    `operator` is who is logged in; `demo` and `simulated` say what the header must say.
    """

    def __init__(self, folder: Folder, identity: Identity, city: City, clock: Clock, *, demo: bool = False) -> None:
        root = bytes.fromhex(identity.root)
        store = Store(folder.path, city, root, folder.key, PROGRAM, clock, unwritable=folder.read_only)
        super().__init__(store, city, clock, identity.territory, simulated=demo)
        self.demo = demo
        self.name = identity.name
        self.folder = folder
        self.notices = Notices()
        self._feeds: Callable[[], list[FeedState]] = list
        self.store.told = self._told
        self._scope_blobs()
        self.intake = Intake(self.store, city, self._clocks, self)
        self.uplink = Uplink(folder, self.store, clock, lambda: self._told("link", frozenset()))
        self.neighbourhood = Neighbourhood(
            self.store, folder.key, lambda: self._told("link", frozenset()), lambda: self.territory
        )
        self.upkeep = Upkeep(self.store, folder.path, clock)
        self.bundles = Bundles(self.store, folder, city, clock)

    def _scope_blobs(self) -> None:
        """A kecamatan fetches the originals of its own journal by itself; city hall sees thumbnails of all, and asks."""
        own = journal_of(self.territory)
        self.store.blobs.scope = Scope(own, fetches_originals=own != self.city.code)

    def _told(self, topic: Any, subjects: frozenset[str]) -> None:
        if topic == "incidents":
            self.uplink.wake()
            self.neighbourhood.wake()
        if topic == "people":
            self._renew_operator()
            self.neighbourhood.people_changed()
        self.notices.tell(Notice(topic, subjects))

    async def start(self) -> None:
        """Begin exchanging, with the centre when the room is enrolled and with neighbours as arranged, and looking after the
        files."""
        if not self.store.read_only:
            self.upkeep.start()
            await self.uplink.start()
            await self.neighbourhood.start()

    async def close(self) -> None:
        """Stop exchanging, finish writing, let the next process in. Nothing that was saved is lost. Idempotent."""
        await self.neighbourhood.stop()
        await self.uplink.stop()
        await self.upkeep.stop()
        await asyncio.to_thread(self.store.close)
        self.folder.close()

    # ---- queries

    async def situation(self) -> Situation:
        """The picture that Situasi opens with."""
        now = self.clock.now()
        latest = await self.latest()
        interval = {s.code: s.interval_s for s in self.city.sensors}
        live = sum(now - reading.at <= 2000 * interval[code] for code, reading in latest.items())
        trend = await self.store.read_readings(lambda db: readings.live_by_hour(db, now))
        link = self.link()
        heard = now if link.mode == "mandiri" else link.last_contact
        return await self.store.read(
            lambda db: Situation(
                queries.figures(db, now, live, len(interval), trend, heard),
                queries.open_by_priority(db),
                queries.districts(db, self.city),
                queries.queue_length(db),
                queries.undecided(db),
            )
        )

    async def want_blob(self, sha256: str) -> None:
        """Fetch this one next; a notice "blobs" tells when it came."""
        await self.store.blobs.want(sha256)

    def link(self) -> LinkState:
        """The line as it is now."""
        return msgspec.structs.replace(self.uplink.state(), neighbours=self.neighbourhood.count)

    async def lanes(self) -> tuple[LaneState, ...]:
        """What waits on each lane of the line, most urgent first, and why where it does not move."""
        return await self.uplink.lanes()

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
            found.append(RoomState("read_only" if self.store.unwritable else "newer_file"))
        if self.store.full:
            found.append(RoomState("disk_full"))
        elif self.upkeep.guard.low:
            found.append(RoomState("disk_low"))
        found += self.uplink.states()
        if self.operator is None:
            found.append(RoomState("login_needed"))
        found += [RoomState("feed_stale", f.name) for f in self.feeds() if f.stale]
        return found

    # ---- people

    async def log_in(self, name: str, password: str) -> Operator:
        """Log an operator in by name and password, with or without a line. Raises Refused("wrong_password")."""
        people = list(self.store.ring.operators.values())
        found = await asyncio.to_thread(admitted, people, name, password)
        if found is None:
            raise Refused("wrong_password")
        self.log_in_as(found)
        return found

    def log_in_as(self, operator: Operator) -> None:
        """Take somebody as logged in: after the password was checked, or a demo's operator."""
        self.operator = operator
        self._told("people", frozenset())

    def _renew_operator(self) -> None:
        """What the city's journal says of who sits here counts at once: another role, or none any more."""
        known = self.store.ring.operators.get(self.operator.id) if self.operator else None
        if known is not None:
            self.operator = known if known.active else None

    def log_out(self) -> None:
        """Nobody is logged in from now on."""
        self.operator = None
        self._told("people", frozenset())

    # ---- the line

    async def enrol(self, server: str, code: str) -> None:
        """Make this room known to a centre, by a one-time code, and begin exchanging. Refused where this room can only be
        looked at: the code would be used up, and what came for it lost."""
        self._must_be_writable()
        await self._belong(await self.uplink.enrol(server, code, self.name))
        await self.start()

    @property
    def rooted(self) -> bool:
        """Whether the room belongs to a city: it was enrolled, over a line or by stick."""
        return bool(self.store.ring.root)

    async def request_enrolment(self, place: Path, name: str) -> tuple[str, Path]:
        """Write what the centre needs to enrol this machine where there is no line: its id, and where it lies.
        BundleRefused."""
        from console.sync.stick.stick import request_to

        return self.device, await asyncio.to_thread(request_to, place, self.folder.key, name)

    async def begin(self, file: Path, city_print: str, progress: Watched) -> Taken:
        """Become the room that the city's first bundle says this machine is, and take the bundle in; one that belongs to the
        city already only takes it in. Refused, BundleRefused, Stopped: the same call goes on from there."""
        from console.sync.stick.stick import begin, read_file
        from console.wire.bundle import BundleRefused

        self._must_be_writable()
        if not self.rooted:
            bundle = await asyncio.to_thread(read_file, file)
            if bundle.manifest.city != self.city.code:
                raise BundleRefused("foreign", bundle.manifest.city)
            await self._belong(await asyncio.to_thread(begin, self.folder, bundle, city_print))
        return await self.bundles.take(file, None, progress)

    async def _belong(self, identity: Identity) -> None:
        """From now on the room is the one that the city says it is."""
        self.territory = identity.territory
        self._scope_blobs()
        await self.store.trust(bytes.fromhex(identity.root))
        if self.operator is not None and self.operator.id == LOCAL:
            self.log_out()

    async def set_line_budget(self, per_hour: int, per_day: int, link: str = "") -> None:
        """What a link (a network interface, "" for any without a budget of its own) may carry in an hour and in a day, in
        bytes both ways; 0 for as much as it can. Refused where nothing can be written."""
        if self.store.read_only:
            raise Refused("read_only")
        try:
            await self.uplink.set_budget(per_hour, per_day, link)
        except StoreFull as full:
            raise Refused("disk_full") from full

    async def line_budgets(self) -> tuple[LineBudget, ...]:
        """What each known link may carry and carried, the one in use first, and last what counts for any other."""
        return await self.uplink.budgets()

    async def move_to(self, server: str) -> None:
        """The same centre at another address."""
        await self.uplink.move_to(server)

    async def sync_now(self) -> Any:
        """One full exchange, right now. Refused where this room can only be looked at."""
        self._must_be_writable()
        return await self.uplink.sync_now()


class OtherCity(Exception):
    """The folder holds a room of another city than the pack is for."""

    def __init__(self, folder: Path, territory: str, city: City) -> None:
        super().__init__(
            f"Folder {folder} berisi ruang {territory}, bukan {city.name} ({city.code}); pakai --data lain."
        )


def open_room(
    path: Path,
    city: City,
    clock: Clock,
    *,
    identity: Identity | None = None,
    demo: bool = False,
    program: str = OWNER,
) -> Room:
    """Own a data folder as `program` and open its room. `identity` is written into a new folder. Raises FolderBusy,
    FolderUnwritable and OtherCity."""
    folder = Folder.open(path, program)
    try:
        known = folder.identity
        if known is None:
            known = identity or Identity(city.code, city.name, city.code)
            folder.keep(known)
        if known.territory != city.code and not known.territory.startswith(city.code + "."):
            raise OtherCity(path, known.territory, city)
        room = Room(folder, known, city, clock, demo=demo)
        if not known.root:
            # Nobody can have a password where no city's journal names anybody: who sits here is the room's own operator.
            room.log_in_as(Operator(LOCAL, "Operator lokal", "koordinator", known.territory, ""))
        return room
    except BaseException:
        folder.close()
        raise


class PackMissing(Exception):
    """The room is enrolled, but the line broke before its city's pack came."""

    def __init__(self) -> None:
        super().__init__("Pendaftaran belum selesai: paket kota belum datang; ulangi perintah enrol yang sama.")


def known_pack(path: Path) -> Path | None:
    """The city pack that a room's folder names: the one that its centre sent, or one that comes with the program; None for
    a folder that is no room yet. Raises PackMissing."""
    file = path / "room.json"
    if not file.exists():
        return None
    named = msgspec.json.decode(file.read_bytes(), type=Identity).pack
    if not named:
        raise PackMissing
    return path / "pack" if named == PACK_HERE else pack_path(named)


def is_room(path: Path) -> bool:
    """Whether a room can be opened in the folder: it says who it is, and with which pack."""
    try:
        return known_pack(path) is not None
    except PackMissing:
        return False
