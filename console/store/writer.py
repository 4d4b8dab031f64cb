"""The one thread and the one connection that write and checkpoint a SQLite file.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL reset when two connections write or checkpoint, so every change goes through
here, one transaction at a time.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[sqlite3.Connection], Any], "Future[Any]"]


class StoreFull(Exception):
    """The disk is full or read-only: nothing was written, the room is view-only until there is room again."""


def connect(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> sqlite3.Connection:
    """A writing connection in WAL mode."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16000")
    return connection


def connect_reader(path: Path, copies: bool = False) -> sqlite3.Connection:
    """A read-only connection, also where nothing can be written as long as no log lies there; one that `copies` may write
    other files."""
    try:
        return _reader(path, "", copies)
    except sqlite3.OperationalError as error:
        if not no_room(error) or not path.exists() or _log_lies_there(path):
            raise
        # A file that was closed in order needs its log's index only for others that write, and here nobody can.
        return _reader(path, "&immutable=1", copies)


def _reader(path: Path, how: str, copies: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{how}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        if not copies:
            connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cache_size=-8000")
        connection.execute("PRAGMA user_version").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _log_lies_there(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def must_write(connection: sqlite3.Connection) -> None:
    """Make sure that the file of this connection can be written, full or not; sqlite3.OperationalError when it cannot."""
    (present,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    try:
        # To begin alone is allowed in a file that takes nothing, as long as its log does.
        connection.execute(f"PRAGMA user_version = {present}")
    finally:
        connection.execute("ROLLBACK")


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done in the block, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # SQLite itself may have taken it back already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class Writer:
    """Runs functions of a connection, each in one transaction, on one thread, in the order given.

    `undone` is called on that thread when a transaction was not committed, before the next begins.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, undone: Callable[[], None] = lambda: None) -> None:
        self._connection = connection
        self._undone = undone
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a transaction; the future has its result once it is committed (or what it raised, rolled back)."""
        if self._closed:
            raise RuntimeError("the store is closed")
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future

    def close(self) -> None:
        """Finish what is queued, checkpoint the WAL, close. Idempotent."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, future = item
            if future.set_running_or_notify_cancel():
                try:
                    result = self._transact(job)
                except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
                    future.set_exception(error)
                else:
                    future.set_result(result)
            item = job = future = None  # type: ignore[assignment]
        with contextlib.suppress(sqlite3.OperationalError):
            # On a full disk the log simply stays, and is taken in when the file is opened again.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _transact(self, job: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with transaction(self._connection):
                result = job(self._connection)
        except BaseException as error:
            self._undone()
            if isinstance(error, sqlite3.OperationalError) and no_room(error):
                raise StoreFull(str(error)) from error
            raise
        return result


_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def no_room(error: sqlite3.Error) -> bool:
    """Whether the disk, or the right to write to it, is what was missing."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM
