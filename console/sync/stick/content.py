"""What lies inside a bundle, section by section: journals, their signed order, the city pack, readings, and a receipt.

A section's kind says what it is; a program that does not know a kind passes it over. A photo or document is a section of
its own, named by its SHA-256, as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from console.domain.city import of_city
from console.domain.entry import STREAM, Checkpoint, Entry
from console.domain.exchange import Incoming
from console.domain.keys import KeyRing
from console.domain.order import Link, OrderHead
from console.domain.reading import Frame
from console.domain.stream import StreamHead, admit
from console.store.carried import Part
from console.store.kept_pack import KeptPack
from console.store.keyring import RING_KINDS
from console.sync import parcel
from console.sync.relayed import readable
from console.sync.stick.memory import Receipt
from console.wire import codec
from console.wire.bundle import BundleRefused, Member, Opened
from console.wire.guard import Garbled
from console.wire.messages import Changes, EntryRun, FramesRequest
from console.wire.runs import MAX_ROWS, pack_links, pack_runs

T = TypeVar("T", bound=msgspec.Struct)
JOURNAL, ORDER, PACK, READINGS, RELAYED, RECEIPT = "journal", "order", "pack", "frames", "frames_on", "receipt"
BLOB = "blob"
"""Kinds. `frames` are readings to look at; `frames_on` did not reach the centre yet, whoever can takes them on."""
_LINKS = MAX_ROWS // 2
_BIG = 2**62
MAX_UNFOLDED = 64 * 1024 * 1024
"""Bytes that the bodies on one page may unfold to."""
_FRAMES_BYTES = 4 * 1024 * 1024


# ---- writing


def journal_members(territory: str, part: Part) -> Iterator[Member]:
    """A part of a journal: pages of entries, then the order over all of them."""
    for entries, checkpoints in part.pages:
        page = Changes(0, runs=pack_runs(entries), checkpoints=list(checkpoints))
        yield Member(JOURNAL, territory, msgspec.json.encode(page), len(entries))
    for start in range(0, len(part.links), _LINKS):
        links = part.links[start : start + _LINKS]
        last = start + _LINKS >= len(part.links)
        page = Changes(0, links=pack_links(territory, links), heads=list(part.heads) if last else [])
        yield Member(ORDER, territory, msgspec.json.encode(page), len(links))


def frame_members(kind: str, frames: Sequence[Frame]) -> Iterator[Member]:
    """Readings, in sections of a few MB."""
    batch: list[Frame] = []
    size = 0
    for frame in frames:
        batch.append(frame)
        size += 64 + 12 * len(frame.at) * (1 + len(frame.sensors))
        if size >= _FRAMES_BYTES:
            yield Member(kind, "", msgspec.json.encode(FramesRequest(batch)), len(batch))
            batch, size = [], 0
    if batch:
        yield Member(kind, "", msgspec.json.encode(FramesRequest(batch)), len(batch))


def pack_member(kept: KeptPack) -> Member:
    """The city pack as the city signed it."""
    return Member(PACK, kept.version, msgspec.json.encode(kept), 1)


def receipt_member(receipt: Receipt) -> Member:
    """What the sender holds."""
    return Member(RECEIPT, "", msgspec.json.encode(receipt), len(receipt.held))


# ---- reading


class Journal(msgspec.Struct, frozen=True):
    """One territory's part of a bundle: entry pages, and the order over all of them."""

    territory: str
    pages: tuple[tuple[tuple[Entry, ...], tuple[Checkpoint, ...]], ...]
    links: tuple[Link, ...]
    heads: tuple[OrderHead, ...]

    def incoming(self) -> list[Incoming]:
        """What the store is to take, one transaction each; the order goes with the last page."""
        ordered = {self.territory: self.links} if self.links else {}
        pages = list(self.pages) or [((), ())]
        *first, (entries, checkpoints) = pages
        return [
            *(Incoming(e, c) for e, c in first),
            Incoming(entries, checkpoints, ordered, self.heads),
        ]


def check(opened: Opened, city: str) -> None:
    """Read everything once and keep nothing. BundleRefused when a section is not what its kind says."""
    for territory in territories(opened, city):
        journal(opened, territory)
    for kind in (READINGS, RELAYED):
        for _ in frames(opened, kind):
            pass
    receipt(opened)
    city_pack(opened)


def territories(opened: Opened, city: str) -> list[str]:
    """Whose journals are inside, the city's own first. BundleRefused when one is of no territory of this city."""
    named = {s.name for s in opened.manifest.sections if s.kind in (JOURNAL, ORDER)}
    for name in named:
        if not of_city(name, city):
            raise BundleRefused("foreign", name)
    return sorted(named, key=lambda t: (t != city, t))


