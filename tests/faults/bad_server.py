"""A server that answers every call in one bad way: a captive portal, garbage, bombs, drips, resets, refusals."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import zstandard

from console.wire.messages import MEDIA_TYPE

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One call; what it does is the server's present behaviour. `body` is what was sent."""

    protocol_version = "HTTP/1.1"
    server: BadServer
    body: bytes = b""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Any call."""
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        self.server.calls.append((time.monotonic(), self.command, self.path, length))
        self.server.behaviour(self)

    do_POST = do_GET

    def reply(self, status: int, body: bytes, kind: str = MEDIA_TYPE, **headers: str) -> None:
        """A whole reply."""
        self.send_response(status)
        fields = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in (fields | {k.replace("_", "-"): v for k, v in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class BadServer(ThreadingHTTPServer):
    """Runs while it is entered. `behaviour` may change meanwhile; `calls` holds (when, method, path, body bytes)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.calls: list[tuple[float, str, str, int]] = []
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """The other end hung up, as it should."""

    def __enter__(self) -> BadServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join(5)
        self.server_close()


PAGE = b"<!DOCTYPE html><html><body>Selamat datang di Wi-Fi, silakan masuk</body></html>"


def portal(h: Handler) -> None:
    """A log-in page where data should be."""
    h.reply(200, PAGE, "text/html; charset=utf-8")


def redirect(h: Handler) -> None:
    """Off to another host."""
    h.reply(302, b"", Location="http://masuk.example/")


def truncated(h: Handler) -> None:
    """Half of what was announced."""
    h.send_response(200)
    h.send_header("Content-Type", MEDIA_TYPE)
    h.send_header("Content-Length", "500")
    h.end_headers()
    h.wfile.write(b'{"now":1,"cursor":"abc","answers":[')
    h.close_connection = True


def garbage(h: Handler) -> None:
    """The right type, bytes of nothing."""
    h.reply(200, bytes(range(256)) * 4)


def wrong_shape(h: Handler) -> None:
    """JSON of another schema."""
    h.reply(200, b'{"now":"tomorrow","cursor":17,"answers":{},"runs":{}}')


def doubled(h: Handler) -> None:
    """A key twice: two readers would read two things."""
    h.reply(200, b'{"now":1,"cursor":"abc","cursor":"def"}')


def bomb(h: Handler) -> None:
    """A few kB that unpack to 100 MB."""
    h.reply(200, zstandard.compress(b" " * 100_000_000), Content_Encoding="zstd")


def revoked(h: Handler) -> None:
    """The token is no longer good."""
    h.reply(401, b'{"code":"revoked","reason":"perangkat dicabut"}')


def unauthorized(h: Handler) -> None:
    """The token is not known."""
    h.reply(401, b'{"code":"token","reason":"token tidak dikenal"}')


def error(h: Handler) -> None:
    """The server has trouble of its own."""
    h.reply(500, b"<html>Internal Server Error</html>", "text/html")


def drip(h: Handler) -> None:
    """A byte at a time, for ever."""
    h.send_response(200)
    h.send_header("Content-Type", MEDIA_TYPE)
    h.send_header("Content-Length", "100000")
    h.end_headers()
    for _ in range(600):
        h.wfile.write(b" ")
        h.wfile.flush()
        if isinstance(h.server, BadServer) and h.server.closing.wait(0.1):
            return


def reset(h: Handler) -> None:
    """The connection is torn."""
    h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    h.close_connection = True
    h.connection.close()


def busy(seconds: int) -> Behaviour:
    """429 with Retry-After."""

    def answer(h: Handler) -> None:
        h.reply(429, b'{"code":"rate","reason":"terlalu sering"}', Retry_After=str(seconds))

    return answer
