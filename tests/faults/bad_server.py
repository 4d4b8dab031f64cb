"""A server that answers every call in one bad way: a captive portal, garbage, bombs, drips, resets, refusals; and doors
before it that let nobody in as they should."""

from __future__ import annotations

import contextlib
import functools
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import zstandard

from console.wire.messages import MEDIA_TYPE

Behaviour = Callable[["Handler"], None]
Door = Callable[["BadServer", socket.socket], socket.socket | None]
"""What happens to a connection before any call: gives what calls come through, None when it is done with."""


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

    do_POST = do_PUT = do_GET

    def reply(self, status: int, body: bytes, kind: str = MEDIA_TYPE, **headers: str) -> None:
        """A whole reply."""
        self.send_response(status)
        fields = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in (fields | {k.replace("_", "-"): v for k, v in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class BadServer(ThreadingHTTPServer):
    """Runs while it is entered. `behaviour` and `door` may change meanwhile; `calls` holds (when, method, path, body bytes),
    `knocks` counts connections."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour, door: Door | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.door = behaviour, door
        self.knocks = 0
        self.calls: list[tuple[float, str, str, int]] = []
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.door else 'http'}://127.0.0.1:{self.server_port}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer the calls of one connection, if the door lets it in."""
        self.knocks += 1
        inside = self.door(self, request) if self.door else request
        if inside is None:
            return
        try:
            super().finish_request(inside, client_address)
        finally:
            inside.close()

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


GOOD = b'{"now":1,"cursor":"abcdefgh"}' + b" " * 500


def packed(encoding: str, body: bytes) -> Behaviour:
    """A body that says to be packed in some way."""
    return lambda h: h.reply(200, body, Content_Encoding=encoding)


cut_gzip = packed("gzip", gzip.compress(GOOD)[:-12])
cut_zstd = packed("zstd", zstandard.compress(GOOD)[:-4])
false_gzip = packed("gzip", b"\x1f\x8b\x08" + bytes(range(200)))
false_zstd = packed("zstd", b"\x28\xb5\x2f\xfd" + bytes(range(200)))


def wrong_shape(h: Handler) -> None:
    """JSON of another schema."""
    h.reply(200, b'{"now":"tomorrow","cursor":17,"answers":{},"runs":{}}')


def doubled(h: Handler) -> None:
    """A key twice: two readers would read two things."""
    h.reply(200, b'{"now":1,"cursor":"abc","cursor":"def"}')


def bomb(h: Handler) -> None:
    """A few kB that unpack to 100 MB."""
    h.reply(200, zstandard.compress(b" " * 100_000_000), Content_Encoding="zstd")


@functools.cache
def _spaces() -> bytes:
    """200 MB in 200 kB."""
    pack, piece = zlib.compressobj(9, wbits=31), b" " * 1_000_000
    return b"".join(pack.compress(piece) for _ in range(200)) + pack.flush()


def large_bomb(h: Handler) -> None:
    """200 kB that unpack to 200 MB."""
    h.reply(200, _spaces(), Content_Encoding="gzip")


def other_type(h: Handler) -> None:
    """JSON, but not this program's."""
    h.reply(200, b'{"now":1}', "application/json")


def not_a_number(h: Handler) -> None:
    """A number that is none."""
    h.reply(200, b'{"now":NaN}')


def deep(h: Handler) -> None:
    """Ten thousand brackets."""
    h.reply(200, b'{"now":1,"runs":' + b"[" * 10_000 + b"]" * 10_000 + b"}")


def broken_headers(h: Handler) -> None:
    """A header that is none."""
    h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nbukan kepala\r\n\r\n" + b'{"now":1}')
    h.close_connection = True


def revoked(h: Handler) -> None:
    """The token is no longer good."""
    h.reply(401, b'{"code":"revoked","reason":"perangkat dicabut"}')


def unauthorized(h: Handler) -> None:
    """The token is not known."""
    h.reply(401, b'{"code":"token","reason":"token tidak dikenal"}')


def error(h: Handler) -> None:
    """The server has trouble of its own."""
    h.reply(500, b"<html>Internal Server Error</html>", "text/html")


def gone(h: Handler) -> None:
    """Such a call is not known here."""
    h.reply(404, b'{"code":"http_404","reason":"tidak ada"}')


def bad_gateway(h: Handler) -> None:
    """A proxy that does not reach what it stands before."""
    h.reply(502, b"<html>502 Bad Gateway</html>", "text/html")


def away(seconds: int) -> Behaviour:
    """503 with Retry-After."""
    return lambda h: h.reply(503, b"<html>Sebentar</html>", "text/html", Retry_After=str(seconds))


def drip(h: Handler) -> None:
    """A byte at a time, for ever."""
    h.send_response(200)
    h.send_header("Content-Type", MEDIA_TYPE)
    h.send_header("Content-Length", "100000")
    h.end_headers()
    _drip(h, b" ")


def drip_headers(h: Handler) -> None:
    """Never a whole header."""
    h.wfile.write(b"HTTP/1.1 200 OK\r\nX-Sabar: ")
    _drip(h, b"a")


def _drip(h: Handler, piece: bytes) -> None:
    for _ in range(600):
        h.wfile.write(piece)
        h.wfile.flush()
        if h.server.closing.wait(0.1):
            return


def silent(h: Handler) -> None:
    """Everything is taken in, and nothing comes back."""
    h.server.closing.wait(60)


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


# ---- doors


def hang_up(peer: socket.socket) -> None:
    """End both directions; whoever reads there is free at once."""
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)


def tls(context: ssl.SSLContext) -> Door:
    """Shows this certificate."""
    return lambda server, peer: context.wrap_socket(peer, server_side=True)


def cut_handshake(server: BadServer, peer: socket.socket) -> None:
    """Hears the greeting and hangs up."""
    peer.recv(4096)


def silent_handshake(server: BadServer, peer: socket.socket) -> None:
    """Hears the greeting and says nothing."""
    server.closing.wait(60)


def no_tls(server: BadServer, peer: socket.socket) -> None:
    """Plain HTTP where TLS was asked for."""
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
