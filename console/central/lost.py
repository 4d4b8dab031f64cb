"""Orders that were signed once, lost, and not taken up again. They are kept and given to every room: what was written
meanwhile says by them what its writer knew."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg
import zstandard

from console.central.offer import Offered
from console.domain.entry import EntryId
from console.domain.order import Link, OrderHead
from console.wire.messages import LinkRun
from console.wire.recovery import LostOrder, LostOrders
from console.wire.runs import pack_links

AT_ONCE = 20
_KEEP = """
INSERT INTO lost_orders (territory, common_n, common, epoch, n, hash, signature, links)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_READ = """
SELECT number, common_n, common, epoch, n, hash, signature, links FROM lost_orders
WHERE territory = %s AND number > %s ORDER BY number LIMIT %s
"""


def keep_lost(
    db: psycopg.Connection, territory: str, common_n: int, common: bytes, head: OrderHead, rows: Sequence[Offered]
) -> None:
    """Keep what followed on `common_n`."""
    links = pack_links(
        territory, [Link(r.n, EntryId(r.stream, r.seq), r.accepted_at, r.void) for r in rows if r.n > common_n]
    )
    packed = zstandard.compress(msgspec.json.encode(links))
    db.execute(_KEEP, (territory, common_n, common, head.epoch, head.n, head.hash, head.signature, packed))


def known_lost(db: psycopg.Connection, head: OrderHead) -> bool:
    """Whether the order up to this head was numbered anew already."""
    asked = (head.territory, head.hash)
    return db.execute("SELECT 1 FROM lost_orders WHERE territory = %s AND hash = %s", asked).fetchone() is not None


def last_lost(db: psycopg.Connection) -> dict[str, int]:
    """The number of each territory's last lost order."""
    rows = db.execute("SELECT territory, max(number) FROM lost_orders GROUP BY territory").fetchall()
    return {territory: number for territory, number in rows}


def read_lost(db: psycopg.Connection, territory: str, after: int) -> LostOrders:
    """The lost orders of a territory after a number."""
    rows = db.execute(_READ, (territory, after, AT_ONCE)).fetchall()
    return LostOrders([
        LostOrder(
            number, territory, common_n, common, OrderHead(territory, epoch, n, order, signature),
            msgspec.json.decode(zstandard.decompress(links), type=list[LinkRun]),
        )
        for number, common_n, common, epoch, n, order, signature, links in rows
    ])  # fmt: skip
