"""A data folder that holds no room yet, and the ways to make it one: enrolled at a centre, over a line or by stick, or
standing alone."""

from __future__ import annotations

import asyncio
import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.cities.check import check_city
from console.cities.faults import Fault, PackError
from console.cities.pack import RESOURCES, pack_bytes, unpack
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.room import known_pack, open_room
from console.sticks import Watched
from console.store.folder import Folder, Identity
from console.sync.stick.stick import Taken, begin, read_file, request_to
from console.sync.uplink import PACK_HERE, introduce


@dataclass(frozen=True)
class OfferedCity:
    """A pack that comes with the program: where it lies, its city's name and code, and (code, name) of its kecamatan."""

    folder: Path
    name: str
    code: str
    districts: tuple[tuple[str, str], ...]


def offered_cities(root: Path = RESOURCES) -> list[OfferedCity]:
    """The packs that come with the program, by name. Only city and territories are read."""
    found = []
    for file in root.glob("*/city.toml"):
        told = tomllib.loads(file.read_text("utf-8"))
        found.append(OfferedCity(file.parent, str(told["name"]), str(told["code"]), _districts(file.parent)))
    return sorted(found, key=lambda city: city.name)


def _districts(pack: Path) -> tuple[tuple[str, str], ...]:
    with (pack / "territories.csv").open(encoding="utf-8", newline="") as rows:
        found = [(row["code"], row["name"]) for row in csv.DictReader(rows) if row["level"] == "kecamatan"]
    return tuple(sorted(found, key=lambda district: district[1]))


class FirstRoom:
    """The folder at `path`, up to the moment when a room can be opened in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def begun_at(self) -> str:
        """The centre that took the room in but whose pack has not come yet; "" when none did."""
        file = self.path / "room.json"
        if not file.exists():
            return ""
        known = msgspec.json.decode(file.read_bytes(), type=Identity)
        return known.server if not known.pack else ""

    async def enrol(self, server: str, code: str, name: str) -> Identity:
        """Become a room of a centre. Raises what `console.sync.uplink.introduce` and `Folder.open` raise."""
        folder = Folder.open(self.path)
        try:
            return await introduce(folder, server, code, name)
        finally:
            folder.close()

    async def alone(self, pack: Path, territory: str = "") -> Identity:
        """Become a room that stands alone: the pack's city hall, or the kecamatan with the code `territory`. A pack from
        elsewhere is copied into the room's folder.

        Raises PackError with every fault of the pack, FolderBusy and OSError; then the folder is still no room.
        """
        return await asyncio.to_thread(self._stand_alone, pack, territory)

    async def request(self, place: Path, name: str) -> tuple[str, Path]:
        """Write what the centre needs to enrol this machine where there is no line: the device's id, and where it lies.
        BundleRefused, FolderBusy."""
        return await asyncio.to_thread(self._request, place, name)

    def _request(self, place: Path, name: str) -> tuple[str, Path]:
        folder = Folder.open(self.path)
        try:
            return folder.key.id, request_to(place, folder.key, name)
        finally:
            folder.close()

    async def begin(self, file: Path, city_print: str, progress: Watched) -> Taken:
        """Become the room that the city's first bundle says this machine is, and take the bundle in. BundleRefused, Stopped;
        the folder may be a room then, and the same call goes on."""
        await asyncio.to_thread(begin_here, self.path, file, city_print)
        pack = known_pack(self.path)
        assert pack is not None
        room = open_room(self.path, await asyncio.to_thread(read_city, pack), SystemClock())
        try:
            return await room.bundles.take(file, None, progress)
        finally:
            await room.close()

    def _stand_alone(self, pack: Path, territory: str) -> Identity:
        offered = pack.resolve().parent == RESOURCES
        if not offered and (faults := check_city(pack)):
            raise PackError(faults)
        city = read_city(pack, trusted=True)
        folder = Folder.open(self.path)
        try:
            if not offered:
                unpack(pack_bytes(pack), self.path / "pack")
            place = city.territory(territory or city.code)
            if place is None:
                raise PackError([Fault("territories.csv", 0, f"wilayah {territory} tidak ada", "Pilih wilayah lain")])
            identity = Identity(place.code, place.name, pack.resolve().name if offered else PACK_HERE)
            folder.keep(identity)
            return identity
        finally:
            folder.close()


def begin_here(path: Path, file: Path, city_print: str) -> None:
    """Where the folder knows no city yet, make it the room that the bundle says it is."""
    folder = Folder.open(path)
    try:
        known = folder.identity
        if known is None or not known.root:
            begin(folder, read_file(file), city_print)
    finally:
        folder.close()
