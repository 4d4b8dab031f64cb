"""Pushing: offers the outbox to the centre in batches, and acts on each answer, until nothing is left to offer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import nullcontext

import msgspec

from console.domain.clock import Clock
from console.domain.exchange import Forked, Outbox, Refusal, Taken
from console.domain.keys import DeviceKey
from console.domain.stream import OPENED
from console.log import logger
from console.sync import parcel
from console.sync.client import Client, measured
from console.sync.line.link import BATCH_S, LARGEST_BATCH, Link
from console.sync.line.size import Size
from console.sync.ports import RoomStore
from console.wire.guard import RequestTooLarge, TimedOut, Truncated
from console.wire.messages import Answer, FramesRequest, PushReply

FIRST_BATCH = 200
LARGEST_BATCH_BYTES = 4 * 1024 * 1024
"""Uncompressed; well below what the centre takes at once."""
MOST_GAPS = 5
"""How often the centre may ask for more of one stream while the queue is offered once."""
FRAMES_AT_ONCE = 200
TOOBIG = "toobig"
"""Why a stream is stopped whose next entry alone is more than the centre takes."""
LARGE_AGAIN_S = 6 * 3600.0
"""How often to offer again what was too large: whoever let too little through may let more through by now."""
LOAD = 20
"""Entries in a batch from which it fills the line."""
_log = logger("sync")


class Pushed(msgspec.Struct):
    """What pushing did: entries that the centre has now, those of them void, streams refused, and frames sent.
    `stuck`: the centre answered without getting any further."""

    sent: int = 0
    void: int = 0
    refused: int = 0
    frames: int = 0
    stuck: bool = False
    now: int | None = None


class Pusher:
    """Offers the room's outbox. `forks` is what the last replies said; `after_batch` is told what each answered batch
    changed here."""

    def __init__(
        self,
        store: RoomStore,
        client: Client,
        link: Link,
        key: DeviceKey,
        clock: Clock,
        after_batch: Callable[[Taken], Awaitable[None]],
    ) -> None:
        self._store = store
        self._client = client
        self._link = link
        self._key = key
        self._clock = clock
        self._after_batch = after_batch
        self._lock = asyncio.Lock()
        self._skip: dict[str, int] = {}
        self._resend: dict[str, int] = {}
        self._replies = 0
        self._flying = (0, 0.0)
        self._size = Size(FIRST_BATCH, 1, LARGEST_BATCH, BATCH_S)
        self.forks: dict[str, Forked] = {}
        self._refused: set[str] = set()
        self._large_next = 0.0

    @property
    def batch(self) -> int:
        """How many entries go at once at present."""
        return self._size.value

    def drain_s(self, entries: int) -> float | None:
        """Seconds until so many entries are sent, less those that the batch on its way has taken; None when nothing can be
        said yet."""
        flying, began = self._flying
        whole, rest = (self._link.drain_s(n, self.batch) for n in (entries, max(0, entries - flying)))
        if whole is None or rest is None or not flying:
            return whole
        return max(rest, whole - (self._clock.monotonic() - began))

    def mark(self) -> int:
        """A mark to give to `caught_up` later."""
        return self._replies

    def caught_up(self, mark: int) -> bool:
        """A pull that began at `mark` has brought every number there is; returns whether that is still so. Then what has
        no number must be offered (again)."""
        if mark != self._replies:
            return False
        self._skip.clear()
        return True

    def try_large(self) -> None:
        """Offer what was too large once more, next time: the limit may be another by now."""
        self._large_next = 0.0

    async def _allow_large(self) -> None:
        """At each start, when somebody asks, and now and then; once each time, since the answer stops it again."""
        now = self._clock.monotonic()
        if now >= self._large_next:
            self._large_next = now + LARGE_AGAIN_S
            await self._store.allow_again(TOOBIG)

    async def drain(self, done: Pushed) -> None:
        """Offer everything; `done` counts along, so that it tells what was done also when a Trouble is raised."""
        gaps: Counter[str] = Counter()
        async with self._lock:
            await self._allow_large()
            while not done.stuck:
                outbox = await self._store.outbox(self.batch, LARGEST_BATCH_BYTES, self._skip, self._resend)
                if not outbox.entries:
                    return
                self._flying = (len(outbox.entries), self._clock.monotonic())
                try:
                    await self._settle(outbox, done, gaps)
                finally:
                    self._flying = (0, 0.0)

    async def _settle(self, outbox: Outbox, done: Pushed, gaps: Counter[str]) -> None:
        """Offer a batch and act on the answer; one that changed nothing, or leads round and round, is `stuck`."""
        reply = await self._offer(outbox)
        if reply is None:
            return
        done.now = reply.now
        before = (done.sent, done.refused, dict(self._resend), dict(self.forks))
        await self._act(reply, outbox, done)
        await self._after_batch(await self._store.take_changes(parcel.answered(reply)))
        gaps.update(answer.stream for answer in reply.answers if answer.outcome == "gap")
        round_and_round = max(gaps.values(), default=0) > MOST_GAPS
        done.stuck = round_and_round or before == (done.sent, done.refused, self._resend, self.forks)

    async def send_frames(self, done: Pushed) -> bool:
        """Offer the newest telemetry that was recorded here; returns whether there may be more."""
        async with self._lock:
            frames = await self._store.frames_outbox(FRAMES_AT_ONCE)
            if frames:
                received = await self._client.frames(FramesRequest(list(frames)))
                self._link.done(measured(received.reply))
                await self._store.frames_sent(frames)
                done.frames += len(frames) - len(received.value.refused)
                if received.value.refused:
                    _log.warning(
                        "readings refused", count=len(received.value.refused), why=received.value.refused[0][1]
                    )
            return len(frames) == FRAMES_AT_ONCE

    async def _offer(self, outbox: Outbox) -> PushReply | None:
        """Send one batch; None when it was too large and a smaller one should be tried."""
        cursors = await self._store.cursors()
        try:
            with self._link.load() if len(outbox.entries) >= LOAD else nullcontext():
                received = await self._client.push(
                    lambda: parcel.request(outbox, self._key, cursors, self._clock.now()),
                    self._link.patience(len(outbox.entries)),
                )
        except RequestTooLarge:
            await self._shrink(outbox)
            return None
        except (TimedOut, Truncated):
            self._size.broke(len(outbox.entries))
            raise
        self._replies += 1
        self._link.done(measured(received.reply), len(outbox.entries))
        self._size.carried(len(outbox.entries), received.reply.first_byte, self._link.trip_s or 0.0)
        return received.value

    async def _shrink(self, outbox: Outbox) -> None:
        """413: half as much; one entry that is too large alone waits for somebody, and what follows it goes up in a new
        stream. Whoever takes not even the opening of a stream takes nothing: then the stream stops as it is."""
        if len(outbox.entries) > 1:
            self._size.refused(len(outbox.entries))
            return
        e = outbox.entries[0]
        if e.kind != OPENED:
            await self._store.rewrite(e.stream, e.seq + 1)
        await self._note_refusal(e.stream, e.seq, TOOBIG)

    async def _act(self, reply: PushReply, outbox: Outbox, done: Pushed) -> None:
        offered = {e.stream for e in outbox.entries}
        for answer in reply.answers:
            if answer.stream in offered:
                await self._act_on(answer, done)
        if reply.forks:
            self._refused |= {f.territory for f in reply.forks}
            self.forks.update((f.territory, Forked(f.territory, f.common_n)) for f in reply.forks)
            await self._note_forks()

    async def _act_on(self, answer: Answer, done: Pushed) -> None:
        if answer.outcome == "gap":
            self._skip[answer.stream] = answer.from_seq - 1
            self._resend[answer.stream] = answer.from_seq
        elif answer.code == "conflict" and await self._store.rewrite(answer.stream, answer.first):
            # Another machine went on from an image of this one; ours is written again in a new stream.
            done.refused += 1
        elif answer.outcome == "refused":
            done.refused += await self._note_refusal(answer.stream, answer.first, answer.code or answer.reason)
        else:
            count = answer.last - max(answer.first - 1, self._skip.get(answer.stream, 0))
            self._skip[answer.stream] = max(answer.last, self._skip.get(answer.stream, 0))
            self._resend.pop(answer.stream, None)
            done.sent += max(0, count)
            done.void += answer.outcome == "void" and max(0, count)

    async def _note_refusal(self, stream: str, seq: int, reason: str) -> bool:
        noted = await self._store.note_refusal(Refusal(stream, seq, reason))
        if not noted:
            # A pull has just given these places to what the centre has there: there is nothing left to offer.
            self._resend.pop(stream, None)
        return noted

    def refused(self) -> set[str]:
        """Territories that replies called forked since this was asked last."""
        refused, self._refused = self._refused, set()
        return refused

    async def set_forks(self, forks: Iterable[Forked]) -> None:
        """What a pull said is forked now."""
        found = {f.territory: f for f in forks}
        if found != self.forks:
            self.forks = found
            await self._note_forks()

    async def _note_forks(self) -> None:
        self._skip.clear()
        self._resend.clear()
        await self._store.note_forks(tuple(self.forks.values()))
