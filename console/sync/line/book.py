"""What a room remembers of its line from run to run: what was measured, what each link carried, and what each may carry."""

from __future__ import annotations

import contextlib

import msgspec

from console.domain.clock import Clock
from console.domain.views import LineBudget
from console.sync.line.budget import Budget
from console.sync.line.link import LineMemory, Link
from console.sync.ports import BUDGETS, LINE, RoomStore

REMEMBER_EVERY_MS = 60_000


class LineBook:
    """Keeps a `Link` in the room's store."""

    def __init__(self, store: RoomStore, link: Link, clock: Clock) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._at = 0
        self._mode = ""
        self._recalled = False

    async def recall(self) -> bool:
        """Go on from the last run; False when that was done before."""
        if self._recalled:
            return False
        self._recalled = True
        remembered, allowed = await self._store.get_meta(LINE), await self._store.get_meta(BUDGETS)
        with contextlib.suppress(msgspec.DecodeError):
            self._link.recall(msgspec.json.decode(remembered or "{}", type=LineMemory))
        with contextlib.suppress(msgspec.DecodeError):
            self._link.budgets = msgspec.json.decode(allowed or "{}", type=dict[str, Budget])
        return True

    async def close(self) -> None:
        """Remember the last of it. Idempotent."""
        if self._recalled:
            self._recalled = False
            await self.remember(always=True)

    async def remember(self, always: bool = False) -> None:
        """Write it down, when the mode changed or the last time is a while ago."""
        now, mode = self._clock.now(), self._link.mode
        if always or mode != self._mode or not 0 <= now - self._at < REMEMBER_EVERY_MS:
            self._mode, self._at = mode, now
            await self._store.set_meta(LINE, msgspec.json.encode(self._link.memory()).decode())

    async def set_budget(self, name: str, budget: Budget) -> None:
        """What a link may carry from now on; "" for every link that has no budget of its own."""
        budgets = self._link.budgets | {name: budget}
        await self._store.set_meta(BUDGETS, msgspec.json.encode(budgets).decode())
        self._link.budgets = budgets

    def budgets(self) -> tuple[LineBudget, ...]:
        """Every link that is known, the one in use first, and last what counts for any other."""
        link, now = self._link, self._clock.now()

        def row(name: str) -> LineBudget:
            budget, spent = link.budget_of(name), link.spent_on(name)
            used = (spent.hour(now), spent.day(now)) if name else (0, 0)
            return LineBudget(name, budget.per_hour, budget.per_day, *used, bool(name) and name == link.name)

        return tuple(row(name) for name in (*link.names, ""))
