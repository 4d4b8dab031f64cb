"""The fold: what stands when several people set the same field, and how a subject's entries become its present state.

A field holds the values that no knowing entry has replaced. One: it stands. Several: the line rule picks the one that
stands, and the field is *perlu diputuskan* until an entry that knows them all sets it. Pure: copies with the same
entries and the same order get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import msgspec

from console.domain.entry import Entry, EntryId, NamedId, read_json
from console.domain.knowing import knew, knows
from console.domain.order import OrderView

ADOPTED = "entry.adopted"
REPLACES = "_replaces"
"""Body key of an entry that was written again: the places where it stood before, as `NamedId`s, the oldest first."""


class Counted(msgspec.Struct, frozen=True):
    """An entry that counts, once: `by` is where it counts and `origin` what it says (another one when it was adopted).
    `twins` are all forms of it that are held, when it was written again; `stood` are the places that it had before."""

    by: Entry
    origin: Entry
    twins: tuple[Entry, ...] = ()
    stood: tuple[NamedId, ...] = ()


class Value(msgspec.Struct, frozen=True):
    """A field's value as raw JSON bytes, and the entry that says it."""

    raw: bytes
    said: Counted

    @property
    def by(self) -> Entry:
        """Where it counts."""
        return self.said.by

    @property
    def origin(self) -> Entry:
        """Who first said it."""
        return self.said.origin


class Standing(msgspec.Struct, frozen=True):
    """The value that stands, and the candidates beside it: values that no knowing entry has replaced, each once."""

    value: Value
    candidates: tuple[Value, ...] = ()


class AdoptedBody(msgspec.Struct):
    """The body of `entry.adopted`: the void entry that is to count after all."""

    entry: EntryId


def order_key(entry: EntryId, order: OrderView) -> tuple[int, int, str, int]:
    """Sorts numbered entries by n, then the unnumbered by stream and seq."""
    n = order.number(entry)
    return (1, 0, entry.stream, entry.seq) if n is None else (0, n, "", 0)


def counting(entries: Sequence[Entry], order: OrderView) -> list[Counted]:
    """The entries that count, in order: void ones only through an adoption, those that were written again once."""
    held = {e.id: e for e in entries}
    one = _twins([e for e in entries if not order.void(e.id)], order)
    out: list[Counted] = []
    for e in sorted(entries, key=lambda e: order_key(e.id, order)):
        twins = one.get(e.id, ())
        if order.void(e.id) or (twins and e is not twins[0]):
            continue
        adopted = adopted_by(e)
        origin = e if adopted is None else held.get(adopted)
        if origin is not None and (adopted is None or order.void(adopted)):
            out.append(Counted(e, origin, twins, tuple(p for t in twins or (e,) for p in replaced(t))))
    return out


def replaced(e: Entry) -> tuple[NamedId, ...]:
    """The places where this entry stood before it was written again; mostly none."""
    if e.body is None or b'"_replaces"' not in e.body:
        return ()
    return read_json(e.fields().get(REPLACES), tuple[NamedId, ...]) or ()


def _twins(entries: Sequence[Entry], order: OrderView) -> dict[EntryId, tuple[Entry, ...]]:
    """The forms of each entry that was written again and is held more than once, the first in order first."""
    if not any(map(replaced, entries)):
        return {}
    at: dict[tuple[str, int], list[tuple[str, Entry]]] = {}
    for e in entries:
        for place in (NamedId(e.stream, e.seq, order.name(e.id)), *replaced(e)):
            at.setdefault((place.stream, place.seq), []).append((place.name, e))
    one = {e.id: [e] for e in entries}
    for there in at.values():
        for (a, e), (b, f) in combinations(there, 2):
            if (a == b or "" in (a, b)) and one[e.id] is not one[f.id] and _alike(e, f):
                one[e.id] += one[f.id]
                one.update((twin.id, one[e.id]) for twin in one[f.id])
    out: dict[EntryId, tuple[Entry, ...]] = {}
    for group in one.values():
        if len(group) > 1 and group[0].id not in out:
            twins = tuple(sorted(group, key=lambda e: order_key(e.id, order)))
            out.update((e.id, twins) for e in twins)
    return out


def _alike(e: Entry, f: Entry) -> bool:
    """Whether one really repeats the other, since anybody can name a place: the same person said the same at the same
    moment. What a withheld body said is not asked."""
    if (e.at, e.skew, e.actor, e.kind) != (f.at, f.skew, f.actor, f.kind):
        return False
    return e.body is None or f.body is None or _said(e) == _said(f)


def _said(e: Entry) -> dict[str, bytes]:
    return {name: bytes(raw) for name, raw in e.fields().items() if name != REPLACES}


def adopted_by(e: Entry) -> EntryId | None:
    """The entry that this one adopts, a place that nothing has when it cannot be read, or None when it adopts none."""
    if e.kind != ADOPTED or e.body is None:
        return None
    said = read_json(e.body, AdoptedBody)
    return said.entry if said else EntryId("", 0)


def stand(values: Sequence[Value], order: OrderView) -> Standing | None:
    """What stands among a field's values (given in order), by the line rule; None when there are none.

    Begin at the first value that knows no other, step to the first that knows it, and so on; the end of that line
    stands. What no other entry knows is a candidate beside it; equal bytes are one value.
    """
    if not values:
        return None
    if len(values) == 1:
        return Standing(values[0])
    last = _line_end(values, order)
    beside: dict[bytes, Value] = {}
    # The latest are asked first: they mostly know all before them, which keeps a much edited field cheap.
    latest = values[::-1]
    for v in values:
        if v.raw != last.raw and not any(_knows(e, v, order) for e in latest if e is not v):
            beside.setdefault(v.raw, v)
    return Standing(last, tuple(beside.values()))


def _line_end(values: Sequence[Value], order: OrderView) -> Value:
    left = list(values)
    at: int | None = next(
        (i for i, v in enumerate(left) if not any(_knows(v, e, order) for e in values if e is not v)), 0
    )
    while at is not None:
        current = left.pop(at)
        at = next((i for i, v in enumerate(left) if _knows(v, current, order)), None)
    return current


def _knows(v: Value, w: Value, order: OrderView) -> bool:
    """Whether who said `v` knew `w`, in any of the forms that the two have or had."""
    a, b = v.said, w.said
    if knows(a.by, b.by, order):
        return True
    if not (a.twins or b.twins or b.stood):
        return False
    ours, theirs = a.twins or (a.by,), b.twins or (b.by,)
    return any(knows(e, f, order) for e in ours for f in theirs) or any(
        knew(e, p, order) for e in ours for p in b.stood
    )


def fold_fields(
    entries: Sequence[Entry], kinds: frozenset[str], fields: Iterable[str], order: OrderView
) -> dict[str, Standing]:
    """Fold one subject's entries: for each of `fields` that any counting entry of `kinds` set, what stands."""
    wanted = set(fields)
    values: dict[str, list[Value]] = {}
    for said in counting(entries, order):
        if said.origin.kind not in kinds:
            continue
        for name, raw in said.origin.fields().items():
            if name in wanted:
                values.setdefault(name, []).append(Value(bytes(raw), said))
    standings = {name: stand(vs, order) for name, vs in values.items()}
    return {name: s for name, s in standings.items() if s is not None}
