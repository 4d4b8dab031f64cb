"""What screens ask for and get: queries, pages, figures and states. No behaviour, only shapes."""

from __future__ import annotations

from typing import Literal

import msgspec

from console.domain.incident import Event, Incident, IncidentDetail


class IncidentQuery(msgspec.Struct, frozen=True):
    """Which incidents to list. Empty fields do not filter; `text` is searched in title, address, notes and place."""

    text: str = ""
    open_only: bool = False
    territory: str = ""
    status: tuple[str, ...] = ()
    priority: tuple[int, ...] = ()
    category: str = ""
    agency: str = ""
    undecided_only: bool = False
    order: Literal["urgency", "newest"] = "urgency"
    limit: int = 200
    offset: int = 0


class IncidentPage(msgspec.Struct, frozen=True):
    """One page of incidents. `total` matches the query; `hidden` counts the open ones that the query leaves out."""

    items: tuple[Incident, ...]
    total: int
    hidden: int


class Figure(msgspec.Struct, frozen=True):
    """One headline figure. `value` None: not known; `trend` has hourly values, oldest first; `at` is
    when the room last heard what it is made of (ms since epoch UTC, None: not since the start)."""

    key: str
    value: float | None
    unit: str
    note: str
    target: float | None
    trend: tuple[float, ...]
    at: int | None


class DistrictLoad(msgspec.Struct, frozen=True):
    """One kecamatan in the ranked strip: open incidents, the gravest priority among them, and the room's last contact."""

    code: str
    name: str
    open: int
    worst: int | None
    last_contact: int | None


class Situation(msgspec.Struct, frozen=True):
    """The picture that Situasi opens with. `open_by_priority` counts open incidents by priority 1 to 4."""

    figures: tuple[Figure, ...]
    open_by_priority: tuple[int, int, int, int]
    districts: tuple[DistrictLoad, ...]
    queue: int
    undecided: int


class Series(msgspec.Struct, frozen=True):
    """One sensor over a window, reduced to K pixel columns: `at` is each column's start (ms), `low`/`high` its extremes
    in physical units, NaN where the column is a gap. `last` is the newest value in the window."""

    sensor: str
    at: list[float]
    low: list[float]
    high: list[float]
    last: float | None
    last_at: int | None
    simulated: bool


class JournalHead(msgspec.Struct, frozen=True):
    """One journal as this room holds it: cursor `n` and epoch; entries held, unnumbered, parked, void.

    The last checkpoint that was verified here: `checked_at` when (ms since epoch UTC), `checked_seq` up to which entry of
    its writer's stream, `checked_by` the device that signed it. `common_n`: the last number that the centre shares, None
    while it shares all of them.
    """

    territory: str
    name: str
    epoch: int
    n: int
    order: str
    held: int
    waiting: int
    parked: int
    void: int
    checked_at: int | None
    checked_seq: int = 0
    checked_by: str = ""
    common_n: int | None = None


class LinkState(msgspec.Struct, frozen=True):
    """The line. `mode`: langsung, hemat, putus, internet_palsu, tak_dipercaya (who answers does not prove to be the centre),
    mandiri (not enrolled), stik (enrolled, but without a line), belum (enrolled, never synced).

    Times in ms since epoch UTC; `queue` counts entries the centre has not numbered; `drain_s` the forecast to empty.
    `history` has (at, mode) changes of the last day; `problem` is the code of the gravest thing that is wrong, "" for
    nothing.
    `bytes_hour` and `bytes_day` count against the budget (0: none); `held_back` names the lanes that wait.
    `link` is the network interface that the line runs over ("" until known; the address where the system names none).
    `neighbours` counts the rooms on the LAN that answered at the last try. `rate_up` and `rate_down` are bytes per second as
    measured, `loss` the share of exchanges on a working line that fail; None while nothing was measured.
    """

    mode: str
    last_contact: int | None
    queue: int
    drain_s: float | None
    rtt_ms: float | None
    bytes_up: int
    bytes_down: int
    history: tuple[tuple[int, str], ...] = ()
    problem: str = ""
    server: str = ""
    bytes_hour: int = 0
    bytes_day: int = 0
    budget_hour: int = 0
    budget_day: int = 0
    held_back: tuple[str, ...] = ()
    neighbours: int = 0
    link: str = ""
    rate_up: float | None = None
    rate_down: float | None = None
    loss: float | None = None


