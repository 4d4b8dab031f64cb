"""The key ring as the room's file has it: keys and people that the city's journal names."""

from __future__ import annotations

import sqlite3

from console.domain.entry import from_bytes
from console.domain.keys import KeyRing, build_ring

RING_KINDS = ("device.enrolled", "device.revoked", "operator.set")
_MARKED = ", ".join(f"'{kind}'" for kind in RING_KINDS)
# Written out and not as parameters, so that the index over just these kinds serves (see schema).


def load_ring(db: sqlite3.Connection, city: str, root: bytes) -> KeyRing:
    """Devices and operators by every counting entry of the city's journal, numbered ones first."""
    found = db.execute(
        f"SELECT e.header, e.body, e.body_hash, s.device FROM entries e INDEXED BY entries_ring JOIN streams s USING (stream)"
        f" WHERE e.territory = ? AND e.kind IN ({_MARKED}) AND coalesce(e.void, '') = ''"
        f" ORDER BY e.n IS NULL, e.n, e.stream, e.seq",
        (city,),
    )
    return build_ring(
        root, ((from_bytes(header, body, body_hash), device) for header, body, body_hash, device in found)
    )


def touches_ring(db: sqlite3.Connection, city: str, low: int, high: int) -> bool:
    """Whether any entry numbered in (low, high] is about keys or people."""
    found = db.execute(
        f"SELECT EXISTS(SELECT 1 FROM entries WHERE territory = ? AND n > ? AND n <= ? AND kind IN ({_MARKED}))",
        (city, low, high),
    ).fetchone()
    return bool(found[0])
