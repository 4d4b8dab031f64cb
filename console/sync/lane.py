"""A lane of the exchange: one loop that calls the centre, what is wrong with it, and when it may call again."""

from __future__ import annotations

import asyncio
import contextlib

from console.sync.link import Link
from console.wire.guard import (
    Answered,
    Garbled,
    Portal,
    Redirected,
    Throttled,
    TlsProblem,
    TooLarge,
    Trouble,
    Unauthorized,
    WrongType,
)

LONGEST_ASKED_STEP_S = 60.0
"""A long pause is waited out in steps, so that a clock that is set right meanwhile counts."""


class Lane:
    """Paces one loop. `problem` is the sentence key of what is wrong now, "" when the last call went through."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._hurry = asyncio.Event()
        self._pause = 0.0
        self._failures = 0
        self.problem = ""

    @property
    def pausing(self) -> bool:
        """Whether it backs off after a failure."""
        return self._pause > 0

    async def rest(self) -> None:
        """Wait until the lane may call again: after what the centre asked for, and after a back-off that `hurry` ends."""
        while (asked := self._link.asked_pause()) > 0:  # noqa: ASYNC110 - nothing but time ends this wait
            await asyncio.sleep(min(asked, LONGEST_ASKED_STEP_S))
        if self._pause > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), self._pause)
        self._hurry.clear()

    def hurry(self) -> None:
        """Call again now: the line seems to be back, or somebody asked."""
        self._hurry.set()

    def went_well(self) -> None:
        """A call went through."""
        self._pause, self._failures, self.problem = 0.0, 0, ""

    def stuck(self, problem: str) -> None:
        """The centre answered, but it led nowhere."""
        self._fail(problem)

    def breathe(self, seconds: float) -> None:
        """Nothing is wrong, but the next call should wait a little."""
        self._hurry.clear()
        self._pause = seconds

    def troubled(self, trouble: Trouble) -> bool:
        """A call did not go through; returns whether the centre asked to be left alone for a while."""
        reach, problem = judged(trouble)
        if reach:
            self._link.failed("fake" if reach == "fake" else "cut")
        self._fail(problem)
        if isinstance(trouble, Throttled):
            self._link.held_off(trouble.retry_after)
            return True
        return False

    def _fail(self, problem: str) -> None:
        self._failures += 1
        self.problem = problem
        self._hurry.clear()
        self._pause = self._link.back_off(self._failures)


def judged(trouble: Trouble) -> tuple[str, str]:
    """What a trouble says about the line ("cut", "fake", or "" for nothing) and which sentence tells it."""
    if isinstance(trouble, Unauthorized):
        return "", "revoked" if trouble.code == "revoked" else "unauthorized"
    if isinstance(trouble, Throttled):
        return "", "server"
    if isinstance(trouble, Portal | Redirected | WrongType):
        return "fake", "portal"
    if isinstance(trouble, TlsProblem):
        return "cut", "tls"
    if isinstance(trouble, Answered | Garbled | TooLarge):
        return "", "server"
    return "cut", ""


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
