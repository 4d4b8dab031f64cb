"""Photos and files, named by the SHA-256 of their bytes, kept as 256 kB rows so that one backup holds everything.

An upload may stop and go on anywhere: the centre says how much it has. What does not hash to its name is thrown away.
"""

from __future__ import annotations

import hashlib
import re

import psycopg

from console.wire.messages import BlobState

ROW = 256 * 1024
MAX_SIZE = 64 * 1024 * 1024
MAX_PIECE = 4 * 1024 * 1024
NAME = re.compile(r"[0-9a-f]{64}")


class BadBlob(ValueError):
    """A piece that does not belong where it was sent, or a whole that is not what its name says."""


class OutOfStep(Exception):
    """A piece that does not begin where the centre has got to; `state` says where that is."""

    def __init__(self, state: BlobState) -> None:
        super().__init__("piece out of step")
        self.state = state


def blob_state(db: psycopg.Connection, name: str) -> BlobState | None:
    """How much of a blob is here, None when nothing is known of it."""
    row = db.execute("SELECT size, have, complete FROM blobs WHERE sha256 = %s", (name,)).fetchone()
    return BlobState(*row) if row else None


def take_piece(db: psycopg.Connection, name: str, start: int, size: int, piece: bytes, device: str) -> BlobState:
    """Add the bytes from `start` of a blob of `size` bytes; OutOfStep, BadBlob."""
    if not NAME.fullmatch(name) or not 0 < size <= MAX_SIZE or start + len(piece) > size or not piece:
        raise BadBlob("no such place in a blob")
    bad = False
    with db.transaction():
        state = _locked(db, name, size, device)
        if state.complete:
            return state
        if state.size != size:
            raise BadBlob("another size was announced before")
        if start != state.have:
            raise OutOfStep(state)
        have = _append(db, name, start, piece)
        complete = have == size
        bad = complete and _hash(db, name) != name
        if bad:
            db.execute("DELETE FROM blobs WHERE sha256 = %s", (name,))
        else:
            db.execute("UPDATE blobs SET have = %s, complete = %s WHERE sha256 = %s", (have, complete, name))
    if bad:
        raise BadBlob("the bytes do not hash to the name; all of them were thrown away")
    return BlobState(size, have, complete)


def _locked(db: psycopg.Connection, name: str, size: int, device: str) -> BlobState:
    db.execute(
        "INSERT INTO blobs (sha256, size, device) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (name, size, device)
    )
    row = db.execute("SELECT size, have, complete FROM blobs WHERE sha256 = %s FOR UPDATE", (name,)).fetchone()
    assert row is not None
    return BlobState(*row)


def _append(db: psycopg.Connection, name: str, start: int, piece: bytes) -> int:
    """Write a piece into rows, filling the last, half-full one first; gives how many bytes there are now."""
    while piece:
        k, inside = divmod(start, ROW)
        part, piece = piece[: ROW - inside], piece[ROW - inside :]
        db.execute(
            "INSERT INTO blob_rows (sha256, k, data) VALUES (%s, %s, %s)"
            " ON CONFLICT (sha256, k) DO UPDATE SET data = blob_rows.data || excluded.data",
            (name, k, part),
        )
        start += len(part)
    return start


def _hash(db: psycopg.Connection, name: str) -> str:
    digest = hashlib.sha256()
    with db.cursor() as cursor:
        for (data,) in cursor.stream("SELECT data FROM blob_rows WHERE sha256 = %s ORDER BY k", (name,)):
            digest.update(data)
    return digest.hexdigest()


def read_blob(db: psycopg.Connection, name: str, start: int, end: int) -> bytes:
    """Bytes `start` up to `end` (exclusive) of a complete blob, at most MAX_PIECE."""
    end = min(end, start + MAX_PIECE)
    rows = db.execute(
        "SELECT data FROM blob_rows WHERE sha256 = %s AND k BETWEEN %s AND %s ORDER BY k",
        (name, start // ROW, max(start, end - 1) // ROW),
    ).fetchall()
    whole = b"".join(data for (data,) in rows)
    skip = start - start // ROW * ROW
    return whole[skip : skip + end - start]
