"""One neighbour: compares heads with its door every few seconds, and takes and gives what is missing, journals first and
photos last."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from console.domain.city import of_city
from console.log import logger
from console.store.carried import Held
from console.store.store import Store
from console.store.writer import StoreFull

if TYPE_CHECKING:
    # Imported when there are neighbours: a room without any starts without an HTTP library.
    from console.sync.door.blobs import BlobFlow
    from console.sync.door.bringing import Bringing
    from console.sync.door.client import NeighbourClient
    from console.sync.door.frame_flow import FrameFlow
    from console.sync.door.lost_flow import LostFlow

EVERY_S = 3.0
LONGEST_S = 10.0
"""How long a neighbour that does not answer is left alone at most."""
UNPROVEN_S = 300.0
"""The same, for one that was only heard of and never proved to be of this city."""
NEXT_ADDRESS_S = 0.2
MORE_S = 0.05
AFTER_FAULT_S = 30.0
_log = logger("sync")


class Neighbour:
    """Keeps this room and one other in step. `present` says whether it answered at the last try; `heard`, that nobody set it
    here: somebody on the LAN says that it is there."""

    def __init__(
        self, store: Store, client: NeighbourClient, on_change: Callable[[], None], heard: bool = False
    ) -> None:
        self._store = store
        self.client = client
        self._on_change = on_change
        self._woken = asyncio.Event()
        self._settled: tuple[dict[str, Held], dict[str, Held]] | None = None
        self._pause = self._backed_off = EVERY_S
        self._jitter = random.Random()
        self._readings: FrameFlow | None = None
        self._lost: LostFlow | None = None
        self._blobs: BlobFlow | None = None
        self._bringing: Bringing | None = None
        self._more = False
        self._leaving = False
        self._unproven = heard
        self.present = False

    def wake(self) -> None:
        """Something may be new here."""
        if self.present:
            self._woken.set()

    def moved(self, addresses: tuple[str, ...]) -> None:
        """It is said to be at these addresses now; whoever answers where it is keeps being called there."""
        self._leaving = False
        if self.client.move(addresses, keep=self.present):
            self._backed_off = EVERY_S
            self._woken.set()

    def leave(self) -> None:
        """It is said to be gone. Anybody may say so: it is left once it does not answer."""
        self._leaving = True
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled, or until it has left."""
        while True:
            self._woken.clear()
            await self._try()
            if self._leaving and not self.present:
                return
            try:
                async with asyncio.timeout(self._pause * self._jitter.uniform(0.8, 1.2)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _try(self) -> None:
        from console.sync.door.session import Stranger
        from console.wire.guard import Trouble

        try:
            await self.meet()
            if not self._more:
                await self._photos()
        except (Trouble, Stranger, StoreFull) as trouble:
            self._note(False, str(trouble) or type(trouble).__name__)
            self._back_off()
        except Exception as error:  # noqa: BLE001 - one neighbour's surprise ends neither its loop nor the others
            _log.error("exchange with a neighbour failed", address=self.client.address, exc_info=error)
            self._note(False, type(error).__name__)
            self._pause = AFTER_FAULT_S
        else:
            self._unproven = False
            self._note(True, "")
            self._pause, self._backed_off = MORE_S if self._more else EVERY_S, EVERY_S

    def _back_off(self) -> None:
        if self.client.elsewhere():
            self._pause = NEXT_ADDRESS_S
            return
        self._pause = self._backed_off = min(UNPROVEN_S if self._unproven else LONGEST_S, self._backed_off * 2)

    def _note(self, present: bool, why: str) -> None:
        if present != self.present:
            self.present = present
            _log.info("neighbour", address=self.client.address, device=self.client.device, present=present, why=why)
            self._on_change()

    async def meet(self) -> None:
        """Compare heads; take what is missing here, give what is missing there."""
        from console.sync.door.frame_flow import FrameFlow
        from console.sync.door.lost_flow import LostFlow

        if self._readings is None or self._lost is None:
            self._readings, self._lost = FrameFlow(self._store, self.client), LostFlow(self._store, self.client)
        heads = await self.client.heads()
        await self._lost.exchange(heads.lost, await self._journals(heads.held))
        self._more = await self._readings.exchange(heads.frames)

    async def _photos(self) -> None:
        """Fetch the photos and documents that this room lacks and the neighbour has, and bring it those that it lacks, until
        there is something to say."""
        from console.sync.door.blobs import BlobFlow
        from console.sync.door.bringing import Bringing

        if self._blobs is None or self._bringing is None:
            self._blobs, self._bringing = BlobFlow(self._store, self.client), Bringing(self._store, self.client)
        await self._blobs.fetch(self._woken.is_set)
        await self._bringing.bring(self._woken.is_set)

    async def _journals(self, theirs: dict[str, Held]) -> dict[str, Held]:
        """Both ways; what the neighbour holds then."""
        from console.sync.door import content

        mine = await content.held(self._store)
        if mine == theirs or (mine, theirs) == self._settled:
            return theirs
        for territory in self._differing(theirs, mine):
            await self._take(territory)
        mine = await content.held(self._store)
        for territory in self._differing(mine, theirs):
            theirs = await self._give(territory, theirs.get(territory, Held()), theirs)
        # Copies may differ for good reasons (an order that one has lost); the same is not carried to and fro again.
        self._settled = (mine, theirs)
        return theirs

    def _differing(self, giver: dict[str, Held], taker: dict[str, Held]) -> list[str]:
        """Journals of which the giver may have more; the city's first, since it says whom to believe."""
        city = self._store.city.code
        ours = (t for t in giver if of_city(t, city))
        return sorted((t for t in ours if giver[t] != taker.get(t)), key=lambda t: (t != city, t))

    async def _take(self, territory: str) -> None:
        from console.sync.door import content

        have = await content.held_with_trail(self._store, territory)
        if await self._take_pages(territory, have) and have.heads:
            # Their order names something else in a place that is taken here: let them say all that is above the shared one.
            await self._take_pages(territory, msgspec.structs.replace(have, heads={}))

    async def _take_pages(self, territory: str, have: Held) -> bool:
        """Whether an order came that is not this room's."""
        from console.sync.recovery import epochs

        page, more, apart = 0, True, False
        while more:
            incoming, more = await self.client.part(territory, have, page)
            if incoming.entries or incoming.links:
                apart |= bool((await epochs.take(self._store, incoming)).apart)
            page += 1
        return apart

    async def _give(self, territory: str, have: Held, theirs: dict[str, Held]) -> dict[str, Held]:
        from console.sync.door import content

        if await content.apart(self._store, territory, have):
            have = await self.client.trail(territory)
        number, more = 0, True
        while more:
            page = await content.page_for(self._store, territory, have, number)
            if not page.empty:
                theirs = await self.client.give(page)
            more = page.more
            number += 1
        return theirs
