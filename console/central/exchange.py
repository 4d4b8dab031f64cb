"""One push, from request to reply: cursors judged first, then each territory's entries taken in a transaction of its
own, then the links that let the sender move its cursors at once."""

from __future__ import annotations

import psycopg

from console.central.centre import Centre
from console.central.heads import Head, judge_cursors, read_heads, sign_head
from console.central.journal import Arrival, Taken, take_entries
from console.central.limits import MAX_ENTRIES
from console.central.places import MARK, read_place, write_place
from console.domain.entry import STREAM, Checkpoint, Entry
from console.domain.keys import Device
from console.domain.order import Cursor
from console.wire.messages import Answer, EntryRun, LinkRun, PushReply, PushRequest
from console.wire.runs import pack_links, unpack_run

CLOCK_TOLERANCE_MS = 5 * 60 * 1000
_BIG = 2**62


class BadPush(ValueError):
    """A push whose runs cannot be read; the text says which."""


class TooMany(ValueError):
    """More entries than one push may bring."""


def push(centre: Centre, db: psycopg.Connection, request: PushRequest, device: Device) -> PushReply:
    """Take a push in. BadPush, TooMany: nothing of it was taken."""
    entries = _entries(request.runs)
    now = centre.clock.now()
    off = max(-_BIG, min(request.now - now, _BIG))
    arrival = Arrival(device.id, now, off if abs(off) > CLOCK_TOLERANCE_MS else 0)
    forks = judge_cursors(db, request.cursors, request.trails)
    forked = {fork.territory for fork in forks}
    taken: dict[str, Taken] = {}
    answers: list[Answer] = []
    for territory in sorted(entries):
        if territory not in centre.territories:
            answers += _refused(territory, request.runs)
        elif territory not in forked:
            taken[territory] = _take(centre, db, territory, entries[territory], request.checkpoints, arrival)
            answers += taken[territory].answers
    _count(centre, taken)
    links = [run for t, got in taken.items() for run in _runs(t, got, arrival)]
    heads = {t: got.head for t, got in taken.items()} | _asked_heads(db, request, taken, forked)
    cursor = _advance(request.since, links, taken, centre.city)
    return PushReply(now, answers, links, [sign_head(centre.key, h) for h in heads.values() if h.n], forks, cursor)


def _entries(runs: list[EntryRun]) -> dict[str, list[Entry]]:
    if sum(len(run.at) for run in runs) > MAX_ENTRIES:
        raise TooMany(f"at most {MAX_ENTRIES} entries at once")
    out: dict[str, list[Entry]] = {}
    for run in runs:
        if not STREAM.fullmatch(run.stream) or not 0 < run.seq < _BIG:
            raise BadPush("a run has no such place")
        try:
            out.setdefault(run.territory, []).extend(unpack_run(run))
        except ValueError as e:
            raise BadPush(f"run {run.stream}: {e}") from e
    return out


def _take(
    centre: Centre,
    db: psycopg.Connection,
    territory: str,
    entries: list[Entry],
    checkpoints: list[Checkpoint],
    arrival: Arrival,
) -> Taken:
    ring = centre.keeper.current(db)
    return take_entries(db, territory, entries, checkpoints, ring, centre.city, arrival)


def _refused(territory: str, runs: list[EntryRun]) -> list[Answer]:
    return [
        Answer(territory, run.stream, run.seq, run.seq + len(run.at) - 1, "refused", "territory",
               reason="kota ini tidak mengenal wilayah itu")
        for run in runs if run.territory == territory
    ]  # fmt: skip


def _count(centre: Centre, taken: dict[str, Taken]) -> None:
    for got in taken.values():
        centre.metrics.add("simpul_entries_total", 'outcome="accepted"', got.accepted)
        centre.metrics.add("simpul_entries_total", 'outcome="void"', got.void)


def _runs(territory: str, taken: Taken, arrival: Arrival) -> list[LinkRun]:
    runs = pack_links(territory, taken.links)
    if arrival.clock_off:
        fresh_from = taken.head.n - taken.accepted - taken.void
        for run in runs:
            first = max(0, fresh_from + 1 - run.n)
            if first < run.count:
                run.clocks.append((first, run.count - first, arrival.clock_off))
    return runs


def _asked_heads(
    db: psycopg.Connection, request: PushRequest, taken: dict[str, Taken], forked: set[str]
) -> dict[str, Head]:
    """Heads of territories that the sender follows but pushed nothing to: where it stands behind, it sees so."""
    return {
        t: head
        for t, head in read_heads(db).items()
        if t not in taken and t not in forked and request.cursors.get(t, Cursor()).n < head.n and t in request.cursors
    }


def _advance(since: str, links: list[LinkRun], taken: dict[str, Taken], city: str) -> str:
    """The sender's place moved over links that continue it up to the head; "" when nothing moved."""
    if not since:
        return ""
    place = read_place(since, city)
    for run in links:
        head = taken[run.territory].head
        n, _ = place.orders.get(run.territory, (0, b""))
        if run.n == n + 1 and run.n + run.count - 1 == head.n:
            place.orders[run.territory] = (head.n, head.order[:MARK])
    cursor = write_place(place, city)
    return "" if cursor == since else cursor
