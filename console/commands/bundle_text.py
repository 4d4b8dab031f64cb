"""What the bundle commands say to people."""

from __future__ import annotations

import time
from typing import Any

from console.wire.bundle import printable

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
