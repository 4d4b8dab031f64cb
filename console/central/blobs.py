"""Photos and documents, named by the SHA-256 of their bytes, kept as 256 kB rows so that one backup holds everything.

Only what an entry here names is taken, in the size that it names. An upload may stop and go on anywhere: the centre says
how much it has. Each device uploads a part of its own, so that nobody can spoil what another sends; the first that is whole
and hashes to its name counts, and parts that nobody comes back for are forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import psycopg

from console.central.blob_names import named_sizes
from console.domain.attachment import SHA
from console.wire.messages import BlobState

ROW = 256 * 1024
MAX_PIECE = 4 * 1024 * 1024
OPEN_PARTS = 64
"""Uploads that one device may have going."""
DAY_MS = 24 * 3_600_000
DAY_BYTES = 1024**3
"""Bytes of uploads that one device may begin in a day."""
PART_MS = 7 * DAY_MS
"""How long a part waits for its device to come back."""


class BadBlob(ValueError):
    """A piece that does not belong where it was sent, or a whole that is not what its name says."""


class NotNamed(Exception):
    """No entry here names a blob like that."""


class OverQuota(Exception):
    """The device has begun as much as it may for now."""


class OutOfStep(Exception):
    """A piece that does not begin where the centre has got to; `state` says where that is."""

    def __init__(self, state: BlobState) -> None:
        super().__init__("piece out of step")
        self.state = state


def blob_state(db: psycopg.Connection, name: str, device: str) -> BlobState | None:
    """How much of a blob is here: all of it, or the device's own part; None when nothing is."""
    row = db.execute("SELECT size FROM blobs WHERE sha256 = %s AND complete", (name,)).fetchone()
    if row:
        return BlobState(row[0], row[0], True)
    part = db.execute("SELECT size, have FROM blob_parts WHERE sha256 = %s AND device = %s", (name, device)).fetchone()
    return BlobState(part[0], part[1], False) if part else None


def take_piece(
    db: psycopg.Connection, name: str, start: int, size: int, piece: bytes, device: str, now: int
) -> BlobState:
    """Add the bytes from `start` of a blob of `size` bytes to the device's part (`now` in ms since epoch UTC). Raises
    BadBlob, NotNamed, OverQuota, OutOfStep."""
    if not SHA.fullmatch(name) or not piece or start + len(piece) > size:
        raise BadBlob("no such place in a blob")
    with db.transaction():
        done = blob_state(db, name, "")
        if done:
            _drop_part(db, name, device)
            return done
        if size not in named_sizes(db, name):
            raise NotNamed(name)
        have = _part(db, name, size, device, now)
        if start != have:
            raise OutOfStep(BlobState(size, have, False))
        have += len(piece)
        db.execute("INSERT INTO part_rows VALUES (%s, %s, %s, %s)", (name, device, start, piece))
        db.execute(
            "UPDATE blob_parts SET have = %s, at = %s WHERE sha256 = %s AND device = %s", (have, now, name, device)
        )
        whole = have == size
        sound = whole and _keep_whole(db, name, size, device, now)
        if whole:
            _drop_part(db, name, device)
    if whole and not sound:
        raise BadBlob("the bytes do not hash to the name; all of them were thrown away")
    return BlobState(size, have, whole)


def _part(db: psycopg.Connection, name: str, size: int, device: str, now: int) -> int:
    """How far the device's part is, under its lock; a new one is begun, and one of another size begun anew."""
    row = db.execute(
        "SELECT size, have FROM blob_parts WHERE sha256 = %s AND device = %s FOR UPDATE", (name, device)
    ).fetchone()
    if row and row[0] == size:
        return int(row[1])
    _drop_part(db, name, device)
    db.execute("DELETE FROM blob_parts WHERE at < %s", (now - PART_MS,))
    _within_quota(db, size, device, now)
    made = db.execute(
        "INSERT INTO blob_parts (sha256, device, size, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (name, device, size, now),
    )
    if not made.rowcount:
        raise OutOfStep(BlobState(size, 0, False))
    return 0


def _within_quota(db: psycopg.Connection, size: int, device: str, now: int) -> None:
    begun = (
        "SELECT count(*) FILTER (WHERE part), coalesce(sum(size) FILTER (WHERE at > %s), 0) FROM ("
        "SELECT size, at, true AS part FROM blob_parts WHERE device = %s"
        " UNION ALL SELECT size, at, false FROM blobs WHERE device = %s AND at > %s) AS begun"
    )
    row = db.execute(begun, (now - DAY_MS, device, device, now - DAY_MS)).fetchone()
    if row and (row[0] >= OPEN_PARTS or row[1] + size > DAY_BYTES):
        raise OverQuota(device)


def _drop_part(db: psycopg.Connection, name: str, device: str) -> None:
    db.execute("DELETE FROM blob_parts WHERE sha256 = %s AND device = %s", (name, device))


def _keep_whole(db: psycopg.Connection, name: str, size: int, device: str, now: int) -> bool:
    """Lay a finished part down in rows; False when it is not what its name says."""
    pieces = db.execute("SELECT data FROM part_rows WHERE sha256 = %s AND device = %s ORDER BY start", (name, device))
    data = b"".join(piece for (piece,) in pieces)
    if _hash([data]) != name:
        return False
    db.execute(
        "INSERT INTO blobs (sha256, size, have, complete, device, at) VALUES (%s, %s, %s, true, %s, %s)"
        " ON CONFLICT (sha256) DO UPDATE SET size = excluded.size, have = excluded.have, complete = true",
        (name, size, size, device, now),
    )
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO blob_rows (sha256, k, data) VALUES (%s, %s, %s)"
            " ON CONFLICT (sha256, k) DO UPDATE SET data = excluded.data",
            [(name, k, data[k * ROW : (k + 1) * ROW]) for k in range(-(-size // ROW))],
        )
    return True


def _hash(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def prove(db: psycopg.Connection, name: str) -> None:
    """Look at a whole blob's hash, because somebody got wrong bytes: a damaged one is dropped, so that whoever holds it is
    asked for it again."""
    with db.transaction():
        rows = db.execute("SELECT data FROM blob_rows WHERE sha256 = %s ORDER BY k", (name,))
        if _hash(data for (data,) in rows) != name:
            db.execute("DELETE FROM blobs WHERE sha256 = %s", (name,))


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
