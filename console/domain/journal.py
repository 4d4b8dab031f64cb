"""The fold: what stands when several people set the same field, and how a subject's entries become its present state.

A field holds the values that no knowing entry has replaced. One: it stands. Several: the line rule picks the one that
stands, and the field is *perlu diputuskan* until an entry that knows them all sets it. Pure: copies with the same
entries and the same order get the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from console.domain.entry import FIRST_HASH, Entry, EntryId, chain_hash, read_json
from console.domain.order import OrderView, knows

ADOPTED = "entry.adopted"
REPLACES = "_replaces"
"""Body key of an entry that was rewritten in a new stream: the `Replaced` that it stands for."""


class Replaced(msgspec.Struct, frozen=True, array_like=True):
    """The entry that a rewritten one stands for: its place, and what it said there (the first 8 bytes, in hex, of its hash
    as if it began a stream), since another machine's entry may have got that place. "": whatever stands there."""

    stream: str
    seq: int
    said: str = ""


def stands_for(e: Entry) -> Replaced:
    """What a rewriting of this entry says of it."""
    return Replaced(e.stream, e.seq, chain_hash(FIRST_HASH, e)[:8].hex())


class Value(msgspec.Struct, frozen=True):
    """A field's value as raw JSON bytes; `by` is the entry at which it counts, `origin` the one that first said it."""

    raw: bytes
    by: Entry
    origin: Entry


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


def counting(entries: Sequence[Entry], order: OrderView) -> list[tuple[Entry, Entry]]:
    """The entries that count, in order, as pairs (by, origin): void ones only through an adoption, rewritten ones once."""
    rewritings: dict[tuple[str, int], list[tuple[Entry, Replaced]]] = {}
    for e in entries:
        if (old := _replaces(e)) is not None and not order.void(e.id):
            rewritings.setdefault((old.stream, old.seq), []).append((e, old))
    held = {e.id: e for e in entries}
    out: list[tuple[Entry, Entry]] = []
    for e in sorted(entries, key=lambda e: order_key(e.id, order)):
        if order.void(e.id) or any(_stands_in(new, old, e) for new, old in rewritings.get((e.stream, e.seq), ())):
            continue
        adopted = adopted_by(e)
        if adopted is None:
            out.append((e, e))
        elif (origin := held.get(adopted)) is not None and order.void(adopted):
            out.append((e, origin))
    return out


def _replaces(e: Entry) -> Replaced | None:
    raw = e.fields().get(REPLACES) if e.body is not None and b'"_replaces"' in e.body else None
    return read_json(raw, Replaced)


def _stands_in(new: Entry, named: Replaced, old: Entry) -> bool:
    """Whether `new` counts in place of `old`, whose place it names: only if it really repeats it, since anybody can name a
    place. The same person said the same at the same moment; what a withheld body said is not asked."""
    if new.id == old.id or (named.said and named != stands_for(old)):
        return False
    alike = (new.at, new.skew, new.actor, new.kind) == (old.at, old.skew, old.actor, old.kind)
    return alike and (old.body is None or _said(new) == _said(old))


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
        if v.raw != last.raw and not any(knows(e.by, v.by, order) for e in latest if e is not v):
            beside.setdefault(v.raw, v)
    return Standing(last, tuple(beside.values()))


def _line_end(values: Sequence[Value], order: OrderView) -> Value:
    left = list(values)
    at: int | None = next(
        (i for i, v in enumerate(left) if not any(knows(v.by, e.by, order) for e in values if e is not v)), 0
    )
    while at is not None:
        current = left.pop(at)
        at = next((i for i, v in enumerate(left) if knows(v.by, current.by, order)), None)
    return current


def fold_fields(
    entries: Sequence[Entry], kinds: frozenset[str], fields: Iterable[str], order: OrderView
) -> dict[str, Standing]:
    """Fold one subject's entries: for each of `fields` that any counting entry of `kinds` set, what stands."""
    wanted = set(fields)
    values: dict[str, list[Value]] = {}
    for by, origin in counting(entries, order):
        if origin.kind not in kinds:
            continue
        for name, raw in origin.fields().items():
            if name in wanted:
                values.setdefault(name, []).append(Value(bytes(raw), by, origin))
    standings = {name: stand(vs, order) for name, vs in values.items()}
    return {name: s for name, s in standings.items() if s is not None}
