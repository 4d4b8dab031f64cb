"""The key ring that this process judges by, kept in step with the city's journal in the database."""

from __future__ import annotations

import threading

import psycopg

from console.domain.entry import from_bytes
from console.domain.keys import Device, KeyRing

_STILL = "SELECT 1 FROM entries WHERE territory = %s AND n = %s AND order_hash = %s"
_KEY_ENTRIES = """
SELECT e.n, e.order_hash, e.header, e.body, e.body_hash, s.device FROM entries e JOIN streams s USING (stream)
WHERE e.territory = %s AND e.n > %s AND e.kind IN ('device.enrolled', 'device.revoked', 'operator.set') AND e.void = ''
ORDER BY e.n
"""


class RingKeeper:
    """Reads the key entries that are new since the last time, whoever wrote them; safe for several threads.

    Numbers of the city's journal become visible in order, so what is above the last one read is all that is missing.
    """

    def __init__(self, city: str, root: bytes) -> None:
        self.city = city
        self.root = root
        self._ring = KeyRing(root)
        self._n = 0
        self._order = b""
        self._lock = threading.Lock()

    @property
    def last(self) -> KeyRing:
        """The ring as it was when it was last looked at."""
        return self._ring

    def current(self, db: psycopg.Connection) -> KeyRing:
        """The ring as the database has it now. Treat it as read-only; `draft` gives one to change."""
        if self._n and not db.execute(_STILL, (self.city, self._n, self._order)).fetchone():
            # The database was put back under a server that ran on.
            with self._lock:
                self._ring, self._n = KeyRing(self.root), 0
        rows = db.execute(_KEY_ENTRIES, (self.city, self._n)).fetchall()
        if rows:
            with self._lock:
                for n, order, header, body, body_hash, author in rows:
                    if n > self._n:
                        self._ring.take(from_bytes(header, body, body_hash), author)
                        self._n, self._order = n, order
        return self._ring

    def device(self, db: psycopg.Connection, device: str) -> Device | None:
        """An enrolled device, revoked or not."""
        return self.current(db).devices.get(device)


def draft(ring: KeyRing) -> KeyRing:
    """A copy that may take entries which are not committed yet."""
    copy = KeyRing(ring.root)
    copy.devices = dict(ring.devices)
    copy.operators = dict(ring.operators)
    return copy
