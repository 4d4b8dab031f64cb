"""Lost orders on a stick: entries name them, so they travel with the entries, to whoever did not say that he knows them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from console.store.recovery import Lost
from console.store.store import Store
from console.sync.recovery import lost_orders
from console.sync.stick.content import parsed
from console.sync.stick.memory import Memory, Receipt
from console.sync.stick.notes import Note, note
from console.wire.bundle import BundleRefused, Member, Opened
from console.wire.codec import Malformed
from console.wire.recovery import LostOrder

LOST = "lost"
"""Kind of a section: one lost order; its name is the territory."""
MOST = 200
"""Lost orders in one bundle."""
MOST_NUMBERS = 300_000
"""Numbers that all of them together have."""


def known_to_all(receipts: Sequence[Receipt | None]) -> Lost:
    """The lost orders that every one of these copies said it knows."""
    told = [r.lost if r is not None else {} for r in receipts] or [{}]
    return {
        t: tuple(end for end in ends if all(end in lost.get(t, ()) for lost in told)) for t, ends in told[0].items()
    }


async def members(store: Store, territories: Sequence[str], known: Lost) -> tuple[list[Member], int]:
    """A section for each lost order of these journals that is not among `known`, and how many did not fit."""
    todo = [
        (territory, *end)
        for territory, ends in (await lost_orders.ends(store)).items()
        if territory in territories
        for end in ends
        if end not in known.get(territory, ())
    ]
    made: list[Member] = []
    numbers = 0
    for end in todo:
        lost = await lost_orders.find(store, *end)
        count = _numbers(lost) if lost is not None else 0
        if lost is not None and len(made) < MOST and numbers + count <= MOST_NUMBERS:
            made.append(Member(LOST, lost.territory, msgspec.json.encode(lost), count))
            numbers += count
    return made, len(todo) - len(made)


def check(opened: Opened, city: str) -> None:
    """BundleRefused when one cannot be a lost order of this city, or they are too many or too long."""
    if sum(s.kind == LOST for s in opened.manifest.sections) > MOST:
        raise BundleRefused("too_big", "urutan lama")
    numbers = 0
    for lost in _inside(opened):
        numbers += _numbers(lost)
        if numbers > MOST_NUMBERS:
            raise BundleRefused("too_big", "urutan lama")
        try:
            lost_orders.links_of(lost, city)
        except Malformed as error:
            raise BundleRefused("unreadable", str(error)) from error


async def take(store: Store, memory: Memory, opened: Opened) -> list[Note]:
    """Keep those that lead to what a centre of this city signed; what was wrong with others. One whose entries are not here
    yet waits for a bundle that brings them, with those of earlier bundles."""
    came = list(_inside(opened))
    todo = [*came, *(lost for lost in await memory.lost() if lost not in came)]
    if not todo:
        return []
    left = await lost_orders.take_each(todo, lambda lost: lost_orders.keep(store, lost))
    signed = [lost for lost in left if store.ring.centre_signed(lost.head.signature, lost.head.message())]
    await memory.note_lost(signed)
    forged = sorted({lost.territory for lost in left if lost not in signed})
    waiting = sorted({lost.territory for lost in signed if lost in came})
    return [*(note("lost_unsigned", t) for t in forged), *(note("lost_waiting", t) for t in waiting)]


def _inside(opened: Opened) -> list[LostOrder]:
    return [parsed(member.data, LostOrder) for member in opened.members(LOST)]


def _numbers(lost: LostOrder) -> int:
    return sum(run.count for run in lost.links)
