"""Wakes waiting long-polls when any server of this database has committed something (PostgreSQL LISTEN/NOTIFY).

Wakes come at most every 100 ms, the first at once, so that a stream of single entries does not make every waiting room
ask for each of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

import psycopg

from console.log import logger

CHANNEL = "simpul"
GAP_S = 0.1
_RETRY_S = 1.0
_log = logger(__name__)


class Wakeups:
    """`version` grows with every wake; `wait` returns once it differs from the one that was read before looking."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._pending: asyncio.TimerHandle | None = None
        self._last = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="wakeups", daemon=True)
        self.version = 0
        self.closed = False

    def start(self) -> None:
        """Begin to listen; call it on the event loop that will wait."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def close(self) -> None:
        """Let everybody go; call it on the event loop."""
        self.closed = True
        self._stop.set()
        self._wake()

    def close_soon(self) -> None:
        """`close`, from a signal handler or another thread."""
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self.close)

    def join(self) -> None:
        """Wait for the listening thread to end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    async def wait(self, seen: int, seconds: float) -> None:
        """Until something was committed after version `seen`, or `seconds` have passed."""
        if self.version != seen or self.closed:
            return
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as db:
                    db.execute(f"LISTEN {CHANNEL}")
                    self._notified()
                    while not self._stop.is_set():
                        if list(db.notifies(timeout=0.5, stop_after=1)):
                            self._notified()
            except psycopg.Error as e:
                _log.warning("listening for changes failed", error=type(e).__name__)
                self._stop.wait(_RETRY_S)

    def _notified(self) -> None:
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._soon)

    def _soon(self) -> None:
        if self._pending is None and self._loop is not None:
            delay = max(0.0, self._last + GAP_S - self._loop.time())
            self._pending = self._loop.call_later(delay, self._wake)

    def _wake(self) -> None:
        self._pending = None
        self._last = asyncio.get_running_loop().time()
        self.version += 1
        event, self._event = self._event, asyncio.Event()
        event.set()
