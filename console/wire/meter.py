"""How many bytes crossed a line, as whoever bills them counts: IP packets with TLS, acknowledgements and repeats, from the
kernel's own counters of each connection (Linux, tcp(7): TCP_INFO). Not seen by it: look-ups of names, and attempts to reach
what does not answer at all.

Beside that, which network interface a connection uses.
"""

from __future__ import annotations

import array
import contextlib
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

IPV4_HEADER, IPV6_HEADER, TCP_HEADER = 20, 40, 32
"""Bytes before the payload of each packet; of TCP with the timestamps that every common system sends (RFC 7323)."""
_RECEIVED, _SEGMENTS, _SENT = 128, 136, 200
"""Where struct tcp_info (linux/tcp.h) has bytes received (64 bits), segments out and in (32 bits each), and bytes sent with
repeats (64 bits, since Linux 4.19)."""
_INFO_BYTES = 256
_SIOCGIFCONF, _IFREQ, _MOST_ADDRESSES = 0x8912, 40, 256


class Carried(NamedTuple):
    """What crossed since the last look: bytes up and down, and the interface they went over; `exact` is False where nobody
    counts, and then the bytes are 0."""

    up: int
    down: int
    link: str
    exact: bool


class Meter:
    """Adds up what the connections of one session carried. Look at each before it is closed. For one thread at a time."""

    def __init__(self) -> None:
        self._up = self._down = 0
        self._seen: dict[int, tuple[int, int]] = {}
        self._address = self._link = ""
        self._exact = True

    def look(self, key: int, sock: socket.socket, last: bool = False) -> None:
        """Add what a connection carried since it was looked at; `last`: it is going to be closed."""
        with contextlib.suppress(OSError):
            self._name(sock.getsockname()[0])
        found = _carried(sock)
        if found is None:
            self._exact = False
            return
        up, down = self._seen.pop(key, (0, 0))
        if found[0] < up:  # another connection in the place of one that is gone
            up = down = 0
        self._up, self._down = self._up + found[0] - up, self._down + found[1] - down
        if not last:
            self._seen[key] = found

    def take(self) -> Carried:
        """What was added since this was asked last."""
        carried = Carried(self._up, self._down, self._link, self._exact)
        self._up = self._down = 0
        return carried

    def _name(self, address: str) -> None:
        if address != self._address:
            self._address, self._link = address, interface_of(address)


def _carried(sock: socket.socket) -> tuple[int, int] | None:
    """IP bytes up and down of a connection since it began; None where the system does not count them."""
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
    return sent + out * header, received + come * header


def interface_of(address: str) -> str:
    """The network interface that has this address, e.g. "wwan0" (Linux); the address itself where that cannot be told."""
    try:
        return next((name for name, has in _addresses() if has == address), address)
    except OSError:
        return address


def _addresses() -> Iterator[tuple[str, str]]:
    if not sys.platform.startswith("linux"):
        return
    yield from _ipv4()
    for line in Path("/proc/net/if_inet6").read_text().splitlines():
        digits, *_, name = line.split()
        yield name, socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))


def _ipv4() -> Iterator[tuple[str, str]]:
    """Every IPv4 address of every interface (netdevice(7): SIOCGIFCONF)."""
    import fcntl

    room = array.array("B", bytes(_IFREQ * _MOST_ADDRESSES))
    place, size = room.buffer_info()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        answer = fcntl.ioctl(asker, _SIOCGIFCONF, struct.pack("iL", size, place))
    (filled,) = struct.unpack_from("i", answer)
    for k in range(0, filled, _IFREQ):
        row = room[k : k + _IFREQ].tobytes()
        yield row[:16].split(b"\0")[0].decode(), socket.inet_ntoa(row[20:24])