def journal(opened: Opened, territory: str) -> Journal:
    """The part of one journal. BundleRefused when it cannot be read, or speaks of another one."""
    pages: list[tuple[tuple[Entry, ...], tuple[Checkpoint, ...]]] = []
    links: list[Link] = []
    heads: list[OrderHead] = []
    for member in opened.members(JOURNAL, ORDER):
        if member.name != territory:
            continue
        came = _page(member.data)
        # A page says nothing but this: above all not how far the line to the centre has read.
        if member.kind == JOURNAL:
            pages.append((came.entries, came.checkpoints))
        links += came.links.get(territory, ())
        heads += came.heads
        spoken = {e.territory for e in came.entries} | {c.territory for c in came.checkpoints} | set(came.links)
        if (spoken | {h.territory for h in came.heads}) - {territory}:
            raise BundleRefused("unreadable", "jurnal menyebut wilayah lain")
    unique = {link.n: link for link in links}
    return Journal(territory, tuple(pages), tuple(unique[n] for n in sorted(unique)), tuple(heads))


def _page(data: bytes) -> Incoming:
    return checked(parsed(data, Changes))


def checked(changes: Changes) -> Incoming:
    """A page of a journal, unpacked; BundleRefused when it unfolds to too much, or its columns or numbers do not fit."""
    rows = sum(len(run.at) for run in changes.runs) + sum(run.count for run in changes.links)
    if rows > MAX_ROWS or sum(map(_weight, changes.runs)) > MAX_UNFOLDED:
        raise BundleRefused("too_big", "baris jurnal")
    try:
        incoming = parcel.page(changes).incoming
    except Garbled as error:
        raise BundleRefused("unreadable", str(error)) from error
    if not _in_range(incoming):
        raise BundleRefused("unreadable", "angka di luar batas")
    return incoming


def _weight(run: EntryRun) -> int:
    """Bytes that the bodies of a run unfold to: one body may stand for many rows."""
    if run.body_of:
        return sum(len(run.bodies[k]) for k in run.body_of if 0 <= k < len(run.bodies))
    return sum(map(len, run.bodies)) * (len(run.at) if len(run.bodies) == 1 else 1)


def _in_range(incoming: Incoming) -> bool:
    """Whether every place and number fits where it is kept; entries are looked at when they are proven."""
    links = [link for links in incoming.links.values() for link in links]
    numbers = [
        *(e.seq for e in incoming.entries),
        *(c.seq for c in incoming.checkpoints),
        *(x for link in links for x in (link.n, link.id.seq)),
        *(x for head in incoming.heads for x in (head.n, head.epoch)),
    ]
    streams = {link.id.stream for link in links} | {e.stream for e in incoming.entries}
    return (
        all(0 < x < _BIG for x in numbers)
        and all(-_BIG < link.accepted_at < _BIG for link in links)
        and all(STREAM.fullmatch(stream) for stream in streams | {c.stream for c in incoming.checkpoints})
    )


def frames(opened: Opened, kind: str) -> Iterator[list[Frame]]:
    """Readings of a kind, in batches."""
    for member in opened.members(kind):
        batch = parsed(member.data, FramesRequest).frames
        if not readable(batch):
            raise BundleRefused("unreadable", "waktu bacaan di luar batas")
        yield batch


def receipt(opened: Opened) -> Receipt | None:
    """What the sender says it holds."""
    found = next((parsed(m.data, Receipt) for m in opened.members(RECEIPT)), None)
    numbers = [x for h in (found.held.values() if found else ()) for x in (h.n, *h.heads.values())]
    numbers += [n for ends in (found.lost.values() if found else ()) for n, _ in ends]
    if any(not 0 <= x < _BIG for x in (*numbers, *((abs(found.created),) if found else ()))):
        raise BundleRefused("unreadable", "angka di luar batas")
    return found


def city_pack(opened: Opened) -> KeptPack | None:
    """The city pack inside; whether the city signed it is not checked here."""
    return next((parsed(m.data, KeptPack) for m in opened.members(PACK)), None)


def parsed(data: bytes, shape: type[T]) -> T:
    """A section's struct. BundleRefused when it is not one."""
    try:
        return codec.parse(data, shape)
    except codec.Malformed as error:
        raise BundleRefused("unreadable", str(error)) from error


def foretold(ring: KeyRing, city: Journal) -> KeyRing:
    """The ring as it will be once the city's journal of a bundle is taken; takes nothing."""
    ring = ring.copy()
    streams: dict[str, list[Entry]] = {}
    for e in (e for entries, _ in city.pages for e in entries):
        streams.setdefault(e.stream, []).append(e)
    waiting = [s for s, entries in streams.items() if any(e.kind in RING_KINDS for e in entries)]
    proofs = [c for _, checkpoints in city.pages for c in checkpoints]
    while True:
        told = [s for s in waiting if _tell(ring, city.territory, s, streams[s], proofs)]
        if not told:
            return ring
        waiting = [s for s in waiting if s not in told]


def _tell(ring: KeyRing, city: str, stream: str, entries: Iterable[Entry], proofs: Iterable[Checkpoint]) -> bool:
    got = admit(StreamHead(city, stream), entries, [c for c in proofs if c.stream == stream], ring.key)
    for e, _ in got.accepted:
        ring.take(e, got.head.device)
    return bool(got.accepted)
