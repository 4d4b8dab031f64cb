"""How an incident's entries become what a screen shows: the line in the list, the story, and the sides to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec

from console.domain.attachment import attachments
from console.domain.entry import LAST_MOMENT, Entry, read_json
from console.domain.incident import CLOSED, Candidate, Event, Incident, IncidentDetail, Times
from console.domain.journal import Standing, counting, fold_fields
from console.domain.order import OrderView

OPENED = "incident.opened"
NOTED = "incident.noted"
REPORTER = "incident.reporter"
FIELD_KINDS = frozenset({OPENED, "incident.status", "incident.assigned", "incident.edited", "incident.decided"})
Moment = Annotated[int, msgspec.Meta(ge=0, le=LAST_MOMENT)]
"""Times that calendars know, up to the year 2109, in ms since epoch UTC."""
Point = tuple[Annotated[float, msgspec.Meta(ge=-90, le=90)], Annotated[float, msgspec.Meta(ge=-180, le=180)]]
FIELDS: dict[str, Any] = {
    "title": str, "category": str, "channel": str, "priority": int, "status": str, "place": str, "address": str,
    "point": Point, "agencies": tuple[str, ...], "started": Moment, "description": str, "source": str,
    "simulated": bool, "acknowledge_by": Moment, "respond_by": Moment, "duplicate_of": str, "held_until": Moment,
}  # fmt: skip
"""The fields of an incident and the JSON type that each is read as; a value of another type reads as absent."""

_RESPONDED = frozenset({"ditangani", "selesai", "ditutup"})


def fold_incident(
    subject: str, entries: Sequence[Entry], order: OrderView, device_of: Callable[[str], str]
) -> IncidentDetail | None:
    """The incident that `entries` (all those of the subject) make, or None while no opening counts.

    `device_of` gives the device that writes a stream. Total: unknown kinds and impossible values are folded around.
    """
    counted = counting(entries, order)
    openings = [c.by for c in counted if c.origin.kind == OPENED]
    if not openings:
        return None
    standing = fold_fields(entries, FIELD_KINDS, FIELDS, order)
    opened = min(openings, key=lambda e: (e.true_at, e.stream, e.seq))
    told_twice = {twin.id for c in counted for twin in c.twins[1:]}
    story = tuple(
        event_of(e, device_of(e.stream), order.number(e.id), order.void(e.id))
        for e in sorted(entries, key=lambda e: (e.true_at, e.stream, e.seq))
        if e.id not in told_twice
    )
    candidates = {name: _sides(s) for name, s in standing.items() if s.candidates}
    read = {name: _typed(name, s) for name, s in standing.items()}
    incident = _incident(subject, opened, read, _times(read, [c.by for c in counted], order), entries, order)
    settled = msgspec.structs.replace(incident, undecided=tuple(sorted(candidates)))
    return IncidentDetail(settled, story, candidates, attachments(entries, order))


def _typed(name: str, standing: Standing) -> Any:
    return read_json(standing.value.raw, FIELDS[name])


def _incident(
    subject: str, opened: Entry, read: dict[str, Any], times: Times, entries: Sequence[Entry], order: OrderView
) -> Incident:
    lat, lon = read.get("point") or (None, None)
    written = opened.true_at
    started = read.get("started") or written
    status = read.get("status") or "baru"
    return Incident(
        subject=subject,
        territory=opened.territory,
        title=read.get("title") or "",
        category=read.get("category") or "",
        channel=read.get("channel") or "aduan",
        priority=_between(read.get("priority"), 1, 4),
        status=status,
        place=read.get("place") or opened.territory,
        address=read.get("address") or "",
        lat=lat,
        lon=lon,
        agencies=read.get("agencies") or (),
        opened_at=started,
        updated_at=max(e.true_at for e in entries),
        written_at=written,
        due=None if status in CLOSED else _due(times),
        confirmed=all(order.number(e.id) is not None for e in entries),
        undecided=(),
        simulated=bool(read.get("simulated")),
        description=read.get("description") or "",
        source=read.get("source") or "",
        times=times,
    )


def _between(value: int | None, low: int, high: int) -> int:
    return high if value is None else min(max(value, low), high)


def _due(times: Times) -> int | None:
    """The clock that runs now: acknowledging first, then responding."""
    if times.acknowledge_by is not None and times.acknowledged_at is None:
        return times.acknowledge_by
    if times.respond_by is not None and times.responded_at is None:
        return times.respond_by
    return None


def _times(read: dict[str, Any], entries: Sequence[Entry], order: OrderView) -> Times:
    """Both clocks: met by the first status entry beyond "baru", and by the first that says somebody acts."""
    reached = [(e.true_at, status) for e in entries if (status := _status_of(e)) and status != "baru"]
    return Times(
        acknowledge_by=read.get("acknowledge_by"),
        acknowledged_at=min((at for at, _ in reached), default=None),
        respond_by=read.get("respond_by"),
        responded_at=min((at for at, status in reached if status in _RESPONDED), default=None),
    )


def _status_of(e: Entry) -> str:
    return read_json(e.fields().get("status"), str) or "" if e.kind in FIELD_KINDS else ""


def _sides(standing: Standing) -> tuple[Candidate, ...]:
    """The standing value first, then the others."""
    return tuple(
        Candidate(v.raw.decode(), str(v.origin.id), v.origin.actor, v.origin.true_at)
        for v in (standing.value, *standing.candidates)
    )


def event_of(e: Entry, device: str, n: int | None, void: str) -> Event:
    """One entry as a line of a story; `n` and `void` are the order's verdict."""
    said = e.fields()
    text = read_json(said.pop("text", None), str) or ""
    fields = {name: bytes(raw).decode() for name, raw in said.items()}
    return Event(str(e.id), e.kind, e.true_at, e.actor, device, fields, text, n, void)