class LineBudget(msgspec.Struct, frozen=True):
    """What one link may carry, in bytes both ways by hour and by day (0: as much as it can), and what it carried in this
    hour and in the last 24. `link` is the network interface, "" for every one without a budget of its own; `active`: the
    centre was reached over it last."""

    link: str
    per_hour: int
    per_day: int
    bytes_hour: int
    bytes_day: int
    active: bool


LaneKey = Literal["outbox", "own", "city", "readings", "others", "blobs", "history"]


class LaneState(msgspec.Struct, frozen=True):
    """One lane of the line: what waits on it, either way, and whether it moves.

    `waiting_up` and `waiting_down` count entries (outbox, own, city, others), frames of readings (readings, history) or
    files (blobs); `bytes_up` is their size here, before packing. Down-counts are what the centre said last and None while
    the line does not tell. `state`: empty (nothing waits), moving (it goes, or goes next), held. `why` it is held: budget
    (used up), queue (what is more urgent goes first), thin (its turn comes each minute), cut, portal, asked (the centre
    wants to be left alone for a while), refused, full (nothing can be written here), alone (no centre), stick (it waits for
    one), or the key of what is wrong with the line (`LinkState.problem`). `drain_s` is the forecast until it is empty, None
    when none can be made.
    `left_out`: readings that waited so long in the last week that they were thinned to the extremes of each hour, or dropped.
    `reached`: how far back history has come (ms since epoch UTC, None: not begun).
    """

    key: LaneKey
    waiting_up: int = 0
    bytes_up: int = 0
    waiting_down: int | None = None
    bytes_down: int | None = None
    state: Literal["empty", "moving", "held"] = "empty"
    why: str = ""
    drain_s: float | None = None
    left_out: int = 0
    reached: int | None = None


class FeedState(msgspec.Struct, frozen=True):
    """One outside source: when it last answered, what came in, and the faults counted by kind."""

    name: str
    last_ok: int | None
    taken: int
    faults: dict[str, int]
    simulated: bool
    stale: bool


class RoomState(msgspec.Struct, frozen=True):
    """A state that every screen must know: its code (`widgets.shell.states` has the sentences) and what fills it in."""

    code: str
    detail: str = ""


class Uncounted(msgspec.Struct, frozen=True):
    """An entry that is kept and numbered but void: what it says (`event.void` has the reason), in which journal, about
    which subject and what that is called ("" for no incident); `adopted` once an entry that counts took it up."""

    event: Event
    territory: str
    subject: str
    title: str
    adopted: bool


class Undecided(msgspec.Struct, frozen=True):
    """Incidents with a field to decide, most urgent first, each with its sides. `total` counts those beyond the page too."""

    items: tuple[IncidentDetail, ...] = ()
    total: int = 0


class Withheld(msgspec.Struct, frozen=True):
    """Entries about one subject that wait here because the centre refuses their stream from `from_seq` on.

    `reason` is the centre's code; `device` wrote them, in the journal of `territory`. `title` is what the incident is called
    ("" for no incident), `entries` how many there are, `at` when the last was written (ms since epoch UTC).
    """

    stream: str
    from_seq: int
    reason: str
    territory: str
    device: str
    subject: str
    title: str
    entries: int
    at: int


class Undone(msgspec.Struct, frozen=True):
    """What was taken back: the incident, and the fields with the values (raw JSON) that stand again."""

    subject: str
    title: str
    fields: dict[str, str]


class NewIncident(msgspec.Struct, frozen=True):
    """What an operator gives to open an incident; everything else comes from the category and the pack."""

    title: str
    category: str
    place: str
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    priority: int | None = None
    description: str = ""
    reporter: str = ""
    reporter_contact: str = ""
    source: str = "operator"


class Notice(msgspec.Struct, frozen=True):
    """Something changed. `subjects` names the incidents touched; empty means many or none in particular."""

    topic: Literal["incidents", "readings", "link", "people", "feeds", "states", "blobs"]
    subjects: frozenset[str] = frozenset()
