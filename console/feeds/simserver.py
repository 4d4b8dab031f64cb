"""Serves a simulated city over HTTP on this machine, under the paths and with the parameters of the real services.

GET /sta/v1.1/Observations?$filter=phenomenonTime gt 2026-11-23T00:00:00Z   (or since=…)
GET /open311/v2/requests.json?start_date=…                                 (or since=…)
GET /DataMKG/TEWS/autogempa.json, gempaterkini.json, gempadirasakan.json
GET /publik/prakiraan-cuaca?adm4=…
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from console.domain.clock import Clock
from console.feeds.simulator import Simulator

MAX_WINDOW_MS = 7 * 24 * 3_600_000
DEFAULT_WINDOW_MS = 15 * 60_000
_AFTER = re.compile(r"phenomenonTime\s+g[te]\s+(\S+)")
_NOT_FOUND = b'{"message":"Data not found","error":"Not Found","statusCode":404}'


class SimServer:
    """The server, on loopback only. Runs between `start` and `stop`, or while it is entered; `url` is its address."""

    def __init__(self, simulator: Simulator, clock: Clock, port: int = 0) -> None:
        self._http = _Http(("127.0.0.1", port), simulator, clock)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.1,), name="simulated city", daemon=True
        )

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more. Idempotent, and harmless before `start`."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> SimServer:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], simulator: Simulator, clock: Clock) -> None:
        super().__init__(address, _Handler)
        self.simulator = simulator
        self.clock = clock

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that hangs up is no trouble of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Http

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the readers count."""

    def do_GET(self) -> None:
        """Any call."""
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            body = answer(self.server.simulator, parts.path, asked, self.server.clock.now())
        except ValueError:
            self._send(400, b'{"message":"Waktu tidak terbaca","error":"Bad Request","statusCode":400}')
            return
        if body is None:
            self._send(404, _NOT_FOUND)
            return
        tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if self.headers.get("If-None-Match") == tag:
            self._send(304, b"", tag)
        else:
            self._send(200, body, tag)

    def _send(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)


def answer(simulator: Simulator, path: str, asked: Mapping[str, str], now: int) -> bytes | None:
    """What a call brings; None when there is no such thing. ValueError for a time that cannot be read."""
    if path == "/sta/v1.1/Observations":
        after = _AFTER.search(asked.get("$filter", ""))
        return simulator.observations(_start(after[1] if after else asked.get("since"), now) + 1, now)
    if path == "/open311/v2/requests.json":
        return simulator.requests(_start(asked.get("start_date") or asked.get("since"), now), now)
    if path == "/publik/prakiraan-cuaca":
        return simulator.forecast(asked.get("adm4", ""), now)
    if path == "/DataMKG/TEWS/autogempa.json":
        return simulator.quakes(now, 1)
    if path in ("/DataMKG/TEWS/gempaterkini.json", "/DataMKG/TEWS/gempadirasakan.json"):
        return simulator.quakes(now, 15)
    return None


def _start(text: str | None, now: int) -> int:
    """The beginning of the window asked for, ms since epoch UTC; never longer ago than a week."""
    if not text:
        return now - DEFAULT_WINDOW_MS
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("a time without zone")
    return max(int(read.timestamp() * 1000), now - MAX_WINDOW_MS)
