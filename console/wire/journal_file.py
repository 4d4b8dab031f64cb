"""A whole journal as one file: pages of its order, each packed by itself (4 bytes of length, then zstd over a `Changes` in
JSON) and each ending with a signed head, so that what has come can be taken while the rest is under way.

The bytes up to any page are the same whenever they are asked for, so that a download goes on inside the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.wire import codec
from console.wire.messages import Changes

JOURNAL_TYPE = "application/vnd.simpul.journal"
PAGE = 1_000
"""Numbers on one page."""
PIECE = 128 * 1024
"""Bytes of the file that one reply holds at most: a quarter of a minute of a thin line, so that a cut loses no more."""
MAX_PAGE = 8 * 1024 * 1024
_LEVEL = 9


def pack_page(page: bytes) -> bytes:
    """One page (a `Changes` in JSON) as it stands in the file."""
    packed = codec.compress(page, "zstd", _LEVEL)
    return len(packed).to_bytes(4, "big") + packed


def read_pages(data: bytes) -> Iterator[tuple[int, Changes]]:
    """The whole pages at the beginning of `data`, each with where it ends; codec.Malformed or Oversize when they are none."""
    at = 0
    while len(data) - at >= 4:
        size = int.from_bytes(data[at : at + 4], "big")
        if size > MAX_PAGE:
            raise codec.Oversize(f"a page of {size} bytes")
        if len(data) - at - 4 < size:
            return
        at += 4 + size
        yield at, codec.decode(data[at - size : at], "zstd", Changes)
