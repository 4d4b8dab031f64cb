"""The stick: one room's bundles, to and from files.

Whoever carries a bundle needs no authority: entries count by their authors' keys and the centre's signatures. The sender's
signature says that the file is as it left, and vouches for what no author signs: readings, and the receipt. So a bundle of
a revoked device is taken with a warning, but without these two, and its own entries are the centre's to judge; a bundle of
a device that the city never enrolled is refused, since anybody may fill such a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from pathlib import Path

import msgspec

from console.cities.faults import PackError
from console.cities.pack import pack_path
from console.domain.attachment import BlobCount
from console.domain.city import City
from console.domain.clock import Clock
from console.domain.keys import DeviceKey, KeyRing
from console.durable import write_whole
from console.store.folder import Folder, Identity
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.client import introduction
from console.sync.stick import content
from console.sync.stick.exporting import Exporter, Made, Order
from console.sync.stick.importing import Arrived, Importer, check_sender, install_pack
from console.sync.stick.log import LogLine, StickLog
from console.sync.stick.memory import Memory
from console.sync.stick.notes import note
from console.sync.stick.photos import Photos
from console.sync.uplink import PACK_HERE
from console.wire.bundle import MAX_MANIFEST, MAX_SEALED, SUFFIX, Bundle, BundleRefused, Opened, Progress, read
from console.wire.enrolment import fingerprint

_LARGEST = MAX_SEALED + MAX_MANIFEST + 1024


def quiet(_fraction: float, _what: str) -> None:
    """Progress that nobody watches."""


class Taken(msgspec.Struct, frozen=True):
    """What importing a file came to; `receipt` is where the receipt lies, "" when none was written."""

    arrived: Arrived
    receipt: str


class Stick:
    """Export and import for one room. The room's store and folder must be open. Attribute: `log`, what was carried."""

    def __init__(self, store: Store, folder: Folder, city: City, clock: Clock) -> None:
        memory = Memory(store)
        self.log = StickLog(store)
        self._clock = clock
        self._exporter = Exporter(store, folder, city, clock, memory)
        self._importer = Importer(store, folder, city, clock, memory, self.log)

    async def export(self, place: Path, order: Order, progress: Progress = quiet) -> tuple[Path, Made]:
        """Write a bundle to `place`, or under a name of its own when that is a folder. BundleRefused when it cannot be."""
        made = await self._exporter.make(order, progress)
        file = place / _name(made) if place.is_dir() else place
        progress(0.95, "menulis")
        await asyncio.to_thread(write_file, file, made.data)
        made = await self._remembered(made, file)
        progress(1.0, "")
        return file, made

    async def photo_sizes(self, order: Order) -> dict[Photos, BlobCount]:
        """How many photos and documents, and bytes of them, each choice would carry to this target now. BundleRefused for a
        target that there is not."""
        return await self._exporter.photo_sizes(order)

    async def _remembered(self, made: Made, file: Path) -> Made:
        """A room whose disk is full can still give away what it holds; it only cannot remember that it did."""
        try:
            await self._exporter.note_written(made)
            if made.manifest.kind == "bundle":
                await self.log.note(_sent(made, file, self._clock.now()))
        except StoreFull:
            return msgspec.structs.replace(made, notes=(*made.notes, note("not_remembered")))
        return made

    async def take(self, file: Path, receipt: Path | None, progress: Progress = quiet) -> Taken:
        """Take a bundle in, and write a receipt beside it, or to `receipt` (a file or folder; an empty path: none).

        BundleRefused when it is not taken; a receipt that cannot be written is a note.
        """
        bundle = await asyncio.to_thread(read_file, file)
        arrived = await self._importer.take(bundle, progress)
        taken = await self._receipted(arrived, receipt or file.parent, wanted=receipt != Path())
        with contextlib.suppress(StoreFull):
            # What came is kept; only the line in the log is not.
            await self.log.note(_got(taken, bundle, file, self._clock.now()))
        return taken

    async def _receipted(self, arrived: Arrived, place: Path, *, wanted: bool) -> Taken:
        if not arrived.receipt or not wanted:
            return Taken(arrived, "")
        try:
            return Taken(arrived, str(await self._write_receipt(arrived.sender, place)))
        except BundleRefused as error:
            told = (*arrived.notes, note("no_receipt", str(error).rstrip(".")))
            return Taken(msgspec.structs.replace(arrived, notes=told), "")

    async def _write_receipt(self, sender: str, place: Path) -> Path:
        made = await self._exporter.receipt_for(sender)
        file = place / _name(made) if place.is_dir() else place
        await asyncio.to_thread(write_file, file, made.data)
        await self._remembered(made, file)
        return file


