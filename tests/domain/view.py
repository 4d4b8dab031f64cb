"""A copy's view of an order, as small as tests need it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from console.domain.entry import EntryId, NamedId, short
from console.domain.order import GaveWay

ORDER = bytes(range(32))
"""An O_n; every `n` of these orders goes by its name."""


def name(place: EntryId) -> str:
    """What an entry is called, whose place nobody contends."""
    return hashlib.sha256(str(place).encode()).hexdigest()[:16]


class View:
    """Numbers these entries from 1 and voids some. Where a place is in `names`, that is what is held there."""

    def __init__(
        self,
        *ids: EntryId,
        void: Sequence[EntryId] = (),
        names: Mapping[EntryId, str] | None = None,
        gone: Sequence[tuple[NamedId, EntryId]] = (),
    ) -> None:
        self._numbers = {place: n for n, place in enumerate(ids, 1)}
        self._void = void
        self._names = names or {}
        self._gone = [GaveWay(*pair) for pair in gone]

    def number(self, entry: EntryId) -> int | None:
        return self._numbers.get(entry)

    def within(self, entry: EntryId, n: int, order: str) -> bool:
        return order == short(ORDER) and 0 < self._numbers.get(entry, n + 1) <= n

    def void(self, entry: EntryId) -> str:
        return "outside" if entry in self._void else ""

    def name(self, entry: EntryId) -> str:
        return self._names.get(entry, name(entry))

    def gave_way(self, stream: str) -> list[GaveWay]:
        return [g for g in self._gone if g.old.stream == stream]
