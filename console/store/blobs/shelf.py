"""The shelf of photos and documents: the blobs' file behind coroutines, with a writing thread of its own.

The file is made when the first blob comes. A blob is on the disk, whole and proven, before any entry names it; so after a
crash there may be one that nothing names, never an entry whose bytes were lost on the way.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from console.domain.attachment import BlobHere, BlobQueue
from console.store.blobs import blob_file, blob_names, plan
from console.store.blobs.blob_file import Held
from console.store.blobs.plan import Scope
from console.store.writer import Writer, connect

if TYPE_CHECKING:
    from console.store.store import Store

T = TypeVar("T")
UNNAMED_MS = 24 * 3_600_000
"""How long a blob is kept that nothing names: what came before its entry has time to find it."""
ATTACHED_AS = "shelf"


class BlobShelf:
    """The blobs of one room's store.

    `scope` says whose room it is, which decides what it fetches by itself; `asked` is called on the loop's thread when
    there is something new to move; `room_for` says whether so many bytes may come without the disk running low, since what
    people write needs its place before any photo.
    """

    def __init__(self, path: Path, store: Store) -> None:
        self.path = path
        self.scope = Scope()
        self.asked: Callable[[], None] = lambda: None
        self.room_for: Callable[[int], bool] = lambda size: True
        self._store = store
        self._writer: Writer | None = None
        self._opening = threading.Lock()
        self._closed = False
        self._fresh: Counter[str] = Counter()

    def close(self) -> None:
        """Finish what is being written. Idempotent."""
        with self._opening:
            self._closed = True
            if self._writer is not None:
                self._writer.close()

    # ---- transactions

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run one transaction on the writing thread. Raises StoreFull, and nothing was written."""
        if not self._store.read_only:
            await self._opened()
        return await self._store.commit(self._writer, job)

    async def _opened(self) -> None:
        """Make the file when there is none; whoever reads meanwhile waits until it has its tables."""
        if self._writer is None:
            await asyncio.to_thread(self._open)

    def _open(self) -> None:
        with self._opening:
            if self._closed:
                raise RuntimeError("the store is closed")
            if self._writer is None:
                db = connect(self.path, "FULL")
                try:
                    blob_file.prepare(db)
                except BaseException:
                    db.close()
                    raise
                self._writer = Writer(db, "blob-writer")

    async def _read(self, job: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        if not self.path.exists():
            return otherwise
        if not self._store.read_only:
            await self._opened()
        return await self._store.read_file(self.path, job)

    async def _joined(self, job: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Read what the entries name beside what is here; `otherwise` where nothing is named and nothing is here."""
        if not self.path.exists() and (self._store.read_only or not await self._store.read(blob_names.any_named)):
            return otherwise
        if not self._store.read_only:
            await self._opened()
        return await self._store.read(lambda db: job(self._beside(db)))

    def _beside(self, db: sqlite3.Connection) -> sqlite3.Connection:
        if ATTACHED_AS not in {row[1] for row in db.execute("PRAGMA database_list")}:
            db.execute(f"ATTACH ? AS {ATTACHED_AS}", (f"{self.path.absolute().as_uri()}?mode=ro",))
        return db

    # ---- keeping and giving

    @contextmanager
    def holding(self, names: Collection[str]) -> Iterator[None]:
        """Sweep none of these while their entry is on its way."""
        self._fresh.update(list(names))
        try:
            yield
        finally:
            self._fresh.subtract(list(names))

    async def put(self, *whole: bytes) -> None:
        """Keep whole blobs, all or none. They are on the disk when this returns; raises StoreFull."""
        now = self._store.now()
        await self.write(lambda db: [blob_file.put(db, data, now) for data in whole])
        self.changed()

    async def get(self, name: str) -> bytes | None:
        """A blob's bytes, or None when it is not whole here. Bytes that are not what the name says are never given: they
        are kept aside, and fetched again."""
        data = await self._read(lambda db: blob_file.read_whole(db, name), None)
        if data is None or await asyncio.to_thread(blob_file.sha256, data) == name:
            return data
        await self.write(lambda db: blob_file.mark_damaged(db, name))
        self.changed()
        return None

    async def piece(self, name: str, start: int, end: int) -> bytes:
        """Bytes `start` up to `end` (exclusive) of a whole blob."""
        return await self._read(lambda db: blob_file.read_piece(db, name, start, end), b"")

    async def add_piece(self, name: str, size: int, start: int, piece: bytes) -> Held:
        """Add what came of a blob; raises WrongPiece."""
        now = self._store.now()
        held = await self.write(lambda db: blob_file.add_piece(db, name, size, start, piece, now))
        # Each piece is told, so that whoever waits sees how far it is.
        self.changed()
        return held

    async def put_off(self, name: str, forget: bool) -> None:
        """It could not be had: ask again later; `forget` what came of it."""
        now = self._store.now()
        await self.write(lambda db: blob_file.put_off(db, name, now, forget))

    async def want(self, name: str) -> None:
        """Fetch this one next, if any entry names it and it is not here."""
        named = await self._store.read(lambda db: blob_names.sizes(db, [name]))
        if named and not (await self.held(name)).whole:
            now = self._store.now()
            await self.write(lambda db: blob_file.want(db, name, now))
            self.changed()

    async def held(self, name: str) -> Held:
        """How a blob lies here."""
        return await self._read(lambda db: blob_file.held(db, name), Held())

    async def here(self, names: Collection[str]) -> dict[str, BlobHere]:
        """How much of each is here, whatever it is."""
        sizes = await self._store.read(lambda db: blob_names.sizes(db, names))

        def look(db: sqlite3.Connection) -> dict[str, BlobHere]:
            wanted, damaged = set(blob_file.wanted(db)), blob_file.damaged(db, names)
            return {
                name: _told(blob_file.held(db, name), sizes.get(name), name in wanted, name in damaged)
                for name in names
            }

        return await self._read(look, {name: _told(Held(), sizes.get(name), False, False) for name in names})

    async def mark_central(self, name: str, has: bool) -> None:
        """The centre has it, or has it no more."""
        now = self._store.now() if has else None
        await self.write(lambda db: blob_file.mark_central(db, name, now))
        self.changed()

    async def any_central(self) -> bool:
        """Whether the centre is believed to have any of what is here."""
        return await self._read(blob_file.any_central, False)

    async def lost(self, names: Collection[str]) -> None:
        """The centre says that it lacks these: what is here of them is to be sent again."""
        if names:
            gone = await self.write(lambda db: blob_file.lost(db, names))
            if gone:
                self.changed()

    # ---- what is to move

    async def queue(self) -> BlobQueue:
        """What waits to be sent and to be fetched."""
        scope = self.scope
        return await self._joined(lambda db: plan.queue(db, scope), BlobQueue())

    async def next_up(self, skip: Collection[str] = ()) -> plan.Move | None:
        """What the centre is to get next, but for those to skip."""
        return await self._joined(lambda db: plan.next_up(db, skip), None)

    async def next_down(self) -> plan.Move | None:
        """What this room is to fetch next; nothing while the disk has no room for it."""
        scope, now = self.scope, self._store.now()
        move = await self._joined(lambda db: plan.next_down(db, scope, now), None)
        return move if move is not None and self.room_for(move.size) else None

    async def lacking(self, most: int) -> list[plan.Move]:
        """What this room is to fetch, from anybody, in the order of the lane; nothing while the disk has no room for it."""
        scope = self.scope
        nothing: list[plan.Move] = []
        found = await self._joined(lambda db: plan.lacking(db, scope, most), nothing)
        return found if self.room_for(sum(move.size for move in found)) else []

    async def on_shelf(self, territories: Collection[str]) -> list[plan.OnShelf]:
        """What is whole here and named in these journals, in the order in which it should go by stick."""
        nothing: list[plan.OnShelf] = []
        return await self._joined(lambda db: plan.on_shelf(db, territories), nothing)

    async def take(self, name: str, data: bytes) -> bool:
        """Keep a blob that came some other way than the line, if its bytes are what its name says and any entry here names
        it; whether it is here now."""
        if blob_file.sha256(data) != name or not await self._store.read(lambda db: blob_names.spoken_for(db, [name])):
            return False
        await self.put(data)
        return True

    async def due_s(self, longest: float) -> float:
        """Seconds until something may be asked for again that could not be had, at most `longest`."""
        scope, now = self.scope, self._store.now()
        due = await self._joined(lambda db: plan.due(db, scope, now), None)
        return longest if due is None else min(longest, (due - now) / 1000)

    async def sweep(self) -> int:
        """Forget what nothing has named for a day; how many went."""
        before = self._store.now() - UNNAMED_MS
        old = await self._read(lambda db: blob_file.older(db, before), set[str]())
        loose = old - (await self._store.read(lambda db: blob_names.spoken_for(db, old)) if old else set())
        if not loose:
            return 0
        return await self.write(lambda db: blob_file.drop(db, loose - set(+self._fresh), before))

    def changed(self) -> None:
        """Tell screens, and whoever moves file."""
        self._store.told("blobs", frozenset())
        self.asked()


def _told(held: Held, size: int | None, wanted: bool, damaged: bool) -> BlobHere:
    named = size is not None
    return BlobHere(held.have, held.size or size or 0, held.whole, wanted, held.central is not None, named, damaged)
