"""An entry: the one immutable thing that a journal is made of, its exact bytes, and the proof over a whole stream.

Header bytes are a UTF-8 JSON array without white space, in this order, numbers being integers only::

    [territory, stream, seq, at, skew, actor, [n, "O8", [[stream, seq, "H8"], ...]], kind, subject]

`stream` is 16 lower-case hex digits (a random 64-bit id), `O8` the first 8 bytes of the order chain at `n` as 16 hex
digits (16 zeros when n = 0). The heads stand sorted by stream, each with the first 8 bytes of the hash of the entry there
as 16 hex digits, since two machines that went on from one image write different entries in one place; a head without that
has two elements. A subject "" means that this entry opens its own subject, whose id is then `<stream>-<seq>`. The body is
a UTF-8 JSON object kept byte for byte as written::

    hash = SHA-256(previous hash in the stream || header || SHA-256(body))      first previous hash: 32 zero bytes

Worked example (the vector file under tests/domain checks it): the header ::

    ["32.73.02","00000000000000aa",1,1764000000000,0,"op-1",[0,"0000000000000000",[]],"incident.opened",""]

with the body ``{"title":"Banjir"}`` hashes to
``59d2592bbe39aab113a820f610e6733325eb21e9f48386f4c33e5e16dd21d164``.

A checkpoint is the writing device's Ed25519 signature over ``simpul-checkpoint-1 0x00`` and the JSON array
``[territory, stream, seq, "hash in hex"]``: it covers every entry up to `seq`.
"""

from __future__ import annotations

import hashlib
import re
from typing import TypeVar

import msgspec

T = TypeVar("T")
FIRST_HASH = bytes(32)
MAX_BODY = 64 * 1024
MAX_HEADER = 8 * 1024
CHECKPOINT_TAG = b"simpul-checkpoint-1\0"
STREAM = re.compile(r"[0-9a-f]{16}")
LAST_MOMENT = 2**42 - 1
"""The last time that calendars need to know, in the year 2109, in ms since epoch UTC."""


def read_json(raw: bytes | msgspec.Raw | None, shape: type[T]) -> T | None:
    """What the bytes say as `shape`, or None when they do not, whoever wrote them: no JSON, no UTF-8, other types, too deep,
    or absent."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(bytes(raw).decode(), type=shape)
    except (ValueError, RecursionError):
        return None


class EntryId(msgspec.Struct, frozen=True, array_like=True, order=True):
    """The place of an entry: its writer's stream and its number there, from 1 without gaps."""

    stream: str
    seq: int

    def __str__(self) -> str:
        return f"{self.stream}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> EntryId:
        """Read `<stream>-<seq>`; ValueError when it is not that."""
        stream, dash, seq = text.partition("-")
        if not (dash and STREAM.fullmatch(stream) and seq.isdigit()):
            raise ValueError(f"not an entry id: {text!r}")
        return cls(stream, int(seq))


class NamedId(EntryId, frozen=True, array_like=True, order=True):
    """A place and what stands there: the first 8 bytes of its hash, in hex; "" when that is not told."""

    name: str = ""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What the writer knew: the order up to `n` (named by the first 8 bytes of O_n, in hex), and heads of other streams."""

    n: int = 0
    order: str = "0" * 16
    heads: tuple[NamedId, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """One entry. `at` and `skew` in ms (skew = writer's clock minus true time, as far as known).

    `body` is the JSON object's bytes, or None when withheld or redacted; then `body_hash` carries its SHA-256.
    """

    territory: str
    stream: str
    seq: int
    at: int
    skew: int
    actor: str
    seen: Seen
    kind: str
    subject: str
    body: bytes | None
    body_hash: bytes | None = None

    @property
    def id(self) -> EntryId:
        """Its place."""
        return EntryId(self.stream, self.seq)

    @property
    def subject_id(self) -> str:
        """The subject it is about; its own id when it opens one."""
        return self.subject or str(self.id)

    @property
    def true_at(self) -> int:
        """When it was written, by the true time as far as the writer knew it: ms since epoch UTC, within calendars."""
        return min(max(self.at - self.skew, 0), LAST_MOMENT)

    def fields(self) -> dict[str, msgspec.Raw]:
        """The body's top-level keys with their raw JSON; empty for a body that is absent or no object."""
        return read_json(self.body, dict[str, msgspec.Raw]) or {}


_HEADER = tuple[str, str, int, int, int, str, Seen, str, str]
_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(_HEADER)


def header_bytes(e: Entry) -> bytes:
    """The exact header bytes of an entry."""
    return _encoder.encode(
        (e.territory, e.stream, e.seq, e.at, e.skew, e.actor, _as_written(e.seen), e.kind, e.subject)
    )


def _as_written(seen: Seen) -> object:
    """What is to be encoded: a head whose entry is not named has two elements, not three."""
    if all(h.name for h in seen.heads):
        return seen
    return seen.n, seen.order, [h if h.name else (h.stream, h.seq) for h in seen.heads]


def from_bytes(header: bytes, body: bytes | None, body_hash: bytes | None = None) -> Entry:
    """The entry whose header bytes these are; msgspec.ValidationError when they are not a header."""
    territory, stream, seq, at, skew, actor, seen, kind, subject = _header_decoder.decode(header)
    return Entry(territory, stream, seq, at, skew, actor, seen, kind, subject, body, body_hash)


def short(full: bytes) -> str:
    """The name of an entry or of an order: the first 8 bytes, in hex, of its hash or O_n."""
    return full[:8].hex()


def chain_hash(previous: bytes, e: Entry) -> bytes:
    """The entry's hash, given the 32-byte hash of the entry before it in its stream."""
    body = e.body_hash if e.body is None else hashlib.sha256(e.body).digest()
    if body is None:
        raise ValueError(f"entry {e.id} has neither a body nor its hash")
    return hashlib.sha256(previous + header_bytes(e) + body).digest()


def well_formed(e: Entry) -> str:
    """Why this entry can be no part of any journal, or "" when it can: sizes, ids and ranges only, never its meaning."""
    if not STREAM.fullmatch(e.stream) or e.seq < 1:
        return "bad place"
    if e.body is not None and len(e.body) > MAX_BODY:
        return "body too large"
    if len(header_bytes(e)) > MAX_HEADER:
        return "header too large"
    if e.seen.n < 0 or not STREAM.fullmatch(e.seen.order) or not all(map(_names_a_place, e.seen.heads)):
        return "bad seen"
    return "" if _integers_fit(e) else "number out of range"


def _names_a_place(head: NamedId) -> bool:
    return head.seq >= 1 and (not head.name or STREAM.fullmatch(head.name) is not None)


def _integers_fit(e: Entry) -> bool:
    return all(-(2**62) < x < 2**62 for x in (e.seq, e.at, e.skew, e.seen.n, *(h.seq for h in e.seen.heads)))


class Checkpoint(msgspec.Struct, frozen=True):
    """A device's signature over the head of one of its streams; it covers everything up to `seq`."""

    territory: str
    stream: str
    seq: int
    hash: bytes
    signature: bytes

    def message(self) -> bytes:
        """The bytes that are signed."""
        return CHECKPOINT_TAG + _encoder.encode((self.territory, self.stream, self.seq, self.hash.hex()))
