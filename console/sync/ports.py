"""What the exchange needs of the room's store, and no more: coroutines, each one transaction at most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from console.domain.exchange import Forked, Incoming, Outbox, Queue, Refusal, Stops, Taken
from console.domain.order import Cursor, Link, OrderHead
from console.domain.reading import Frame

T = TypeVar("T")
CURSOR = "sync.cursor"
"""Meta key of the changes cursor; `take_changes` writes it, in the transaction of the entries."""
LINE = "sync.line"
"""Meta key of what is remembered about the line (`console.sync.line.link.LineMemory` as JSON)."""


HISTORY = "sync.history"
"""Meta key of what is to be had of history (list of `console.sync.history.Hole` as JSON)."""
BUDGETS = "sync.budgets"
"""Meta key of the budgets by link (`console.sync.line.budget.Budget` as JSON)."""


class RoomStore(Protocol):
    """The room's journal as the exchange sees it. Raises StoreFull (console.store.writer) when nothing can be written."""

    async def cursors(self) -> dict[str, Cursor]:
        """How far each territory's order is held."""

    async def outbox(self, limit: int, limit_bytes: int, skip: Mapping[str, int], resend: Mapping[str, int]) -> Outbox:
        """The next entries that the centre has not numbered, mine first, at most `limit` and about `limit_bytes`
        (at least one).

        `skip` maps streams to the seq up to which the centre already took them; `resend` maps streams to the seq from
        which it wants them again, numbered here or not. Refused streams (from their place on) and forked territories
        are left out.
        """

    async def queue(self) -> Queue:
        """How much waits for a number, refused and forked ones included."""

    async def take_changes(self, incoming: Incoming) -> Taken:
        """Prove, hold, number, fold and move the cursors, in one transaction, or nothing on a mismatch."""

    async def note_refusal(self, refusal: Refusal) -> bool:
        """The centre refuses a stream from a place on: keep it, say so, and leave it out of the outbox. False when nothing of
        it waits there any more."""

    async def allow_again(self, reason: str) -> None:
        """Offer again what was refused for this reason."""

    async def note_forks(self, forks: Sequence[Forked]) -> None:
        """The territories that are forked now, all of them; those not named (any more) go on."""

    async def rewrite(self, stream: str, from_seq: int) -> bool:
        """The centre holds other entries in a stream from a place on: write ours again in a new one. False when the stream
        is not ours, or nothing of it waits there."""

    async def fall_back(self, territory: str, common_n: int, cursor: str) -> None:
        """Take a territory's cursor back to `common_n`, and the changes cursor to `cursor`; what was numbered above waits for
        a number again."""

    async def take_lost(self, number: int, head: OrderHead, common: tuple[int, bytes], links: Sequence[Link]) -> bool:
        """Keep an order that the centre lost; False when it cannot be proven (yet)."""

    async def read(self, job: Callable[[Any], T]) -> T:
        """Run a query of `console.store.recovery`, which alone knows what it is given."""

    async def stops(self) -> Stops:
        """What is refused and forked at present."""

    async def frames_outbox(self, limit: int) -> Sequence[Frame]:
        """The newest frames that were recorded here and not sent yet, newest first."""

    async def frames_waiting(self) -> tuple[int, int]:
        """How many frames wait for the centre, and their bytes."""

    async def frames_left_out(self) -> int:
        """How many readings were left out of what waits for the centre, within the last week."""

    async def frames_sent(self, frames: Sequence[Frame]) -> None:
        """The centre has these now (a higher revision made meanwhile stays unsent)."""

    async def take_frames(self, frames: Sequence[Frame], at_centre: bool = False) -> None:
        """Frames from elsewhere, `at_centre` from the centre itself; called before the `take_changes` that moves the cursor
        past them."""

    async def get_meta(self, key: str) -> str | None:
        """A remembered text, or None."""

    async def set_meta(self, key: str, value: str) -> None:
        """Remember a text."""