def _name(made: Made) -> str:
    m = made.manifest
    target = "siapa-saja" if m.target == "*" else m.target
    kind = "simpul" if m.kind == "bundle" else "tanda-terima"
    return f"{kind}-{m.sender}-{target}-{m.sequence:04d}{SUFFIX}"


def _sent(made: Made, file: Path, now: int) -> LogLine:
    m = made.manifest
    return LogLine(
        "out", m.kind, made.sha256, m.target, m.target_name, m.sequence, now, m.created, m.expires, m.ranges, made.entries,
        made.frames, len(made.data), str(file), notes=made.notes, blobs=made.blobs.count,
    )  # fmt: skip


def _got(taken: Taken, bundle: Bundle, file: Path, now: int) -> LogLine:
    m, arrived = bundle.manifest, taken.arrived
    return LogLine(
        "in", m.kind, bundle.sha256, m.sender, arrived.name, m.sequence, now, m.created, m.expires, m.ranges, arrived.held,
        arrived.frames, m.size, str(file), taken.receipt, arrived.notes, blobs=arrived.blobs,
    )  # fmt: skip


# ---- files


def read_file(file: Path) -> Bundle:
    """A bundle from a file, checked from its first byte to its last. BundleRefused."""
    try:
        if file.stat().st_size > _LARGEST:
            raise BundleRefused("too_big", "berkas")
        return read(file.read_bytes())
    except OSError as error:
        raise BundleRefused("no_file", file.name, _why(error)) from error


def write_file(file: Path, data: bytes) -> None:
    """Write a file whole, or not at all, and make sure that it is on the stick. BundleRefused when it cannot be."""
    try:
        write_whole(file, data)
    except OSError as error:
        raise BundleRefused("no_room", str(file), _why(error)) from error


_WHY = {
    errno.ENOENT: "tidak ada",
    errno.EACCES: "tidak diizinkan",
    errno.EPERM: "tidak diizinkan",
    errno.ENOSPC: "stik penuh",
    errno.EDQUOT: "stik penuh",
    errno.EFBIG: "terlalu besar untuk stik ini",
    errno.EROFS: "stik hanya dapat dibaca",
    errno.EIO: "stik rusak atau tercabut",
    errno.ENODEV: "stik tercabut",
    errno.EISDIR: "itu folder",
}


def _why(error: OSError) -> str:
    """What the system said, for people."""
    return _WHY.get(error.errno or 0, error.strerror or "gagal")


# ---- an office that never had a line


def write_request(file: Path, key: DeviceKey, name: str) -> None:
    """What the centre needs to enrol this device, to be carried there. BundleRefused when it cannot be written."""
    write_file(file, msgspec.json.format(msgspec.json.encode(introduction(key, name))))


def request_to(place: Path, key: DeviceKey, name: str) -> Path:
    """Such a request at `place`, or under a name of its own when that is a folder; where it lies. BundleRefused."""
    file = place / f"permintaan-{key.id}.json" if place.is_dir() else place
    write_request(file, key, name)
    return file


def begin(folder: Folder, bundle: Bundle, city_print: str) -> Identity:
    """Make a folder that knows no city yet the room that the bundle's city journal says it is.

    `city_print` is the city's fingerprint as the centre told it: without it anybody could play the city. What the room is
    and its pack are on the disk when this returns; the bundle is then taken in as any other. BundleRefused.
    """
    m = bundle.manifest
    if not city_print:
        raise BundleRefused("no_print")
    if _plain(city_print) != fingerprint(m.city_key):
        raise BundleRefused("wrong_print")
    opened = bundle.open(folder.key)
    content.check(opened, m.city)
    ring = KeyRing(m.city_key)
    journal = content.journal(opened, m.city)
    check_sender(m, ring, journal)
    ring = content.foretold(ring, journal)
    own = ring.devices.get(folder.key.id)
    if own is None or own.revoked:
        raise BundleRefused("not_here")
    centre = next((d.public_key.hex() for d in ring.devices.values() if d.role == "centre"), "")
    known = folder.identity
    pack = _place_pack(folder, opened)
    name = own.name or (known.name if known else own.territory)
    identity = Identity(own.territory, name, pack, "", m.city_key.hex(), centre, own.role)
    folder.keep(identity)
    return identity


def _place_pack(folder: Folder, opened: Opened) -> str:
    """Put the bundle's pack in place; without one, the pack of this city that came with the program will do."""
    came = content.city_pack(opened)
    try:
        if came is None:
            return pack_path(opened.manifest.city).name
        install_pack(folder, came, opened.manifest.city_key)
        return PACK_HERE
    except (PackError, OSError) as error:
        raise BundleRefused("no_pack") from error


def _plain(text: str) -> str:
    return "".join(text.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))
