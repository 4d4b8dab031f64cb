"""Taking a bundle in: everything is checked before anything is taken, then each journal is one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime

import msgspec

from console.cities.faults import Fault, PackError
from console.cities.pack import unpack
from console.domain.city import City
from console.domain.clock import Clock
from console.domain.exchange import Incoming, Taken
from console.domain.keys import Device, KeyRing, verify
from console.store.folder import Folder
from console.store.kept_pack import KeptPack, keep_pack, kept_pack
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.recovery import epochs
from console.sync.relayed import take_on
from console.sync.stick import content, lost, photos
from console.sync.stick.content import Journal
from console.sync.stick.log import StickLog
from console.sync.stick.memory import Memory, Waiting
from console.sync.stick.notes import Note, note
from console.sync.uplink import PACK_HERE
from console.wire.bundle import Bundle, BundleRefused, Manifest, Opened, Progress
from console.wire.messages import PACK_TAG

AHEAD_MS = 24 * 3_600_000
"""How far ahead of this room's clock a bundle's date may lie before somebody should look at the clocks."""


class Arrived(msgspec.Struct, frozen=True):
    """What a bundle brought. `journals` gives the number reached by territory; `sender` is the device, `name` its name as
    the city knows it. `notes` are what people should know."""

    sender: str
    name: str
    kind: str
    target: str
    sequence: int
    sha256: str
    held: int
    parked: int
    numbered: int
    frames: int
    journals: dict[str, int]
    pack: str
    receipt: bool
    notes: tuple[Note, ...]
    blobs: int = 0


def check_sender(manifest: Manifest, ring: KeyRing, city: Journal) -> Device:
    """The sender as the city knows it, or will know it once the city's journal inside is taken. BundleRefused else."""
    known = ring.devices.get(manifest.sender) or content.foretold(ring, city).devices.get(manifest.sender)
    if known is None or known.public_key != manifest.key:
        raise BundleRefused("stranger", manifest.name or manifest.sender)
    return known


def signed_by_city(kept: KeptPack, root: bytes) -> bool:
    """Whether the city's key signed this pack."""
    return verify(root, kept.signature, PACK_TAG + hashlib.sha256(kept.data).digest())


class Importer:
    """Takes bundles into one room. Attributes: what the room is made of, what is known of earlier bundles, and the log."""

    def __init__(self, store: Store, folder: Folder, city: City, clock: Clock, memory: Memory, log: StickLog) -> None:
        self.store = store
        self.folder = folder
        self.city = city
        self.clock = clock
        self.memory = memory
        self.log = log

    async def take(self, bundle: Bundle, progress: Progress) -> Arrived:
        """Take it in. BundleRefused: nothing changed, or (disk full) every journal is as it was before or after."""
        m = bundle.manifest
        root = self.store.ring.root
        if not root:
            raise BundleRefused("no_print")
        if m.city_key != root or m.city != self.city.code:
            raise BundleRefused("foreign", m.city)
        if self.store.read_only:
            raise BundleRefused("not_written")
        progress(0.0, "membuka")
        opened = await asyncio.to_thread(bundle.open, self.folder.key)
        await asyncio.to_thread(content.check, opened, self.city.code)
        photos.check(opened)
        await asyncio.to_thread(lost.check, opened, self.city.code)
        journal = await asyncio.to_thread(content.journal, opened, self.city.code)
        await asyncio.to_thread(check_sender, m, self.store.ring, journal)
        try:
            return await _Taking(self, opened, progress).run()
        except StoreFull as error:
            raise BundleRefused("not_written") from error


