"""The door's small HTTP server: a bounded number of threads, bounded bodies, and a deadline on each whole call."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

import msgspec

from console.log import logger
from console.sync.door.door import ANSWER_S, Closed, Door
from console.sync.door.messages import DOOR_TYPE, HELLO, JOIN
from console.sync.door.talks import TALK_HEADER
from console.wire import codec
from console.wire.line import Cut
from console.wire.messages import MEDIA_TYPE, Problem

CALLS = 16
"""Calls that are answered at the same time; whoever comes on top is turned away at once and comes again."""
WORDS = 4096
"""Bytes that an introduction may have."""
CALL_S = ANSWER_S + 10.0
_SEAL = 64
_log = logger("sync")


class DoorServer(ThreadingHTTPServer):
    """Listens on `address` (host, "" for every one that this machine has; port, 0 for any) until `close`. OSError when the
    port is taken."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], door: Door, call_s: float = CALL_S) -> None:
        self.door = door
        self.call_s = call_s
        self._free = threading.BoundedSemaphore(CALLS)
        self._open: set[socket.socket] = set()
        everywhere = not address[0] and socket.has_dualstack_ipv6()
        self.address_family = socket.AF_INET6 if everywhere or ":" in address[0] else socket.AF_INET
        super().__init__(address, _Call)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="door", daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        """Without asking who this machine is: with the line dead, the answer takes half a minute."""
        if self.address_family is socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "simpul", int(self.server_address[1])

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_port

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a call a thread of its own, if one is free."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one call under its deadline."""
        cut = Cut(request, self.call_s)
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut.stop()
            self._open.discard(request)
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that is gone is no fault of ours; anything else is one."""
        error = sys.exception()
        if isinstance(error, OSError):
            _log.info("a neighbour's call broke off", why=type(error).__name__)
        else:
            _log.error("a call at the door failed", exc_info=error)

    def close(self) -> None:
        """Stop listening and end every call, whatever is in progress."""
        self.shutdown()
        for request in list(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join(5.0)


class _Call(BaseHTTPRequestHandler):
    """One call: HTTP/1.0, one answer, closed."""

    server: DoorServer
    server_version, sys_version = "Simpul", ""

    def do_POST(self) -> None:
        try:
            body = self._body()
            reply = self.server.door.answer(self.path, self.headers.get(TALK_HEADER, ""), body)
        except Closed as closed:
            problem = Problem(closed.code, closed.code)
            self._send(closed.status, MEDIA_TYPE, msgspec.json.encode(problem))
        else:
            self._send(200, MEDIA_TYPE if self.path in (HELLO, JOIN) else DOOR_TYPE, reply)

    def _body(self) -> bytes:
        announced = self.headers.get("Content-Length", "")
        if not (announced.isdecimal() and announced.isascii()) or "Transfer-Encoding" in self.headers:
            raise Closed(411, "length")
        cap = codec.MAX_WIRE + _SEAL if self.headers.get(TALK_HEADER) else WORDS
        if len(announced) > 12 or int(announced) > cap:
            raise Closed(413, "toobig")
        body = self.rfile.read(int(announced))
        if len(body) < int(announced):
            raise ConnectionAbortedError("the caller broke off")
        return body

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The diary has what matters."""
