"""The envelope around the app: bounds and unpacks what comes in, packs what goes out, and turns any failure into a
`Problem` before the app's own code sees it."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from console.central.limits import REQUEST_PLAIN, REQUEST_WIRE
from console.central.metrics import Metrics
from console.wire import codec
from console.wire.messages import BLOB_TYPE, MEDIA_TYPE, Problem
from console.wire.phrases import ENCODING

_HERE = 64 * 1024
"""Bytes up to which a message is unpacked on the event loop itself."""


class _Gone(Exception):
    """The caller hung up before the end of the request."""


class Envelope:
    """ASGI middleware, outermost of all."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        reply = _Reply(scope, send)
        try:
            body = await _read(scope, receive)
            await self._app(scope, _once(body, receive), reply.take)
        except _Gone:
            return
        except codec.Oversize as e:
            await reply.problem(413, "too_large", str(e))
        except codec.Malformed as e:
            await reply.problem(400, "malformed", str(e))
        self._metrics.add("simpul_calls_total", f'path="{_route(scope["path"])}",status="{reply.status}"')


def _route(path: str) -> str:
    """The path without what callers make up, as a label."""
    parts = path.split("/")
    known = len(parts) > 2 and parts[1] == "v1" and parts[2].isalpha() and len(parts[2]) < 12
    return f"/v1/{parts[2]}" if known else "other"


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _read(scope: Scope, receive: Receive) -> bytes:
    """The whole body, unpacked and found to be strict JSON where it says that it is."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > REQUEST_WIRE:
            raise codec.Oversize(f"more than {REQUEST_WIRE} bytes")
        if not message.get("more_body"):
            break
    body = b"".join(pieces)
    if not body or _header(scope, b"content-type").partition(";")[0].strip() == BLOB_TYPE:
        return body
    encoding = _header(scope, b"content-encoding")
    if len(body) <= _HERE:
        return _unpack(body, encoding)
    return await anyio.to_thread.run_sync(_unpack, body, encoding)


def _unpack(body: bytes, encoding: str) -> bytes:
    plain = codec.decompress(body, encoding, REQUEST_PLAIN)
    codec.check(plain)
    return plain


def _once(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the unpacked body, then what the connection says (that it was closed, at last)."""
    given = False

    async def read() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read


class _Reply:
    """Collects one reply, packs its body where the caller understands that, and sends it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        asked = [part.strip() for part in _header(scope, b"accept-encoding").split(",")]
        if _header(scope, b"content-encoding") == ENCODING:
            asked.append(ENCODING)
        self._encoding = next((each for each in (ENCODING, "zstd") if each in asked), "")
        self._start: Any = None
        self._body = b""
        self.status = 0

    async def take(self, message: Message) -> None:
        """What the app sends."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()

    async def problem(self, status: int, code: str, reason: str) -> None:
        """Answer with a problem, unless an answer has gone out already."""
        if not self.status:
            headers = [(b"content-type", MEDIA_TYPE.encode())]
            self._start = {"type": "http.response.start", "status": status, "headers": headers}
            self._body = msgspec.json.encode(Problem(code, reason))
            await self._finish()

    async def _finish(self) -> None:
        headers = [(k, v) for k, v in self._start["headers"] if k.lower() != b"content-length"]
        message = any(k.lower() == b"content-type" and v.startswith(MEDIA_TYPE.encode()) for k, v in headers)
        if message and self._encoding and len(self._body) >= codec.SMALL:
            self._body = await self._packed()
            headers.append((b"content-encoding", self._encoding.encode()))
        if self._start["status"] not in (204, 304):
            headers.append((b"content-length", str(len(self._body)).encode()))
        self.status = self._start["status"]
        start: Any = {**self._start, "headers": headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": self._body, "more_body": False})

    async def _packed(self) -> bytes:
        if len(self._body) <= _HERE:
            return codec.compress(self._body, self._encoding)
        return await anyio.to_thread.run_sync(codec.compress, self._body, self._encoding)
