"""`bundle`: a room's journals by USB stick."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.commands.answer import DONE, finished, told
from console.commands.grammar import Branch
from console.commands.place import data_folder, diary, room_here
from console.commands.progress import ProgressLine

if TYPE_CHECKING:
    from console.room import Room
    from console.sync.stick.exporting import Order
    from console.wire.bundle import Bundle


def add_to(top: Branch) -> None:
    """Add the commands."""
    bundle = top.branch("bundle", "journals by USB stick")
    _export_options(bundle.command("export", export))
    _import_options(bundle.command("import", take))
    bundle.command("show", show).add_argument("file", type=Path)


def _export_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, help="file to write, or a folder")
    command.add_argument(
        "--for", dest="target", default="*", help="device, its name, a territory, or siapa-saja (default)"
    )
    command.add_argument(
        "--territory", action="append", default=[], help="only this journal; may be said several times"
    )
    command.add_argument("--hours", type=int, default=6, help="hours of readings to take along")
    command.add_argument("--days", type=int, default=30, help="days until it counts as expired")
    command.add_argument(
        "--photos", choices=("none", "thumbs", "all"), default="thumbs", help="photos and documents to take along"
    )
    command.add_argument("--sizes", action="store_true", help="only say how large each choice of photos is")


def _import_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path)
    command.add_argument("--print", default="", help="the city's fingerprint, for a machine that knows no city yet")
    command.add_argument("--receipt", type=Path, help="file or folder for the receipt (default: beside the bundle)")
    command.add_argument("--no-receipt", action="store_true", help="write no receipt")


def export(options: argparse.Namespace) -> int:
    """Write a bundle for another room onto a stick."""
    from console.commands.bundle_text import choices_text, exported_text
    from console.sync.stick.exporting import Order

    order = Order(options.target, tuple(options.territory), options.hours, options.days, options.photos)
    if options.sizes:
        choices = finished(_photo_choices(room_here(options), order))
        told(options, choices, choices_text(choices))
        return DONE
    said = finished(_export(room_here(options), options.file, order))
    told(options, said, exported_text(said))
    return DONE


def take(options: argparse.Namespace) -> int:
    """Take a bundle from a stick into this room."""
    from console.commands.bundle_text import imported_text
    from console.first_room import begin_here

    diary(data_folder(options), "room", options)
    begin_here(data_folder(options), options.file, options.print)
    receipt = Path() if options.no_receipt else options.receipt
    said = finished(_import(room_here(options), options.file, receipt))
    told(options, said, imported_text(said))
    return DONE


def show(options: argparse.Namespace) -> int:
    """Say what is in a bundle; no key is needed."""
    from console.commands.bundle_text import shown_text

    said = show_bundle(options.file)
    told(options, said, shown_text(said))
    return DONE


async def _export(room: Room, place: Path, order: Order) -> dict[str, Any]:
    """Write a bundle for somebody; what is in it. Closes the room."""
    try:
        choices = await room.bundles.photo_sizes(order)
        file, made = await room.bundles.export(place, order, ProgressLine())
        m = made.manifest
        return {
            "file": str(file), "target": m.described, "sequence": m.sequence, "bytes": len(made.data),
            "entries": made.entries, "frames": made.frames, "ranges": msgspec.to_builtins(m.ranges),
            "photos": order.photos, "blobs": msgspec.to_builtins(made.blobs), "choices": msgspec.to_builtins(choices),
            "notes": [n.text for n in made.notes],
        }  # fmt: skip
    finally:
        await room.close()


async def _photo_choices(room: Room, order: Order) -> dict[str, Any]:
    """How much each choice of photos would carry; nothing is written. Closes the room."""
    try:
        return {"choices": msgspec.to_builtins(await room.bundles.photo_sizes(order))}
    finally:
        await room.close()


async def _import(room: Room, file: Path, receipt: Path | None) -> dict[str, Any]:
    """Take a bundle in; what it brought. Closes the room."""
    try:
        taken = await room.bundles.take(file, receipt, ProgressLine())
        said: dict[str, Any] = msgspec.to_builtins(taken.arrived)
        return said | {"receipt": taken.receipt, "notes": [n.text for n in taken.arrived.notes]}
    finally:
        await room.close()


def show_bundle(file: Path) -> dict[str, Any]:
    """What anybody may know of a bundle; its signature and every byte are checked."""
    from console.sync.stick.stick import read_file

    bundle = read_file(file)
    m = bundle.manifest
    return {
        "file": file.name, "kind": m.kind, "city": m.city, "from": m.name or m.sender, "sender": m.sender,
        "territory": m.territory, "target": m.described, "sequence": m.sequence, "previous": m.previous,
        "created": m.created, "expires": m.expires, "ranges": msgspec.to_builtins(m.ranges),
        "contents": _contents(bundle), "readers": sorted(m.wrapped), "bytes": m.size, "sha256": bundle.sha256,
    }  # fmt: skip


def _contents(bundle: Bundle) -> dict[str, dict[str, int]]:
    """Pieces and bytes by kind."""
    out: dict[str, dict[str, int]] = {}
    for s in bundle.manifest.sections:
        sums = out.setdefault(s.kind, {"count": 0, "bytes": 0})
        sums["count"] += s.count
        sums["bytes"] += s.packed
    return out
