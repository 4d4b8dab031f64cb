"""The lane of photos and documents: moves one piece after the other while nothing urgent waits.

What somebody asked for goes first, then thumbnails, up before down, then originals, up before down. A piece is about two
seconds of the line, so that an entry written meanwhile never waits longer; what was carried is never carried again,
whichever end was cut, killed or restarted. The hash decides at the end of each.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal

import msgspec

from console.domain.attachment import MAX_THUMB
from console.domain.clock import Clock
from console.log import logger
from console.store.blobs.blob_file import WrongPiece
from console.store.blobs.plan import Move
from console.store.blobs.shelf import BlobShelf
from console.sync.blobs.calls import BlobCalls, Piece, Source, names_in
from console.sync.client import measured
from console.sync.lane import Lane
from console.sync.line.link import Link
from console.sync.line.size import Size
from console.waiting import event_within
from console.wire.guard import (
    Garbled,
    Received,
    Rejected,
    Reply,
    Throttled,
    TimedOut,
    TooLarge,
    Trouble,
    Truncated,
    WrongType,
)
from console.wire.messages import BlobState

PIECE_S = 2.0
FIRST_PIECE, SMALLEST_PIECE, LARGEST_PIECE = 16 * 1024, 4 * 1024, 1024 * 1024
HELD_S = 1.0
"""How often to look whether the line is free again."""
LOOK_AGAIN_S = 60.0
"""How often to look for what was put off."""
ASK_EVERY_S = 3600.0
"""How often to ask the centre what it lacks: it may have been put back to an older day."""
REFUSED_S, LONGEST_REFUSED_S = 60.0, 3600.0
"""After the centre refused a blob (its entry is not there yet, or this room sent enough for today)."""
LONGEST_BUSY_S = 30.0
Step = Literal["moved", "nothing", "held"]
_log = logger("sync")


class Moved(msgspec.Struct):
    """Blobs that became whole: sent up, and come down."""

    up: int = 0
    down: int = 0


class BlobLane:
    """Moves one room's blobs. `may_move` says whether the line is free for them; `idle`: at the last look nothing was left to
    move."""

    def __init__(
        self, shelf: BlobShelf, calls: BlobCalls, link: Link, clock: Clock, may_move: Callable[[], bool]
    ) -> None:
        self._shelf = shelf
        self._calls = calls
        self._link = link
        self._clock = clock
        self._may_move = may_move
        self._lane = Lane(link)
        self._woken = asyncio.Event()
        self._up = Size(FIRST_PIECE, SMALLEST_PIECE, LARGEST_PIECE, PIECE_S)
        self._down = Size(FIRST_PIECE, SMALLEST_PIECE, LARGEST_PIECE, PIECE_S)
        self._reached: dict[str, int] = {}
        self._refused: dict[str, tuple[int, float]] = {}
        self._asked: float | None = None
        self._cut = False
        self.moved = Moved()
        self.idle = False

    def wake(self) -> None:
        """There is something new to move, or the line is free. Called on the loop's thread."""
        self._woken.set()

    def line_is_back(self) -> None:
        """Others come through again: a pause that only the line was the reason of ends."""
        if self._cut:
            self._cut = False
            self._lane.hurry()

    def recheck(self) -> None:
        """The centre lost something: ask it what it lacks."""
        self._asked = None
        self._reached.clear()
        self._refused.clear()
        self.wake()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._lane.rest()
            self._woken.clear()
            try:
                done = await self.step()
            except Throttled as busy:
                # Other lanes need not wait: photos are what is too much.
                self._lane.breathe(max(1.0, busy.retry_after))
                continue
            except Trouble as trouble:
                _log.info("blobs", trouble=type(trouble).__name__, said=str(trouble))
                self._lane.troubled(trouble)
                self._cut = not self._link.open
                continue
            self._lane.went_well()
            self.idle = done == "nothing"
            if done != "moved":
                await event_within(self._woken, HELD_S if done == "held" else await self._shelf.due_s(LOOK_AGAIN_S))

    async def drain(self) -> None:
        """Move everything that may move now, once. Raises Trouble."""
        done: Step = "moved"
        while done == "moved":
            try:
                done = await self.step()
                self.idle = done == "nothing"
            except Throttled as busy:
                await asyncio.sleep(min(busy.retry_after, LONGEST_BUSY_S))

    async def through(self) -> bool:
        """Whether nothing is left that could be moved: what others have not brought to the centre yet, nobody can fetch."""
        queue = await self._shelf.queue()
        waits_here = queue.thumbs_up.count + queue.originals_up.count
        waits_there = queue.thumbs_down.count + queue.originals_down.count
        return not waits_here and (self.idle or not waits_there)

    async def step(self) -> Step:
        """Move one piece of what comes next."""
        if not self._may_move():
            return "held"
        await self._ask_missing()
        up, down = await self._shelf.next_up(self._put_off()), await self._shelf.next_down()
        if down is not None and not (up is not None and _first(up, down)):
            await self._take(down)
        elif up is not None:
            await self._send(up)
        else:
            return "nothing"
        return "moved"

    # ---- up

    async def _send(self, move: Move) -> None:
        try:
            await self._send_piece(move)
        except (TimedOut, Truncated):
            self._up.broke(self._up.value)
            self._reached.pop(move.sha256, None)
            raise
        except (Rejected, Garbled) as refused:
            self._refuse(move.sha256, refused)

    async def _send_piece(self, move: Move) -> None:
        name = move.sha256
        if name not in self._reached:
            return await self._begin(move)
        start = self._reached[name]
        piece = await self._shelf.piece(name, start, start + self._up.value)
        if not piece:
            # It is not here any more, or the centre says that it has more than there is.
            raise Garbled("out of step")
        answer = await self._calls.put(name, start, move.size, piece)
        self._measure(self._up, len(piece), answer.reply)
        if not answer.value.complete and answer.value.have <= start:
            raise Garbled("no further than before")
        await self._heard(name, answer)

    async def _begin(self, move: Move) -> None:
        """Ask where the centre has got to. What is no longer what its name says is not sent."""
        if await self._shelf.get(move.sha256) is None:
            return
        answer = await self._calls.state(move.sha256)
        if answer is None:
            self._reached[move.sha256] = 0
        else:
            self._link.done(measured(answer.reply))
            await self._heard(move.sha256, answer)

    async def _heard(self, name: str, answer: Received[BlobState]) -> None:
        if answer.value.complete:
            self._reached.pop(name, None)
            self._refused.pop(name, None)
            self.moved.up += 1
            await self._shelf.mark_central(name, True)
        else:
            self._reached[name] = max(0, answer.value.have)

    def _refuse(self, name: str, refused: Rejected | Garbled) -> None:
        """Later, and later each time: others go on."""
        self._reached.pop(name, None)
        tries = self._refused.get(name, (0, 0.0))[0]
        pause = min(LONGEST_REFUSED_S, REFUSED_S * 2.0 ** min(tries, 10))
        self._refused[name] = (tries + 1, self._clock.monotonic() + pause)
        _log.info("the centre does not take a blob", blob=name[:8], said=str(refused))

    def _put_off(self) -> list[str]:
        now = self._clock.monotonic()
        return [name for name, (_, until) in self._refused.items() if until > now]

    # ---- down

    async def _take(self, move: Move) -> None:
        try:
            taken = await take_piece(self._shelf, self._calls, move, self._down.value)
        except (TimedOut, Truncated):
            self._down.broke(self._down.value)
            raise
        if taken.piece is not None and taken.piece.reply is not None:
            self._measure(self._down, len(taken.piece.data), taken.piece.reply)
        if taken.whole:
            self.moved.down += 1
            await self._shelf.mark_central(move.sha256, True)
        elif taken.wrong:
            _log.warning("the centre gave wrong bytes", blob=move.sha256[:8])
            with contextlib.suppress(Rejected):
                await self._calls.state(move.sha256, proved=True)

    def _measure(self, size: Size, carried: int, reply: Reply) -> None:
        self._link.done(measured(reply))
        size.carried(carried, reply.seconds, (self._link.rtt_ms or 0.0) / 1000)

    # ---- what the centre lost

    async def _ask_missing(self) -> None:
        """Offer again what the centre once had and lacks now."""
        now = self._clock.monotonic()
        if self._asked is not None and now - self._asked < ASK_EVERY_S:
            return
        try:
            await self._hear_missing()
        except (Rejected, Garbled) as error:
            # A centre that does not know the question, or answers it badly, can still take and give.
            _log.info("the centre does not say what it lacks", said=str(error))
        self._asked = now

    async def _hear_missing(self) -> None:
        after, more = "", await self._shelf.any_central()
        while more:
            answer = await self._calls.missing(after)
            self._link.done(measured(answer.reply))
            names = names_in(answer.value)
            if names and names[-1] <= after:
                raise Garbled("the same names again")
            await self._shelf.lost(names)
            after, more = (names[-1] if names else ""), answer.value.more and bool(names)


