"""Which blobs the entries at the centre name: what is taken at all, and what is still missing.

Read from the journal up to where it was read last, whenever somebody asks; so nothing that writes the journal needs to
know of it. A journal that was put back to an older day is read from the beginning again.
"""

from __future__ import annotations

import psycopg

from console.domain.attachment import ATTACHED, named_by
from console.domain.entry import from_bytes

PAGE = 500
_BATCH = 2_000


def named_sizes(db: psycopg.Connection, name: str) -> set[int]:
    """The sizes in which entries name this blob; none when nothing does."""
    found = _sizes(db, name)
    if not found:
        catch_up(db)
        found = _sizes(db, name)
    return found


def _sizes(db: psycopg.Connection, name: str) -> set[int]:
    return {size for (size,) in db.execute("SELECT DISTINCT size FROM blob_names WHERE sha256 = %s", (name,))}


def missing(db: psycopg.Connection, after: str) -> list[str]:
    """Blobs that entries name and that are not whole here, by name, from the one behind `after` on; at most PAGE."""
    catch_up(db)
    rows = db.execute(
        "SELECT DISTINCT n.sha256 FROM blob_names n LEFT JOIN blobs b ON b.sha256 = n.sha256 AND b.complete"
        " WHERE n.sha256 > %s AND b.sha256 IS NULL ORDER BY 1 LIMIT %s",
        (after, PAGE),
    )
    return [name for (name,) in rows]


def catch_up(db: psycopg.Connection) -> None:
    """Read what the journals have got since the last time."""
    behind = db.execute(
        "SELECT h.territory, h.n, h.order_hash, coalesce(s.n, 0), s.order_hash FROM heads h"
        " LEFT JOIN blob_scans s USING (territory) WHERE h.n > 0 AND h.order_hash IS DISTINCT FROM s.order_hash"
    ).fetchall()
    for territory, n, order_hash, scanned, known in behind:
        with db.transaction():
            _read(db, territory, scanned if _still_there(db, territory, scanned, known) else 0, n)
            db.execute(
                "INSERT INTO blob_scans VALUES (%s, %s, %s) ON CONFLICT (territory)"
                " DO UPDATE SET n = excluded.n, order_hash = excluded.order_hash",
                (territory, n, order_hash),
            )


def _still_there(db: psycopg.Connection, territory: str, n: int, order_hash: bytes | None) -> bool:
    row = db.execute("SELECT order_hash FROM entries WHERE territory = %s AND n = %s", (territory, n)).fetchone()
    return row is not None and row[0] == order_hash


def _read(db: psycopg.Connection, territory: str, after: int, upto: int) -> None:
    rows = db.execute(
        "SELECT n, header, body, body_hash FROM entries"
        f" WHERE territory = %s AND n > %s AND n <= %s AND kind = '{ATTACHED}' ORDER BY n",
        (territory, after, upto),
    )
    while batch := rows.fetchmany(_BATCH):
        named = [
            (x.sha256, territory, n, x.size)
            for n, *raw in batch
            if raw[1] is not None
            for x in named_by(from_bytes(*raw), True)
        ]
        with db.cursor() as cursor:
            cursor.executemany("INSERT INTO blob_names VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", named)
