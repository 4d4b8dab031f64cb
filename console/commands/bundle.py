"""The bundle commands: a room's stick on the command line, in few words or as JSON."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, TextIO

import msgspec

from console.room import Room
from console.store.folder import Folder
from console.sync.stick.exporting import Order as Order
from console.sync.stick.stick import begin, read_file, write_request
from console.wire.bundle import Bundle, printable

_PATIENCE_S = 1.0
_WIDTH = 24


class ProgressLine:
    """One line on a terminal that says how far something is, once it takes more than a second; silent elsewhere."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._began = time.monotonic()
        self._shown = False

    def __call__(self, fraction: float, what: str) -> None:
        """Show how far it is (0 to 1); at 1 the line goes away."""
        if not self._out.isatty() or (not self._shown and time.monotonic() - self._began < _PATIENCE_S):
            return
        if fraction >= 1:
            self._out.write("\r\x1b[K")
        else:
            bar = "#" * round(fraction * _WIDTH)
            self._out.write(f"\r\x1b[K[{bar:<{_WIDTH}}] {fraction:4.0%} {what}")
        self._shown = fraction < 1
        self._out.flush()


async def export_bundle(room: Room, place: Path, order: Order) -> dict[str, Any]:
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


async def photo_choices(room: Room, order: Order) -> dict[str, Any]:
    """How much each choice of photos would carry; nothing is written. Closes the room."""
    try:
        return {"choices": msgspec.to_builtins(await room.bundles.photo_sizes(order))}
    finally:
        await room.close()


async def import_bundle(room: Room, file: Path, receipt: Path | None) -> dict[str, Any]:
    """Take a bundle in; what it brought. Closes the room."""
    try:
        taken = await room.bundles.take(file, receipt, ProgressLine())
        said: dict[str, Any] = msgspec.to_builtins(taken.arrived)
        return said | {"receipt": taken.receipt, "notes": [n.text for n in taken.arrived.notes]}
    finally:
        await room.close()


def request_enrolment(path: Path, file: Path, name: str) -> str:
    """Write what the centre needs to enrol the device of this folder; the device's id."""
    folder = Folder.open(path)
    try:
        write_request(file, folder.key, name)
        return folder.key.id
    finally:
        folder.close()


def begin_here(path: Path, file: Path, city_print: str) -> None:
    """Where the folder knows no city yet, make it the room that the bundle says it is."""
    folder = Folder.open(path)
    try:
        known = folder.identity
        if known is None or not known.root:
            begin(folder, read_file(file), city_print)
    finally:
        folder.close()


def show_bundle(file: Path) -> dict[str, Any]:
    """What anybody may know of a bundle; its signature and every byte are checked."""
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


# ---- for people

_KINDS = {
    "journal": "entri", "order": "nomor urut", "pack": "paket kota", "frames": "bacaan terbaru",
    "frames_on": "bacaan untuk pusat", "receipt": "tanda terima jurnal", "blob": "foto dan dokumen",
}  # fmt: skip


def _moment(at: int) -> str:
    return time.strftime("%d-%m-%Y %H:%M UTC", time.gmtime(min(max(at // 1000, 0), 2**35)))


def exported_text(said: dict[str, Any]) -> str:
    """An export, for people."""
    return _with_notes(
        f"Bundel nomor {said['sequence']} untuk {said['target']} ditulis ke {said['file']}: "
        f"{said['entries']} entri, {said['frames']} bingkai bacaan, {said['blobs']['count']} foto dan dokumen, "
        f"{said['bytes']} byte.",
        said,
    )


def choices_text(said: dict[str, Any]) -> str:
    """What each choice of photos would carry, for people."""
    each = (f"--photos {name}: {c['count']} berkas, {c['size']} byte" for name, c in said["choices"].items())
    return "\n".join(each)


def imported_text(said: dict[str, Any]) -> str:
    """An import, for people."""
    kind = "Tanda terima" if said["kind"] == "receipt" else f"Bundel nomor {said['sequence']}"
    brought = (
        f"{kind} dari {said['name']} diimpor: {said['held']} entri baru, {said['numbered']} bernomor, "
        f"{said['frames']} bingkai bacaan, {said['blobs']} foto dan dokumen."
    )
    if said["receipt"]:
        brought += f"\nTanda terima: {said['receipt']}"
    return _with_notes(brought, said)


def shown_text(said: dict[str, Any]) -> str:
    """A bundle's manifest, for people."""
    sender, city, target = (printable(said[name]) for name in ("from", "city", "target"))
    lines = [
        f"Bundel nomor {said['sequence']} dari {sender} ({said['sender']}), kota {city}",
        f"untuk {target}; dibuat {_moment(said['created'])}, berlaku sampai {_moment(said['expires'])}",
        *(
            f"  {_KINDS.get(kind, kind)}: {sums['count']} ({sums['bytes']} byte)"
            for kind, sums in said["contents"].items()
        ),
        *(f"  jurnal {printable(t)}: nomor {a + 1}-{b}, {count} entri" for t, (a, b, count) in said["ranges"].items()),
        "Tanda tangan dan setiap byte cocok.",
    ]
    return "\n".join(lines)


def _with_notes(text: str, said: dict[str, Any]) -> str:
    return "\n".join([text, *(f"- {line}" for line in said["notes"])])
