"""Which of the readings of a damaged file go together: chains through entries, and through the order, by the hashes that lay
beside them. What proves them in the end are signatures, which the caller asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.domain.entry import FIRST_HASH, Entry, EntryId, chain_hash
from console.domain.keys import DeviceKey, verify
from console.domain.order import FIRST_ORDER, Link, next_order
from console.domain.stream import opening_device
from console.store.doctor.streams import UNREADABLE
from console.store.salvage.found import Found, Piece


class Stream(msgspec.Struct):
    """The readings of one stream. `run` is the gap-free beginning that hangs together, each entry with its hash; `tail` what
    was read above it, one reading for each place: first those that follow on their neighbour's hash, then the `loose`."""

    territory: str
    run: list[tuple[Entry, bytes]]
    tail: list[Piece]
    loose: list[Piece]


def streams(found: Found) -> dict[str, Stream]:
    """Every stream of which anything was read."""
    places: dict[str, dict[int, list[Piece]]] = {}
    for place, pieces in found.pieces.items():
        places.setdefault(place.stream, {})[place.seq] = pieces
    signed: dict[EntryId, set[bytes]] = {}
    for c in found.checkpoints:
        signed.setdefault(EntryId(c.stream, c.seq), set()).add(c.hash)
    return {stream: _stream(stream, by_seq, signed) for stream, by_seq in places.items()}


def _stream(stream: str, places: Mapping[int, Sequence[Piece]], signed: Mapping[EntryId, set[bytes]]) -> Stream:
    def known(seq: int) -> set[bytes]:
        lay = {p.hash for p in places.get(seq, ()) if p.hash}
        return lay | signed.get(EntryId(stream, seq), set())

    run: list[tuple[Entry, bytes]] = []
    link, seq = FIRST_HASH, 1
    while step := _follow(places, known, link, seq):
        run.append(step)
        link, seq = step[1], seq + 1
    tail: list[Piece] = []
    loose: list[Piece] = []
    for at in sorted(s for s in places if s >= seq):
        fit = [p for p in places[at] if any(_hash(base, p.entry) in known(at) for base in known(at - 1))]
        (tail if fit else loose).append((fit or list(places[at]))[0])
    return Stream(next(iter(places.values()))[0].entry.territory, run, tail, loose)


def _follow(places: Mapping[int, Sequence[Piece]], known: object, link: bytes, seq: int) -> tuple[Entry, bytes] | None:
    """The reading at a place that follows on `link`: by a hash that lay there, or by the one that follows on it in turn."""
    assert callable(known)
    for piece in places.get(seq, ()):
        computed = _hash(link, piece.entry)
        after = (_hash(computed, p.entry) in known(seq + 1) for p in places.get(seq + 1, ()))
        if computed and (computed in known(seq) or any(after)):
            return piece.entry, computed
    return None


def _hash(link: bytes, e: Entry) -> bytes:
    try:
        return chain_hash(link, e)
    except UNREADABLE:
        return b""


def mine(stream: str, found: Found, key: DeviceKey) -> bool:
    """Whether this device wrote the stream: its opening says so, or a signature that only this device can make."""
    if any(opening_device(p.entry) == key.id for p in found.pieces.get(EntryId(stream, 1), ())):
        return True
    return any(verify(key.public, c.signature, c.message()) for c in found.checkpoints if c.stream == stream)


def order_steps(
    links: Mapping[int, Iterable[tuple[Link, bytes]]], hashes: Mapping[EntryId, set[bytes]]
) -> list[tuple[Link, bytes, bytes]]:
    """The order from 1 on as far as it hangs together: (link, its entry's hash, O_n)."""
    out: list[tuple[Link, bytes, bytes]] = []
    name, n = FIRST_ORDER, 1
    while (step := _order_step(links.get(n, ()), hashes, name)) is not None:
        out.append(step)
        name, n = step[2], n + 1
    return out


def _order_step(
    readings: Iterable[tuple[Link, bytes]], hashes: Mapping[EntryId, set[bytes]], name: bytes
) -> tuple[Link, bytes, bytes] | None:
    for link, lay in readings:
        for entry_hash in hashes.get(link.id, ()):
            try:
                if next_order(name, link.n, entry_hash, link.accepted_at, link.void) == lay:
                    return link, entry_hash, lay
            except (OverflowError, *UNREADABLE):
                continue
    return None
