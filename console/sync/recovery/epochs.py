"""Taking what a stick or a neighbour brings: its order may not be this room's, since the centre began a newer epoch."""

from __future__ import annotations

import msgspec

from console.domain.exchange import Incoming, Taken
from console.log import logger
from console.store import carried
from console.store.recovery import left_before
from console.store.store import CURSOR, Store

_log = logger("sync")


class Brought(msgspec.Struct, frozen=True):
    """What became of it, by transactions; the newer epoch of each territory that was followed; and the territories whose
    order is not this room's, and was left."""

    taken: tuple[Taken, ...]
    epochs: dict[str, int]
    apart: tuple[str, ...]


async def take(store: Store, incoming: Incoming) -> Brought:
    """Take it. An order that is not this room's (or nobody's) spoils no entry: those prove themselves. One of a newer epoch
    is followed, also while it is still shorter than the one here, which it then contradicts nowhere. One that this room fell
    back from is not taken up again: it told the centre that it would, and only the centre may take it back."""
    left = await _left_before(store, incoming)
    if left:
        links = {t: found for t, found in incoming.links.items() if t not in left}
        heads = tuple(h for h in incoming.heads if h.territory not in left)
        incoming = msgspec.structs.replace(incoming, links=links, heads=heads)
    first = await store.take_changes(incoming)
    taken = [first]
    if first.mismatch:
        taken = [await store.take_changes(Incoming(incoming.entries, incoming.checkpoints))]
    epochs = {t: epoch for t in incoming.links if (epoch := await _follow(store, t, incoming))}
    if epochs:
        taken.append(await store.take_changes(incoming))
    return Brought(tuple(taken), epochs, (*left, *(t for t in first.mismatch if t not in epochs)))


async def _left_before(store: Store, incoming: Incoming) -> tuple[str, ...]:
    return await store.read(
        lambda db: tuple(t for t, links in incoming.links.items() if left_before(db, t, links, incoming.heads))
    )


async def _follow(store: Store, territory: str, incoming: Incoming) -> int:
    """Go back to what both orders share, so that the newer one can be taken; the new epoch, or 0 when nothing was done: only
    an order of a newer epoch that is proven from there on counts. What this room leaves is kept as a lost order."""
    links = incoming.links.get(territory, ())
    heads = [h for h in incoming.heads if h.territory == territory]
    head = max(heads, key=lambda h: (h.epoch, h.n), default=None)
    here = (await store.cursors()).get(territory)
    if not links or head is None or here is None or head.epoch <= here.epoch:
        return 0
    common = await store.read(lambda db: carried.shared_with(db, territory, links, head))
    if common is None or not store.ring.centre_signed(head.signature, head.message()):
        return 0
    await store.fall_back(territory, common, await store.get_meta(CURSOR) or "")
    _log.info("followed a newer epoch", territory=territory, epoch=head.epoch, common=common)
    return head.epoch
