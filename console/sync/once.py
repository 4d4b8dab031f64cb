"""What one exchange on demand did and what it left undone: counts for programs."""

from __future__ import annotations

import msgspec

from console.domain.views import LaneKey, RoomState
from console.sync.push import Pushed


class Exchanged(msgspec.Struct, frozen=True):
    """One full exchange, for programs: entries sent (of them void) and received, streams refused, what still waits, bytes
    both ways, the code of the gravest problem ("" when all went well), and blobs that became whole there and here. `whole`:
    it was made to its end. `states`: all that is wrong, gravest first. `frames_up`, `frames_down`: minutes of readings sent,
    and come as the latest; `history`: those that had been missed before. `left`: the lanes that were not brought to their
    end, `left_why` "budget" when it was used up."""

    sent: int
    void: int
    received: int
    refused: int
    queue: int
    bytes_up: int
    bytes_down: int
    mode: str
    problem: str
    whole: bool
    states: tuple[RoomState, ...] = ()
    blobs_up: int = 0
    blobs_down: int = 0
    frames_up: int = 0
    frames_down: int = 0
    history: int = 0
    left: tuple[LaneKey, ...] = ()
    left_why: str = ""


class Done(msgspec.Struct):
    """What an exchange on demand did so far; it counts along, so that what was done is told also when the line breaks."""

    pushed: Pushed
    received: int = 0
    frames: int = 0
    history: int = 0
    whole: bool = False
