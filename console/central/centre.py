"""What every call of the centre works with, built once when it starts and passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.central.changes import ChangesReader
from console.central.journal_file import JournalFiles
from console.central.limits import Rates
from console.central.metrics import Metrics
from console.central.pack import SignedPack
from console.central.ring import RingKeeper
from console.central.wakeups import Wakeups
from console.central.writer import CentreWriter
from console.domain.clock import Clock
from console.domain.keys import DeviceKey, KeyRing

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import ConnectionPool


@dataclass(frozen=True)
class Centre:
    """`territories` are the codes that own a journal here; `key` numbers and signs; `pool` gives database connections
    in autocommit mode. `name` has the city's key name this centre's in the city's journal."""

    city: str
    territories: frozenset[str]
    pack: SignedPack
    key: DeviceKey
    city_key: bytes
    clock: Clock
    pool: ConnectionPool[psycopg.Connection]
    keeper: RingKeeper
    writer: CentreWriter
    changes: ChangesReader
    wakeups: Wakeups
    rates: Rates
    metrics: Metrics
    files: JournalFiles
    name: Callable[[psycopg.Connection], None]

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """A connection for one call; what it does outside a transaction is committed at once."""
        with self.pool.connection() as db:
            yield db

    def stand(self, db: psycopg.Connection, ring: KeyRing) -> None:
        """Have this centre's key named again where the ring lacks it: a journal that was put back under this server may be
        older than the key, and nobody would believe what it signs. KeyProblem when the city's key is not at hand."""
        if self.key.id not in ring.devices:
            self.name(db)
