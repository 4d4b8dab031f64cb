"""`feed`: read an outside source into this room."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.commands.answer import DONE, FAULTS, finished, told
from console.commands.grammar import Branch
from console.commands.place import writable_room

if TYPE_CHECKING:
    from console.feeds.collector import Feed
    from console.room import Room


def add_to(top: Branch) -> None:
    """Add the command."""
    command = top.branch("feed", "outside sources").command("once", once)
    command.add_argument("source", help="bmkg-gempa, bmkg-prakiraan, open311 or sensorthings")
    command.add_argument("--from", dest="file", type=Path, help="read this file instead of the source's address")
    command.add_argument("--url", default="", help="address of the source")


def once(options: argparse.Namespace) -> int:
    """Read one outside source once, into this room."""
    result = finished(read_once(writable_room(options), options.source, options.file, options.url))
    told(options, result, ", ".join(f"{name} {value}" for name, value in result.items()))
    return FAULTS if result["faults"] else DONE


async def read_once(room: Room, source: str, file: Path | None, url: str) -> dict[str, Any]:
    """Read one source once into the room: by the name that the room's own list gives it, or by its kind with a file or an
    address. What came, what was wrong with it, and what was in order and left aside. Raises `FeedsMisconfigured`."""
    from console.feeds.faults import LEFT_ASIDE
    from console.feeds.run import run_once

    try:
        state = await run_once(_source(room, source, file, url), room.intake, room.clock, room.city, room.territory)
        aside = {kind: count for kind, count in state.faults.items() if kind in LEFT_ASIDE}
        wrong = {kind: count for kind, count in state.faults.items() if kind not in LEFT_ASIDE}
        return {"source": state.name, "taken": state.taken, "faults": wrong, "left_aside": aside}
    finally:
        await room.close()


def _source(room: Room, source: str, file: Path | None, url: str) -> Feed:
    from console.feeds.settings import FILE, Setting, feed_of, read_feeds

    where = str(file) if file is not None else url
    if where:
        return feed_of(Setting(source, where=(where,)), room.city)
    listed = read_feeds(room.folder.path / FILE, room.city)
    return next((f for f in listed if f.name == source), None) or feed_of(Setting(source), room.city)
