"""What is done once in a room from the command line: `sync`, `attach`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.commands.answer import DONE, FAILED, FAULTS, CannotRun, finished, told, typed_password
from console.commands.grammar import Branch, Screens
from console.commands.place import writable_room

if TYPE_CHECKING:
    from console.domain.views import RoomState
    from console.room import Room


def add_to(top: Branch, screens: Screens) -> None:
    """Add the commands."""
    top.command("sync", sync, screens).add_argument("--once", action="store_true", required=True)
    command = top.command("attach", attach)
    command.add_argument("subject", help="the incident, as the bundle or the list names it")
    command.add_argument("file", type=Path, help="photo (JPEG, PNG, WebP), PDF or plain text")
    command.add_argument("--note", default="", help="what it shows")
    command.add_argument(
        "--operator", default="", help="who attaches it; the password is asked for, or read from input"
    )


def sync(screens: Screens, options: argparse.Namespace) -> int:
    """One full exchange with the centre."""
    room = writable_room(options)
    if not room.uplink.enrolled:
        finished(room.close())
        raise CannotRun("Ruang ini belum terdaftar di pusat; daftarkan dengan: simpul enrol ALAMAT KODE --name NAMA")
    result, states = finished(_exchange(room))
    told(options, result, ", ".join(f"{name} {value}" for name, value in result.items()))
    if states:
        print(f"simpul: {screens.gravest(states)}", file=sys.stderr)
    if result["left"]:
        print(f"simpul: {_left(result)}", file=sys.stderr)
    if not result["whole"]:
        return FAILED
    return FAULTS if states or result["refused"] else DONE


_LANES = {
    "readings": "bacaan terbaru", "others": "catatan wilayah lain", "blobs": "foto dan dokumen", "history": "bacaan lama",
}  # fmt: skip


def _left(counts: dict[str, Any]) -> str:
    """What an exchange did not bring to its end, and what to do, in one line."""
    lanes = ", ".join(_LANES[key] for key in counts["left"])
    if counts["left_why"] == "budget":
        step = "Ulangi pada jam berikutnya, atau ubah dengan: simpul line budget"
        return f"Belum sampai akhir, jatah byte saluran ini habis: {lanes}. {step}"
    return f"Belum sampai akhir: {lanes}. Ulangi nanti."


async def _exchange(room: Room) -> tuple[dict[str, Any], Sequence[RoomState]]:
    """One full exchange of an enrolled room with its centre: counts for programs, and what is wrong, gravest first."""
    try:
        result = await room.sync_now()
        counts = dict(msgspec.to_builtins(result))
        counts.pop("states")
        return counts, result.states
    finally:
        await room.close()


def attach(options: argparse.Namespace) -> int:
    """Attach a photo or document to an incident of this room."""
    password = typed_password() if options.operator else ""
    said = finished(_attach(writable_room(options), options, password))
    told(options, said, f"{said.get('name') or options.file.name} dilampirkan pada {options.subject}.")
    return DONE


async def _attach(room: Room, options: argparse.Namespace, password: str) -> dict[str, Any]:
    """Attach a file to an incident, as this operator (none: whoever a room on its own belongs to). Closes the room. Raises
    Refused and NotPermitted."""
    from console.attachments.attaching import read_file

    subject, file = options.subject, options.file
    try:
        if options.operator:
            await room.log_in(options.operator, password)
        entry = await room.attach(subject, file.name, await read_file(file), options.note)
        found = await room.incident(subject)
        one = next((a for a in found.attachments if a.entry == entry), None) if found else None
        return {"entry": entry, "subject": subject, **({} if one is None else msgspec.to_builtins(one))}
    finally:
        await room.close()
