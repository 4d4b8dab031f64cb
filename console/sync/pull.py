"""Pulling: asks the centre for what came after the cursor, page by page, each page one transaction of the store."""

from __future__ import annotations

import msgspec

from console.domain.exchange import Taken
from console.log import logger
from console.sync.client import Client, measured
from console.sync.history import History
from console.sync.line.link import Link
from console.sync.line.size import Size
from console.sync.parcel import Page
from console.sync.ports import CURSOR, RoomStore
from console.wire.guard import TimedOut, TooLarge, Truncated

FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE = 500, 20, 5_000
BROUGHT_S = 10.0
"""Seconds of the line that a page should take."""
PAGE_S = 60.0
MOST_HOLLOW = 10
"""Pages in a row that bring nothing but a promise of more, before the promise is no more believed."""
EARLY_S = 1.0
"""An empty answer to a long-poll that comes sooner than this was not held back."""

_log = logger("sync")


class Pulled(msgspec.Struct, frozen=True):
    """One page. `more`: ask again at once. `stuck`: it brought something, but the cursor could not follow. `unasked`: it
    brought nothing, and yet was not held back as it was asked to be (a territory is forked, or the centre closes down)."""

    page: Page
    taken: Taken
    more: bool
    stuck: bool = False
    unasked: bool = False


class Puller:
    """Takes what others wrote, in pages as large as the line carries well."""

    def __init__(self, store: RoomStore, client: Client, link: Link, history: History) -> None:
        self._store = store
        self._history = history
        self._client = client
        self._link = link
        self._echo = False
        self._hollow = 0
        self._size = Size(FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE, BROUGHT_S)

    async def page(self, wait: float, aside: bool = False, heads: bool = False, lanes: str = "") -> Pulled:
        """Take one page; the centre may hold an empty one back for `wait` seconds. `heads`: where every order stands, too,
        and at once. `lanes`: those asked for, all when empty."""
        wait = 0.0 if heads else wait
        since = await self._store.get_meta(CURSOR) or ""
        try:
            seconds = wait + self._link.patience() if wait else PAGE_S
            received = await self._client.changes(
                since, wait, self._size.value, seconds, self._echo, aside, heads, lanes
            )
        except (TimedOut, Truncated, TooLarge):
            if not wait:
                self._size.broke(self._size.value)
            raise
        self._link.done(measured(received.reply, waited=wait > 0))
        if not wait:
            self._size.carried(len(received.value.incoming.entries), received.reply.seconds, self._link.trip_s or 0.0)
        return await self._take(received.value, since, early=received.reply.seconds < min(wait, EARLY_S))

    async def _take(self, page: Page, since: str, early: bool) -> Pulled:
        if page.frames:
            await self._store.take_frames(page.frames, at_centre=True)
        if page.skipped:
            await self._history.note(page.skipped)
        stays = page.incoming.cursor in ("", since)
        self._hollow = self._hollow + 1 if page.empty and page.more else 0
        if page.empty and stays:
            return Pulled(page, Taken(), False, stuck=page.more, unasked=early)
        taken = await self._store.take_changes(page.incoming)
        asked_all, self._echo = self._echo, bool(taken.missing)
        if taken.mismatch:
            # Another machine may have written in a stream of ours; its entries are told only to who asks for all.
            self._echo = True
            if not asked_all:
                return Pulled(page, Taken(), more=True)
            return Pulled(page, taken, more=False, stuck=True)
        if self._echo and asked_all and not taken.advanced:
            return await self._read_again(page, taken, since)
        led_nowhere = page.more and ((stays and taken == Taken()) or self._hollow > MOST_HOLLOW)
        return Pulled(page, taken, (page.more and not led_nowhere) or (self._echo and not asked_all), stuck=led_nowhere)

    async def _read_again(self, page: Page, taken: Taken, since: str) -> Pulled:
        """Numbers came that do not join what is held, though everything was echoed: the changes cursor has stepped over
        something, which would never come by itself. Known entries that come again do no harm."""
        _log.warning("changes cursor was ahead of the journal; reading again from the beginning")
        await self._store.set_meta(CURSOR, "")
        return Pulled(page, taken, more=bool(since), stuck=not since)
