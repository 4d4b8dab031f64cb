"""The HTTP session under the guard: keeps connections open, and bounds the time of a whole reply.

`requests` bounds each single read only, so that a peer which drips one byte at a time could hold a call for ever; here
the socket is shut down when the reply is not complete in the read timeout, counted from the end of the request.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from console.wire.meter import Carried, Meter


def new_session(agent: str = "Simpul", authority: Path | None = None) -> requests.Session:
    """A session for `Guard`; one per thread that calls at the same time. With `authority`, a PEM file, only who is certified
    by one of its certificates is believed, by default whom the public authorities certify."""
    session = requests.Session()
    if authority is not None:
        session.verify = str(authority)
    # What a call says of itself stands: without an answer of its own, requests would let ~/.netrc replace the token.
    session.auth = _as_said
    session.headers["User-Agent"] = agent
    for idle in ("Accept", "Connection"):  # what HTTP/1.1 means without them
        del session.headers[idle]
    adapter = _Adapter(max_retries=0, pool_connections=4, pool_maxsize=4)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def _as_said(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def cut_calls(session: requests.Session) -> None:
    """End the calls that a session of `new_session` has in progress, from any thread: they fail as if the line broke."""
    _ours(session).shut()


class Cut:
    """Shuts a socket down after `seconds` unless stopped before; `fired` says that it did."""

    def __init__(self, sock: socket.socket | None, seconds: float | None) -> None:
        self.fired = False
        self._sock = sock
        self._timer = threading.Timer(seconds, self._shut) if seconds else None
        if self._timer:
            self._timer.daemon = True
            self._timer.start()

    def stop(self) -> None:
        """Let the socket live."""
        if self._timer:
            self._timer.cancel()

    def _shut(self) -> None:
        self.fired = True
        with contextlib.suppress(OSError):
            if self._sock is not None:
                self._sock.shutdown(socket.SHUT_RDWR)


def carried(session: requests.Session) -> Carried:
    """What crossed the line in a session of `new_session` since this was asked last. Call it on the session's thread."""
    return _ours(session).look().take()


def _ours(session: requests.Session) -> _Adapter:
    return next(a for a in session.adapters.values() if isinstance(a, _Adapter))


class _Metered:
    """A connection that is looked at before it is closed."""

    meter: Meter | None = None
    sock: socket.socket | None

    def close(self) -> None:
        if self.meter is not None and self.sock is not None:
            self.meter.look(id(self), self.sock, last=True)
        super().close()  # type: ignore[misc]


class _Http(_Metered, HTTPConnection):
    def __init__(self, host: str, *args: Any, **kwargs: Any) -> None:
        # requests quotes the interface of a link-local address (RFC 6874) once more, and the system knows no such host.
        super().__init__(host.replace("%25", "%") if ":" in host else host, *args, **kwargs)

    def getresponse(self) -> Any:
        return _bounded(self, super().getresponse)


class _Https(_Metered, HTTPSConnection):
    def getresponse(self) -> Any:
        return _bounded(self, super().getresponse)


def _bounded(connection: HTTPConnection, getresponse: Callable[[], Any]) -> Any:
    """Read the headers under a cut, which then goes with the response until its reader stops it."""
    cut = Cut(connection.sock, connection.timeout)
    try:
        response = getresponse()
    except BaseException:
        cut.stop()
        raise
    response.cut = cut
    return response


class _Live:
    """The connections that a pool made, in use or not, so that a call in progress can be ended from another thread."""

    def __init__(self, *args: Any, meter: Meter, **kwargs: Any) -> None:
        self.live: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self.meter = meter
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]
        connection.meter = self.meter
        self.live.add(connection)
        return connection

    def look(self) -> None:
        """Have the meter look at every connection there is."""
        for connection in list(self.live):
            if connection.sock is not None:
                self.meter.look(id(connection), connection.sock)

    def shut(self) -> None:
        """Shut every socket down; whoever reads from one fails at once."""
        for connection in list(self.live):
            with contextlib.suppress(OSError):
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)


class _HttpPool(_Live, HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(_Live, HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.meter = Meter()
        pools = {"http": partial(_HttpPool, meter=self.meter), "https": partial(_HttpsPool, meter=self.meter)}
        self.poolmanager.pool_classes_by_scheme = pools

    def shut(self) -> None:
        for pool in self._pools():
            pool.shut()

    def look(self) -> Meter:
        """Look at every connection; gives the meter."""
        for pool in self._pools():
            pool.look()
        return self.meter

    def _pools(self) -> list[_Live]:
        pools = self.poolmanager.pools
        return [pool for key in list(pools.keys()) if (pool := pools.get(key)) is not None]
