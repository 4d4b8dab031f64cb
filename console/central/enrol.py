"""Who may connect: one-time codes, devices and their tokens. Codes and tokens are kept as hashes only.

A device is enrolled by an entry of the city's journal, which every copy can verify; its token merely spares the centre a
signature on each call.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import msgspec
import psycopg

from console.central.ring import RingKeeper
from console.central.writer import CentreWriter
from console.domain.keys import Device, device_id, verify
from console.wire.codec import Malformed, parse
from console.wire.enrolment import code_hash, new_code
from console.wire.messages import EnrolRequest

CODE_LIFE_MS = 7 * 24 * 3600 * 1000
MAX_REQUEST = 16 * 1024
ROLES = frozenset({"city", "kecamatan", "partner"})
_TAKE_CODE = """
UPDATE codes SET used_by = %s WHERE hash = %s AND used_by IS NULL AND expires_at > %s RETURNING territory, role
"""


class NotEnrolled(Exception):
    """A code or key that cannot be enrolled; the text is for the person who typed the code."""


def make_code(db: psycopg.Connection, city_key: bytes, territory: str, role: str, now: int) -> str:
    """A one-time code for one device of a territory; it is said once and kept as a hash. ValueError for an unknown role."""
    if role not in ROLES:
        raise ValueError(f"role must be one of {', '.join(sorted(ROLES))}")
    code = new_code(city_key)
    db.execute(
        "INSERT INTO codes (hash, territory, role, expires_at) VALUES (%s, %s, %s, %s)",
        (code_hash(code), territory, role, now + CODE_LIFE_MS),
    )
    return code


def enrol(
    db: psycopg.Connection, request: EnrolRequest, keeper: RingKeeper, writer: CentreWriter, now: int
) -> tuple[str, Device]:
    """Turn a code into a device token, writing `device.enrolled` in the city's journal; NotEnrolled when it cannot be."""
    _check(request)
    with db.transaction():
        territory, role = _take_code(db, request, now)
        device = _write(db, request, territory, role, keeper, writer)
        return _issue(db, request.device, now), device


def read_request(file: Path) -> EnrolRequest:
    """The request of a device that has no line, from the file that was carried here. NotEnrolled when it is none."""
    try:
        with file.open("rb") as opened:
            return parse(opened.read(MAX_REQUEST), EnrolRequest)
    except OSError as error:
        raise NotEnrolled(f"Berkas {file} tidak dapat dibaca: {error.strerror}.") from error
    except Malformed as error:
        raise NotEnrolled(f"Berkas {file} bukan permintaan pendaftaran; buat lagi dengan: enrol --request.") from error


def enrol_unconnected(
    db: psycopg.Connection, request: EnrolRequest, territory: str, role: str, keeper: RingKeeper, writer: CentreWriter
) -> Device:
    """Enrol a device whose request was carried here, since it has no line: no code and no token, only the city's word.
    NotEnrolled when it cannot be."""
    _check(request)
    if role not in ROLES:
        raise NotEnrolled(f"Peran harus salah satu dari {', '.join(sorted(ROLES))}.")
    with db.transaction():
        return _write(db, request, territory, role, keeper, writer)


def _write(
    db: psycopg.Connection, request: EnrolRequest, territory: str, role: str, keeper: RingKeeper, writer: CentreWriter
) -> Device:
    """Name the device in the city's journal, unless it stands there already as it says now."""
    known = keeper.device(db, request.device)
    if known is not None and (known.revoked or (known.territory, known.role) != (territory, role)):
        raise NotEnrolled("Perangkat ini sudah dicabut, atau terdaftar untuk wilayah lain.")
    if known is None or (request.seal and not known.seal):
        device = Device(request.device, request.public_key, territory, role, request.name, seal=request.seal)
        writer.write(db, [("device.enrolled", request.device, _enrolled(device))])
        return device
    return known


def _check(request: EnrolRequest) -> None:
    if device_id(request.public_key) != request.device or len(request.seal) not in (0, 32):
        raise NotEnrolled("Nomor perangkat tidak cocok dengan kuncinya.")
    if not verify(request.public_key, request.proof, request.message()):
        raise NotEnrolled("Permintaan tidak ditandatangani oleh perangkat itu sendiri.")


def _take_code(db: psycopg.Connection, request: EnrolRequest, now: int) -> tuple[str, str]:
    try:
        row = db.execute(_TAKE_CODE, (request.device, code_hash(request.code), now)).fetchone()
    except ValueError:
        row = None
    if row is None:
        raise NotEnrolled("Kode tidak berlaku: salah ketik, sudah dipakai, atau kedaluwarsa. Mintalah kode baru.")
    return row[0], row[1]


def _enrolled(device: Device) -> dict[str, str]:
    said = {
        "device": device.id, "public_key": device.public_key.hex(), "territory": device.territory, "role": device.role,
        "name": device.name,
    }  # fmt: skip
    return said | ({"seal": device.seal.hex()} if device.seal else {})


def issue_token(db: psycopg.Connection, device: Device, now: int) -> str:
    """A new token for an enrolled device that has proven who it is; the ones before it end."""
    with db.transaction():
        db.execute("DELETE FROM tokens WHERE device = %s", (device.id,))
        return _issue(db, device.id, now)


def _issue(db: psycopg.Connection, device: str, now: int) -> str:
    token = secrets.token_urlsafe(24)
    db.execute("INSERT INTO tokens (hash, device, issued_at) VALUES (%s, %s, %s)", (_hash(token), device, now))
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def device_of(db: psycopg.Connection, token: str, keeper: RingKeeper) -> Device | None:
    """The device whose token this is, None when there is none or it was revoked."""
    row = db.execute("SELECT device FROM tokens WHERE hash = %s", (_hash(token),)).fetchone()
    device = keeper.device(db, row[0]) if row else None
    return None if device is None or device.revoked else device


def revoke(db: psycopg.Connection, device: str, writer: CentreWriter, keeper: RingKeeper, reason: str = "") -> bool:
    """Take a device's right to connect and to have its entries count; False when no such device is enrolled."""
    known = keeper.device(db, device)
    if known is None or known.revoked or known.role in ("root", "centre"):
        return False
    with db.transaction():
        writer.write(db, [("device.revoked", device, {"device": device, "reason": reason})])
        db.execute("DELETE FROM tokens WHERE device = %s", (device,))
    return True


def set_operator(db: psycopg.Connection, operator: msgspec.Struct, subject: str, writer: CentreWriter) -> None:
    """Name an operator, or change one: `operator` is a `console.domain.people.Operator`, `subject` their id."""
    writer.write(db, [("operator.set", subject, operator)])
