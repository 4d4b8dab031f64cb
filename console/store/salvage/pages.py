"""Rows out of a damaged SQLite file, page by page, without its trees: every table leaf that still reads gives its rows.

Follows the database file format (sqlite.org/fileformat2.html: 1.6 B-tree pages, 2.1 Record format, 4.1 WAL file format).
Nothing found here is believed; whoever reads it proves it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

Value = int | float | str | bytes | None
Row = tuple[Value, ...]
_LEAF = 0x0D
_WAL_HEADER, _FRAME_HEADER = 32, 24
_INTEGERS: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_MOST_COLUMNS = 64
_MOST_PAYLOAD = 4 * 1024 * 1024
_DAMAGED = (IndexError, ValueError, struct.error, UnicodeDecodeError)


def rows_of(path: Path, page_size: int = 4096) -> Iterator[Row]:
    """Every row of every table leaf of a file and of the log beside it, older and newer ones alike. Pages of `page_size`
    bytes, which SQLite writes unless it is told otherwise."""
    raw = path.read_bytes()
    pages = [raw[at : at + page_size] for at in range(0, len(raw), page_size)]
    for number, page in enumerate(pages):
        yield from _leaf(page, pages, 100 if number == 0 else 0)
    log = path.with_name(path.name + "-wal")
    if log.exists():
        for newer, page in _frames(log.read_bytes(), pages, page_size):
            yield from _leaf(page, newer, 0)


def _frames(log: bytes, pages: list[bytes], size: int) -> Iterator[tuple[list[bytes], bytes]]:
    """Pages of the log, each with the pages as they stood when all of the log is laid over the file."""
    found: list[tuple[int, bytes]] = []
    for at in range(_WAL_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        number = int.from_bytes(log[at : at + 4], "big")
        found.append((number, log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]))
    reach = max((n for n, _ in found if n < len(pages) + len(found) + 1), default=0)
    newer = pages + [b""] * max(0, reach - len(pages))
    for number, page in found:
        if 0 < number <= len(newer):
            newer[number - 1] = page
    for number, page in found:
        if number > 1:
            yield newer, page


def _leaf(page: bytes, pages: list[bytes], start: int) -> Iterator[Row]:
    if len(page) < start + 8 or page[start] != _LEAF:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for k in range(min(count, (len(page) - start - 8) // 2)):
        place = start + 8 + 2 * k
        try:
            yield _record(_payload(page, int.from_bytes(page[place : place + 2], "big"), pages))
        except _DAMAGED:
            continue


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for k in range(8):
        byte = data[at + k]
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + k + 1
    return value << 8 | data[at + 8], at + 9


def _payload(page: bytes, at: int, pages: list[bytes]) -> bytes:
    """A cell's bytes, those on overflow pages too."""
    size, at = _varint(page, at)
    _rowid, at = _varint(page, at)
    if size > _MOST_PAYLOAD:
        raise ValueError("longer than any row")
    usable = len(page)
    most, least = usable - 35, (usable - 12) * 32 // 255 - 23
    if size <= most:
        return page[at : at + size]
    local = least + (size - least) % (usable - 4)
    local = local if local <= most else least
    out = bytearray(page[at : at + local])
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    while len(out) < size and following:
        overflow = pages[following - 1]
        following = int.from_bytes(overflow[:4], "big")
        out += overflow[4 : 4 + size - len(out)]
    return bytes(out)


def _record(payload: bytes) -> Row:
    header, at = _varint(payload, 0)
    types: list[int] = []
    while at < header:
        kind, at = _varint(payload, at)
        types.append(kind)
    if at != header or len(types) > _MOST_COLUMNS:
        raise ValueError("no record")
    out: list[Value] = []
    for kind in types:
        value, at = _value(payload, at, kind)
        out.append(value)
    if at != len(payload):
        raise ValueError("cut short")
    return tuple(out)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind == 7:
        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind < 12:
        raise ValueError("reserved type")
    end = at + (kind - 12) // 2
    raw = payload[at:end]
    return (raw.decode() if kind % 2 else raw), end
