"""Are the entries what their writers wrote? Every stream is hashed again from its first byte and held against its signature.

Each function takes a reader's connection and yields findings; a fault in one row hides no other.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from console.domain.entry import FIRST_HASH, Checkpoint, Entry, chain_hash, from_bytes
from console.domain.keys import verify
from console.domain.stream import opening_device
from console.store.doctor.words import Finding

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, TypeError, ValueError)
SALVAGED = "salvaged"
"""Why an entry that was read from a damaged file, and that nothing proves, is set aside."""
Key = Callable[[str], bytes | None]
_ROWS = (
    "SELECT stream, seq, territory, kind, subject, header, body, body_hash, hash, seen_n, n FROM entries NOT INDEXED"
    " ORDER BY stream, seq"
)


class _Walk:
    """The place in a stream that was reached: what the next entry must follow on. Both the hash as it lies and the hash as
    computed may lead on, so that one damaged row makes one finding."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.seq = 0
        self.links = {FIRST_HASH}
        self.device: str | None = None


def check_streams(db: sqlite3.Connection, device: str) -> Iterator[Finding]:
    """Entries against their chains, and each stream's head against its entries. `device` is this room's own id."""
    heads = {row[0]: row[1:] for row in db.execute("SELECT stream, territory, device, seq, hash, refused FROM streams")}
    walk: _Walk | None = None
    for row in db.execute(_ROWS):
        if walk is None or row[0] != walk.stream:
            if walk is not None:
                yield from _check_head(walk, heads.pop(walk.stream, None))
            walk = _Walk(row[0])
        yield from _check_row(walk, row, heads.get(row[0]), device)
    if walk is not None:
        yield from _check_head(walk, heads.pop(walk.stream, None))
    for stream in heads:
        yield Finding("gap", str(stream), "tidak satu pun entrinya ada")


def _check_row(walk: _Walk, row: tuple[Any, ...], head: tuple[Any, ...] | None, device: str) -> Iterator[Finding]:
    stream, seq, *_, stored, _seen, n = row
    own = n is None and head is not None and head[1] == device
    if seq != walk.seq + 1:
        yield Finding("gap", str(stream), f"setelah {walk.seq} datang {seq}", own)
        walk.links = set()
    fault, computed = _fault(row, walk.links)
    if fault:
        yield Finding("entry", f"{stream}-{seq}", fault, own)
    if seq == 1 and not fault and (e := _entry(row)) is not None:
        walk.device = opening_device(e)
    walk.seq, walk.links = (seq if isinstance(seq, int) else walk.seq + 1), {stored} | computed


def _entry(row: tuple[Any, ...]) -> Entry | None:
    try:
        return from_bytes(row[5], row[6], row[7])
    except UNREADABLE:
        return None


def _fault(row: tuple[Any, ...], links: set[bytes]) -> tuple[str, set[bytes]]:
    """What is wrong with a row ("" when nothing is), and the hashes that its bytes lead to."""
    stream, seq, territory, kind, subject, _header, body, body_hash, stored, seen_n, _n = row
    e = _entry(row)
    if e is None:
        return "kepala entri tidak terbaca", set()
    try:
        computed = {chain_hash(link, e) for link in links}
    except UNREADABLE:
        return "isi entri tidak terbaca", set()
    if (e.stream, e.seq, e.territory, e.kind, e.subject_id, e.seen.n) != (
        stream,
        seq,
        territory,
        kind,
        subject,
        seen_n,
    ):
        return "kolom tidak sama dengan kepala entri", computed
    if body is not None and body_hash is not None and hashlib.sha256(body).digest() != body_hash:
        return "isi tidak cocok dengan jejaknya", computed
    if links and stored not in computed:
        return "isi tidak cocok dengan rantai hash", computed
    return ("" if isinstance(stored, bytes) and len(stored) == 32 else "hash tidak terbaca"), computed


def _check_head(walk: _Walk, head: tuple[Any, ...] | None) -> Iterator[Finding]:
    if head is None:
        yield Finding("head", walk.stream, "tidak ada")
        return
    _territory, device, seq, chain, refused = head
    if seq != walk.seq or chain not in walk.links:
        yield Finding("head", walk.stream, f"menyebut {seq}, dipegang {walk.seq}")
    if walk.device is not None and device != walk.device:
        yield Finding("head", walk.stream, "menyebut perangkat lain dari pembukanya")
    if refused:
        try:
            msgspec.json.decode(refused)
        except UNREADABLE:
            yield Finding("note", f"{walk.stream}: penolakan pusat", "bukan JSON")


def check_checkpoints(db: sqlite3.Connection, key: Key) -> Iterator[Finding]:
    """The signature kept with each stream: made by its writer, over a hash that the entries lead to. `key` gives the public
    key of a device, None where it is not known (then only the hash is compared)."""
    found = db.execute(
        "SELECT c.territory, c.stream, c.seq, c.hash, c.signature, s.device, s.territory, e.hash FROM checkpoints c"
        " LEFT JOIN streams s ON s.stream = c.stream LEFT JOIN entries e ON e.stream = c.stream AND e.seq = c.seq"
    )
    for territory, stream, seq, chain, signature, device, journal, held in found:
        public = key(device) if device else None
        if device is None or territory != journal:
            yield Finding("checkpoint", str(stream), "alirannya tidak ada")
        elif chain != held:
            yield Finding("checkpoint", stream, f"hash pada {seq} lain dari entrinya")
        elif public is not None and not _signed(public, territory, stream, seq, chain, signature):
            yield Finding("checkpoint", stream, f"pada {seq} bukan oleh perangkat {device}")


def _signed(public: bytes, territory: str, stream: str, seq: int, chain: bytes, signature: bytes) -> bool:
    try:
        return verify(public, signature, Checkpoint(territory, stream, seq, chain, signature).message())
    except (*UNREADABLE, AttributeError):
        return False


def check_parked(db: sqlite3.Connection) -> Iterator[Finding]:
    """What waits for proof: no chain covers it yet, so only its form can be looked at."""
    for table in ("parked", "set_aside"):
        for stream, seq, territory, header, body in db.execute(
            f"SELECT stream, seq, territory, header, body FROM {table}"
        ):
            try:
                e = from_bytes(header, body)
                sound = (e.stream, e.seq, e.territory) == (stream, seq, territory)
            except UNREADABLE:
                sound = False
            if not sound:
                yield Finding("parked", f"{stream}-{seq}", "kepala entri rusak")
    for stream, seq in db.execute("SELECT stream, seq FROM set_aside WHERE reason = ?", (SALVAGED,)):
        yield Finding("set_aside", f"{stream}-{seq}", "terbaca, tetapi tidak dapat dibuktikan")


def check_notes(db: sqlite3.Connection) -> Iterator[Finding]:
    """The room's remembered texts: those that are JSON must read as such."""
    for name, value in db.execute("SELECT key, value FROM meta"):
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                msgspec.json.decode(value)
            except UNREADABLE:
                yield Finding("note", str(name), "bukan JSON")
