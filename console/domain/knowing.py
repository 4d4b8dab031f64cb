"""Who knew what: the one question that the fold asks of two entries.

A place in a stream says which entry is meant, but for one case: two machines that went on from one resumed image fill the
same places differently. The centre numbers what reached it first; the other end of the stream gives way and is written
again elsewhere, each entry naming its old place and itself. A head in `seen` names its entry, and so one of the two ends.
"""

from __future__ import annotations

from console.domain.entry import Entry, EntryId, NamedId
from console.domain.order import OrderView


def knows(e: Entry, f: Entry, order: OrderView) -> bool:
    """Whether the writer of `e` knew `f`: same stream and earlier, under a head in `seen`, or within the order that `seen`
    names."""
    if e.stream == f.stream:
        return f.seq < e.seq
    if any(h.stream == f.stream and _leads_to(h, f.id, order) for h in e.seen.heads):
        return True
    return order.within(f.id, e.seen.n, e.seen.order)


def knew(e: Entry, old: NamedId, order: OrderView) -> bool:
    """Whether the writer of `e` had what stood at `old` before it gave way."""
    return any(h.stream == old.stream and old.seq <= h.seq and _one_end(h, old, order) for h in e.seen.heads)


def _leads_to(head: NamedId, place: EntryId, order: OrderView) -> bool:
    """Whether what is held at `place` lies under what `head` names, and not only beside it."""
    if place.seq > head.seq:
        return False
    here = order.name(EntryId(head.stream, head.seq))
    if head.name in ("", here):
        return True
    ends = _ends_under(head, order)
    if ends:
        return place.seq < min(old.seq for end in ends for old in end)
    return not here  # Still on its way, as far as anybody here knows.


def _one_end(head: NamedId, old: NamedId, order: OrderView) -> bool:
    if "" in (head.name, old.name):
        return True
    return any((old.seq, old.name) in ((o.seq, o.name) for o in end) for end in _ends_under(head, order))


def _ends_under(head: NamedId, order: OrderView) -> list[list[NamedId]]:
    """The ends of a stream that gave way and that `head` stands on. What was written again in one go lies in one stream."""
    ends: dict[str, list[NamedId]] = {}
    for gone in order.gave_way(head.stream):
        ends.setdefault(gone.again.stream, []).append(gone.old)
    return [end for end in ends.values() if any((o.seq, o.name) == (head.seq, head.name) for o in end)]
