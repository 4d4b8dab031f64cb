"""`line`: what each link to the centre may carry, and what it carried."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any

import msgspec

from console.commands.answer import DONE, finished, told
from console.commands.grammar import Branch
from console.commands.place import room_here, writable_room

if TYPE_CHECKING:
    from console.room import Room


def add_to(top: Branch) -> None:
    """Add the commands."""
    line = top.branch("line", "what the line to the centre may carry")
    line.command("show", show)
    command = line.command("budget", budget)
    command.add_argument("--hour", type=_bytes, default=0, help="bytes both ways in an hour, e.g. 2MB; 0: no bound")
    command.add_argument("--day", type=_bytes, default=0, help="bytes both ways in a day, e.g. 20MB; 0: no bound")
    command.add_argument("--link", default="", help="network interface, e.g. wwan0 (default: any without its own)")


def _bytes(text: str) -> int:
    """An amount like 20MB, 500kB or 0, in decimal units as networks are billed."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kMG]?)B?", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; say e.g. 500kB, 20MB or 0")
    return round(float(found[1]) * {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}[found[2]])


def show(options: argparse.Namespace) -> int:
    """Say what each link may carry, and what it carried."""
    return _told(options, finished(_budgets(room_here(options))))


def budget(options: argparse.Namespace) -> int:
    """Bound what a link may carry; what is urgent may overdraw it."""
    return _told(options, finished(_set_budget(writable_room(options), options)))


def _told(options: argparse.Namespace, found: list[dict[str, Any]]) -> int:
    told(options, {"links": found}, "\n".join(map(_link_line, found)))
    return DONE


async def _budgets(room: Room) -> list[dict[str, Any]]:
    """What each link may carry and carried (`LineBudget`), for programs. Closes the room."""
    try:
        return [dict(msgspec.to_builtins(row)) for row in await room.line_budgets()]
    finally:
        await room.close()


async def _set_budget(room: Room, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Bound what a link may carry, in bytes; gives what holds now. Closes the room."""
    try:
        await room.set_line_budget(options.hour, options.day, options.link)
    except BaseException:
        await room.close()
        raise
    return await _budgets(room)


def _link_line(row: dict[str, Any]) -> str:
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
