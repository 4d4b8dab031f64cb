"""Entries by columns: packs a stretch of a stream into an `EntryRun`, and links into a `LinkRun`, and back, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

import msgspec

from console.domain.entry import Checkpoint, Entry, EntryId
from console.domain.order import Cursor, Link
from console.wire.messages import EntryRun, LinkRun, PushRequest

T = TypeVar("T")
ORDER_NAME = 8
"""Bytes of an O_n that name it, as in `Seen`."""
MAX_ROWS = 100_000
"""Rows that one run may unfold to."""


def pack_runs(entries: Iterable[Entry]) -> list[EntryRun]:
    """Runs that hold these entries in the order given; a new run starts where stream, territory or sequence breaks."""
    return [_pack(stretch) for stretch in _stretches(entries)]


def offer(
    entries: Sequence[Entry],
    checkpoints: Iterable[Checkpoint],
    cursors: Mapping[str, Cursor],
    now: int,
    since: str = "",
) -> PushRequest:
    """A push, as short as it can be said: a checkpoint over the last entry of a run leaves out the hash, which the centre
    computes anyway, and cursors name their O_n by its first 8 bytes."""
    runs = pack_runs(entries)
    ends = {(run.stream, run.seq + len(run.at) - 1) for run in runs}
    return PushRequest(
        now,
        {t: msgspec.structs.replace(c, hash=c.hash[:ORDER_NAME]) for t, c in cursors.items()},
        runs,
        [msgspec.structs.replace(c, hash=b"") if (c.stream, c.seq) in ends else c for c in checkpoints],
        since,
    )


def unpack_run(run: EntryRun) -> list[Entry]:
    """The entries of a run, as they were packed; ValueError when its columns do not fit together."""
    rows = len(run.at)
    if not rows:
        raise ValueError("a run without rows")
    kinds = _spread(run.kinds, run.kind_of, rows)
    subjects = _spread(run.subjects, run.subject_of, rows)
    actors = _spread(run.actors, run.actor_of, rows)
    skews = _walk(run.skews, rows, 0)
    seens = _walk(run.seens, rows, None)
    bodies = _bodies(run, rows)
    times = accumulate(run.at)
    return [
        Entry(run.territory, run.stream, run.seq + k, at, skew, actor, _present(seen), kind, subject, body, body_hash)
        for k, (at, skew, actor, seen, kind, subject, (body, body_hash)) in enumerate(
            zip(times, skews, actors, seens, kinds, subjects, bodies, strict=True)
        )
    ]


def pack_links(territory: str, links: Iterable[Link]) -> list[LinkRun]:
    """Runs that hold these links of one territory in the order given; a new run starts where the numbers break."""
    runs: list[LinkRun] = []
    expected = None
    for link in links:
        if link.n != expected:
            runs.append(LinkRun(territory, link.n, [], []))
        _append(runs[-1], link)
        expected = link.n + 1
    return runs


def _append(run: LinkRun, link: Link) -> None:
    if link.void:
        run.voids.append((link.n - run.n, link.void))
    stream, first, count = run.spans[-1] if run.spans else ("", 0, 0)
    if stream == link.id.stream and first + count == link.id.seq:
        run.spans[-1] = (stream, first, count + 1)
    else:
        run.spans.append((link.id.stream, link.id.seq, 1))
    count, at = run.accepted[-1] if run.accepted else (0, 0)
    if count and at == link.accepted_at:
        run.accepted[-1] = (count + 1, at)
    else:
        run.accepted.append((1, link.accepted_at))


def unpack_links(run: LinkRun) -> list[Link]:
    """The links of a run, as they were packed; ValueError when its columns do not fit together."""
    if run.count > MAX_ROWS or run.count != sum(count for count, _ in run.accepted):
        raise ValueError("a column does not fit its rows")
    if any(count < 1 for *_, count in run.spans) or any(count < 1 for count, _ in run.accepted):
        raise ValueError("an empty span")
    ids = [EntryId(stream, first + k) for stream, first, count in run.spans for k in range(count)]
    times = [at for count, at in run.accepted for _ in range(count)]
    voids = dict(run.voids)
    if any(not 0 <= row < len(ids) for row in voids):
        raise ValueError("a void outside the run")
    return [Link(run.n + k, i, at, voids.get(k, "")) for k, (i, at) in enumerate(zip(ids, times, strict=True))]


def _stretches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    stretch: list[Entry] = []
    for entry in entries:
        if stretch and not _follows(stretch[-1], entry):
            yield stretch
            stretch = []
        stretch.append(entry)
    if stretch:
        yield stretch


def _follows(a: Entry, b: Entry) -> bool:
    return a.seq + 1 == b.seq and a.stream == b.stream and a.territory == b.territory


def _pack(rows: Sequence[Entry]) -> EntryRun:
    texts = [_text(e) for e in rows]
    kinds, kind_of = _fold([e.kind for e in rows])
    subjects, subject_of = _fold([e.subject for e in rows])
    bodies, body_of = _fold(["" if text is None else text for text in texts])
    actors, actor_of = _fold([e.actor for e in rows])
    skews = _steps([e.skew for e in rows])
    return EntryRun(
        rows[0].territory, rows[0].stream, rows[0].seq,
        [rows[0].at, *(b.at - a.at for a, b in pairwise(rows))],
        kinds, kind_of, subjects, subject_of, bodies, body_of, actors, actor_of,
        _steps([e.seen for e in rows]),
        [] if skews == [(0, 0)] else skews,
        [(k, e.body, e.body_hash) for k, (e, text) in enumerate(zip(rows, texts, strict=True)) if text is None],
    )  # fmt: skip


def _text(e: Entry) -> str | None:
    """The body as text, or None when only its bytes will do (withheld, not UTF-8, or with a hash beside it)."""
    if e.body is None or e.body_hash is not None:
        return None
    try:
        return e.body.decode()
    except UnicodeDecodeError:
        return None


def _fold(column: Sequence[str]) -> tuple[list[str], list[int]]:
    """A column as its distinct values and an index per row; no indexes where they say nothing."""
    distinct: dict[str, int] = {}
    index = [distinct.setdefault(value, len(distinct)) for value in column]
    return list(distinct), [] if len(distinct) in (1, len(column)) else index


def _spread(values: Sequence[T], index: Sequence[int], rows: int) -> list[T]:
    if index:
        if len(index) != rows or min(index) < 0 or max(index) >= len(values):
            raise ValueError("a column does not fit its rows")
        return [values[k] for k in index]
    if len(values) == rows:
        return list(values)
    if len(values) == 1:
        return [values[0]] * rows
    raise ValueError("a column does not fit its rows")


def _steps(column: Sequence[T]) -> list[tuple[int, T]]:
    return [(k, value) for k, value in enumerate(column) if k == 0 or value != column[k - 1]]


def _walk(steps: Sequence[tuple[int, T]], rows: int, first: T | None) -> Iterator[T]:
    """One value per row from steps; without a step at row 0 the rows before the first step get `first`."""
    starts = [k for k, _ in steps]
    if starts != sorted(set(starts)) or any(not 0 <= k < rows for k in starts):
        raise ValueError("steps out of order")
    value, left = first, dict(steps)
    for k in range(rows):
        value = left.get(k, value)
        yield value  # type: ignore[misc]


def _present(seen: T | None) -> T:
    if seen is None:
        raise ValueError("a row without what it has seen")
    return seen


def _bodies(run: EntryRun, rows: int) -> list[tuple[bytes | None, bytes | None]]:
    # Encoded once each, not once a row: a small reply may say that one large body stands for any number of rows.
    distinct: list[tuple[bytes | None, bytes | None]] = [(text.encode(), None) for text in run.bodies]
    bodies = _spread(distinct, run.body_of, rows)
    for row, body, body_hash in run.odd:
        if not 0 <= row < rows:
            raise ValueError("an odd body outside the run")
        bodies[row] = (body, body_hash)
    return bodies
