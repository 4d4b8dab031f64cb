"""What looks after the room's files while it runs: free disk each minute, a verified backup and old readings each hour."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from console.domain.clock import Clock
from console.log import logger
from console.store.backup import BackupFailed, DiskGuard, back_up
from console.store.blobs.copies import BLOBS, copy_unsent
from console.store.store import Store
from console.store.writer import StoreFull
from console.waiting import event_within

FIRST_S = 15.0
"""The window comes first."""
LOOK_EVERY_S = 60.0
FULL_EVERY_S = 5.0
"""How often to try whether anything can be written again."""
HOUR_S = 3600.0
_log = logger("console.upkeep")


class Upkeep:
    """Runs beside a room. `guard` holds the ballast; `folder` is the room's data folder."""

    def __init__(self, store: Store, folder: Path, clock: Clock, guard: DiskGuard | None = None) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._next_hour = clock.monotonic() + HOUR_S
        self.guard = guard or DiskGuard(folder)
        store.make_room = self.guard.release
        store.blobs.room_for = self.guard.room_for

    def start(self) -> None:
        """Begin. Idempotent."""
        if self._task is None:
            self._stopping.clear()
            self._ended = asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End, soon; a backup in progress is given up. Idempotent."""
        self._stopping.set()
        task, self._task = self._task, None
        if task is not None:
            self._ended.set()
            await task

    async def _run(self) -> None:
        await self._rest(FIRST_S)
        while not self._ended.is_set():
            await self.look()
            if self._clock.monotonic() >= self._next_hour:
                self._next_hour = self._clock.monotonic() + HOUR_S
                await self.hourly()
            await self._rest(FULL_EVERY_S if self._store.full else LOOK_EVERY_S)

    async def _rest(self, seconds: float) -> None:
        await event_within(self._ended, seconds)

    async def look(self) -> None:
        """Look at the disk, and try again when nothing could be written."""
        was = self.guard.low
        await asyncio.to_thread(self.guard.check)
        if self._store.full:
            await self._store.probe()
        if was != self.guard.low:
            self._store.told("states", frozenset())

    async def hourly(self) -> Path | None:
        """Forget old readings and make a verified backup; its file, or None when there was no room or no luck."""
        if self._store.full:
            return None
        made = None
        try:
            await self._store.prune()
            await self._store.blobs.sweep()
            if self.guard.low or not self.guard.room_for(self._store.path.stat().st_size):
                return None
            source, folder, now = self._store.path, self._folder / "backups", self._clock.now()
            made = await asyncio.to_thread(back_up, source, folder, now, self._stopping)
            await self._copy_blobs(folder / BLOBS)
        except (BackupFailed, StoreFull, OSError) as error:
            if not self._stopping.is_set():
                _log.warning("no backup", said=str(error))
        return made

    async def _copy_blobs(self, target: Path) -> None:
        """Beside the journal's copies one of the photos and documents that nobody else may have, kept up to date."""
        source = self._store.blobs.path
        waiting = (await self._store.blob_queue()).unsent
        if (waiting or target.exists()) and source.exists() and self.guard.room_for(waiting):
            await asyncio.to_thread(copy_unsent, source, target, self._stopping)
