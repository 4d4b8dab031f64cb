"""How a room that begins from nothing gets its journals: the city's and its own as one file each, which goes on inside the
file after any cut; then the changes since."""

from __future__ import annotations

import re
from pathlib import Path

from console.domain.order import Cursor
from console.log import logger
from console.sync import parcel
from console.sync.client import Client
from console.sync.ports import CURSOR, RoomStore
from console.wire import codec
from console.wire.guard import Garbled, Rejected
from console.wire.journal_file import read_pages

_ETAG = re.compile(r'"(\d{1,18}-\d{1,9}-[0-9a-f]{16})"')
_TOTAL = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})")
MOST_ANEW = 3
"""How often a file may begin anew in one go, since the centre's order is another one."""
LARGEST_FILE = 2**30
"""Compressed bytes that a journal may have; ten million entries have about a tenth of it."""
_log = logger("sync")


class FirstJournal:
    """Fetches journals that are not held at all yet. What has come of a file lies in `folder` until it is taken."""

    def __init__(self, store: RoomStore, client: Client, folder: Path, territories: tuple[str, ...]) -> None:
        self._store = store
        self._client = client
        self._folder = folder
        self._territories = territories
        self._anew = 0

    async def fetch(self) -> list[str]:
        """Get what is not begun yet; gives the territories that came. Raises Trouble; what came by then stays."""
        if await self._store.get_meta(CURSOR):
            return []
        cursors = await self._store.cursors()
        partial = {p.name.split("@")[0] for p in self._folder.glob("*@*.journal")} if self._folder.exists() else set()
        return [
            t for t in self._territories if (t in partial or not cursors.get(t, Cursor()).n) and await self._fetch(t)
        ]

    async def _fetch(self, territory: str) -> bool:
        self._anew = 0
        try:
            while not await self._piece(territory):
                pass
        except Rejected as refused:
            if refused.code == "range":
                return await self._take(territory)  # whole since the last run, which ended before it was taken
            _log.info("no journal as a file", territory=territory, said=refused.code)
            self._forget(territory)
            return False
        return await self._take(territory)

    async def _piece(self, territory: str) -> bool:
        """One more piece; True when the file is whole."""
        part = self._part(territory)
        start = part.stat().st_size if part else 0
        upto = int(part.name.split("@")[1].split("-")[0]) if part else 0
        reply = await self._client.journal(territory, start, upto)
        tag, place = (
            _ETAG.fullmatch(reply.headers.get("ETag", "")),
            _TOTAL.fullmatch(reply.headers.get("Content-Range", "")),
        )
        if tag is None or place is None or int(place[1]) != start or not reply.body:
            raise Garbled("a piece of a journal that does not say where it belongs")
        if int(place[2]) > LARGEST_FILE or start + len(reply.body) > int(place[2]):
            raise Garbled(f"a journal that is said to have {place[2]} bytes")
        self._folder.mkdir(exist_ok=True)
        file = self._folder / f"{territory}@{tag[1]}.journal"
        if part is not None and part != file:
            # The centre's order is another one now: what came belongs to none any more.
            part.unlink()
            self._anew += 1
            if self._anew > MOST_ANEW:
                raise Garbled("a journal that is another one at every piece")
            return False
        with file.open("ab") as out:
            out.write(reply.body)
        return start + len(reply.body) >= int(place[2])

    async def _take(self, territory: str) -> bool:
        part = self._part(territory)
        if part is None:
            return False
        try:
            for _, changes in read_pages(part.read_bytes()):
                taken = await self._store.take_changes(parcel.page(changes).incoming)
                if taken.mismatch or taken.missing:
                    _log.warning("a journal file does not lead to what the centre signed", territory=territory)
                    return False
        except (codec.Malformed, codec.Oversize) as error:
            raise Garbled(str(error)) from error
        finally:
            part.unlink()
        return True

    def _part(self, territory: str) -> Path | None:
        found = sorted(self._folder.glob(f"{territory}@*.journal")) if self._folder.exists() else []
        return found[0] if found else None

    def _forget(self, territory: str) -> None:
        if part := self._part(territory):
            part.unlink()
