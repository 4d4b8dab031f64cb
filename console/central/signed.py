"""Calls that a device signs itself, for the day when the centre's copy has lost its token or its enrolment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import psycopg

from console.central.centre import Centre
from console.central.ring import draft
from console.domain.entry import Checkpoint, Entry
from console.domain.keys import Device, KeyRing, device_id
from console.domain.stream import StreamHead, admit
from console.wire.messages import REVOKED
from console.wire.recovery import TOLERANCE_MS, CallSignature, Witness, read_signature
from console.wire.runs import unpack_run

MAX_WITNESSES = 2_000
"""Entries that a witness may bring."""
_ONCE = "INSERT INTO nonces (nonce, at) VALUES (%s, %s) ON CONFLICT DO NOTHING"


class NotProven(Exception):
    """A call that is not signed as it should be; `code` for programs."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def caller(
    centre: Centre, db: psycopg.Connection, headers: Mapping[str, str], path: str, body: bytes, witness: Witness | None
) -> tuple[Device, KeyRing]:
    """The device that signed a POST, and the ring that knows it: the centre's own, or with what the witness proves.

    NotProven when the signature does not hold, came before, or is of a device that nothing leads to.
    """
    signature = read_signature(headers, "POST", path, body)
    if signature is None:
        raise NotProven("unsigned", "Panggilan ini harus ditandatangani oleh perangkat.")
    _spend(db, signature, centre.clock.now())
    ring = _with_witness(centre.keeper.current(db), witness, centre.city)
    public = bytes.fromhex(signature.public_key)
    device = ring.devices.get(device_id(public))
    if device is None or device.public_key != public or device.role == "root":
        raise NotProven("unknown_device", "Perangkat ini tidak dikenal di salinan pusat.")
    if device.revoked:
        raise NotProven(REVOKED, "Perangkat ini sudah dicabut.")
    return device, ring


def _spend(db: psycopg.Connection, signature: CallSignature, now: int) -> None:
    if abs(signature.at - now) > TOLERANCE_MS:
        raise NotProven("stale", "Tanda tangan panggilan ini sudah basi.")
    db.execute("DELETE FROM nonces WHERE at < %s", (now - 2 * TOLERANCE_MS,))
    if not db.execute(_ONCE, (signature.nonce, signature.at)).rowcount:
        raise NotProven("replayed", "Panggilan ini sudah pernah datang.")


def _with_witness(ring: KeyRing, witness: Witness | None, city: str) -> KeyRing:
    """The ring and what the witness adds to it. What the centre knows itself (a revocation) is never undone by it."""
    if witness is None:
        return ring
    try:
        entries = [e for run in witness.runs[:MAX_WITNESSES] for e in unpack_run(run)]
    except ValueError:
        return ring
    known = draft(ring)
    waiting = _by_stream(e for e in entries[:MAX_WITNESSES] if e.territory == city)
    while taken := [s for s, rows in waiting.items() if _take_stream(known, city, s, rows, witness.checkpoints)]:
        waiting = {s: rows for s, rows in waiting.items() if s not in taken}
    return known


def _by_stream(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    streams: dict[str, list[Entry]] = {}
    for e in entries:
        streams.setdefault(e.stream, []).append(e)
    return streams


def _take_stream(ring: KeyRing, city: str, stream: str, rows: list[Entry], checkpoints: list[Checkpoint]) -> bool:
    got = admit(StreamHead(city, stream), rows, [c for c in checkpoints if c.stream == stream], ring.key)
    if not ring.trusts(got.head.device):
        return False
    for e, _ in got.accepted:
        ring.take(e, got.head.device)
    return bool(got.accepted)
