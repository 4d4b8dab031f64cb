"""What moves next, and how much waits: what the entries name against what lies here, in the order of the lane.

Up: thumbnails, then originals. Down: what somebody waits for, thumbnails of this room's own journal, thumbnails of others,
then originals of its own journal. Originals of other journals, and at city hall all of them, come when somebody asks.
Functions of a connection to the room's file with the blobs' file attached as `shelf`. (`+` keeps SQLite from walking all
names in the order of an index only to group the few that are left: 26 ms instead of 49 with 20,000 photos.)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from console.domain.attachment import BlobCount, BlobQueue
from console.store.blobs.blob_file import DAMAGED, LONGEST_MS, WHOLE

_UP = f"FROM shelf.blobs b JOIN blob_names n ON n.sha256 = b.sha256 WHERE b.state = {WHOLE} AND b.central IS NULL"
_DOWN = (
    "FROM blob_names n"
    f" LEFT JOIN shelf.blobs b ON b.sha256 = n.sha256 AND b.state < {DAMAGED}"
    " LEFT JOIN shelf.wanted w ON w.sha256 = n.sha256"
    f" WHERE coalesce(b.state, 0) <> {WHOLE}"
    " AND (w.sha256 IS NOT NULL OR (n.counts = 1 AND (n.thumb = 1 OR (:fetches AND n.territory = :own))))"
)

_NEXT = f"SELECT n.sha256, n.size, n.thumb, w.sha256 IS NOT NULL, n.territory = :own {_DOWN}"
_ORDER = (
    " ORDER BY w.sha256 IS NULL, w.at, n.thumb DESC, n.territory <> :own, b.have IS NULL, n.size, n.sha256 LIMIT :most"
)


class Scope(msgspec.Struct, frozen=True):
    """Whose room this is: its journal, and whether it fetches the originals of that by itself (city hall does not)."""

    own: str = ""
    fetches_originals: bool = False


class Move(msgspec.Struct, frozen=True):
    """One blob to move: its bytes (as an entry says), whether it is a thumbnail, whether somebody waits for it."""

    sha256: str
    size: int
    thumb: bool
    wanted: bool = False
    own: bool = False


def _asked(scope: Scope) -> dict[str, object]:
    return {"own": scope.own, "fetches": scope.fetches_originals}


def next_up(db: sqlite3.Connection, skip: Collection[str] = ()) -> Move | None:
    """What is whole here and not known to be at the centre: thumbnails first, then the smallest."""
    row = db.execute(
        f"SELECT b.sha256, b.size, n.thumb {_UP} AND b.sha256 NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY n.thumb DESC, b.size, b.sha256 LIMIT 1",
        (_listed(skip),),
    ).fetchone()
    return Move(row[0], row[1], bool(row[2])) if row else None


def next_down(db: sqlite3.Connection, scope: Scope, now: int) -> Move | None:
    """What is not whole here and may be asked for now (ms since epoch UTC)."""
    # A clock that was set back makes no pause longer than pauses are.
    due = " AND (coalesce(b.not_before, 0) <= :now OR b.not_before > :now + :longest)"
    row = db.execute(
        f"{_NEXT}{due}{_ORDER}", {**_asked(scope), "now": now, "longest": LONGEST_MS, "most": 1}
    ).fetchone()
    return _move(row) if row else None


def lacking(db: sqlite3.Connection, scope: Scope, most: int) -> list[Move]:
    """What is not whole here, also what was put off, each once."""
    rows = db.execute(f"{_NEXT} GROUP BY +n.sha256{_ORDER}", {**_asked(scope), "most": most})
    return [_move(row) for row in rows]


def _listed(names: Collection[str]) -> str:
    """Names as SQLite's `json_each` takes them."""
    return msgspec.json.encode(list(names)).decode()


def _move(row: Sequence[Any]) -> Move:
    return Move(row[0], row[1], *map(bool, row[2:]))


def due(db: sqlite3.Connection, scope: Scope, now: int) -> int | None:
    """When the first of what was put off may be asked for again (ms since epoch UTC), None when nothing was."""
    found = db.execute(f"SELECT min(b.not_before) {_DOWN} AND b.not_before > :now", {**_asked(scope), "now": now})
    row = found.fetchone()
    return None if row[0] is None else min(row[0], now + LONGEST_MS)


class OnShelf(msgspec.Struct, frozen=True):
    """One blob that is whole here, and whether it is a thumbnail."""

    sha256: str
    size: int
    thumb: bool


def on_shelf(db: sqlite3.Connection, territories: Collection[str]) -> list[OnShelf]:
    """What is whole here and named in these journals: thumbnails first, then what the centre may not have, then by size."""
    rows = db.execute(
        "SELECT b.sha256, b.size, max(n.thumb) FROM shelf.blobs b JOIN blob_names n ON n.sha256 = b.sha256"
        f" WHERE b.state = {WHOLE} AND n.territory IN (SELECT value FROM json_each(?)) GROUP BY b.sha256"
        " ORDER BY max(n.thumb) DESC, b.central IS NOT NULL, b.size, b.sha256",
        (_listed(territories),),
    )
    return [OnShelf(name, size, bool(thumb)) for name, size, thumb in rows]


def queue(db: sqlite3.Connection, scope: Scope) -> BlobQueue:
    """What waits, both ways; of what came in part, the rest."""
    up = _counted(db, f"SELECT max(n.thumb) AS thumb, b.size AS size {_UP} GROUP BY b.sha256", {})
    left = "max(n.size) - coalesce(max(b.have), 0)"
    down = _counted(db, f"SELECT max(n.thumb) AS thumb, {left} AS size {_DOWN} GROUP BY +n.sha256", _asked(scope))
    return BlobQueue(up[1], up[0], down[1], down[0])


def _counted(db: sqlite3.Connection, each: str, asked: dict[str, object]) -> tuple[BlobCount, BlobCount]:
    """Counts of the originals and of the thumbnails."""
    found = {
        bool(thumb): BlobCount(count, size)
        for thumb, count, size in db.execute(f"SELECT thumb, COUNT(*), SUM(size) FROM ({each}) GROUP BY thumb", asked)
    }
    return found.get(False, BlobCount()), found.get(True, BlobCount())
