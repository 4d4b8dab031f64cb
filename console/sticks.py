"""A room's bundles as its screens and commands see them: for whom, what is inside, out, in, and what was carried so far."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.domain.city import City
from console.domain.clock import Clock
from console.domain.keys import Device
from console.store import carried
from console.store.folder import Folder
from console.store.store import Store

if TYPE_CHECKING:
    # Imported when a stick is at hand: a room opens without them.
    from console.domain.attachment import BlobCount
    from console.sync.stick.exporting import Made, Order
    from console.sync.stick.log import LogLine
    from console.sync.stick.photos import Photos
    from console.sync.stick.stick import Stick, Taken
    from console.wire.bundle import Manifest, Progress


class Stopped(Exception):
    """Somebody stopped an export (nothing was written) or an import (every journal is as it was before or after it)."""


class Watched:
    """Progress that can be stopped: told how far (0 to 1) and with what, on the loop's thread. Attribute: `stopped`."""

    def __init__(self, show: Progress) -> None:
        self._show = show
        self.stopped = False

    def stop(self) -> None:
        """Stop at the next place where nothing is half done."""
        self.stopped = True

    def __call__(self, fraction: float, what: str) -> None:
        """Show it. Raises Stopped when somebody stopped it, unless all is done already."""
        if self.stopped and fraction < 1:
            raise Stopped
        self._show(fraction, what)


class Parcel(msgspec.Struct, frozen=True):
    """One line of what was carried. `line` is as it was kept; `receipts` are the devices (by name) that said they have it,
    and when (ms since epoch UTC); `missing` the numbers of its sender's bundles that never came here."""

    line: LogLine
    receipts: tuple[tuple[str, int], ...] = ()
    missing: tuple[int, ...] = ()


class Bundles:
    """Export and import of one room, and what is known of earlier ones. The room's store and folder must be open."""

    def __init__(self, store: Store, folder: Folder, city: City, clock: Clock) -> None:
        self._store = store
        self._folder = folder
        self._city = city
        self._clock = clock

    @cached_property
    def stick(self) -> Stick:
        """The room's stick."""
        from console.sync.stick.stick import Stick

        return Stick(self._store, self._folder, self._city, self._clock)

    @property
    def barred(self) -> str:
        """Why others would not take a bundle of this room, as a code of BundleRefused; "" when they would."""
        from console.sync.stick.target import barred

        return barred(self._store.ring, self._folder.key.id)

    def rooms(self) -> tuple[Device, ...]:
        """The rooms that a bundle can be for, by name: enrolled, not revoked, not this one."""
        known = self._store.ring.devices.values()
        found = [d for d in known if not d.revoked and d.role not in ("root", "centre") and d.id != self._folder.key.id]
        return tuple(sorted(found, key=lambda d: (d.name.casefold() or d.id, d.id)))

    async def journals(self) -> tuple[str, ...]:
        """The territories whose journals can go along."""
        return tuple(await self._store.read(carried.journals))

    async def last_receipt(self, target: str) -> int | None:
        """When everybody meant by `target` had said what they hold: the oldest of their last receipts, None while one of
        them never did. An export begins from there. BundleRefused when `target` names nobody, or several."""
        from console.sync.stick.memory import Memory
        from console.sync.stick.target import find_target

        memory = Memory(self._store)
        meant = find_target(self._store.ring, self._folder.key.id, target).devices
        told = [await memory.receipt(device.id) for device in meant]
        known = [receipt.created for receipt in told if receipt is not None]
        return min(known) if known and len(known) == len(told) else None

    async def photo_sizes(self, order: Order) -> dict[Photos, BlobCount]:
        """How many photos and documents, and bytes of them, each choice would carry to this target now. BundleRefused."""
        return await self.stick.photo_sizes(order)

    async def export(self, place: Path, order: Order, progress: Progress) -> tuple[Path, Made]:
        """Write a bundle to `place`, or under a name of its own when that is a folder. BundleRefused, Stopped."""
        return await self.stick.export(place, order, progress)

    async def look(self, file: Path) -> Manifest:
        """What anybody may know of a bundle; its signature and every byte are checked. BundleRefused."""
        from console.sync.stick.stick import read_file

        return (await asyncio.to_thread(read_file, file)).manifest

    async def take(self, file: Path, receipt: Path | None, progress: Progress) -> Taken:
        """Take a bundle in, and write a receipt beside it, or to `receipt` (a file or folder; an empty path: none).
        BundleRefused, Stopped."""
        return await self.stick.take(file, receipt, progress)

    async def carried(self) -> tuple[Parcel, ...]:
        """What went out and came in, the newest first."""
        lines = await self.stick.log.lines()
        missing = await self._missing({line.other for line in lines if line.way == "in"})
        return tuple(
            Parcel(line, self._receipts(line), missing.get(line.other, ()) if line.way == "in" else ())
            for line in lines
        )

    def _receipts(self, line: LogLine) -> tuple[tuple[str, int], ...]:
        devices = self._store.ring.devices
        return tuple((devices[d].name or d if d in devices else d, at) for d, at in line.arrived.items())

    async def _missing(self, senders: Iterable[str]) -> dict[str, tuple[int, ...]]:
        from console.sync.stick.memory import Memory
        from console.sync.stick.target import names_of

        memory, names = Memory(self._store), names_of(self._store.ring, self._folder.key.id)
        out: dict[str, tuple[int, ...]] = {}
        for sender in senders:
            got = [await memory.got(sender, name) for name in names]
            out[sender] = tuple(sorted(number for one in got for number in one.missing))
        return out
