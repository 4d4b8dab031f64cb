"""What each trouble of the exchange means: the one table from what was found to the code of its sentence, gravest first.

`widgets.shell.trouble_words` has the sentence and the next step for every code, in the same order. What the exchange does:

- A call that led nowhere is tried again after a pause that doubles up to a minute, for as long as it takes, and sooner when
  the other loop gets through (`console.sync.lane`). Nothing here ever needs a restart, and nothing empties the queue.
- A centre that asks to be left alone (429, 503) is, for as long as it says, also after a restart.
- What the centre refuses stops its own stream from there on; an order that it does not share stops that territory. All
  else goes on.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from console.domain.views import RoomState
from console.wire.trouble import (
    Answered,
    Garbled,
    OutOfDate,
    Portal,
    Redirected,
    Revoked,
    ServerError,
    Throttled,
    TlsProblem,
    TooLarge,
    Trouble,
    Unauthorized,
    UntrustedIssuer,
    WrongHost,
    WrongType,
)

Broken = Literal["cut", "fake", "untrusted"]
DAY_MS = 24 * 3600 * 1000
FAR_MS = 180 * DAY_MS
"""A certificate that is out of date by more is less likely than a clock that is wrong: a centre's rooms would have missed it
long ago."""


class Meaning(msgspec.Struct, frozen=True):
    """A trouble: its `code`, what it is `found` by (nothing: by the journal, the clock or a closer look), what it says of the
    line itself (`line`, "" when somebody answered who may be the centre), and whether its sentence counts what waits."""

    code: str
    found: tuple[type[Trouble], ...] = ()
    line: Broken | Literal[""] = ""
    counts_queue: bool = False


REVOKED, UNENROLLED = "revoked", "unenrolled"
FORKED, RECOVERING = "centre_forked", "centre_recovering"
TLS_CLOCK, TLS_EXPIRED, TLS_EARLY = "tls_clock", "tls_expired", "tls_early"
UNUSABLE, BUSY = "centre_unusable", "centre_busy"
LINE_CUT, LINE_FAKE = "line_cut", "line_fake"
REFUSED, TOO_LARGE, CLOCK = "entries_refused", "entries_too_large", "clock_wrong"

MEANINGS = (
    Meaning(REVOKED, (Revoked,)),
    Meaning(UNENROLLED, (Unauthorized,), counts_queue=True),
    Meaning(FORKED),
    Meaning(RECOVERING),
    Meaning(TLS_CLOCK, line="untrusted"),
    Meaning("tls_issuer", (UntrustedIssuer,), "untrusted"),
    Meaning("tls_host", (WrongHost,), "untrusted"),
    Meaning(TLS_EXPIRED, line="untrusted"),
    Meaning(TLS_EARLY, line="untrusted"),
    Meaning("tls_none", (TlsProblem,), "untrusted"),
    Meaning(LINE_FAKE, (Portal, Redirected, WrongType), "fake", counts_queue=True),
    Meaning(UNUSABLE, (Garbled, TooLarge)),
    Meaning(BUSY, (Throttled,)),
    Meaning("centre_failing", (ServerError,)),
    Meaning("centre_refusing", (Answered,)),
    # Not reached, cut off, or not answered in time: whatever else a call may end with.
    Meaning(LINE_CUT, (Trouble,), "cut", counts_queue=True),
    Meaning(REFUSED),
    Meaning(TOO_LARGE),
    Meaning(CLOCK),
)
HOLD_ALL = frozenset(row.code for row in MEANINGS if row.found or row.line or row.code == FORKED)
"""While one of these holds, nothing moves at all."""
_RANK = {meaning.code: rank for rank, meaning in enumerate(MEANINGS)}


def meaning(code: str) -> Meaning:
    """The row of a code."""
    return MEANINGS[_RANK[code]]


def state_of(trouble: Trouble, now: int, centre_time: int | None) -> RoomState:
    """The state that a trouble puts the room in. `now` is this machine's clock, `centre_time` the earliest that it can be by
    what the centre last said (both ms since epoch UTC)."""
    if isinstance(trouble, OutOfDate):
        return _out_of_date(trouble, now, centre_time)
    return RoomState(next(row.code for row in MEANINGS if isinstance(trouble, row.found)))


def gravest_first(states: list[RoomState]) -> list[RoomState]:
    """In the order of the table."""
    return sorted(states, key=lambda state: _RANK[state.code])


def _out_of_date(found: OutOfDate, now: int, centre_time: int | None) -> RoomState:
    if _clock_is_wrong(found, now, centre_time):
        return RoomState(TLS_CLOCK, str(now))
    at = found.start if found.early else found.end
    return RoomState(TLS_EARLY if found.early else TLS_EXPIRED, "" if at is None else str(at))


def _clock_is_wrong(found: OutOfDate, now: int, centre_time: int | None) -> bool:
    """Whether it is more likely this machine's clock that is out of date than the certificate."""
    if centre_time is not None and now < centre_time - DAY_MS:
        return True
    if found.early:
        return found.start is not None and found.start - now > FAR_MS
    ended = found.end is not None and centre_time is not None and centre_time > found.end
    return found.end is not None and not ended and now - found.end > FAR_MS
