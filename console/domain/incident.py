"""What an incident is: its states, the fields that entries set, and its fold."""

from __future__ import annotations

from typing import Literal

import msgspec

from console.domain.attachment import Attachment

Status = Literal[
    "baru", "terverifikasi", "didisposisikan", "diterima", "ditangani", "selesai", "ditutup",
    "ditunda", "bukan_wewenang", "duplikat", "diarsipkan", "dibuka_kembali",
]  # fmt: skip
"""States of an incident, in the order of its life, then the side states (DOMAIN section 1)."""

CLOSED: frozenset[str] = frozenset({"selesai", "ditutup", "bukan_wewenang", "duplikat", "diarsipkan"})

_WORK = ("ditunda", "bukan_wewenang", "duplikat", "diarsipkan")
NEXT: dict[str, tuple[str, ...]] = {
    "baru": ("terverifikasi", *_WORK),
    "terverifikasi": ("didisposisikan", *_WORK),
    "didisposisikan": ("diterima", *_WORK),
    "diterima": ("ditangani", *_WORK),
    "ditangani": ("selesai", *_WORK),
    "selesai": ("ditutup", "dibuka_kembali"),
    "ditutup": ("dibuka_kembali",),
    "ditunda": ("terverifikasi", "didisposisikan", "ditangani", "diarsipkan"),
    "bukan_wewenang": ("dibuka_kembali",),
    "duplikat": ("dibuka_kembali",),
    "diarsipkan": ("dibuka_kembali",),
    "dibuka_kembali": ("terverifikasi", "didisposisikan", "ditangani", *_WORK),
}
"""What a person may choose next from each state. The fold itself takes any value: it guides hands, it never drops data."""


class Candidate(msgspec.Struct, frozen=True):
    """One value of a field that was set without knowing the one that stands: who set it, when, in which entry."""

    value: str
    entry: str
    actor: str
    at: int


class Event(msgspec.Struct, frozen=True):
    """One line of an incident's story. `kind` is the entry's kind, `changes` the fields it set, `text` a note's text.

    `n` is the centre's number, None while the centre has not confirmed it ("tersimpan di ruang ini"); `void` the
    centre's code when it was stored but does not count.
    """

    entry: str
    kind: str
    at: int
    actor: str
    device: str
    changes: dict[str, str]
    text: str
    n: int | None
    void: str = ""


class Times(msgspec.Struct, frozen=True):
    """The incident's clocks, in ms since epoch UTC: when each runs out, and when it was met (None: not yet, or no such
    clock)."""

    acknowledge_by: int | None = None
    acknowledged_at: int | None = None
    respond_by: int | None = None
    responded_at: int | None = None


class Incident(msgspec.Struct, frozen=True):
    """An incident as a list shows it. Times in ms since epoch UTC, lat and lon in degrees WGS84 (None: no point given).

    `opened_at` is when it began (the call, or the source's own time), `written_at` when it was written here; `due` is the
    clock that runs now (None when none does); `confirmed` whether the centre has numbered every entry of it; `undecided`
    names the fields that are *perlu diputuskan*; `simulated` marks SIMULASI.
    """

    subject: str
    territory: str
    title: str
    category: str
    channel: str
    priority: int
    status: str
    place: str
    address: str
    lat: float | None
    lon: float | None
    agencies: tuple[str, ...]
    opened_at: int
    updated_at: int
    written_at: int
    due: int | None
    confirmed: bool
    undecided: tuple[str, ...]
    simulated: bool
    description: str = ""
    source: str = ""
    times: Times = Times()

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.status not in CLOSED


class IncidentDetail(msgspec.Struct, frozen=True):
    """Everything about one incident: the line, its story in order, the sides of every field to decide, and the photos and
    documents that were attached."""

    incident: Incident
    story: tuple[Event, ...]
    candidates: dict[str, tuple[Candidate, ...]]
    attachments: tuple[Attachment, ...] = ()
