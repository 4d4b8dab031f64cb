"""What crossed a line, against what a proxy between counts, and which interface a connection used."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from console.wire.guard import Guard, Limits, Truncated
from console.wire.line import carried, new_session
from console.wire.meter import IPV4_HEADER, TCP_HEADER, interface_of
from tests.faults.toxic import ToxicProxy

BODY = bytes(range(256)) * 400


class _Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def line() -> Iterator[ToxicProxy]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with ToxicProxy(server.server_address[1]) as proxy:
        yield proxy
    server.shutdown()
    server.server_close()


def test_what_is_counted_is_what_crossed_with_the_headers_of_its_packets(line: ToxicProxy) -> None:
    with new_session() as session:
        guard = Guard(session)
        for _ in range(5):
            guard.fetch("POST", f"{line.url}/x", frozenset(), BODY)
        found = carried(session)
        assert found.exact and found.link == "lo"
        # The proxy passes on 1,400 bytes at a time: a packet's headers are 4 % of that, and it is acknowledged.
        for counted, crossed in ((found.up, line.up), (found.down, line.down_bytes)):
            assert crossed + 3 * (IPV4_HEADER + TCP_HEADER) <= counted < crossed * 1.15
        assert sum(carried(session)[:2]) < 200, "nothing is counted twice"


def test_what_failed_is_counted_too_and_a_new_connection_does_not_start_from_zero(line: ToxicProxy) -> None:
    with new_session() as session:
        guard = Guard(session, Limits(seconds=10))
        line.cut_after = 30_000
        for _ in range(2):
            with pytest.raises(Truncated):
                guard.fetch("POST", f"{line.url}/x", frozenset(), BODY)
        line.cut_after = 0
        guard.fetch("POST", f"{line.url}/x", frozenset(), BODY)
        found = carried(session)
    assert line.up <= found.up < line.up * 1.15
    assert 2 * 30_000 + len(BODY) <= found.down < (2 * 30_000 + len(BODY)) * 1.15


def test_an_address_that_no_interface_has_stands_for_itself() -> None:
    assert interface_of("127.0.0.1") == "lo"
    assert interface_of("203.0.113.9") == "203.0.113.9"


def test_an_address_of_the_new_kind_is_found() -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("no IPv6 on this machine")
    assert interface_of("::1") == "lo"
