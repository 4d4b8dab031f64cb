"""Messages to bytes and back: JSON with zstd, and the caps that keep a hostile or broken message from doing harm.

What comes in is bounded before it is decompressed, while it is decompressed and by nesting depth, and refused when a key
stands twice or a number is none, since the decoder itself would silently take the last of two equal keys.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from itertools import accumulate
from typing import Any, TypeVar

import msgspec
import zstandard

from console.wire.messages import MEDIA_TYPE
from console.wire.phrases import ENCODING, PHRASES

MAX_WIRE = 8 * 1024 * 1024
"""Bytes of a message as it travels."""
MAX_PLAIN = 64 * 1024 * 1024
"""Bytes of a message when decompressed."""
MAX_WINDOW = 32 * 1024 * 1024
"""Memory that a zstd frame may ask for."""
MAX_DEPTH = 16
SMALL = 60
"""Bytes below which compression does not pay."""
ACCEPTED = ENCODING
"""What a caller of this program says it can read."""
LEVEL = 9

T = TypeVar("T")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(b for b in range(256) if b not in b"[]{}")
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_encoder = msgspec.json.Encoder()
_PHRASES = zstandard.ZstdCompressionDict(PHRASES, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


class Oversize(ValueError):
    """A message is larger, or unpacks to more, than the cap."""


class Malformed(ValueError):
    """A message is not what it should be: not JSON, not the shape, too deep, a key twice, or a number that is none."""


def encode(message: msgspec.Struct, level: int = LEVEL) -> tuple[bytes, dict[str, str]]:
    """The message's bytes and the HTTP headers that say what they are; small ones are left uncompressed."""
    plain = _encoder.encode(message)
    headers = {"Content-Type": MEDIA_TYPE}
    if len(plain) < SMALL:
        return plain, headers
    return compress(plain, ENCODING, level), headers | {"Content-Encoding": ENCODING}


def compress(plain: bytes, encoding: str, level: int = LEVEL) -> bytes:
    """Pack bytes as `zstd`, or as `simpul-zstd`, which knows the messages' phrases beforehand."""
    phrases = _PHRASES if encoding == ENCODING else None
    return zstandard.ZstdCompressor(level=level, dict_data=phrases).compress(plain)


def decode(data: bytes, encoding: str, kind: type[T], wire_cap: int = MAX_WIRE, plain_cap: int = MAX_PLAIN) -> T:
    """Read a message of `kind` that came with Content-Encoding `encoding`; Oversize or Malformed when it cannot be."""
    if len(data) > wire_cap:
        raise Oversize(f"{len(data)} bytes, at most {wire_cap}")
    return parse(decompress(data, encoding, plain_cap), kind)


def parse(plain: bytes, kind: type[T]) -> T:
    """Read a message of `kind` from JSON text, strictly; Malformed when it cannot be."""
    check(plain)
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise Malformed(str(e)) from e


def check(plain: bytes, max_depth: int = MAX_DEPTH) -> None:
    """Refuse (Malformed) JSON that is nested too deep, says a key twice, or holds NaN or Infinity."""
    if depth(plain) > max_depth:
        raise Malformed(f"nested deeper than {max_depth}")
    try:
        json.loads(plain, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_number, parse_float=_number)
    except (ValueError, RecursionError) as e:
        raise e if isinstance(e, Malformed) else Malformed(f"not JSON: {e}") from e


def depth(plain: bytes) -> int:
    """How deep JSON text is nested."""
    brackets = _STRINGS.sub(b"", plain).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def decompress(data: bytes, encoding: str, cap: int = MAX_PLAIN) -> bytes:
    """Undo a Content-Encoding (simpul-zstd, zstd, gzip, deflate or none), giving out at most `cap` bytes.

    Raises Oversize or Malformed.
    """
    undo = _UNDO.get(encoding.strip().lower())
    if undo is None:
        raise Malformed(f"unknown content encoding {encoding!r}")
    try:
        plain = undo(data, cap)
    except (zlib.error, zstandard.ZstdError) as e:
        raise Malformed(f"cannot be decompressed: {e}") from e
    if len(plain) > cap:
        raise Oversize(f"unpacks to more than {cap} bytes")
    return plain


def _identity(data: bytes, cap: int) -> bytes:
    return data


def _zlib(data: bytes, cap: int) -> bytes:
    stream = zlib.decompressobj(wbits=47)
    plain = stream.decompress(data, cap + 1)
    if len(plain) <= cap and not stream.eof:
        raise Malformed("compressed data ends early")
    return plain


def _zstd(data: bytes, cap: int, phrases: zstandard.ZstdCompressionDict | None = None) -> bytes:
    """One frame. Its declared size is trusted only as a bound; a frame that declares none is pulled, not pushed, since a
    few bytes of zstd can unpack to 100 MB in one step."""
    declared = zstandard.frame_content_size(data)
    tool = zstandard.ZstdDecompressor(dict_data=phrases, max_window_size=MAX_WINDOW)
    if declared > cap:
        raise Oversize(f"declares {declared} bytes, at most {cap}")
    if declared > 0:
        return tool.decompress(data, allow_extra_data=False)
    plain = tool.stream_reader(data).read(cap + 1)
    if len(plain) <= cap and not _whole(data, phrases):
        raise Malformed("compressed data ends early")
    return plain


def _whole(data: bytes, phrases: zstandard.ZstdCompressionDict | None) -> bool:
    stream = zstandard.ZstdDecompressor(dict_data=phrases, max_window_size=MAX_WINDOW).decompressobj()
    stream.decompress(data)
    return stream.eof


def _simpul_zstd(data: bytes, cap: int) -> bytes:
    return _zstd(data, cap, _PHRASES)


_UNDO: dict[str, Callable[[bytes, int], bytes]] = {
    "": _identity, "identity": _identity, "gzip": _zlib, "deflate": _zlib, "zstd": _zstd,
    ENCODING: _simpul_zstd,
}  # fmt: skip


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Malformed("a key stands twice")


def _no_constant(name: str) -> None:
    raise Malformed(f"{name} is no number")


def _number(text: str) -> None:
    """Numbers need no value here; an absurdly long one is refused before the decoder works on it."""
    if len(text) > 40:
        raise Malformed("a number of more than 40 digits")
