"""A small town for tests of sticks: real rooms on real folders, enrolled by a root key, with an order signed by a centre's
key. No line anywhere; what passes between rooms passes as bundles."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from console.cities.pack import pack_bytes, pack_version
from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.entry import EntryId
from console.domain.exchange import Incoming
from console.domain.keys import DeviceKey
from console.domain.order import Cursor, Link, OrderHead, next_order
from console.domain.reading import Frame
from console.store import carried
from console.store.carried import Held
from console.store.folder import Folder, Identity
from console.store.kept_pack import KeptPack, keep_pack
from console.store.store import Store
from console.sync.stick.content import journal_members
from console.sync.stick.exporting import Made, Order
from console.sync.stick.stick import Stick, Taken
from console.wire.messages import PACK_TAG
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack

T = TypeVar("T")
HALL, CITY_ROOM = "hall", "Balai Kota"


class Post:
    """One room: its folder, its store, its stick, and the slot where sticks go in."""

    def __init__(self, path: Path, city: City, root: bytes, clock: ManualClock, territory: str, name: str) -> None:
        self.folder = Folder.open(path / "data")
        self.folder.keep(Identity(territory, name, "uji", root=root.hex()))
        self.store = Store(self.folder.path, city, root, self.folder.key, "uji", clock)
        self.stick = Stick(self.store, self.folder, city, clock)
        self.name, self.territory, self.city = name, territory, city
        self.slot = path / "stik"
        self.slot.mkdir()

    @property
    def key(self) -> DeviceKey:
        return self.folder.key

    async def write(self, count: int = 1, territory: str = "", text: str = "kejadian") -> None:
        drafts = [Draft("incident.opened", "", msgspec.json.encode({"title": f"{text} {k}"})) for k in range(count)]
        await self.store.append(territory or self.territory, drafts, "op-1")

    async def export(self, target: str, **more: object) -> tuple[Path, Made]:
        return await self.stick.export(self.slot, Order(target, **more))  # type: ignore[arg-type]

    async def take(self, file: Path, receipt: bool = False) -> Taken:
        return await self.stick.take(file, self.slot if receipt else Path())

    async def entries(self, territory: str = "") -> set[tuple[str, int]]:
        found = await self.store.read(lambda db: db.execute("SELECT territory, stream, seq FROM entries").fetchall())
        return {(stream, seq) for t, stream, seq in found if territory in ("", t)}

    async def state(self) -> object:
        """Everything that an import may change, to compare before and after."""
        tables = (
            "entries",
            "streams",
            "orders",
            "cursors",
            "order_heads",
            "parked",
            "checkpoints",
            "meta",
            "set_aside",
        )
        rows = await self.store.read(lambda db: [db.execute(f"SELECT * FROM {t}").fetchall() for t in tables])
        counts = await self.store.read_readings(
            lambda db: [
                db.execute(f"SELECT COUNT(*) FROM {t}").fetchone() for t in ("frames", "readings", "frames_out")
            ]
        )
        return [sorted(map(repr, r)) for r in rows], counts, sorted(f.name for f in self.folder.path.iterdir())

    def close(self) -> None:
        self.store.close()
        self.folder.close()


class Town:
    """The city hall's room and one in each kecamatan, all enrolled."""

    def __init__(self, path: Path, code: str = CITY) -> None:
        self.path = path
        self.pack = make_small_pack(path / "pack")
        self.city = read_city(self.pack)
        self.clock = ManualClock()
        self.root, self.centre = DeviceKey.generate(), DeviceKey.generate()
        self.posts: list[Post] = []
        (path / "akar").mkdir()
        self.clerk = Store(path / "akar", self.city, self.root.public, self.root, "uji", self.clock)

    async def open(self) -> None:
        await self._enrol(self.centre, CITY, "centre", "Pusat")
        self.hall = await self.room(HALL, CITY, "city", CITY_ROOM)
        self.north = await self.room("north", NORTH, "kecamatan", "Kecamatan Utara")
        self.south = await self.room("south", SOUTH, "kecamatan", "Kecamatan Selatan")
        await self.publish(self.hall, self.north, self.south)

    async def room(self, folder: str, territory: str, role: str, name: str, seal: bool = True) -> Post:
        post = self.office(folder, territory, name)
        await self._enrol(post.key, territory, role, name, seal)
        return post

    def office(self, folder: str, territory: str, name: str) -> Post:
        """A room that nobody enrolled."""
        (self.path / folder).mkdir()
        post = Post(self.path / folder, self.city, self.root.public, self.clock, territory, name)
        self.posts.append(post)
        return post

    async def _enrol(self, key: DeviceKey, territory: str, role: str, name: str, seal: bool = True) -> None:
        body = {"device": key.id, "public_key": key.public.hex(), "territory": territory, "role": role, "name": name}
        said = body | ({"seal": key.seal.hex()} if seal else {})
        await self.act("device.enrolled", key.id, said)

    async def act(self, kind: str, subject: str, body: dict[str, str]) -> None:
        """Something that only the city may say."""
        await self.clerk.append(CITY, [Draft(kind, subject, msgspec.json.encode(body))], "pusat")

    async def publish(self, *posts: Post) -> None:
        """What the city said becomes known in these rooms, as over a line."""
        part = await self.clerk.read(lambda db: carried.part(db, CITY, Held(), 10_000))
        for post in posts:
            for entries, checkpoints in part.pages:
                await post.store.take_changes(Incoming(entries, checkpoints))

    async def number(self, post: Post, *territories: str, epoch: int = 1) -> None:
        """The centre numbers what a room holds, and signs it."""
        for territory in territories:
            await post.store.take_changes(
                await post.store.read(lambda db, t=territory: self._order(db, t, epoch))  # type: ignore[misc]
            )

    def _order(self, db, territory: str, epoch: int) -> Incoming:  # type: ignore[no-untyped-def]
        row = db.execute("SELECT n, hash FROM cursors WHERE territory = ?", (territory,)).fetchone()
        here = Cursor(*row) if row else Cursor()
        links, last = [], here.hash
        waiting = db.execute(
            "SELECT stream, seq, hash FROM entries WHERE territory = ? AND n IS NULL ORDER BY rowid", (territory,)
        )
        for n, (stream, seq, chain) in enumerate(waiting.fetchall(), start=here.n + 1):
            last = next_order(last, n, chain, epoch * 1000 + n, "")
            links.append(Link(n, EntryId(stream, seq), epoch * 1000 + n))
        head = OrderHead(territory, epoch, here.n + len(links), last, b"")
        signed = msgspec.structs.replace(head, signature=self.centre.sign(head.message()))
        return Incoming(links={territory: tuple(links)}, heads=(signed,))

    def give_pack(self, post: Post) -> KeptPack:
        """The room has the city's pack as the city signed it."""
        import hashlib

        data = pack_bytes(self.pack)
        signature = self.root.sign(PACK_TAG + hashlib.sha256(data).digest())
        kept = KeptPack(pack_version(self.pack), signature, self.clock.now(), data)
        keep_pack(post.folder, kept)
        return kept

    def reopened(self, post: Post) -> Post:
        """A room whose process is gone, opened again."""
        again = Post.__new__(Post)
        again.folder = Folder.open(post.folder.path)
        again.store = Store(again.folder.path, self.city, self.root.public, again.folder.key, "uji", self.clock)
        again.stick = Stick(again.store, again.folder, self.city, self.clock)
        again.name, again.territory, again.city, again.slot = post.name, post.territory, self.city, post.slot
        self.posts[self.posts.index(post)] = again
        return again

    def close(self) -> None:
        self.clerk.close()
        for post in self.posts:
            post.close()


def in_town(path: Path, story: Callable[[Town], Awaitable[T]]) -> T:
    """Open a town, tell a story in it, close it."""

    async def tell() -> T:
        town = Town(path)
        try:
            await town.open()
            return await asyncio.wait_for(story(town), 120)
        finally:
            town.close()

    return asyncio.run(tell())


def frame(territory: str, minute: int, value: int = 5, source: str = "simulasi") -> Frame:
    sensor = {NORTH: "990101-tma", SOUTH: "990102-hujan"}[territory]
    return Frame(territory, source, minute, 1, (sensor,), (0, 30_000), ((value, None),), (0,), True)


def codes(taken: Taken) -> list[str]:
    return [n.code for n in taken.arrived.notes]


__all__ = ["Post", "Town", "codes", "frame", "in_town", "journal_members"]
