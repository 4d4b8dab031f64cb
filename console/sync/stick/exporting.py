"""Making a bundle: what the target lacks, as far as its last receipt says."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from console.domain.attachment import BlobCount
from console.domain.city import City
from console.domain.clock import Clock
from console.store import carried
from console.store.blobs.plan import OnShelf
from console.store.carried import Held
from console.store.folder import Folder
from console.store.kept_pack import kept_pack
from console.store.store import Store
from console.sync.recovery import lost_orders
from console.sync.stick import content, lost, photos
from console.sync.stick.memory import Memory, Receipt, Sent
from console.sync.stick.notes import Note, note
from console.sync.stick.photos import Photos
from console.sync.stick.target import ANYONE, Target, find_target, held_by_all, names_of
from console.wire.bundle import FORM, MAX_SEALED, BundleRefused, Manifest, Member, Progress, Range, pack

PAGE = 20_000
"""Entries that are taken in one transaction at the other end."""
UNSENT, RECENT = 20_000, 20_000
"""Frames that go along at most."""
SPARE = 16 * 1024 * 1024
"""Bytes left for what sealing and listing add to a bundle."""
HOUR = 3_600_000
DAY = 24 * HOUR


class Order(msgspec.Struct, frozen=True):
    """What to make: for whom (a device's name or id, a territory, "siapa saja"), which journals (none: all held here), how
    many hours of readings, after how many days the bundle is out of date, and which photos and documents go along."""

    target: str = ANYONE
    territories: tuple[str, ...] = ()
    hours: int = 6
    days: int = 30
    photos: Photos = "thumbs"


class Made(msgspec.Struct, frozen=True):
    """A bundle that was made: `data` its bytes, `manifest` what it says of itself, `notes` what people
    should know."""

    data: bytes
    manifest: Manifest
    sha256: str
    entries: int
    frames: int
    frames_upto: int
    notes: tuple[Note, ...]
    blobs: BlobCount = BlobCount()


class Exporter:
    """Makes bundles of one room."""

    def __init__(self, store: Store, folder: Folder, city: City, clock: Clock, memory: Memory) -> None:
        self._store = store
        self._folder = folder
        self._city = city
        self._clock = clock
        self._memory = memory

    async def make(self, order: Order, progress: Progress) -> Made:
        """A bundle as ordered; nothing is remembered of it until `note_written`. BundleRefused when it cannot be made."""
        target = find_target(self._store.ring, self._folder.key.id, order.target)
        receipts = await self._receipts(order)
        members, ranges = await self._journals(order, held_by_all(receipts), progress)
        notes = [note("without_seal", name) for name in target.without_seal]
        if not any(r.entries or r.upto > r.after for r in ranges.values()):
            notes.append(note("nothing_new"))
        wanted = self._wanted(order, await self._store.read(carried.journals))
        orders, unfit = await lost.members(self._store, wanted, lost.known_to_all(receipts))
        notes += [note("lost_left", str(unfit))] if unfit else []
        readings, upto, left = await self._readings(order)
        notes += [note("frames_left")] if left else []
        members += [*orders, *self._pack(receipts, notes), *readings]
        members.append(content.receipt_member(await self.receipt(target)))
        progress(0.85, "foto")
        carried_on = await self._photos(order, receipts, MAX_SEALED - sum(len(m.data) for m in members) - SPARE)
        notes += [note("blobs_left", str(carried_on.left))] if carried_on.left else []
        progress(0.9, "menyegel")
        made = await self._sealed("bundle", target, order.days, [*members, *carried_on.members], ranges, upto, notes)
        return msgspec.structs.replace(made, blobs=carried_on.count)

    async def photo_sizes(self, order: Order) -> dict[Photos, BlobCount]:
        """How much each choice of photos would carry to this target now."""
        return photos.sizes(await self._lacking(order, await self._receipts(order)))

    async def _receipts(self, order: Order) -> list[Receipt | None]:
        target = find_target(self._store.ring, self._folder.key.id, order.target)
        return [await self._memory.receipt(d.id) for d in target.devices]

    async def _lacking(self, order: Order, receipts: Sequence[Receipt | None]) -> list[OnShelf]:
        here = await self._store.read(carried.journals)
        return await photos.lacking(self._store, self._wanted(order, here), receipts)

    async def _photos(self, order: Order, receipts: Sequence[Receipt | None], room: int) -> photos.Carried:
        some = photos.chosen(await self._lacking(order, receipts), order.photos)
        return await photos.carry(self._store, some, room)

    async def receipt_for(self, device: str) -> Made:
        """A receipt for one device: what this room holds, and nothing else."""
        target = find_target(self._store.ring, self._folder.key.id, device)
        member = content.receipt_member(await self.receipt(target))
        return await self._sealed("receipt", target, 365, [member], {}, 0, [])

    async def receipt(self, target: Target) -> Receipt:
        """What this room holds now."""
        kept = await asyncio.to_thread(kept_pack, self._folder)
        taken_on = [b for d in target.devices for b in await self._memory.taken_on(d.id)]
        mine = names_of(self._store.ring, self._folder.key.id)
        came = [b for d in target.devices for b in await self._memory.came(d.id, mine)]
        held = await self._store.read(carried.held)
        whole = await self._store.blobs.on_shelf(list(held))
        blobs = photos.marks([b.sha256 for b in whole])
        return Receipt(
            self._clock.now(),
            held,
            kept.version if kept else "",
            tuple(taken_on),
            blobs,
            tuple(came),
            await lost_orders.ends(self._store),
        )

    async def note_written(self, made: Made) -> None:
        """The bundle lies on the stick: the next one for this target follows it."""
        m = made.manifest
        await self._memory.note_sent(_chain(m), Sent(m.sequence, made.sha256, m.created), made.frames_upto)

    async def _journals(
        self, order: Order, held: dict[str, Held], progress: Progress
    ) -> tuple[list[Member], dict[str, Range]]:
        here = await self._store.read(carried.journals)
        if unknown := [t for t in order.territories if t not in here]:
            raise BundleRefused("unknown_journal", unknown[0])
        city = self._city.code
        wanted = self._wanted(order, here)
        members: list[Member] = []
        ranges: dict[str, Range] = {}
        for k, territory in enumerate(sorted(wanted, key=lambda t: (t != city, t))):
            progress(0.8 * k / len(wanted), f"jurnal {territory}")
            have = held.get(territory, Held())
            part = await self._store.read(lambda db, t=territory, h=have: carried.part(db, t, h, PAGE))  # type: ignore[misc]
            made = await asyncio.to_thread(lambda t=territory, p=part: list(content.journal_members(t, p)))  # type: ignore[misc]
            members += made
            if made:
                ranges[territory] = Range(part.base, part.reach, part.entries)
        return members, ranges

    def _wanted(self, order: Order, here: Iterable[str]) -> list[str]:
        """The journals that go along; the city's always, since it says whose signatures to believe."""
        return [t for t in here if not order.territories or t in order.territories or t == self._city.code]

    async def _readings(self, order: Order) -> tuple[list[Member], int, bool]:
        unsent, upto = await self._store.read_readings(lambda db: carried.unsent(db, UNSENT))
        since = self._clock.now() - order.hours * HOUR
        mine = {(f.territory, f.source, f.minute) for f in unsent}
        recent = await self._store.read_readings(lambda db: carried.recent(db, self._city, since, RECENT))
        others = [f for f in recent if (f.territory, f.source, f.minute) not in mine]
        members = [
            *content.frame_members(content.RELAYED, unsent),
            *content.frame_members(content.READINGS, others),
        ]
        return members, upto, len(unsent) == UNSENT

    def _pack(self, receipts: Sequence[Receipt | None], notes: list[Note]) -> list[Member]:
        kept = kept_pack(self._folder)
        if kept is None or not kept.signature:
            notes.append(note("no_pack"))
            return []
        if receipts and all(r is not None and r.pack == kept.version for r in receipts):
            return []
        return [content.pack_member(kept)]

    async def _sealed(
        self, kind: str, target: Target, days: int, members: list[Member], ranges: dict[str, Range], upto: int,
        notes: list[Note],
    ) -> Made:  # fmt: skip
        identity = self._folder.identity
        now = self._clock.now()
        bare = Manifest(
            FORM, kind, self._city.code, self._store.ring.root, "", b"",
            identity.name if identity else "", identity.territory if identity else "",
            target.id, target.name, 0, "", now, now + days * DAY, ranges, [], b"", {}, 0, b"",
        )  # fmt: skip
        last = await self._memory.sent(_chain(bare))
        bare = msgspec.structs.replace(bare, sequence=last.sequence + 1, previous=last.sha256)
        data, said = await asyncio.to_thread(pack, bare, members, self._folder.key, target.readers)
        frames = sum(m.count for m in members if m.kind in (content.READINGS, content.RELAYED))
        return Made(
            data, said, hashlib.sha256(data).hexdigest(),
            sum(r.entries for r in ranges.values()), frames, upto, tuple(notes),
        )  # fmt: skip


def _chain(manifest: Manifest) -> str:
    """Bundles and receipts for one target are counted apart: a receipt that got lost is no gap."""
    return manifest.target if manifest.kind == "bundle" else f"{manifest.kind}.{manifest.target}"
