"""The room's one way up: stand-alone until it is enrolled, then the exchange with the centre that it is enrolled at."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from console.cities.pack import unpack
from console.domain.clock import Clock, SystemClock
from console.domain.views import LaneKey, LaneState, LineBudget, LinkState, RoomState
from console.log import logger
from console.store.folder import Folder, Identity
from console.store.kept_pack import KeptPack, keep_pack
from console.store.store import Store

if TYPE_CHECKING:
    # Imported when a line is needed: a room that stands alone starts without an HTTP library.
    from console.sync.exchange import Exchange
    from console.sync.line.book import LineBook
    from console.sync.once import Exchanged

PACK_HERE = "."
"""What `Identity.pack` says when the pack that the centre sent lies in the data folder itself, under `pack`."""
_log = logger("sync")
STAND_ALONE = LinkState("mandiri", None, 0, None, None, 0, 0)
BY_STICK = msgspec.structs.replace(STAND_ALONE, mode="stik")

_BY_MODE = {
    "mandiri": "standalone", "stik": "by_stick", "belum": "never_synced", "putus": "line_cut", "internet_palsu": "line_fake",
    "hemat": "line_saving",
}  # fmt: skip


class Uplink:
    """Owns the exchange of one room. `on_change` is called on the loop's thread when the state of the line changes; `chance`
    spreads the pauses of rooms that lost the centre together."""

    def __init__(self, folder: Folder, store: Store, clock: Clock, on_change: Callable[[], None]) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._on_change = on_change
        self._exchange: Exchange | None = None
        self.chance = random.Random()

    @property
    def enrolled(self) -> bool:
        """Whether the room has a centre."""
        identity = self._folder.identity
        return identity is not None and bool(identity.server and self._folder.token)

    async def start(self) -> None:
        """Begin exchanging, when the room is enrolled and not exchanging yet."""
        identity = self._folder.identity
        if self._exchange is None and self.enrolled and identity is not None:
            self._exchange = self._make(identity)
            await self._exchange.start()
            self._on_change()

    def _make(self, identity: Identity) -> Exchange:
        from console.sync.blobs.calls import BlobCalls
        from console.sync.blobs.lane import BlobLane
        from console.sync.client import Client
        from console.sync.exchange import Exchange
        from console.sync.first_journal import FirstJournal
        from console.sync.line.link import Link
        from console.sync.steps import Steps

        client = Client(identity.server, self._folder.token, self._folder.authority)
        link = Link(self._clock, self.chance)
        steps = Steps(self._store, link, client, self._folder.key, self._clock, self._store.city.code)
        steps.recovery.on_token = self._folder.keep_token
        journals = tuple(dict.fromkeys((self._store.city.code, identity.territory)))
        steps.mending.first = FirstJournal(self._store, client, self._folder.path / "incoming", journals)
        steps.blobs = BlobLane(self._store.blobs, BlobCalls(client), link, self._clock, steps.blobs_may_move)
        self._store.blobs.asked = steps.blobs.wake
        steps.on_change = self._on_change
        steps.on_skew = self._store.set_skew
        return Exchange(steps, self._clock)

    async def stop(self) -> None:
        """End the exchange, promptly. Idempotent."""
        if self._exchange is not None:
            exchange, self._exchange = self._exchange, None
            await exchange.stop()

    def wake(self) -> None:
        """Something was written here: do not wait with sending it."""
        if self._exchange is not None:
            self._exchange.wake()

    async def sync_now(self) -> Exchanged | None:
        """One full exchange, also when none is running; None when the room stands alone."""
        if self._exchange is not None:
            return await self._exchange.sync_once()
        identity = self._folder.identity
        if identity is None or not self.enrolled:
            return None
        once = self._make(identity)
        try:
            return await once.sync_once()
        finally:
            await once.stop()

    async def set_budget(self, per_hour: int, per_day: int, link: str = "") -> None:
        """What a link may carry, in bytes both ways, 0 for as much as it can; "" for every link without its own."""
        from console.sync.line.budget import Budget

        await (await self._book()).set_budget(link, Budget(max(0, per_hour), max(0, per_day)))
        self._on_change()

    async def budgets(self) -> tuple[LineBudget, ...]:
        """What each known link may carry and carried, the one in use first."""
        return (await self._book()).budgets()

    async def _book(self) -> LineBook:
        if self._exchange is not None:
            return self._exchange.steps.book
        from console.sync.line.book import LineBook
        from console.sync.line.link import Link

        book = LineBook(self._store, Link(self._clock, random.Random()), self._clock)
        await book.recall()
        return book

    def state(self) -> LinkState:
        """The line as it is now."""
        if self._exchange is not None:
            return self._exchange.state()
        if self.enrolled:
            return msgspec.structs.replace(STAND_ALONE, mode="belum")
        identity = self._folder.identity
        return BY_STICK if identity is not None and identity.root and not identity.server else STAND_ALONE

    async def lanes(self) -> tuple[LaneState, ...]:
        """Every lane of the line, most urgent first."""
        from console.sync.lane_states import UNTOLD, LineNow, Load, blob_load, lane_states

        blobs, wanted = blob_load(await self._store.blob_queue())
        if self._exchange is not None:
            now = msgspec.structs.replace(self._exchange.now.line_now(), full=self._store.full)
            up, down = await self._exchange.now.up(), self._exchange.now.down()
            return lane_states(now, {**up, "blobs": blobs}, {**down, "blobs": wanted})
        queue, (frames, size) = await self._store.queue(), await self._store.frames_waiting()
        left_out = await self._store.frames_left_out()
        alone: dict[LaneKey, Load] = {
            "outbox": Load(queue.entries, queue.bytes),
            "readings": Load(frames, size, left_out=left_out),
            "blobs": blobs,
        }
        mode = self.state().mode
        told = {**({} if mode == STAND_ALONE.mode else UNTOLD), "blobs": wanted}
        return lane_states(LineNow(mode, full=self._store.full), alone, told)

    def troubles(self) -> list[RoomState]:
        """What is wrong with the exchange, gravest first."""
        return self._exchange.now.problems() if self._exchange is not None else []

    def states(self) -> list[RoomState]:
        """What screens must say about the line: what is wrong, gravest first, and what its mode says by itself."""
        state, found = self.state(), self.troubles()
        said = _BY_MODE.get(state.mode, "")
        if said and said not in {each.code for each in found}:
            found.append(RoomState(said, str(state.queue)))
        return found

    async def move_to(self, server: str) -> None:
        """Go on with the same centre at another address."""
        identity = self._folder.identity
        if identity is not None and identity.server != server:
            self._folder.keep(msgspec.structs.replace(identity, server=server))
            await self.stop()
        await self.start()

    async def enrol(self, server: str, code: str, name: str) -> Identity:
        """Introduce the room to a centre; what it answers is kept before anything else happens."""
        identity = await introduce(self._folder, server, code, name, self._clock)
        await self.stop()
        return identity


async def introduce(folder: Folder, server: str, code: str, name: str, clock: Clock | None = None) -> Identity:
    """Enrol the device of this folder at a centre and fetch the city's pack, signed by the key that came with the code.

    The token and who the room is are on the disk before the pack is asked for; where the line broke in between, the same
    call goes on from there, though the code is used up. Raises console.wire.guard.Trouble, BadPack and PackError.
    """
    from console.sync.client import fetch_city

    identity = _begun(folder, server) or await _enrolled(folder, server, code, name)
    root = bytes.fromhex(identity.root)
    fetched = await fetch_city(server, folder.token, root, authority=folder.authority)
    if fetched is not None:
        version = unpack(fetched[0], folder.path / "pack")
        keep_pack(folder, KeptPack(version, fetched[2], (clock or SystemClock()).now(), fetched[0]))
        identity = msgspec.structs.replace(identity, pack=PACK_HERE)
        folder.keep(identity)
        _log.info("enrolled", territory=identity.territory, role=identity.role, pack=version)
    return identity


def _begun(folder: Folder, server: str) -> Identity | None:
    """Who the room is since an enrolment at this centre that has no pack yet; None when there is none such."""
    known = folder.identity
    begun = known is not None and known.server == server and known.pack != PACK_HERE and bool(folder.token)
    return known if begun else None


async def _enrolled(folder: Folder, server: str, code: str, name: str) -> Identity:
    from console.sync.client import enrol

    known = folder.identity
    reply = await enrol(server, code, folder.key, name, folder.authority)
    folder.keep_token(reply.token)
    pack = known.pack if known is not None else ""
    identity = Identity(reply.territory, name, pack, server, reply.city_key.hex(), reply.centre_key.hex(), reply.role)
    folder.keep(identity)
    return identity
