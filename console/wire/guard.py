"""The guard: reads any reply from outside, and lets through only what was asked for.

The whole reply has one deadline and byte caps before and after decompression; content type and shape are checked; it
follows no redirect to another host; and a captive portal's page is never data. Everything else becomes one of the
exceptions of `console.wire.trouble`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import SKIP_HEADER

from console.wire import codec
from console.wire.certificate import causes, tls_trouble
from console.wire.line import Cut
from console.wire.messages import MEDIA_TYPE
from console.wire.status import judge_status, judge_type
from console.wire.trouble import (
    Answered,
    Garbled,
    OutOfDate,
    Portal,
    Redirected,
    Rejected,
    RequestTooLarge,
    Revoked,
    ServerError,
    Throttled,
    TimedOut,
    TlsProblem,
    TooLarge,
    Trouble,
    Truncated,
    Unauthorized,
    Unreachable,
    UntrustedIssuer,
    WrongHost,
    WrongType,
)

__all__ = [
    "Answered", "Garbled", "Guard", "Limits", "OutOfDate", "Portal", "Received", "Redirected", "Rejected", "Reply",
    "RequestTooLarge", "Revoked", "ServerError", "Throttled", "TimedOut", "TlsProblem", "TooLarge", "Trouble", "Truncated",
    "Unauthorized", "Unreachable", "UntrustedIssuer", "WrongHost", "WrongType",
]  # fmt: skip

T = TypeVar("T")
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3


class Limits(msgspec.Struct, frozen=True):
    """Bounds on one call: `seconds` for the whole reply, `connect` for the connection, bytes before (`wire`) and after
    (`plain`) decompression."""

    seconds: float = 30.0
    wire: int = codec.MAX_WIRE
    plain: int = codec.MAX_PLAIN
    connect: float = 10.0


class Reply(msgspec.Struct, frozen=True):
    """A reply that passed: `body` is decompressed; `sent` and `received` count bytes with headers (as far as seen here);
    `first_byte` and `seconds` are how long until the headers and until the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: int
    received: int
    first_byte: float
    seconds: float


class Received(msgspec.Struct, Generic[T], frozen=True):
    """A message that passed, and the reply it came in."""

    value: T
    reply: Reply


