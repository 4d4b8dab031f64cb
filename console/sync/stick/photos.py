"""Photos and documents by stick: which go along, how large each choice is, and taking in those that came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, get_args

import msgspec

from console.domain.attachment import MAX_SIZE, SHA, BlobCount
from console.store.blobs.plan import OnShelf
from console.store.store import Store
from console.sync.stick.content import BLOB
from console.sync.stick.memory import Receipt
from console.sync.stick.notes import Note, note
from console.wire.bundle import BundleRefused, Member, Opened

Photos = Literal["none", "thumbs", "all"]
CHOICES: tuple[Photos, ...] = get_args(Photos)
MOST, MOST_BYTES = 3_000, 192 * 1024 * 1024
"""Photos and their bytes that one bundle carries at most; the rest goes with the next."""
_MARK = 8
_MOST_NOTES = 20


class Carried(msgspec.Struct, frozen=True):
    """What goes along: the sections, and how many more would not fit."""

    members: tuple[Member, ...] = ()
    left: int = 0

    @property
    def count(self) -> BlobCount:
        """How much it is."""
        return BlobCount(len(self.members), sum(len(m.data) for m in self.members))


def marks(names: Collection[str]) -> bytes:
    """Names as a receipt tells them."""
    return b"".join(bytes.fromhex(name)[:_MARK] for name in sorted(names))


def _had(receipts: Sequence[Receipt | None]) -> set[bytes]:
    """What every device of the target is known to have."""
    told = [{r.blobs[k : k + _MARK] for k in range(0, len(r.blobs), _MARK)} if r else set() for r in receipts]
    return set.intersection(*told) if told else set()


async def lacking(store: Store, territories: Collection[str], receipts: Sequence[Receipt | None]) -> list[OnShelf]:
    """What is whole here, named in these journals, and not known to be at the target."""
    had = _had(receipts)
    return [b for b in await store.blobs.on_shelf(territories) if bytes.fromhex(b.sha256)[:_MARK] not in had]


def chosen(found: Sequence[OnShelf], photos: Photos) -> list[OnShelf]:
    """Those of them that a choice means."""
    return [b for b in found if photos == "all" or (photos == "thumbs" and b.thumb)]


def sizes(found: Sequence[OnShelf]) -> dict[Photos, BlobCount]:
    """How much each choice would carry."""
    each = {photos: chosen(found, photos) for photos in CHOICES}
    return {photos: BlobCount(len(some), sum(b.size for b in some)) for photos, some in each.items()}


async def carry(store: Store, some: Sequence[OnShelf], room: int) -> Carried:
    """The sections, as many as fit into `room` bytes and the caps of a bundle. One that is not whole any more stays out."""
    members: list[Member] = []
    free = min(room, MOST_BYTES)
    left = 0
    for b in some:
        if len(members) == MOST or b.size > free:
            left += 1
            continue
        data = await store.blobs.get(b.sha256)
        if data is not None:
            members.append(Member(BLOB, b.sha256, data, 1))
            free -= len(data)
    return Carried(tuple(members), left)


def check(opened: Opened) -> None:
    """BundleRefused when a section of this kind cannot be a photo or document at all."""
    for s in opened.manifest.sections:
        if s.kind == BLOB and (not SHA.fullmatch(s.name) or not 0 < s.plain <= MAX_SIZE):
            raise BundleRefused("bad_name", s.name)


async def take(store: Store, opened: Opened) -> tuple[int, list[Note]]:
    """Keep those that are what their names say and that an entry here names; how many, and what was wrong with others."""
    taken, notes = 0, []
    for member in opened.members(BLOB):
        if await store.blobs.take(member.name, member.data):
            taken += 1
        else:
            notes.append(note("bad_blob", member.name[:12]))
    return taken, notes[:_MOST_NOTES]
