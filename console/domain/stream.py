"""A writer's stream: how it begins, and what part of what arrives is proven.

Only entries that are gap-free, chained and covered (by the writer's checkpoint, or by an order that the centre signed)
count as held; all others are parked until the rest comes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

import msgspec

from console.domain.entry import (
    FIRST_HASH,
    Checkpoint,
    Entry,
    EntryId,
    chain_hash,
    header_bytes,
    read_json,
    well_formed,
)
from console.domain.keys import verify

OPENED = "stream.opened"


class StreamOpened(msgspec.Struct, frozen=True):
    """The body of a stream's first entry: which device writes it, what it wrote before, with which program and pack."""

    device: str
    previous: EntryId | None = None
    program: str = ""
    pack: str = ""


class StreamHead(msgspec.Struct, frozen=True):
    """How far a stream is held: `device` "" while its first entry is missing, `seq` 0 when nothing is held."""

    territory: str
    stream: str
    device: str = ""
    seq: int = 0
    hash: bytes = FIRST_HASH


class Admission(msgspec.Struct, frozen=True):
    """What came of admitting entries: the new `head`, entries `accepted` with their hashes, those `parked`, and `fault`:

    "" | "signature" (a checkpoint is not the device's) | "chain" (the checkpoint contradicts the entries) |
    "malformed" (an entry that can be part of no journal) | "opening" (the stream does not begin with its opening).
    On "chain" and "opening" everything above the new `head` is refused, on "malformed" from that entry on.
    """

    head: StreamHead
    accepted: tuple[tuple[Entry, bytes], ...] = ()
    parked: tuple[Entry, ...] = ()
    fault: str = ""


def new_stream() -> str:
    """A random 64-bit stream id."""
    return secrets.token_hex(8)


def same_entry(a: Entry, b: Entry) -> bool:
    """Whether two entries of one place are one and the same: equal bytes, whatever is withheld."""
    return header_bytes(a) == header_bytes(b) and chain_hash(FIRST_HASH, a) == chain_hash(FIRST_HASH, b)


def opening_device(first: Entry) -> str:
    """The device that a stream's first entry names, "" when it is no opening (or its body is withheld)."""
    if first.kind != OPENED or first.seq != 1:
        return ""
    opened = read_json(first.body, StreamOpened)
    return opened.device if opened else ""


def admit(
    head: StreamHead,
    candidates: Iterable[Entry],
    checkpoints: Iterable[Checkpoint],
    key: Callable[[str], bytes | None],
    vouched: Mapping[int, bytes] | None = None,
) -> Admission:
    """Prove as much of a stream as can be proven.

    `candidates` are entries above `head` in any order, duplicates included; `key` gives a device's public key;
    `vouched` maps seq to the entry hash that a signed order vouches for.
    """
    waiting = {e.seq: e for e in candidates if e.seq > head.seq}
    if unfit := [seq for seq, e in waiting.items() if well_formed(e) or e.territory != head.territory]:
        sound = [e for seq, e in waiting.items() if seq < min(unfit)]
        return msgspec.structs.replace(admit(head, sound, checkpoints, key, vouched), fault="malformed")
    device = head.device
    if not device and 1 in waiting:
        device = opening_device(waiting[1])
        if not device:
            return Admission(head, fault="opening")
    public = key(device) if device else None
    if public is None:
        return Admission(head, parked=_sorted(waiting))
    walked = walk(head, waiting)
    proofs, fault = _proofs(head, checkpoints, public)
    covered, broken = _cover(head, walked, {**(vouched or {}), **proofs})
    accepted = tuple(pair for pair in walked if pair[0].seq <= covered)
    if accepted:
        head = StreamHead(head.territory, head.stream, device, accepted[-1][0].seq, accepted[-1][1])
    if broken:
        return Admission(head, accepted, fault="chain")
    return Admission(head, accepted, _sorted({s: e for s, e in waiting.items() if s > covered}), fault)


def _sorted(waiting: dict[int, Entry]) -> tuple[Entry, ...]:
    return tuple(waiting[seq] for seq in sorted(waiting))


def walk(head: StreamHead, waiting: Mapping[int, Entry]) -> list[tuple[Entry, bytes]]:
    """The gap-free run above the head, each entry with its chain hash."""
    out: list[tuple[Entry, bytes]] = []
    seq, link = head.seq + 1, head.hash
    while (e := waiting.get(seq)) is not None:
        link = chain_hash(link, e)
        out.append((e, link))
        seq += 1
    return out


def _proofs(head: StreamHead, checkpoints: Iterable[Checkpoint], public: bytes) -> tuple[dict[int, bytes], str]:
    proofs: dict[int, bytes] = {}
    fault = ""
    for c in checkpoints:
        if (c.territory, c.stream) != (head.territory, head.stream):
            continue
        if verify(public, c.signature, c.message()):
            proofs[c.seq] = c.hash
        else:
            fault = "signature"
    return proofs, fault


def _cover(head: StreamHead, walked: list[tuple[Entry, bytes]], proofs: Mapping[int, bytes]) -> tuple[int, bool]:
    """The highest seq that a proof confirms (it confirms all below), and whether any proof contradicts the chain."""
    hashes = {e.seq: h for e, h in walked} | {head.seq: head.hash}
    met = [seq for seq in proofs if seq in hashes]
    good = [seq for seq in met if proofs[seq] == hashes[seq]]
    return max(good, default=head.seq), len(good) < len(met)
