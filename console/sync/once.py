"""One exchange on demand, and what it left undone: counts for programs."""

from __future__ import annotations

import msgspec

from console.domain.views import LaneKey, RoomState
from console.sync.blobs.lane import Moved
from console.sync.push import Pushed
from console.sync.steps import Steps
from console.sync.troubles import UNUSABLE
from console.wire.guard import Trouble


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


async def exchange_once(steps: Steps, alone: bool) -> Exchanged:
    """Push everything and pull everything, once; not `alone`: beside running loops, which then bring photos and history."""
    await steps.recall()
    steps.pusher.try_large()
    up, down, done = steps.link.bytes_up, steps.link.bytes_down, Done(Pushed())
    moved = Moved()
    if alone and steps.blobs is not None:
        steps.blobs.moved = moved
    if steps.link.asked_pause() == 0:
        try:
            await _everything(steps, done, alone)
        except Trouble as trouble:
            if await steps.fail(steps.now.pull_lane, trouble):
                await _once_more(steps, done, alone)
    await steps.refresh()
    left = await _left(steps) if alone and done.whole else ()
    return Exchanged(
        done.pushed.sent, done.pushed.void, done.received, done.pushed.refused, steps.now.queue.entries,
        steps.link.bytes_up - up, steps.link.bytes_down - down, steps.link.mode, steps.now.problem,
        done.whole and not left, tuple(steps.now.problems()), moved.up, moved.down, done.pushed.frames, done.frames,
        done.history, left, "" if not left or steps.link.within_budget else "budget",
    )  # fmt: skip


async def _everything(steps: Steps, done: Done, alone: bool) -> None:
    """The lanes one after the other, the most urgent first."""
    await _pull_until_current(steps, done, alone)
    await steps.push(done.pushed)
    await _pull_until_current(steps, done, alone)
    await _move_patient(steps, done, alone)
    if done.pushed.stuck:
        steps.now.push_lane.stuck(UNUSABLE)
    done.whole = not done.pushed.stuck


async def _once_more(steps: Steps, done: Done, alone: bool) -> None:
    """With a new token there is no reason to leave it at that; whoever shares this device's key may end it again soon."""
    try:
        await _everything(steps, done, alone)
    except Trouble as trouble:
        await steps.fail(steps.now.pull_lane, trouble)


async def _move_patient(steps: Steps, done: Done, alone: bool) -> None:
    """Photos and documents, and then history, as far as the budget goes; where loops run, they do so anyway."""
    if not alone:
        if steps.blobs is not None:
            steps.blobs.wake()
        return
    await steps.refresh()
    # Where no loop runs, whoever would send what is written has just done so.
    steps.written.clear()
    if steps.blobs is not None:
        await steps.blobs.drain()
    while steps.now.quiet and steps.link.within_budget and steps.history.pending:
        done.history += await steps.history.fetch()


async def _left(steps: Steps) -> tuple[LaneKey, ...]:
    """The patient lanes that could not be brought to their end; what stops the others is a problem of its own."""
    behind, waiting = steps.now.behind or {}, (await steps.store.frames_waiting())[0]
    undone: dict[LaneKey, bool] = {
        "readings": bool(waiting or behind.get("readings")),
        "others": bool(behind.get("others")),
        "blobs": steps.blobs is not None and not await steps.blobs.through(),
        "history": steps.history.pending,
    }
    return tuple(key for key, still in undone.items() if still)


async def _pull_until_current(steps: Steps, done: Done, alone: bool) -> None:
    if alone:
        # Who asks for one exchange need not wait for a turn.
        steps.now.turns.grant()
    while True:
        pulled = await steps.pull(0.0, aside=True)
        done.received += pulled.taken.held + pulled.taken.parked
        done.frames += len(pulled.page.frames)
        if not pulled.more:
            return