class Guard:
    """Makes calls to one other end and reads the replies. Not for use by two threads at the same time."""

    def __init__(self, session: requests.Session, limits: Limits | None = None) -> None:
        self._session = session
        self._limits = limits or Limits()

    def call(
        self,
        method: str,
        url: str,
        kind: type[T],
        message: msgspec.Struct | None = None,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Received[T]:
        """Send a message (or nothing) to the centre or a neighbour and read a message of `kind`."""
        body, said = codec.encode(message) if message is not None else (b"", {})
        # A packed request says by itself which packing its reply may have; and what HTTP need not say is not said.
        accepted = SKIP_HEADER if "Content-Encoding" in said else codec.ACCEPTED
        asked = {"User-Agent": SKIP_HEADER, "Accept-Encoding": accepted, **said, **(headers or {})}
        reply = self.fetch(method, url, frozenset({MEDIA_TYPE}), body, asked, limits)
        try:
            return Received(codec.parse(reply.body, kind), reply)
        except codec.Malformed as e:
            raise Garbled(str(e)) from None

    def fetch(
        self,
        method: str,
        url: str,
        types: frozenset[str],
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Reply:
        """Ask for a body of one of the content `types` (lower case, without parameters; empty: any but a web page).

        304, 204 and ranges (206) pass; a redirect is followed on the same host only, and only for GET.
        """
        bounds = limits or self._limits
        ends = time.monotonic() + bounds.seconds
        asked = {"Accept-Encoding": "gzip, deflate", **(headers or {})}
        for _ in range(_HOPS):
            answer = self._open(method, url, body, asked, bounds, ends)
            try:
                target = _redirect(method, url, answer)
                if target is None:
                    return _read(answer, types, bounds, ends)
            finally:
                _cut(answer).stop()
                answer.close()
            url = target
        raise Redirected("in circles")

    def _open(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], bounds: Limits, ends: float
    ) -> requests.Response:
        left = max(0.1, ends - time.monotonic())
        # Said with each call, since the environment's own bundle would otherwise win over the session's.
        authority = self._session.verify if isinstance(self._session.verify, str) else None
        try:
            return self._session.request(
                method, url, data=body or None, headers=dict(headers), stream=True, allow_redirects=False,
                timeout=(min(bounds.connect, left), left), verify=authority,
            )  # fmt: skip
        except requests.exceptions.RequestException as e:
            # The cause names the whole address, cursor included, and must not reach a traceback.
            raise _no_reply(e, url, bounds, ends) from None


def _no_reply(error: requests.exceptions.RequestException, url: str, bounds: Limits, ends: float) -> Trouble:
    left = ends - time.monotonic()
    if isinstance(error, requests.exceptions.Timeout) or left <= 0.05:
        return TimedOut(f"no reply in {bounds.seconds:g} s")
    return tls_trouble(error, url, left) or Unreachable(_brief(error))


def _cut(answer: requests.Response) -> Cut:
    cut: Cut = answer.raw.cut  # type: ignore[union-attr]
    return cut


def _brief(e: Exception) -> str:
    """The innermost cause in one line, without the address that was asked (it may hold a cursor or a key)."""
    *_, cause = causes(e)
    return type(cause).__name__ + (f": {cause.strerror}" if isinstance(cause, OSError) and cause.strerror else "")


def _redirect(method: str, url: str, answer: requests.Response) -> str | None:
    if answer.status_code not in _REDIRECTS:
        return None
    target = urljoin(url, answer.headers.get("Location", ""))
    if method != "GET" or _host(target) != _host(url):
        raise Redirected(f"to {urlsplit(target).hostname or 'nowhere'}")
    return target


def _host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _read(answer: requests.Response, types: frozenset[str], bounds: Limits, ends: float) -> Reply:
    first_byte = answer.elapsed.total_seconds()
    started = time.monotonic()
    wire = _drain(answer, bounds, ends)
    try:
        plain = codec.decompress(wire, answer.headers.get("Content-Encoding", ""), bounds.plain) if wire else b""
    except codec.Oversize as e:
        raise TooLarge(str(e)) from None
    except codec.Malformed as e:
        judge_status(answer, b"")
        raise Garbled(str(e)) from None
    judge_type(answer, plain, types)
    judge_status(answer, plain)
    sent = len(answer.request.body or b"") + _size(answer.request.headers) + len(answer.request.url or "")
    received = len(wire) + _size(answer.headers)
    seconds = first_byte + time.monotonic() - started
    return Reply(answer.status_code, answer.headers, plain, sent, received, first_byte, seconds)


def _size(headers: Mapping[str, str]) -> int:
    return sum(len(k) + len(v) + 4 for k, v in headers.items() if v != SKIP_HEADER) + 20


def _drain(answer: requests.Response, bounds: Limits, ends: float) -> bytes:
    """The body as it travels, within the cap; the session's cut keeps the deadline."""
    expected = _length(answer)
    if expected is not None and expected > bounds.wire:
        raise TooLarge(f"announces {expected} bytes, at most {bounds.wire}")
    pieces: list[bytes] = []
    size = 0
    while piece := _piece(answer, bounds):
        size += len(piece)
        if size > bounds.wire:
            raise TooLarge(f"more than {bounds.wire} bytes")
        pieces.append(piece)
    if _cut(answer).fired or time.monotonic() > ends:
        raise TimedOut(f"not whole after {bounds.seconds:g} s")
    if expected is not None and size < expected and answer.request.method != "HEAD":
        raise Truncated(f"{size} of {expected} bytes")
    return b"".join(pieces)


def _length(answer: requests.Response) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdigit() and answer.status_code not in (204, 304) else None


def _piece(answer: requests.Response, bounds: Limits) -> bytes:
    try:
        piece: bytes = answer.raw.read1(_CHUNK, decode_content=False)
    except (HTTPError, OSError) as e:
        if _cut(answer).fired or isinstance(e, ReadTimeoutError):
            raise TimedOut(f"not whole after {bounds.seconds:g} s") from e
        broken = tls_trouble(e, answer.url, 0.0)
        raise broken if isinstance(broken, TlsProblem) else Truncated(_brief(e)) from None
    return piece
