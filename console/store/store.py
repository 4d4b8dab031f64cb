"""The room's store: its SQLite files behind coroutines. Every change is one transaction on the one writing thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from console.domain.attachment import BlobQueue
from console.domain.city import City
from console.domain.clock import Clock
from console.domain.drafts import OPENED_HERE, Draft
from console.domain.entry import MAX_BODY, EntryId
from console.domain.exchange import Forked, Incoming, Outbox, Queue, Refusal, Stops, Taken
from console.domain.keys import DeviceKey, KeyRing
from console.domain.order import Cursor, Link, OrderHead
from console.domain.reading import Frame
from console.log import logger
from console.store import carried, frames_out, order, outbox, readings, recovery
from console.store.blobs.shelf import BlobShelf
from console.store.journal import Journals
from console.store.opening import Opening
from console.store.order import OrderMismatch
from console.store.writer import StoreFull, Writer, connect_reader

T = TypeVar("T")
Told = Callable[[str, frozenset[str]], None]
Given = Callable[[sqlite3.Connection], bool]
CURSOR = "sync.cursor"
PROBE = "probe"
_log = logger("store")


class NotGiven(Exception):
    """What an action rests on no longer holds; nothing was written."""


class Store:
    """Implements `console.sync.ports.RoomStore` and gives screens their reads.

    `told(topic, subjects)` is called on the loop's thread after each commit that screens should know of; `ring` is the
    city's key ring as of the last commit; `blobs` the shelf of photos and documents; `read_only` when a newer program wrote
    any of the files, or they cannot be written (`unwritable`); `full` when nothing could be written at the last try.
    `make_room` is asked, on the loop's thread, to free some disk when there is none left; what it freed is tried once
    before anybody is refused.
    """

    def __init__(
        self,
        folder: Path,
        city: City,
        root: bytes,
        key: DeviceKey,
        program: str,
        clock: Clock,
        unwritable: bool = False,
    ) -> None:
        self.told: Told = lambda _topic, _subjects: None
        self.make_room: Callable[[], bool] = lambda: False
        self.full = False
        self._clock = clock
        self._key = key
        self.city = city
        self._skew = 0
        self._journals = Journals(city, root, key, program)
        self._stale = False
        opening = Opening(folder, city, self._journals, unwritable)
        journal, telemetry = opening.open()
        self.path, self._readings_path, self._leave = opening.path, opening.readings_path, opening.leave
        self.unwritable, self.read_only = opening.unwritable, opening.read_only
        self.blobs = BlobShelf(opening.blobs_path, self)
        self._writer = Writer(journal, "journal-writer", self._undone)
        self._readings = Writer(telemetry, "readings-writer")
        self._local = threading.local()
        self._open_readers: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")

    @property
    def ring(self) -> KeyRing:
        """Devices and operators, as the city's journal has them here."""
        return self._journals.ring

    def _undone(self) -> None:
        """Called on the writing thread: memory may be ahead of the file."""
        self._stale = True

    def close(self) -> None:
        """Finish what is being written and close both files. Idempotent."""
        self._writer.close()
        self._readings.close()
        self.blobs.close()
        self._readers.shutdown(wait=True)
        while self._open_readers:
            self._open_readers.pop().close()
        self._leave()

    # ---- transactions

    async def _write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        def guarded(db: sqlite3.Connection) -> T:
            if self._stale:
                self._journals.reload(db)
                self._stale = False
            return job(db)

        return await self.commit(self._writer, guarded)

    async def commit(self, writer: Writer | None, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run one transaction of any of the files; StoreFull when there is no room, and `full` from then on."""
        if self.read_only or writer is None:
            raise StoreFull("the folder cannot be written" if self.unwritable else "the file is of a newer program")
        try:
            result = await self._twice(writer, job)
        except StoreFull:
            self._set_full(True)
            raise
        self._set_full(False)
        return result

    async def _twice(self, writer: Writer, job: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.wrap_future(writer.submit(job))
        except StoreFull:
            if not self.make_room():
                raise
        return await asyncio.wrap_future(writer.submit(job))

    async def probe(self) -> bool:
        """Whether entries can be written: tries with as much as one may hold, so that a room that was full goes on by
        itself."""
        try:
            await self._write(lambda db: outbox.put_meta(db, PROBE, "0" * MAX_BODY))
            await self._write(lambda db: outbox.put_meta(db, PROBE, ""))
        except StoreFull:
            return False
        return True

    def _set_full(self, full: bool) -> None:
        if full != self.full:
            self.full = full
            self.told("states", frozenset())

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query of the journal's file on a reader thread."""
        return await self.read_file(self.path, job)

    async def read_readings(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query of the readings' file on a reader thread."""
        return await self.read_file(self._readings_path, job)

    async def read_file(self, path: Path, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query of one of the room's files on a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._with_reader, path, job)

    def _with_reader(self, path: Path, job: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, path.name, None)
        if connection is None:
            connection = connect_reader(path)
            setattr(self._local, path.name, connection)
            self._open_readers.append(connection)
        return job(connection)

    # ---- the room's own entries

    async def append(
        self, territory: str, drafts: Sequence[Draft], actor: str, given: Given = lambda _db: True
    ) -> list[EntryId]:
        """Write entries into a territory's journal. They are on the disk when this returns.

        Raises NotGiven, with nothing written, when `given` does not hold in the transaction that would write.
        """

        def job(db: sqlite3.Connection) -> list[EntryId]:
            if not given(db):
                raise NotGiven
            return self._journals.append(db, territory, drafts, actor, self._clock.now(), self._skew)

        ids = await self._write(job)
        subjects = {d.subject or str(i) for d, i in zip(drafts, ids, strict=True) if d.subject != OPENED_HERE}
        self.told("incidents", frozenset(subjects))
        return ids

    async def trust(self, root: bytes) -> None:
        """Root the key ring in this city key from now on; what waited for keys is looked at again when more comes."""

        def job(db: sqlite3.Connection) -> None:
            self._journals.ring = KeyRing(root)
            self._journals.reload(db)

        await self._write(job)

    def set_skew(self, skew: int) -> None:
        """How far this machine's clock is ahead of the centre's, in ms; written into every entry from now on."""
        self._skew = skew

    # ---- what the exchange asks (console.sync.ports.RoomStore)

    async def cursors(self) -> dict[str, Cursor]:
        """How far each territory's order is held."""
        return await self.read(order.cursors)

    async def outbox(self, limit: int, limit_bytes: int, skip: Mapping[str, int], resend: Mapping[str, int]) -> Outbox:
        """The next entries that the centre has not numbered, mine first."""
        return await self.read(lambda db: outbox.outbox(db, self._key.id, limit, limit_bytes, skip, resend))

    async def queue(self) -> Queue:
        """How much waits for a number."""
        return await self.read(outbox.queue)

    async def take_changes(self, incoming: Incoming) -> Taken:
        """Prove, hold, number, fold and move the cursors in one transaction, or nothing on a mismatch."""

        def job(db: sqlite3.Connection) -> tuple[Taken, frozenset[str], bool]:
            outcome = self._journals.take(db, incoming, self._clock.now())
            recovery.note_epochs(db, incoming.epochs)
            if incoming.cursor and not outcome.taken.missing:
                outbox.put_meta(db, CURSOR, incoming.cursor)
            return outcome.taken, outcome.subjects, outcome.keys_changed

        try:
            taken, subjects, keys_changed = await self._write(job)
        except OrderMismatch as mismatch:
            return Taken(mismatch=(mismatch.territory,))
        if subjects:
            self.told("incidents", subjects)
        if keys_changed:
            self.told("people", frozenset())
        return taken

    async def note_refusal(self, refusal: Refusal) -> bool:
        """The centre refuses a stream from a place on; go on in a new one. False when nothing of it waits there any more."""

        def job(db: sqlite3.Connection) -> bool:
            self._journals.leave_stream(refusal.stream)
            return outbox.note_refusal(db, refusal)

        noted = await self._write(job)
        self.told("states", frozenset())
        return noted

    async def allow_again(self, reason: str) -> None:
        """Offer again what was refused for this reason."""
        if any(refusal.reason == reason for refusal in (await self.stops()).refused):
            await self._write(lambda db: outbox.allow_again(db, reason))
            self.told("states", frozenset())

    async def rewrite(self, stream: str, from_seq: int) -> bool:
        """The centre holds other entries in a stream of ours from a place on, or will not take the one before it: write ours
        again in a new one. False when that stream is not ours, or nothing of it waits there."""
        subjects = await self._write(lambda db: self._journals.rewrite(db, stream, from_seq, self._clock.now()))
        self.told("incidents", subjects)
        return bool(subjects)

    async def fall_back(self, territory: str, common_n: int, cursor: str) -> None:
        """Take a territory's cursor back to the last number that the centre shares, and the changes cursor with it; what was
        numbered above waits for a number again."""

        def job(db: sqlite3.Connection) -> frozenset[str]:
            subjects = recovery.fall_back(db, territory, common_n)
            outbox.put_meta(db, CURSOR, cursor)
            self._journals.refold(db, territory, subjects)
            return frozenset(subjects)

        self.told("incidents", await self._write(job))

    async def take_lost(self, number: int, head: OrderHead, common: tuple[int, bytes], links: Sequence[Link]) -> bool:
        """Keep an order that the centre lost, so that entries which name it fold here as elsewhere; False when it cannot be
        proven (yet)."""

        def job(db: sqlite3.Connection) -> frozenset[str] | None:
            subjects = recovery.take_lost(db, self._journals.ring, number, head, common, links)
            if subjects is not None:
                self._journals.refold(db, head.territory, subjects)
            return frozenset(subjects) if subjects is not None else None

        subjects = await self._write(job)
        self.told("incidents", subjects or frozenset())
        return subjects is not None

    async def note_forks(self, forks: Sequence[Forked]) -> None:
        """The territories that are forked now, all of them."""
        await self._write(lambda db: outbox.note_forks(db, forks))
        self.told("states", frozenset())

    async def stops(self) -> Stops:
        """What is refused and forked at present."""
        return await self.read(outbox.stops)

    async def frames_outbox(self, limit: int) -> Sequence[Frame]:
        """The newest frames that were recorded here and not sent yet."""
        return await self.read_readings(lambda db: frames_out.outbox(db, limit))

    async def frames_waiting(self) -> tuple[int, int]:
        """How many frames wait for the centre, and their bytes."""
        return await self.read_readings(frames_out.waiting)

    async def frames_left_out(self) -> int:
        """How many readings were left out of what waits for the centre, within the last week."""
        now = self._clock.now()
        return await self.read_readings(lambda db: frames_out.left_out(db, now))

    async def frames_sent(self, frames: Sequence[Frame]) -> None:
        """The centre has these now."""
        await self.commit(self._readings, lambda db: frames_out.sent(db, frames))

    async def frames_handed(self, upto: int) -> None:
        """Somebody else takes these on to the centre (`console.store.carried.unsent` gave `upto`)."""
        await self.commit(self._readings, lambda db: carried.handed_over(db, upto))

    async def take_frames(self, frames: Sequence[Frame], at_centre: bool = False) -> None:
        """Frames from elsewhere; `at_centre` when it is the centre that gave them."""
        await self._take_frames(frames, own=False, at_centre=at_centre)

    async def record_frames(self, frames: Sequence[Frame]) -> None:
        """Frames that this room's own feeds recorded, to be sent to the centre."""
        await self._take_frames(frames, own=True)

    async def _take_frames(self, frames: Sequence[Frame], own: bool, at_centre: bool = False) -> None:
        if await self.commit(self._readings, lambda db: readings.take(db, frames, own, at_centre)):
            self.told("readings", frozenset())

    async def prune(self) -> None:
        """Forget readings older than the window that charts show, and keep what waits for the centre within its bounds."""
        now = self._clock.now()
        await self.commit(self._readings, lambda db: readings.prune(db, now))
        count = await self.commit(self._readings, lambda db: frames_out.bound(db, now))
        if count:
            _log.info("readings that wait for the centre were thinned", left_out=count)
            self.told("link", frozenset())

    def now(self) -> int:
        """The time by this room's clock, ms since epoch UTC."""
        return self._clock.now()

    async def blob_queue(self) -> BlobQueue:
        """What waits to be sent and to be fetched, of photos and documents."""
        return await self.blobs.queue()

    async def get_meta(self, key: str) -> str | None:
        """A remembered text, or None."""
        return await self.read(lambda db: outbox.meta(db, key))

    async def set_meta(self, key: str, value: str) -> None:
        """Remember a text."""
        await self._write(lambda db: outbox.put_meta(db, key, value))
