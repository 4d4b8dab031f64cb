"""The opaque text that says how far a room has read: numbers and order marks of every territory, and of the frames.

Its form is the centre's own business and may change with any version; a text that cannot be read means "from the
beginning". It is kept short, since it rides in every long-poll: per territory its last part as one byte (0 the city
itself), n as a varint, and the first 4 bytes of O_n.
"""

from __future__ import annotations

import base64
import binascii

import msgspec

_FORM = 1
MARK = 4
"""Bytes of O_n that a place keeps: enough to notice that an order is another one."""


class Place(msgspec.Struct):
    """How far: `orders` maps a territory to (n, first bytes of O_n); `frames` is the last frame's number, -1 for none."""

    orders: dict[str, tuple[int, bytes]] = {}
    frames: int = -1


def write_place(place: Place, city: str) -> str:
    """The opaque text of a place."""
    out = bytearray([_FORM])
    _put(out, place.frames + 1)
    for territory in sorted(place.orders):
        n, mark = place.orders[territory]
        out.append(int(territory[len(city) + 1 :] or 0))
        _put(out, n)
        out += mark[:MARK].ljust(MARK, b"\0")
    return base64.urlsafe_b64encode(out).rstrip(b"=").decode()


def read_place(text: str, city: str) -> Place:
    """The place that a text says; the beginning when it says none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if not raw or raw[0] != _FORM:
            return Place()
        frames, k = _get(raw, 1)
        orders: dict[str, tuple[int, bytes]] = {}
        while k < len(raw):
            part = raw[k]
            n, k = _get(raw, k + 1)
            orders[f"{city}.{part:02d}" if part else city] = (n, raw[k : k + MARK])
            k += MARK
        return Place(orders, frames - 1)
    except (binascii.Error, ValueError, IndexError):
        return Place()


def _put(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _get(raw: bytes, k: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = raw[k]
        number |= (byte & 127) << shift
        k, shift = k + 1, shift + 7
        if not byte & 128:
            return number, k
        if shift > 56:
            raise ValueError("number too long")
