"""Lost orders between a room and whoever brings or takes them, a neighbour or a stick: packed, checked, taken with proof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from console.domain.city import of_city
from console.domain.order import Link
from console.store import carried, recovery
from console.store.recovery import Lost
from console.store.store import Store
from console.sync.stick.content import checked
from console.wire.bundle import BundleRefused
from console.wire.codec import Malformed
from console.wire.messages import Changes
from console.wire.recovery import LostOrder
from console.wire.runs import pack_links

T = TypeVar("T")


async def ends(store: Store) -> Lost:
    """The lost orders that this room can prove, by their ends."""
    return await store.read(recovery.lost_ends)


async def unknown(store: Store, told: Lost) -> Lost:
    """The lost orders of these that this room does not know."""
    ours = {t: each for t, each in told.items() if of_city(t, store.city.code)}
    return await store.read(lambda db: recovery.unknown(db, ours))


async def find(store: Store, territory: str, n: int, name: bytes) -> LostOrder | None:
    """The lost order that ends so, as it travels."""
    found = await store.read(lambda db: recovery.lost_stretch(db, territory, n, name, carried.MAX_LINKS))
    if found is None:
        return None
    return LostOrder(0, territory, *found.common, found.head, pack_links(territory, found.links))


def links_of(lost: LostOrder, city: str) -> tuple[Link, ...]:
    """What a lost order that came numbers. Malformed when it is not of one journal of this city, too long, or its columns
    do not fit; whether it is true is not looked at."""
    named = {lost.territory, lost.head.territory, *(run.territory for run in lost.links)}
    if len(named) > 1 or not of_city(lost.territory, city):
        raise Malformed(f"lost order of {', '.join(sorted(named))}")
    if sum(run.count for run in lost.links) > carried.MAX_LINKS or not 0 <= lost.common_n < lost.head.n:
        raise Malformed("lost order")
    try:
        came = checked(Changes(0, links=lost.links, heads=[lost.head]))
    except BundleRefused as error:
        raise Malformed(str(error)) from error
    return came.links.get(lost.territory, ())


async def keep(store: Store, lost: LostOrder) -> bool:
    """Keep a lost order that came; False when it cannot be proven here (yet). Malformed as `links_of`."""
    links = links_of(lost, store.city.code)
    return await store.take_lost(0, lost.head, (lost.common_n, lost.common), links)


async def take_each(todo: Sequence[T], take: Callable[[T], Awaitable[bool]]) -> list[T]:
    """Take them with `take`, and give those that could not be. One may stand on another: as long as any can be taken, the
    rest is tried again."""
    left = list(todo)
    while left:
        still = [one for one in left if not await take(one)]
        if len(still) == len(left):
            break
        left = still
    return left
