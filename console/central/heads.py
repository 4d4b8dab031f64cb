"""Where the order of each territory stands: reading it, locking it, judging cursors against it, and signing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import psycopg

from console.domain.keys import DeviceKey
from console.domain.order import FIRST_ORDER, Cursor, OrderHead
from console.wire.messages import Fork

_BIG = 2**62
_ORDERS_AT = """
SELECT c.territory, c.n, e.order_hash
FROM unnest(%s::text[], %s::bigint[]) AS c (territory, n)
JOIN entries e ON e.territory = c.territory AND e.n = c.n
"""


class Head(msgspec.Struct, frozen=True):
    """The last number of a territory, its O_n, and the epochs as (first n, epoch)."""

    territory: str
    n: int = 0
    order: bytes = FIRST_ORDER
    epoch: int = 1
    epochs: tuple[tuple[int, int], ...] = ((1, 1),)


def read_heads(db: psycopg.Connection) -> dict[str, Head]:
    """Every territory's head; one that has no entries yet may be missing."""
    rows = db.execute("SELECT territory, n, order_hash, epoch, epochs FROM heads").fetchall()
    return {row[0]: Head(row[0], row[1], row[2], row[3], tuple((a, e) for a, e in row[4])) for row in rows}


def lock_head(db: psycopg.Connection, territory: str) -> Head:
    """The head of a territory, its row locked until the transaction ends: only its holder gives out numbers."""
    db.execute(
        "INSERT INTO heads (territory, order_hash) VALUES (%s, %s) ON CONFLICT DO NOTHING", (territory, FIRST_ORDER)
    )
    row = db.execute(
        "SELECT n, order_hash, epoch, epochs FROM heads WHERE territory = %s FOR UPDATE", (territory,)
    ).fetchone()
    assert row is not None
    return Head(territory, row[0], row[1], row[2], tuple((a, e) for a, e in row[3]))


def advance_head(db: psycopg.Connection, head: Head) -> None:
    """Write the locked head back, and wake whoever waits for changes once this transaction commits."""
    db.execute("UPDATE heads SET n = %s, order_hash = %s WHERE territory = %s", (head.n, head.order, head.territory))
    db.execute("SELECT pg_notify('simpul', %s)", (head.territory,))


def set_epochs(db: psycopg.Connection, head: Head) -> None:
    """Write the epochs of the locked head."""
    said = msgspec.json.encode(head.epochs).decode()
    db.execute("UPDATE heads SET epoch = %s, epochs = %s WHERE territory = %s", (head.epoch, said, head.territory))


def orders_at(db: psycopg.Connection, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """O_n at each (territory, n) that this centre has numbered; n = 0 is always shared."""
    asked = [(t, n) for t, n in places if 0 < n < _BIG and "\0" not in t]
    rows = db.execute(_ORDERS_AT, ([t for t, _ in asked], [n for _, n in asked])).fetchall() if asked else []
    return {(t, n): order for t, n, order in rows}


def judge_cursors(
    db: psycopg.Connection, cursors: Mapping[str, Cursor], trails: Mapping[str, Sequence[tuple[int, str]]]
) -> list[Fork]:
    """The territories whose cursor this centre does not share, with the greatest number that is known to be shared."""
    known = orders_at(db, ((t, c.n) for t, c in cursors.items()))
    apart = [t for t, c in cursors.items() if c.n != 0 and not _named(known.get((t, c.n)), c.hash)]
    if not apart:
        return []
    heads = read_heads(db)
    marks = orders_at(db, ((t, n) for t in apart for n, _ in trails.get(t, ())))
    forks = []
    for territory in apart:
        shared = [n for n, name in trails.get(territory, ()) if _begins(marks.get((territory, n)), name)]
        head = heads.get(territory, Head(territory))
        forks.append(Fork(territory, max(shared, default=0), head.n, head.epoch))
    return forks


def _named(order: bytes | None, name: bytes) -> bool:
    return order is not None and len(name) >= 8 and order.startswith(name)


def _begins(order: bytes | None, name: str) -> bool:
    return order is not None and len(name) >= 16 and order.hex().startswith(name)


def sign_head(key: DeviceKey, head: Head) -> OrderHead:
    """The centre's signed word on a head."""
    bare = OrderHead(head.territory, head.epoch, head.n, head.order, b"")
    return msgspec.structs.replace(bare, signature=key.sign(bare.message()))
