"""Between what neighbours say and the store: packs a page of a journal or of readings, and takes one that came."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from console.domain.city import of_city
from console.domain.exchange import Incoming
from console.domain.reading import Frame
from console.store import carried, recovery
from console.store.carried import FramesPart, Held
from console.store.store import Store
from console.sync.door.messages import FRAMES_PAGE, PAGE, FramesGiven, Given, Heads
from console.sync.recovery import lost_orders
from console.sync.relayed import readable, take_on
from console.sync.stick import content
from console.wire.bundle import BundleRefused
from console.wire.codec import Malformed
from console.wire.messages import Changes
from console.wire.runs import pack_links, pack_runs


class Page(msgspec.Struct, frozen=True):
    """A page to give: packed when it is needed, on the thread that sends it."""

    part: carried.Part
    territory: str
    more: bool
    epochs: tuple[tuple[int, int], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it brings nothing."""
        return not (self.part.entries or self.part.links)

    def pack(self) -> Given:
        """As it travels."""
        runs = [run for entries, _ in self.part.pages for run in pack_runs(entries)]
        proofs = [c for _, checkpoints in self.part.pages for c in checkpoints]
        links = pack_links(self.territory, self.part.links)
        epochs = {self.territory: list(self.epochs)} if links and len(self.epochs) > 1 else {}
        heads = list(self.part.heads)
        return Given(Changes(0, runs=runs, checkpoints=proofs, links=links, heads=heads, epochs=epochs), self.more)


def read(given: Given, city: str) -> Incoming:
    """A page that came, to be taken; Malformed when it is not one of this city's. Of where the line to the centre stands it
    says nothing."""
    try:
        came = content.checked(given.changes)
    except BundleRefused as error:
        raise Malformed(str(error)) from error
    named = {e.territory for e in came.entries} | {c.territory for c in came.checkpoints} | set(came.links)
    for territory in named | {h.territory for h in came.heads}:
        if not of_city(territory, city):
            raise Malformed(f"journal of {territory}")
    return Incoming(came.entries, came.checkpoints, came.links, came.heads, _epochs(came))


def _epochs(came: Incoming) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where epochs began, as far as that goes with what the centre signed."""
    last = {h.territory: h.epoch for h in sorted(came.heads, key=lambda h: h.epoch)}
    return {
        territory: steps
        for territory, steps in came.epochs.items()
        if territory in came.links
        and all(a[0] <= b[0] and a[1] < b[1] for a, b in pairwise(steps))
        and steps[-1:] and steps[-1][1] == last.get(territory) and steps[0][0] > 0
    }  # fmt: skip


async def page_for(store: Store, territory: str, have: Held, page: int) -> Page:
    """A page of what somebody lacks who holds `have`."""
    part, more = await store.read(lambda db: carried.part_page(db, territory, have, page, PAGE))
    return Page(part, territory, more, await store.read(lambda db: recovery.epochs(db, territory)))


async def held(store: Store) -> dict[str, Held]:
    """How far this room holds each journal."""
    return await store.read(carried.held)


async def heads(store: Store) -> Heads:
    """How far this room holds everything."""
    return Heads(await held(store), await lost_orders.ends(store), await frames_reach(store))


async def held_with_trail(store: Store, territory: str) -> Held:
    """How far this room holds one journal, and where its order comes from."""
    return await store.read(lambda db: carried.held_with_trail(db, territory))


async def apart(store: Store, territory: str, have: Held) -> bool:
    """Whether somebody who holds `have` may be on another order than this room."""
    return await store.read(lambda db: carried.apart(db, territory, have))


# ---- readings


async def frames_reach(store: Store) -> int:
    """The place of the frame that came to this room last."""
    return await store.read_readings(carried.frames_reach)


async def frames_between(store: Store, after: int, before: int) -> FramesPart:
    """A page of the readings that came here at places between these."""
    return await store.read_readings(lambda db: carried.frames_between(db, store.city, after, before, FRAMES_PAGE))


def read_frames(given: FramesGiven, city: str) -> FramesGiven:
    """Readings that came, to be taken; Malformed when they are not of this city, or out of range."""
    foreign = [f for f in given.frames if not of_city(f.territory, city)]
    if foreign or not readable(given.frames) or not all(0 <= k < len(given.frames) for k in given.on):
        raise Malformed("readings out of range")
    return given


async def take_frames(store: Store, device: str, given: FramesGiven) -> None:
    """Take readings into the room of this device. Whoever reaches the centre first brings those that it lacks."""
    # As they were recorded: the newest are the last to be queued, and the first to go.
    on: list[Frame] = [given.frames[k] for k in sorted(set(given.on), reverse=True)]
    if on:
        await take_on(store, store.ring.devices.get(device), on)
    if rest := [f for k, f in enumerate(given.frames) if k not in set(given.on)]:
        await store.take_frames(rest)