class _Taking:
    """One bundle on its way in; its checks are done."""

    def __init__(self, room: Importer, opened: Opened, progress: Progress) -> None:
        self._room = room
        self._opened = opened
        self._progress = progress
        self._manifest = opened.manifest
        self._share = 0.0
        self._sum: Counter[str] = Counter()
        self._reached: dict[str, int] = {}
        self._notes: list[Note] = []

    async def run(self) -> Arrived:
        """Journals first, the city's before all others; then what only the sender vouches for."""
        self._say_dates()
        named = content.territories(self._opened, self._room.city.code)
        for k, territory in enumerate(named):
            self._share = 0.1 + 0.7 * k / len(named)
            self._progress(self._share, f"jurnal {territory}")
            await self._journal(await asyncio.to_thread(content.journal, self._opened, territory))
        self._notes += await lost.take(self._room.store, self._room.memory, self._opened)
        if self._sum["parked"]:
            self._notes.append(note("waiting", str(self._sum["parked"])))
        await self._blobs()
        pack = await self._pack()
        sender = self._room.store.ring.devices.get(self._manifest.sender)
        trusted = sender is not None and not sender.revoked
        self._progress(0.85, "bacaan")
        if trusted:
            await self._frames()
            await self._receipt()
        elif sender is not None:
            self._notes.append(note("revoked", sender.name or sender.id))
        await self._place()
        self._progress(1.0, "")
        return self._arrived(sender, pack, trusted)

    def _arrived(self, sender: Device | None, pack: str, trusted: bool) -> Arrived:
        m = self._manifest
        name = sender.name if sender is not None and sender.name else m.sender
        return Arrived(
            m.sender, name, m.kind, m.target, m.sequence, self._opened.bundle.sha256, self._sum["held"],
            self._sum["parked"], self._sum["numbered"], self._sum["frames"], self._reached, pack,
            trusted and m.kind == "bundle", tuple(self._notes), self._sum["blobs"],
        )  # fmt: skip

    def _say_dates(self) -> None:
        m, now = self._manifest, self._room.clock.now()
        if now > m.expires:
            self._notes.append(note("expired", _day(m.expires)))
        if m.created > now + AHEAD_MS:
            self._notes.append(note("future", _day(m.created)))

    # ---- journals

    async def _journal(self, journal: Journal) -> None:
        before = (await self._room.store.cursors()).get(journal.territory)
        for incoming in journal.incoming():
            # Whoever watches may stop it here: what was taken is whole.
            self._progress(self._share, f"jurnal {journal.territory}")
            await self._take(journal.territory, incoming)
        await self._join(journal)
        after = (await self._room.store.cursors()).get(journal.territory)
        reached = after.n if after else 0
        if after is not None and after != before:
            self._reached[journal.territory] = reached
        if journal.links and journal.links[0].n > reached + 1:
            self._notes.append(note("gap", journal.territory, str(reached + 1), str(journal.links[0].n - 1)))

    async def _take(self, territory: str, incoming: Incoming) -> None:
        brought = await epochs.take(self._room.store, incoming)
        for taken in brought.taken:
            self._count(territory, taken)
        self._notes += [note("new_epoch", t, str(epoch)) for t, epoch in brought.epochs.items()]
        self._notes += [note("other_order", t) for t in brought.apart]

    def _count(self, territory: str, taken: Taken) -> None:
        self._sum.update(held=taken.held, parked=taken.parked, numbered=taken.numbered)
        self._notes += [note("broken", territory, f.stream, str(f.from_seq), f.reason) for f in taken.faults]

    async def _join(self, journal: Journal) -> None:
        """Try order that came before what joins it, and keep what still joins nothing."""
        territory, memory = journal.territory, self._room.memory
        waiting = await memory.waiting(territory)
        n = await self._n(territory)
        if waiting.links and min(x.n for x in waiting.links) <= n + 1:
            taken = await self._room.store.take_changes(Incoming(links={territory: waiting.links}, heads=waiting.heads))
            self._count(territory, taken)
            # Where it contradicts what is signed, somebody made it up: it is dropped, and spoils nothing.
            waiting = Waiting() if taken.mismatch else waiting
            n = await self._n(territory)
        if journal.links and journal.links[0].n > n + 1:
            waiting = waiting.joined(journal.links, journal.heads)
        await memory.note_waiting(territory, waiting.above(n))

    async def _n(self, territory: str) -> int:
        cursor = (await self._room.store.cursors()).get(territory)
        return cursor.n if cursor else 0

    async def _blobs(self) -> None:
        """Photos and documents prove themselves by their hash; they come after the entries that name them."""
        self._progress(0.8, "foto")
        taken, notes = await photos.take(self._room.store, self._opened)
        self._sum["blobs"] = taken
        self._notes += notes

    # ---- what the sender vouches for

    async def _frames(self) -> None:
        own = self._room.store.ring.devices.get(self._room.folder.key.id)
        all_taken_on = own is not None
        for batch in content.frames(self._opened, content.RELAYED):
            all_taken_on = await take_on(self._room.store, own, batch) and all_taken_on
            self._sum["frames"] += len(batch)
        for batch in content.frames(self._opened, content.READINGS):
            await self._room.store.take_frames(batch)
            self._sum["frames"] += len(batch)
        if all_taken_on:
            await self._room.memory.note_taken_on(self._manifest.sender, self._opened.bundle.sha256)

    async def _receipt(self) -> None:
        receipt = content.receipt(self._opened)
        if receipt is None:
            return
        # A clock that ran ahead there must not outlive its mending here.
        receipt = msgspec.structs.replace(receipt, created=min(receipt.created, self._room.clock.now()))
        await self._room.log.note_arrived(self._manifest.sender, receipt)
        if not await self._room.memory.note_receipt(self._manifest.sender, receipt):
            return
        if upto := await self._room.memory.handed(receipt.taken_on):
            await self._room.store.frames_handed(upto)

    async def _pack(self) -> str:
        """Take a city pack that the city signed and that is younger than the one here; its version, or ""."""
        came = content.city_pack(self._opened)
        if came is None:
            return ""
        folder = self._room.folder
        kept = await asyncio.to_thread(kept_pack, folder)
        if kept is not None and (kept.version == came.version or kept.fetched_at >= came.fetched_at):
            return ""
        try:
            await asyncio.to_thread(install_pack, folder, came, self._room.store.ring.root)
        except (PackError, OSError) as error:
            self._notes.append(note("bad_pack", str(error).splitlines()[0] if str(error) else "rusak"))
            return ""
        self._notes.append(note("new_pack", came.version))
        return came.version

    async def _place(self) -> None:
        """Its place among the sender's bundles: known, late, or with a gap before it."""
        m, sha256 = self._manifest, self._opened.bundle.sha256
        if m.kind != "bundle":
            return
        got = await self._room.memory.got(m.sender, m.target)
        if sha256 in got.bundles:
            self._notes.append(note("known"))
        elif m.sequence < got.sequence:
            self._notes.append(note("old", str(m.sequence), str(got.sequence)))
        after = got.with_bundle(m.sequence, sha256, m.previous)
        if after.missing:
            self._notes.append(note("missing", ", ".join(map(str, after.missing[-5:])), m.name or m.sender))
        await self._room.memory.note_got(m.sender, m.target, after)


def install_pack(folder: Folder, pack: KeptPack, root: bytes) -> None:
    """Put a pack in place, whole or not at all. PackError (or OSError) when the city did not sign it or it is damaged."""
    if not signed_by_city(pack, root):
        raise PackError([Fault("paket", 0, "tidak ditandatangani kunci kota", "Minta ulang paketnya")])
    version = unpack(pack.data, folder.path / "pack")
    keep_pack(folder, msgspec.structs.replace(pack, version=version))
    identity = folder.identity
    if identity is not None and identity.pack != PACK_HERE:
        folder.keep(msgspec.structs.replace(identity, pack=PACK_HERE))


def _day(at: int) -> str:
    """A date for people; one that no calendar has is given in ms."""
    try:
        return datetime.fromtimestamp(at / 1000, UTC).strftime("%d-%m-%Y")
    except (ValueError, OverflowError, OSError):
        return str(at)
