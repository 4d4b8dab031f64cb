"""How many bytes crossed a line, as whoever bills them counts: IP packets with TLS, acknowledgements and repeats, from the
kernel's own counters of each connection (Linux, tcp(7): TCP_INFO). Not seen by it: look-ups of names, and attempts to reach
what does not answer at all.

Beside that, which network interface a connection uses.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from typing import NamedTuple

IPV4_HEADER, IPV6_HEADER, TCP_HEADER = 20, 40, 32
"""Bytes before the payload of each packet; of TCP with the timestamps that every common system sends (RFC 7323)."""
_RECEIVED, _SEGMENTS, _TRIP, _SENT = 128, 136, 148, 200
"""Where struct tcp_info (linux/tcp.h) has bytes received (64 bits), segments out and in (32 bits each), the shortest round
trip (32 bits, microseconds), and bytes sent with repeats (64 bits, since Linux 4.19)."""
_LONGEST_TRIP_US = 60_000_000
_INFO_BYTES = 256


class Carried(NamedTuple):
    """What crossed since the last look: bytes up and down, and the interface they went over; `exact` is False where nobody
    counts, and then the bytes are 0. `trip_ms` is the shortest round trip of packets lately, None when not known."""

    up: int
    down: int
    link: str
    exact: bool
    trip_ms: float | None = None


class _Count(NamedTuple):
    """What a connection carried since it began, and its shortest round trip."""

    up: int
    down: int
    trip_ms: float | None


class Meter:
    """Adds up what the connections of one session carried. Look at each before it is closed. For one thread at a time."""

    def __init__(self) -> None:
        self._up = self._down = 0
        self._seen: dict[int, tuple[int, int]] = {}
        self._address = self._link = ""
        self._exact = True
        self._trip_ms: float | None = None

    def look(self, key: int, sock: socket.socket, last: bool = False) -> None:
        """Add what a connection carried since it was looked at; `last`: it is going to be closed."""
        with contextlib.suppress(OSError):
            self._name(sock.getsockname()[0])
        found = _carried(sock)
        if found is None:
            self._exact = False
            return
        up, down = self._seen.pop(key, (0, 0))
        if found.up < up:  # another connection in the place of one that is gone
            up = down = 0
        self._up, self._down = self._up + found.up - up, self._down + found.down - down
        self._trip_ms = found.trip_ms or self._trip_ms
        if not last:
            self._seen[key] = found.up, found.down

    def take(self) -> Carried:
        """What was added since this was asked last."""
        carried = Carried(self._up, self._down, self._link, self._exact, self._trip_ms)
        self._up = self._down = 0
        return carried

    def _name(self, address: str) -> None:
        if address != self._address:
            self._address, self._link = address, interface_of(address)


def _carried(sock: socket.socket) -> _Count | None:
    """The kernel's counts of a connection, with the headers of its packets; None where the system does not count them."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    except OSError:
        return None
    if len(info) < _SENT + 8:
        return None
    header = TCP_HEADER + (IPV6_HEADER if sock.family == socket.AF_INET6 else IPV4_HEADER)
    (sent,), (received,) = struct.unpack_from("Q", info, _SENT), struct.unpack_from("Q", info, _RECEIVED)
    out, come = struct.unpack_from("II", info, _SEGMENTS)
    (trip,) = struct.unpack_from("I", info, _TRIP)
    known = 0 < trip < _LONGEST_TRIP_US
    return _Count(sent + out * header, received + come * header, trip / 1000 if known else None)


def interface_of(address: str) -> str:
    """The network interface that has this address, e.g. "wwan0"; the address itself where none has it."""
    import ifaddr

    for adapter in ifaddr.get_adapters():
        if any(address == (ip.ip if isinstance(ip.ip, str) else ip.ip[0]) for ip in adapter.ips):
            return str(adapter.nice_name)
    return address
