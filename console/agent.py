"""What a room does without a screen: the agent of a field office, one exchange, one reading of a source."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from console.attaching import read_file
from console.domain.clock import ReplayClock
from console.domain.views import Notice, RoomState
from console.feeds.collector import Feed
from console.feeds.faults import LEFT_ASIDE
from console.feeds.run import FeedRunner, run_once
from console.feeds.settings import FILE, Setting, feed_of, read_feeds
from console.rehearsal import PAST_MS, Rehearsal
from console.room import Room

Tell = Callable[[Sequence[RoomState]], None]


def _silent(states: Sequence[RoomState]) -> None:
    """Nobody watches."""


async def run_agent(room: Room, *, server: str = "", simulate: bool = False, tell: Tell = _silent) -> None:
    """Sync and feeds until SIGTERM or SIGINT; the room is closed in order. With `simulate` the room's clock must be a
    `simulated_clock`. `tell` is told what is wrong with the line whenever the gravest of it is another, gravest first, and
    nothing once all is well."""
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

    def __init__(self, room: Room, tell: Tell) -> None:
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


def simulated_clock(present: int) -> ReplayClock:
    """The clock for a room with simulated sources: it begins in the past that they play first."""
    return ReplayClock(present - PAST_MS)


def _rehearsal(room: Room) -> Rehearsal:
    assert isinstance(room.clock, ReplayClock)
    return Rehearsal(room, room.clock, room.clock.now() + PAST_MS)


def _feeds(room: Room) -> FeedRunner:
    """The feeds that the file in the room's folder names."""
    feeds = read_feeds(room.folder.path / FILE, room.city)
    runner = FeedRunner(feeds, room.intake, room.clock, room.city, room.territory)
    runner.told = room.feeds_changed
    room.watch_feeds(runner.states)
    return runner


async def exchange_once(room: Room) -> tuple[dict[str, Any], Sequence[RoomState]]:
    """One full exchange of an enrolled room with its centre: counts for programs, and what is wrong, gravest first."""
    try:
        result = await room.sync_now()
        counts = dict(msgspec.to_builtins(result))
        counts.pop("states")
        return counts, result.states
    finally:
        await room.close()


_LANES = {
    "readings": "bacaan terbaru", "others": "catatan wilayah lain", "blobs": "foto dan dokumen", "history": "bacaan lama",
}  # fmt: skip


def left_line(counts: dict[str, Any]) -> str:
    """What an exchange did not bring to its end, and what to do, in one line."""
    lanes = ", ".join(_LANES[key] for key in counts["left"])
    if counts["left_why"] == "budget":
        step = "Ulangi pada jam berikutnya, atau ubah dengan: simpul line budget"
        return f"Belum sampai akhir, jatah byte saluran ini habis: {lanes}. {step}"
    return f"Belum sampai akhir: {lanes}. Ulangi nanti."


async def attach_file(
    room: Room, subject: str, file: Path, note: str = "", operator: str = "", password: str = ""
) -> dict[str, Any]:
    """Attach a file to an incident, as this operator (none: whoever a room on its own belongs to). Closes the room. Raises
    Refused and NotPermitted."""
    try:
        if operator:
            await room.log_in(operator, password)
        entry = await room.attach(subject, file.name, await read_file(file), note)
        found = await room.incident(subject)
        one = next((a for a in found.attachments if a.entry == entry), None) if found else None
        return {"entry": entry, "subject": subject, **({} if one is None else msgspec.to_builtins(one))}
    finally:
        await room.close()


async def line_budgets(room: Room) -> list[dict[str, Any]]:
    """What each link may carry and carried (`LineBudget`), for programs."""
    try:
        return [dict(msgspec.to_builtins(row)) for row in await room.line_budgets()]
    finally:
        await room.close()


async def set_line_budget(room: Room, per_hour: int, per_day: int, link: str) -> list[dict[str, Any]]:
    """Bound what a link may carry, in bytes; gives what holds now."""
    try:
        await room.set_line_budget(per_hour, per_day, link)
    except BaseException:
        await room.close()
        raise
    return await line_budgets(room)


def budget_line(row: dict[str, Any]) -> str:
    """One link for people."""
    hour, day = (_amount(row[k]) if row[k] else "tanpa batas" for k in ("per_hour", "per_day"))
    if not row["link"]:
        return f"saluran lain: batas per jam {hour}, per hari {day}"
    used = f"jam ini {_amount(row['bytes_hour'])} (batas {hour}), 24 jam {_amount(row['bytes_day'])} (batas {day})"
    return f"{row['link']}{' (dipakai)' if row['active'] else ''}: {used}"


def _amount(size: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}".replace(".", ",")
    return f"{size} B"


async def read_once(room: Room, source: str, file: Path | None, url: str) -> dict[str, Any]:
    """Read one source once into the room: by the name that the room's own list gives it, or by its kind with a file or an
    address. What came, what was wrong with it, and what was in order and left aside. Raises `FeedsMisconfigured`."""
    try:
        state = await run_once(_source(room, source, file, url), room.intake, room.clock, room.city, room.territory)
        aside = {kind: count for kind, count in state.faults.items() if kind in LEFT_ASIDE}
        wrong = {kind: count for kind, count in state.faults.items() if kind not in LEFT_ASIDE}
        return {"source": state.name, "taken": state.taken, "faults": wrong, "left_aside": aside}
    finally:
        await room.close()


def _source(room: Room, source: str, file: Path | None, url: str) -> Feed:
    where = str(file) if file is not None else url
    if where:
        return feed_of(Setting(source, where=(where,)), room.city)
    listed = read_feeds(room.folder.path / FILE, room.city)
    return next((f for f in listed if f.name == source), None) or feed_of(Setting(source), room.city)
