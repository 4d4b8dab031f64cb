"""What becomes of a signed order that a room holds and this centre has lost: taken up again number for number where this
centre has not gone on, else numbered anew in a new epoch. Either way an entry keeps its first verdict.

An offer comes in batches and is kept aside, under the signed O_n at its end, until it is whole and proven; so it goes on
where it stopped, whichever room brings the rest. The territory's head stays locked meanwhile, as for any numbering.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import psycopg

from console.central.centre import Centre
from console.central.heads import Head, advance_head, lock_head, orders_at, set_epochs
from console.central.lost import keep_lost, known_lost
from console.central.offer import Offered, drop_offer, offer_rows, reached, stage
from console.central.places import MARK, read_place, write_place
from console.central.ring import draft
from console.central.taking_up import append_anew, copy_verbatim, keep_streams
from console.domain.keys import KeyRing, verify
from console.domain.order import FIRST_ORDER, OrderHead
from console.wire.recovery import Judgement, OrderReply, OrderRequest


def take_order(centre: Centre, db: psycopg.Connection, request: OrderRequest, ring: KeyRing) -> OrderReply:
    """Judge a room's order of a territory, and take up what it offers. `ring` knows the keys that may have signed it."""
    with db.transaction():
        head = lock_head(db, request.territory)
        common, order = _common(db, request)
        if common == request.cursor.n:
            return _reply(centre, request, "shared", head, common, order)
        judgement, from_n = _offer(centre, db, request, ring, head, common, order)
        head = lock_head(db, request.territory)
        if judgement == "adopted":
            common, order = head.n, head.order
        return _reply(centre, request, judgement, head, common, order, from_n)


def _common(db: psycopg.Connection, request: OrderRequest) -> tuple[int, bytes]:
    """The greatest number that both are known to share, and its O_n here."""
    names = [*request.names, (request.cursor.n, request.cursor.hash[:8].hex())]
    here = orders_at(db, ((request.territory, n) for n, _ in names))
    shared = [(n, here[request.territory, n]) for n, name in names if _is(here.get((request.territory, n)), name)]
    return max(shared, default=(0, FIRST_ORDER))


def _is(order: bytes | None, name: str) -> bool:
    return order is not None and len(name) >= 16 and order.hex().startswith(name)


def _reply(
    centre: Centre, request: OrderRequest, judgement: Judgement, head: Head, common: int, order: bytes, from_n: int = 0
) -> OrderReply:
    place = read_place(request.since, centre.city)
    place.orders[request.territory] = (common, order[:MARK])
    if common == 0:
        del place.orders[request.territory]
    return OrderReply(judgement, common, head.n, head.epoch, from_n, write_place(place, centre.city))


def _offer(
    centre: Centre, db: psycopg.Connection, request: OrderRequest, ring: KeyRing, head: Head, common: int, order: bytes
) -> tuple[Judgement, int]:
    """What becomes of the offer, and from which number it should go on."""
    offered = request.head
    if offered is None or not _fits(centre, ring, request, offered) or offered.n <= common:
        return "apart", 0
    if known_lost(db, offered):
        return "numbered", 0
    n, last = reached(db, offered.hash) or (common, order)
    if n < offered.n:
        n, last = stage(db, request, offered, n, last)
    if n < offered.n:
        return "more", n + 1
    if last != offered.hash:
        drop_offer(db, offered.hash)
        return "apart", 0
    return _take_up(centre, db, request, offered, ring, head), 0


def _fits(centre: Centre, ring: KeyRing, request: OrderRequest, offered: OrderHead) -> bool:
    signed = verify(centre.key.public, offered.signature, offered.message())
    return offered.territory == request.territory and (
        signed or ring.centre_signed(offered.signature, offered.message())
    )


def _take_up(
    centre: Centre, db: psycopg.Connection, request: OrderRequest, offered: OrderHead, ring: KeyRing, head: Head
) -> Judgement:
    """The offer is whole and proven: take it up."""
    rows = _beyond_common(db, request.territory, offer_rows(db, offered.hash))
    if not rows:
        drop_offer(db, offered.hash)
        return "apart"
    common = rows[0].n - 1
    own = verify(centre.key.public, offered.signature, offered.message())
    adopts = own and common == head.n and head.epoch <= offered.epoch
    base = orders_at(db, [(request.territory, common)]).get((request.territory, common), FIRST_ORDER)
    if adopts:
        copy_verbatim(db, request.territory, rows)
        head = msgspec.structs.replace(
            head, n=offered.n, order=offered.hash, epochs=_epochs(head, request.epochs, offered), epoch=offered.epoch
        )
    else:
        if offered.epoch >= head.epoch:
            epoch = max(offered.epoch, head.epoch) + 1
            head = msgspec.structs.replace(head, epoch=epoch, epochs=(*head.epochs, (head.n + 1, epoch)))
        head, rows = append_anew(db, head, rows, centre.clock.now())
        keep_lost(db, request.territory, common, base, offered, offer_rows(db, offered.hash))
    keep_streams(db, request.territory, rows, _ring_after(ring, rows, centre.city, request.territory))
    advance_head(db, head)
    set_epochs(db, head)
    drop_offer(db, offered.hash)
    return "adopted" if adopts else "numbered"


def _beyond_common(db: psycopg.Connection, territory: str, rows: Sequence[Offered]) -> list[Offered]:
    """The part of an offer that this centre's order does not have; it may have taken up another room's part meanwhile."""
    here = orders_at(db, ((territory, row.n) for row in rows))
    return [row for row in rows if here.get((territory, row.n)) != row.order]


def _epochs(head: Head, said: Iterable[tuple[int, int]], offered: OrderHead) -> tuple[tuple[int, int], ...]:
    """The epochs of an adopted order: this centre's own, then those that the room knows, up to the one that is signed."""
    later = [(n, e) for n, e in sorted(set(said)) if head.epoch < e < offered.epoch and 0 < n <= offered.n]
    last = next((n for n, e in said if e == offered.epoch), head.n + 1)
    return (*head.epochs, *later, *([(last, offered.epoch)] if offered.epoch > head.epoch else []))


def _ring_after(ring: KeyRing, rows: Iterable[Offered], city: str, territory: str) -> KeyRing:
    """The ring that also knows what the taken rows of the city's journal say, for judging checkpoints."""
    known = draft(ring)
    if territory == city:
        authors: dict[str, str] = {}
        for row in rows:
            authors.setdefault(row.stream, row.device)
            if not row.void:
                known.take(row.entry, authors[row.stream])
    return known
