"""Readings that somebody else recorded, and vouches for: which of them this room takes on to the centre, and which it only
shows."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.keys import Device
from console.domain.reading import Frame
from console.store.store import Store

_MINUTES = 2**32


def readable(frames: Sequence[Frame]) -> bool:
    """Whether every place and number fits where it is kept."""
    return all(0 <= f.minute < _MINUTES and 0 <= f.revision < _MINUTES for f in frames)


async def take_on(store: Store, own: Device | None, frames: Sequence[Frame]) -> bool:
    """Take readings that did not reach the centre: those that it would take from this room's device (`own`) are queued, the
    rest is for looking at. Whether all were queued."""
    mine = [f for f in frames if own is not None and (own.role == "city" or f.territory == own.territory)]
    await store.record_frames(mine)
    await store.take_frames([f for f in frames if f not in mine])
    return own is not None and len(mine) == len(frames)
