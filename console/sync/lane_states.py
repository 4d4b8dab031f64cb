"""What screens see of the lanes: what waits on each, whether it moves, and why not. Pure."""

from __future__ import annotations

import msgspec

from console.domain.attachment import BlobQueue
from console.domain.views import LaneKey, LaneState
from console.sync.line.turns import PATIENT, URGENT
from console.sync.troubles import BUSY, HOLD_ALL, LINE_CUT, LINE_FAKE

LANES: tuple[LaneKey, ...] = (*URGENT, *PATIENT)
UNTOLD: dict[LaneKey, int | None] = {"own": None, "city": None, "readings": None, "others": None, "history": None}
"""What waits at a centre that cannot be asked."""
_BROKEN = HOLD_ALL - {LINE_CUT, LINE_FAKE, BUSY}
"""What holds every lane under its own code; the others are told by the line's mode and the centre's pause."""
_BY_MODE = {"mandiri": "alone", "stik": "stick", "putus": "cut", "belum": "cut", "internet_palsu": "portal"}


class Load(msgspec.Struct, frozen=True):
    """What waits here for the centre on one lane: how many, their bytes, how many of them are refused, and how long they
    take (seconds, None: not known); `bytes_down` where this room knows what it wants. `left_out`, `reached`: as in
    `LaneState`."""

    count: int = 0
    bytes: int = 0
    refused: int = 0
    drain_s: float | None = None
    left_out: int = 0
    reached: int | None = None
    bytes_down: int | None = None


def blob_load(queue: BlobQueue) -> tuple[Load, int]:
    """What photos and documents wait here for the centre, and how many are wanted from it: this room knows both."""
    up, down = (queue.thumbs_up, queue.originals_up), (queue.thumbs_down, queue.originals_down)
    load = Load(sum(c.count for c in up), sum(c.size for c in up), bytes_down=sum(c.size for c in down))
    return load, sum(c.count for c in down)


class LineNow(msgspec.Struct, frozen=True):
    """What the lanes need to know of the line: its mode and problem, whether the centre asked for a pause, whether nothing
    can be written here, and why the patient lanes wait ("" when they do not)."""

    mode: str = "mandiri"
    problem: str = ""
    asked: bool = False
    full: bool = False
    patience: str = ""

    def stop(self) -> str:
        """Why nothing moves at all, "" when something may."""
        if self.mode == "mandiri":
            return "alone"
        if self.full:
            return "full"
        if self.problem in _BROKEN:
            return self.problem
        return "asked" if self.asked else _BY_MODE.get(self.mode, "")


def lane_states(line: LineNow, up: dict[LaneKey, Load], down: dict[LaneKey, int | None]) -> tuple[LaneState, ...]:
    """All lanes, most urgent first. `up`: what waits here; `down`: what waits at the centre, None where it did not say."""
    return tuple(_lane(key, line, up.get(key, Load()), down.get(key, 0)) for key in LANES)


def _lane(key: LaneKey, line: LineNow, load: Load, down: int | None) -> LaneState:
    bytes_down, reached = (0, None) if down == 0 else (load.bytes_down, load.reached)
    state = LaneState(key, load.count, load.bytes, down, bytes_down, left_out=load.left_out, reached=reached)
    if not load.count and down == 0:
        return msgspec.structs.replace(state, drain_s=0.0)
    why = line.stop() or (line.patience if key in PATIENT else "")
    if key == "blobs" and why == "thin":
        # They need no turn: they go while nobody else wants the line.
        why = ""
    if not why and load.refused and load.refused >= load.count and down == 0:
        why = "refused"
    if why:
        return msgspec.structs.replace(state, state="held", why=why)
    return msgspec.structs.replace(state, state="moving", drain_s=load.drain_s if down == 0 else None)
