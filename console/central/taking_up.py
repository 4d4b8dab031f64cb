"""Writing a proven offer into the journal: verbatim, or under new numbers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg

from console.central.heads import Head
from console.central.offer import Offered
from console.domain.entry import FIRST_HASH, Checkpoint, chain_hash
from console.domain.keys import KeyRing, verify
from console.domain.order import next_order

_INSERT = """
INSERT INTO entries (territory, n, stream, seq, kind, header, body, body_hash, accepted_at, void, order_hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_STREAM = """
INSERT INTO streams (stream, territory, device, seq, hash) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
"""
_PROOF = """
UPDATE streams SET checkpoint_seq = %s, checkpoint_hash = %s, checkpoint_signature = %s
WHERE stream = %s AND checkpoint_seq < %s
"""
_HERE = "SELECT stream, territory, device, seq, hash FROM streams WHERE stream = ANY(%s)"


def copy_verbatim(db: psycopg.Connection, territory: str, rows: Sequence[Offered]) -> None:
    """Put an order back as it was."""
    with db.cursor() as cursor:
        cursor.executemany(_INSERT, [_columns(territory, row) for row in rows])


def append_anew(db: psycopg.Connection, head: Head, rows: Sequence[Offered], now: int) -> tuple[Head, list[Offered]]:
    """Number what this centre does not have yet after its own head, verdicts kept; gives the new head and what was taken.

    A stream in which this centre holds something else at the same place ends there; its writer is told when it offers the
    rest itself.
    """
    here = {row[0]: (row[1], row[3], row[4]) for row in db.execute(_HERE, ([r.stream for r in rows],))}
    taken: list[Offered] = []
    n, order = head.n, head.order
    for row in rows:
        territory, seq, link = here.get(row.stream, (head.territory, 0, b""))
        if territory != head.territory or row.seq != seq + 1 or not _follows(row, link):
            continue
        n += 1
        order = next_order(order, n, row.hash, now, row.void)
        taken.append(msgspec.structs.replace(row, n=n, accepted_at=now, order=order))
        here[row.stream] = (territory, row.seq, row.hash)
    copy_verbatim(db, head.territory, taken)
    return msgspec.structs.replace(head, n=n, order=order), taken


def _follows(row: Offered, link: bytes) -> bool:
    """Whether the entry's chain goes through what is here (its hash was proven, so this compares whole pasts)."""
    return chain_hash(link or FIRST_HASH, row.entry) == row.hash


def _columns(territory: str, r: Offered) -> tuple[object, ...]:
    return (territory, r.n, r.stream, r.seq, r.kind, r.header, r.body, r.body_hash, r.accepted_at, r.void, r.order)


def keep_streams(db: psycopg.Connection, territory: str, rows: Sequence[Offered], ring: KeyRing) -> None:
    """Move the streams' heads to what was taken, with their authors' checkpoints where these came along."""
    last = {row.stream: row for row in rows}
    writers = {row[0]: row[2] for row in db.execute(_HERE, (list(last),))}
    writers |= {row.stream: row.device for row in rows if row.seq == 1}
    with db.cursor() as cursor:
        cursor.executemany(_STREAM, [(s, territory, writers[s], r.seq, r.hash) for s, r in last.items()])
        cursor.executemany(_PROOF, [
            (r.seq, r.hash, r.proof, r.stream, r.seq)
            for r in rows if r.proof and _proven(territory, r, r.proof, ring.key(writers[r.stream]))
        ])  # fmt: skip


def _proven(territory: str, r: Offered, proof: bytes, public: bytes | None) -> bool:
    message = Checkpoint(territory, r.stream, r.seq, r.hash, proof).message()
    return public is not None and verify(public, proof, message)
