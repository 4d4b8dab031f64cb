"""Readings between this room and one neighbour: what came to either since they met last, newest first, page by page.

A frame is known by its place, which tells in what sequence frames came to a room. What is already there, or there in a
higher revision, changes nothing; so the same frame may come by several ways.
"""

from __future__ import annotations

from collections import OrderedDict

from console.domain.reading import Frame
from console.store.store import Store
from console.sync.door import content
from console.sync.door.client import NeighbourClient
from console.sync.door.messages import FramesGiven

DEPTH = 20_000
"""How far back readings go at a first meeting, in frames."""
PAGES = 5
"""Pages in each direction at one meeting: journals come first, and again soon."""
_GAPS, _REMEMBERED = 16, 4_000
_Key = tuple[str, str, int, int]


class Gaps:
    """Which places of a growing row are still to be carried: stretches, the newest first."""

    def __init__(self) -> None:
        self._top = 0
        self._open: list[tuple[int, int]] = []

    def reach(self, top: int) -> None:
        """The row goes up to `top` now; one that is shorter than before is another row."""
        if top < self._top:
            self._top, self._open = 0, []
        if top > self._top:
            self._open = [(max(self._top, top - DEPTH), top + 1), *self._open][:_GAPS]
            self._top = top

    @property
    def next(self) -> tuple[int, int] | None:
        """The next stretch: above one place and below another."""
        return self._open[0] if self._open else None

    def done(self, low: int) -> None:
        """The next stretch was carried down to this place."""
        after, before = self._open.pop(0)
        if after < low < before:
            self._open.insert(0, (after, low))


class FrameFlow:
    """Carries readings both ways between a store and one neighbour's door."""

    def __init__(self, store: Store, client: NeighbourClient) -> None:
        self._store = store
        self._client = client
        self._theirs, self._mine = Gaps(), Gaps()
        self._seen: OrderedDict[_Key, None] = OrderedDict()

    async def exchange(self, reach: int | None) -> bool:
        """Take and give some; `reach` is how far the neighbour's readings go, None where it takes none. Whether more
        remain."""
        if reach is None:
            return False
        self._theirs.reach(reach)
        self._mine.reach(await content.frames_reach(self._store))
        for _ in range(PAGES):
            if not (await self._take() or await self._give()):
                return False
        return self._theirs.next is not None or self._mine.next is not None

    async def _take(self) -> bool:
        if (stretch := self._theirs.next) is None:
            return False
        given = await self._client.frames(*stretch)
        self._remember(given.frames)
        await content.take_frames(self._store, self._client.own, given)
        self._theirs.done(given.low)
        return True

    async def _give(self) -> bool:
        if (stretch := self._mine.next) is None:
            return False
        part = await content.frames_between(self._store, *stretch)
        told = [(f, k in part.on) for k, f in enumerate(part.frames) if _key(f) not in self._seen]
        if told:
            on = [k for k, (_, carry) in enumerate(told) if carry]
            await self._client.give_frames(FramesGiven([f for f, _ in told], on))
            self._remember([f for f, _ in told])
        self._mine.done(part.low)
        return True

    def _remember(self, frames: list[Frame]) -> None:
        """What passed between the two is not carried back."""
        self._seen.update(dict.fromkeys(map(_key, frames)))
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


def _key(frame: Frame) -> _Key:
    return frame.territory, frame.source, frame.minute, frame.revision
