"""A lane of the exchange: one loop that calls the centre, what is wrong with it, and when it may call again."""

from __future__ import annotations

import asyncio

from console.domain.views import RoomState
from console.sync.line.link import Link
from console.sync.troubles import meaning, state_of
from console.waiting import event_within
from console.wire.guard import Throttled, Trouble

LONGEST_ASKED_STEP_S = 60.0
"""A long pause is waited out in steps, so that a clock that is set right meanwhile counts."""


class Lane:
    """Paces one loop. `problem` is what is wrong now, None when the last call went through."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._hurry = asyncio.Event()
        self._pause = 0.0
        self._failures = 0
        self.problem: RoomState | None = None

    @property
    def pausing(self) -> bool:
        """Whether it backs off after a failure."""
        return self._pause > 0

    async def rest(self) -> None:
        """Wait until the lane may call again: after what the centre asked for, and after a back-off that `hurry` ends."""
        while (asked := self._link.asked_pause()) > 0:  # noqa: ASYNC110 - nothing but time ends this wait
            await asyncio.sleep(min(asked, LONGEST_ASKED_STEP_S))
        if self._pause > 0:
            await event_within(self._hurry, self._pause)
        self._hurry.clear()

    def hurry(self) -> None:
        """Call again now: the line seems to be back, or somebody asked."""
        self._hurry.set()

    def went_well(self) -> None:
        """A call went through."""
        self._pause, self._failures, self.problem = 0.0, 0, None

    def stuck(self, code: str = "") -> None:
        """The centre answered, but it led nowhere; `code` says why where nothing else does."""
        self._fail(RoomState(code) if code else None)

    def breathe(self, seconds: float) -> None:
        """Nothing is wrong, but the next call should wait a little."""
        self._hurry.clear()
        self._pause = seconds

    def troubled(self, trouble: Trouble) -> bool:
        """A call did not go through; returns whether the centre asked to be left alone for a while."""
        found = state_of(trouble, self._link.now, self._link.centre_time)
        if line := meaning(found.code).line:
            self._link.failed(line)
        self._fail(found)
        if isinstance(trouble, Throttled):
            self._link.held_off(trouble.retry_after)
            return True
        return False

    def _fail(self, problem: RoomState | None) -> None:
        self._failures += 1
        self.problem = problem
        self._hurry.clear()
        self._pause = self._link.back_off(self._failures)


class Hold:
    """How long the centre may hold an empty answer back, in seconds: at first below the idle time-outs of common proxies
    and NATs (30 to 60 s), longer once the line has shown that it bears it, and never again as long as what broke."""

    def __init__(self, first: float, longest: float, step: float) -> None:
        self.seconds = first
        self._first, self._longest, self._step = first, longest, step

    def held(self, seconds: float) -> None:
        """An answer came whole after `seconds`."""
        if seconds >= self.seconds:
            self.seconds = min(self._longest, self.seconds + self._step)

    def broke(self, seconds: float) -> None:
        """The line broke `seconds` into a wait; one that broke soon did not break by its length."""
        if seconds > self._first:
            self._longest = max(self._first, min(self._longest, min(seconds, self.seconds) - self._step))
        self.seconds = min(self.seconds, self._longest)
