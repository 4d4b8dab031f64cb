"""Lost orders between this room and one neighbour: entries name them, so whoever holds the entries must hold them too."""

from __future__ import annotations

from console.store.carried import Held
from console.store.recovery import Lost
from console.store.store import Store
from console.sync.door import content
from console.sync.door.client import NeighbourClient
from console.sync.recovery import lost_orders
from console.wire.codec import Malformed
from console.wire.guard import Garbled

_End = tuple[str, int, bytes]


class LostFlow:
    """Carries them both ways between a store and one neighbour's door. What could not be proven is tried again once either
    room holds more."""

    def __init__(self, store: Store, client: NeighbourClient) -> None:
        self._store = store
        self._client = client
        self._tried: dict[_End, tuple[Held | None, Held | None]] = {}
        self._given: set[_End] = set()

    async def exchange(self, theirs: Lost, held: dict[str, Held]) -> None:
        """Take those that only the neighbour knows and give those that it may not know; `held` is what it holds."""
        mine = await content.held(self._store)
        await self._take_all(theirs, mine, held)
        await self._give(theirs, mine, held)

    async def _take_all(self, theirs: Lost, mine: dict[str, Held], held: dict[str, Held]) -> None:
        unknown = await lost_orders.unknown(self._store, theirs)
        todo = [(t, *end) for t, ends in unknown.items() for end in ends if self._worth((t, *end), mine, held)]
        await lost_orders.take_each(todo, self._take)

    async def _take(self, end: _End) -> bool:
        order = await self._client.lost(*end)
        try:
            return order is not None and await lost_orders.keep(self._store, order)
        except Malformed as error:
            raise Garbled(str(error)) from error

    async def _give(self, theirs: Lost, mine: dict[str, Held], held: dict[str, Held]) -> None:
        for territory, ends in (await lost_orders.ends(self._store)).items():
            for n, name in ends:
                end = (territory, n, name)
                if (n, name) in theirs.get(territory, ()) or end in self._given or not self._worth(end, mine, held):
                    continue
                order = await lost_orders.find(self._store, *end)
                if order is not None and await self._client.give_lost(order):
                    self._given.add(end)

    def _worth(self, end: _End, mine: dict[str, Held], held: dict[str, Held]) -> bool:
        """Whether anything moved since this was tried last."""
        now = (mine.get(end[0]), held.get(end[0]))
        was = self._tried.get(end)
        self._tried[end] = now
        return was != now
