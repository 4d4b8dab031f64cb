"""`agent`: a room without a screen, for a field office's server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.commands.answer import DONE, finished
from console.commands.enrol import enrol
from console.commands.grammar import Branch, Screens, neighbour_options
from console.commands.place import writable_room

if TYPE_CHECKING:
    from console.demo.rehearsal import Rehearsal
    from console.domain.clock import ReplayClock
    from console.domain.views import Notice, RoomState
    from console.feeds.run import FeedRunner
    from console.room import Room


def add_to(top: Branch, screens: Screens) -> None:
    """Add the command."""
    command = top.command("agent", agent, screens)
    command.add_argument("--server", default="", help="address of the centre, when it moved")
    command.add_argument("--enrol", nargs=2, metavar=("SERVER", "CODE"), help="enrol first; CODE may be `-`")
    command.add_argument("--name", default="")
    neighbour_options(command)
    command.add_argument("--simulate", action="store_true", help="feed simulated data, marked SIMULASI")


def agent(screens: Screens, options: argparse.Namespace) -> int:
    """Sync and feeds without a screen, until told to end."""
    if options.enrol:
        (options.server, options.code), options.request, options.ca = options.enrol, None, None
        options.name = options.name or "agen"
        enrol(screens, options)
    from console.domain.clock import SystemClock

    def tell(states: Sequence[RoomState]) -> None:
        # What is wrong with the line now, in one line for whoever watches the agent.
        said = screens.gravest(states) if states else "Tersambung ke pusat."
        print(f"simpul: {said}", file=sys.stderr, flush=True)

    clock = SystemClock()
    room = writable_room(options, _simulated_clock(clock.now()) if options.simulate else clock)
    finished(_run(room, options.server, options.simulate, tell))
    return DONE


async def _run(room: Room, server: str, simulate: bool, tell: Callable[[Sequence[RoomState]], None]) -> None:
    """Sync and feeds until SIGTERM or SIGINT; the room is closed in order. With `simulate` the room's clock must be a
    `_simulated_clock`. `tell` is told what is wrong with the line whenever the gravest of it is another, gravest first, and
    nothing once all is well."""
    import asyncio
    import signal

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, ended.set)
    sources = _rehearsal(room) if simulate else _feeds(room)
    stop_telling = room.notices.subscribe(_Teller(room, tell).on_notice)
    try:
        await sources.start()
        await (room.move_to(server) if server else room.start())
        await ended.wait()
    finally:
        stop_telling()
        await sources.stop()
        await room.close()


class _Teller:
    """Looks at the line at each notice, and tells what changed."""

    def __init__(self, room: Room, tell: Callable[[Sequence[RoomState]], None]) -> None:
        self._room, self._tell = room, tell
        self._told: str | None = None

    def on_notice(self, _notice: Notice) -> None:
        """Something changed in the room."""
        states = self._room.uplink.troubles()
        if not states and self._room.link().mode not in ("langsung", "hemat"):
            return
        gravest = states[0].code if states else ""
        if gravest != self._told:
            self._told = gravest
            self._tell(states)


def _simulated_clock(present: int) -> ReplayClock:
    """The clock for a room with simulated sources: it begins in the past that they play first."""
    from console.demo.rehearsal import PAST_MS
    from console.domain.clock import ReplayClock

    return ReplayClock(present - PAST_MS)


def _rehearsal(room: Room) -> Rehearsal:
    from console.demo.rehearsal import PAST_MS, Rehearsal
    from console.domain.clock import ReplayClock

    assert isinstance(room.clock, ReplayClock)
    return Rehearsal(room, room.clock, room.clock.now() + PAST_MS)


def _feeds(room: Room) -> FeedRunner:
    """The feeds that the file in the room's folder names."""
    from console.feeds.run import FeedRunner
    from console.feeds.settings import FILE, read_feeds

    feeds = read_feeds(room.folder.path / FILE, room.city)
    runner = FeedRunner(feeds, room.intake, room.clock, room.city, room.territory)
    runner.told = room.feeds_changed
    room.watch_feeds(runner.states)
    return runner
