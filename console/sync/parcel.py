"""Between what travels and what the store knows: packs an outbox into a request, unpacks a reply into an `Incoming`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from console.domain.entry import Checkpoint, Entry
from console.domain.exchange import Incoming, Outbox
from console.domain.keys import DeviceKey
from console.domain.order import Cursor, Link
from console.domain.reading import Frame
from console.wire.guard import Garbled
from console.wire.messages import Changes, EntryRun, Fork, LinkRun, PushReply, PushRequest
from console.wire.runs import offer, unpack_links, unpack_run


class Page(msgspec.Struct, frozen=True):
    """A changes reply, unpacked. `now` is the centre's clock, `more` says to ask again at once, `lost` gives the number of
    the last lost order by territory, `behind` how much of each lane (own, city, readings, others) is still to come,
    `skipped` which frames are left for history."""

    incoming: Incoming
    frames: tuple[Frame, ...]
    forks: tuple[Fork, ...]
    now: int
    more: bool
    lost: dict[str, int] = {}
    behind: dict[str, int] = {}
    skipped: tuple[int, int] | None = None

    @property
    def empty(self) -> bool:
        """Whether it brings nothing."""
        i = self.incoming
        return not (i.entries or i.checkpoints or i.links or self.frames)


def request(outbox: Outbox, key: DeviceKey, cursors: dict[str, Cursor], now: int) -> PushRequest:
    """The request that offers a batch. The changes cursor does not ride along: a city's is longer than a live edit, and the
    links of what was pushed cost a few bytes when they come once more with the next changes."""
    territories = {e.territory for e in outbox.entries}
    known = {t: c for t, c in cursors.items() if t in territories}
    return offer(outbox.entries, proofs(outbox, key), known, now)


def proofs(outbox: Outbox, key: DeviceKey) -> list[Checkpoint]:
    """One checkpoint for each stream of the batch: at its end where it is my own stream (signed here when the stored one
    stands further on), else the stored ones."""
    stored: dict[str, list[Checkpoint]] = {}
    for c in outbox.checkpoints:
        stored.setdefault(c.stream, []).append(c)
    out: list[Checkpoint] = []
    for head in outbox.heads:
        of_stream = stored.get(head.stream, [])
        exact = [c for c in of_stream if c.seq == head.seq]
        if exact:
            out.append(exact[0])
        elif head.device == key.id:
            out.append(key.checkpoint(head.territory, head.stream, head.seq, head.hash))
        else:
            out.extend(of_stream)
    return out


def page(changes: Changes) -> Page:
    """Unpack a changes reply; Garbled when its columns do not fit together."""
    incoming = Incoming(
        _entries(changes.runs),
        tuple(changes.checkpoints),
        _links(changes.links),
        tuple(changes.heads),
        {t: tuple(steps) for t, steps in changes.epochs.items()},
        changes.cursor,
    )
    frames, forks = tuple(changes.frames), tuple(changes.forks)
    return Page(incoming, frames, forks, changes.now, changes.more, changes.lost, changes.behind, changes.skipped)


def answered(reply: PushReply) -> Incoming:
    """The numbers that a push reply brings; Garbled when its columns do not fit together."""
    return Incoming(links=_links(reply.links), heads=tuple(reply.heads), cursor=reply.cursor)


def _entries(runs: Iterable[EntryRun]) -> tuple[Entry, ...]:
    try:
        return tuple(e for run in runs for e in unpack_run(run))
    except ValueError as error:
        raise Garbled(str(error)) from error


def _links(runs: Sequence[LinkRun]) -> dict[str, tuple[Link, ...]]:
    out: dict[str, tuple[Link, ...]] = {}
    try:
        for run in sorted(runs, key=lambda r: r.n):
            out[run.territory] = out.get(run.territory, ()) + tuple(unpack_links(run))
    except ValueError as error:
        raise Garbled(str(error)) from error
    return out
