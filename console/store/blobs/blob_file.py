"""Photos and documents at rest: a file of its own beside the journal, named by the SHA-256 of their bytes, as 256 kB rows.

A blob is whole and proven, or a beginning that more is added to, or damaged and kept for whoever may still need its
bytes. Functions of a connection, each for one transaction of that file's writer.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator

import msgspec

from console.store.writer import transaction

ROW = 256 * 1024
VERSION = 1
PARTIAL, WHOLE, DAMAGED = 0, 1, 2
NOT_YET_MS, WRONG_MS, LONGEST_MS = 2_000, 30_000, 6 * 3_600_000
"""Asked again this much later, twice as long after each further time: for what nobody has yet (an entry is faster than its
photo), and after bytes that were not what their name says."""


FOREVER = 2**62
"""A time that none comes after."""


class Held(msgspec.Struct, frozen=True):
    """One blob as it lies: bytes `have` of `size`, whether it is whole, whether the centre is known to have it (ms since
    epoch UTC when it was heard), and before when it is not to be asked for again."""

    have: int = 0
    size: int = 0
    whole: bool = False
    central: int | None = None
    not_before: int = 0


class WrongPiece(ValueError):
    """A piece that does not begin where this room has got to, or goes beyond the end."""


def prepare(db: sqlite3.Connection) -> None:
    """Create the tables in a new file, all or none."""
    if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    with transaction(db):
        _create(db)


def _create(db: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    tables = Database(db)
    tables.table("blobs").create(
        {"id": int, "sha256": str, "size": int, "have": int, "state": int, "at": int, "central": int, "tries": int,
         "not_before": int},
        pk="id",
        not_null={"sha256", "size", "have", "state", "at", "tries", "not_before"},
    )  # fmt: skip
    # sqlite-utils names no conditions. What is damaged lies beside what is fetched in its place.
    db.execute(f"CREATE UNIQUE INDEX blobs_sha256 ON blobs(sha256) WHERE state < {DAMAGED}")
    tables.table("blob_rows").create({"blob": int, "k": int, "data": bytes}, pk=("blob", "k"), not_null={"data"})
    tables.table("wanted").create({"sha256": str, "at": int}, pk="sha256")
    db.execute(f"PRAGMA user_version = {VERSION}")


def sha256(data: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(data).hexdigest()


def put(db: sqlite3.Connection, data: bytes, now: int) -> str:
    """Keep a whole blob; its name. What had come of it so far gives way; one that is here already is only touched."""
    name = sha256(data)
    if _whole(db, name) is None:
        _forget(db, name, (PARTIAL,))
        blob = _begin(db, name, len(data), now)
        _write_at(db, blob, len(data), 0, data)
        _now_whole(db, blob, name, len(data))
    db.execute("UPDATE blobs SET at = ? WHERE sha256 = ? AND state = ?", (now, name, WHOLE))
    return name


def add_piece(db: sqlite3.Connection, name: str, size: int, start: int, piece: bytes, now: int) -> Held:
    """Add the bytes from `start` of a blob of `size` bytes. At the end the hash decides: a wrong whole is thrown away, to
    be asked for again later. Raises WrongPiece."""
    here = held(db, name)
    if here.whole:
        return here
    if here.size not in (0, size):
        # What an entry says of the size is only its writer's word: begin anew when another one turns out.
        _forget(db, name, (PARTIAL,))
        here = Held()
    if not piece or start != here.have or start + len(piece) > size:
        raise WrongPiece(f"{name[:8]}: {start} + {len(piece)} of {size}, {here.have} here")
    row = db.execute("SELECT id FROM blobs WHERE sha256 = ? AND state = ?", (name, PARTIAL)).fetchone()
    blob = row[0] if row else _begin(db, name, size, now)
    have = _write_at(db, blob, size, start, piece)
    db.execute("UPDATE blobs SET have = ?, size = ?, at = ? WHERE id = ?", (have, size, now, blob))
    if have == size:
        if _hash(db, blob) == name:
            _now_whole(db, blob, name, have)
        else:
            put_off(db, name, now, forget=True)
    return held(db, name)


def put_off(db: sqlite3.Connection, name: str, now: int, forget: bool) -> None:
    """Wait before asking for it again, longer each time; `forget` what came of it so far, when that is worth nothing."""
    row = db.execute("SELECT id, tries FROM blobs WHERE sha256 = ? AND state = ?", (name, PARTIAL)).fetchone()
    blob, tries = row or (_begin(db, name, 0, now), 0)
    later = now + min(LONGEST_MS, (WRONG_MS if forget else NOT_YET_MS) * 2 ** min(tries, 20))
    db.execute("UPDATE blobs SET tries = ?, not_before = ? WHERE id = ?", (tries + 1, later, blob))
    if forget:
        db.execute("DELETE FROM blob_rows WHERE blob = ?", (blob,))
        db.execute("UPDATE blobs SET have = 0, size = 0 WHERE id = ?", (blob,))


def held(db: sqlite3.Connection, name: str) -> Held:
    """How much of a blob is here."""
    row = db.execute(
        f"SELECT have, size, state = {WHOLE}, central, not_before FROM blobs WHERE sha256 = ? AND state < {DAMAGED}",
        (name,),
    ).fetchone()
    return Held(row[0], row[1], bool(row[2]), row[3], row[4]) if row else Held()


def damaged(db: sqlite3.Connection, names: Collection[str]) -> set[str]:
    """Those of the names whose bytes were found damaged, with nothing whole in their place."""
    found = f"SELECT 1 FROM blobs WHERE sha256 = ? AND state = {DAMAGED}"
    return {name for name in names if db.execute(found, (name,)).fetchone()}


def read_whole(db: sqlite3.Connection, name: str) -> bytes | None:
    """The bytes of a whole blob as they lie (whoever shows or sends them looks at their hash), or None."""
    blob = _whole(db, name)
    return None if blob is None else b"".join(_rows(db, blob))


def read_piece(db: sqlite3.Connection, name: str, start: int, end: int) -> bytes:
    """Bytes `start` up to `end` (exclusive) of a whole blob; fewer at its end, none of one that is not here."""
    blob = _whole(db, name)
    if blob is None or not 0 <= start < end:
        return b""
    first = start // ROW
    found = db.execute(
        "SELECT data FROM blob_rows WHERE blob = ? AND k BETWEEN ? AND ? ORDER BY k", (blob, first, (end - 1) // ROW)
    )
    return b"".join(data for (data,) in found)[start - first * ROW : end - first * ROW]


def mark_damaged(db: sqlite3.Connection, name: str) -> None:
    """Its bytes are no longer what their name says: keep them aside, and let it be fetched again."""
    db.execute("UPDATE blobs SET state = ? WHERE sha256 = ? AND state = ?", (DAMAGED, name, WHOLE))


def mark_central(db: sqlite3.Connection, name: str, now: int | None) -> None:
    """The centre has it (heard at `now`), or does not (None)."""
    db.execute(f"UPDATE blobs SET central = ? WHERE sha256 = ? AND state < {DAMAGED}", (now, name))


def any_central(db: sqlite3.Connection) -> bool:
    """Whether the centre is believed to have anything."""
    return bool(db.execute("SELECT EXISTS(SELECT 1 FROM blobs WHERE central IS NOT NULL)").fetchone()[0])


def lost(db: sqlite3.Connection, names: Collection[str]) -> int:
    """The centre does not have these, whatever was believed; how many it was believed to have."""
    return sum(
        db.execute("UPDATE blobs SET central = NULL WHERE sha256 = ? AND central IS NOT NULL", (name,)).rowcount
        for name in names
    )


def want(db: sqlite3.Connection, name: str, now: int) -> None:
    """Somebody waits for it: it goes first, and a pause after a failure ends."""
    db.execute("INSERT OR IGNORE INTO wanted(sha256, at) VALUES (?, ?)", (name, now))
    db.execute("UPDATE blobs SET not_before = 0 WHERE sha256 = ? AND state = ?", (name, PARTIAL))


def wanted(db: sqlite3.Connection) -> list[str]:
    """What somebody waits for, the first asked for first."""
    return [name for (name,) in db.execute("SELECT sha256 FROM wanted ORDER BY at, sha256")]


def older(db: sqlite3.Connection, before: int) -> set[str]:
    """The names of what was last touched before that time (ms since epoch UTC)."""
    return {name for (name,) in db.execute("SELECT sha256 FROM blobs WHERE at < ?", (before,))}


def drop(db: sqlite3.Connection, names: Collection[str], before: int) -> int:
    """Forget these, unless they were touched since `before`; how many went."""
    gone = 0
    for name in names:
        touched = db.execute("SELECT 1 FROM blobs WHERE sha256 = ? AND at >= ?", (name, before)).fetchone()
        if not touched:
            _forget(db, name, (PARTIAL, WHOLE, DAMAGED))
            gone += 1
    return gone


def _whole(db: sqlite3.Connection, name: str) -> int | None:
    row = db.execute("SELECT id FROM blobs WHERE sha256 = ? AND state = ?", (name, WHOLE)).fetchone()
    return row[0] if row else None


def _begin(db: sqlite3.Connection, name: str, size: int, now: int) -> int:
    made = db.execute(
        "INSERT INTO blobs(sha256, size, have, state, at, tries, not_before) VALUES (?, ?, 0, ?, ?, 0, 0) RETURNING id",
        (name, size, PARTIAL, now),
    ).fetchone()
    return int(made[0])


def _write_at(db: sqlite3.Connection, blob: int, size: int, start: int, piece: bytes) -> int:
    """Write a piece of a blob of `size` bytes into its rows; how many bytes there are now. Rows are made in their full
    length and written in place, so that small pieces on a thin line cost the disk no more than themselves."""
    while piece:
        k, inside = divmod(start, ROW)
        part, piece = piece[: ROW - inside], piece[ROW - inside :]
        with db.blobopen("blob_rows", "data", _row(db, blob, k, min(ROW, size - k * ROW))) as row:
            row.seek(inside)
            row.write(part)
        start += len(part)
    return start


def _row(db: sqlite3.Connection, blob: int, k: int, length: int) -> int:
    found = db.execute("SELECT rowid FROM blob_rows WHERE blob = ? AND k = ?", (blob, k)).fetchone()
    made = (
        found
        or db.execute(
            "INSERT INTO blob_rows(blob, k, data) VALUES (?, ?, zeroblob(?)) RETURNING rowid", (blob, k, length)
        ).fetchone()
    )
    return int(made[0])


def _now_whole(db: sqlite3.Connection, blob: int, name: str, size: int) -> None:
    db.execute("UPDATE blobs SET state = ?, have = ?, tries = 0, not_before = 0 WHERE id = ?", (WHOLE, size, blob))
    _forget(db, name, (DAMAGED,))
    db.execute("DELETE FROM wanted WHERE sha256 = ?", (name,))


def _rows(db: sqlite3.Connection, blob: int) -> Iterator[bytes]:
    for (data,) in db.execute("SELECT data FROM blob_rows WHERE blob = ? ORDER BY k", (blob,)):
        yield data


def _hash(db: sqlite3.Connection, blob: int) -> str:
    digest = hashlib.sha256()
    for data in _rows(db, blob):
        digest.update(data)
    return digest.hexdigest()


def _forget(db: sqlite3.Connection, name: str, states: Collection[int]) -> None:
    for state in states:
        for (blob,) in db.execute("SELECT id FROM blobs WHERE sha256 = ? AND state = ?", (name, state)).fetchall():
            db.execute("DELETE FROM blob_rows WHERE blob = ?", (blob,))
            db.execute("DELETE FROM blobs WHERE id = ?", (blob,))
