"""What the operator may take back, for ten seconds: the last change of an incident's fields made at this desk."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from console.domain.clock import Clock
from console.domain.entry import EntryId
from console.domain.journal import Standing

UNDO_MS = 10_000
"""How long Ctrl+Z takes an action back (UI: keys and flow)."""
UNDOES = "undoes"
"""Body key of the entry that takes another back: that entry's place."""
KEPT = frozenset({"didisposisikan"})
"""States that another office is told of: never taken back."""


class Step(msgspec.Struct, frozen=True):
    """An action that can be taken back: who did what in which entry, and the raw values that stood before it."""

    actor: str
    action: str
    subject: str
    entry: EntryId
    at: float
    before: dict[str, bytes]

    def stands(self, now: Mapping[str, Standing]) -> bool:
        """Whether every field still has the value that this action gave it, and nobody else's beside it."""
        return all(
            (found := now.get(name)) is not None and found.value.by.id == self.entry and not found.candidates
            for name in self.before
        )


class Steps:
    """Remembers the last such action. Durations are measured by the clock's `monotonic`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: Step | None = None

    def did(
        self, actor: str, action: str, subject: str, entry: EntryId, before: Mapping[str, Standing], names: set[str]
    ) -> None:
        """An action set these fields, which stood as `before`. What settled a field to be decided is a decision: kept."""
        if any(before[name].candidates for name in names if name in before):
            return self.forget(subject)
        values = {name: before[name].value.raw if name in before else b"null" for name in names}
        self._last = Step(actor, action, subject, entry, self._clock.monotonic(), values)
        return None

    def forget(self, subject: str) -> None:
        """Something that stays was done to this incident: nothing before it can be taken back."""
        if self._last is not None and self._last.subject == subject:
            self._last = None

    def last(self, actor: str) -> Step | None:
        """What this operator may take back now."""
        step = self._last
        fresh = step is not None and 0 <= (self._clock.monotonic() - step.at) * 1000 <= UNDO_MS
        return step if step is not None and fresh and step.actor == actor else None