def _first(up: Move, down: Move) -> bool:
    """Whether what goes up comes before what comes down."""
    return not down.wanted and (up.thumb or not down.thumb)


class TakenPiece(msgspec.Struct, frozen=True):
    """What came of asking for a piece: the bytes, whether the blob is whole now, whether what came was wrong."""

    piece: Piece | None = None
    whole: bool = False
    wrong: bool = False


async def take_piece(shelf: BlobShelf, source: Source, move: Move, length: int) -> TakenPiece:
    """Ask a source for the next piece of a blob. What it does not have, or gives otherwise than it should, is asked for
    again later; raises Trouble for what the line does."""
    name = move.sha256
    start = (await shelf.held(name)).have
    try:
        piece = await source.piece(name, start, length)
    except (Rejected, TooLarge, WrongType, Garbled) as error:
        # Not what is here of it either, if what is here goes beyond what there is.
        _log.info("no piece of a blob", blob=name[:8], said=str(error))
        await shelf.put_off(name, forget=True)
        return TakenPiece(wrong=True)
    if piece is None:
        await shelf.put_off(name, forget=False)
        return TakenPiece()
    if move.thumb and not move.wanted and piece.size > MAX_THUMB:
        # Called a thumbnail, and is none: it would come to every room of the city by itself.
        await shelf.put_off(name, forget=True)
        return TakenPiece(piece)
    try:
        held = await shelf.add_piece(name, piece.size, start, piece.data)
    except WrongPiece:
        # Somebody else brought it further meanwhile.
        return TakenPiece(piece)
    return TakenPiece(piece, held.whole, not held.whole and held.have == 0)
