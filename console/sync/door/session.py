"""How two rooms of one city make sure of each other on a LAN that anybody may listen to.

A caller introduces itself (`Hello`), the door answers with a signature (`Welcome`), the caller signs in turn (`Join`); each
signs the whole talk so far, with both fresh X25519 keys in it, so that nothing of it can be used again, whatever the clocks
say. From then on every call is sealed (ChaCha20-Poly1305, RFC 8439) under keys of this talk alone, with a number that only
grows: what is repeated, changed or moved to another call does not open.
"""

from __future__ import annotations

import hashlib
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.domain.keys import Device, DeviceKey, KeyRing, verify

_TAG = b"simpul-door-1\0"
MEMBERS = frozenset({"city", "kecamatan"})
"""Roles whose devices may hold every journal of the city."""


class Stranger(Exception):
    """Who speaks is no member of this city, or none any more; or the talk is not what it should be."""


class Hello(msgspec.Struct, frozen=True):
    """Who calls, and its X25519 key for this talk."""

    device: str
    key: bytes


class Welcome(msgspec.Struct, frozen=True):
    """Who answers, its X25519 key, the talk's name, and a signature over all of it."""

    device: str
    key: bytes
    talk: str
    signature: bytes


class Join(msgspec.Struct, frozen=True):
    """The caller's signature over the same."""

    talk: str
    signature: bytes


class Seal:
    """Seals and opens the calls of one talk. `device` is who is at the other end; `up` is what the caller says."""

    def __init__(self, device: str, up: bytes, down: bytes) -> None:
        self.device = device
        self._up = ChaCha20Poly1305(up)
        self._down = ChaCha20Poly1305(down)

    def ask(self, number: int, path: str, plain: bytes) -> bytes:
        """A call's body, sealed."""
        return self._up.encrypt(_nonce(number), plain, path.encode())

    def asked(self, number: int, path: str, sealed: bytes) -> bytes:
        """A call's body, opened; Stranger when it was not sealed here for this call."""
        return _open(self._up, number, path, sealed)

    def answer(self, number: int, path: str, plain: bytes) -> bytes:
        """A reply's body, sealed."""
        return self._down.encrypt(_nonce(number), plain, path.encode())

    def answered(self, number: int, path: str, sealed: bytes) -> bytes:
        """A reply's body, opened; Stranger when it is not the reply to this call."""
        return _open(self._down, number, path, sealed)


def _open(cipher: ChaCha20Poly1305, number: int, path: str, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(_nonce(number), sealed, path.encode())
    except InvalidTag as error:
        raise Stranger("not sealed for this call") from error


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def takes_part(device: Device | None) -> bool:
    """Whether this device may hold every journal of the city."""
    return device is not None and not device.revoked and device.role in MEMBERS


def member(ring: KeyRing, device: str, own: str) -> Device:
    """The enrolled device of this id that may take part; Stranger when there is none such, or it is this one."""
    known = ring.devices.get(device)
    if known is None or not takes_part(known) or device == own:
        raise Stranger(device)
    return known


def _said(side: str, root: bytes, hello: Hello, device: str, key: bytes, talk: str) -> bytes:
    parts = [side, root.hex(), hello.device, hello.key.hex(), device, key.hex(), talk]
    return _TAG + msgspec.json.encode(parts)


def _keys(private: X25519PrivateKey, other: bytes, said: bytes) -> tuple[bytes, bytes]:
    """Both directions' keys; Stranger when the other's key is none."""
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as error:
        raise Stranger("no key") from error
    derived = HKDF(SHA256(), 64, hashlib.sha256(said).digest(), _TAG).derive(shared)
    return derived[:32], derived[32:]


class CallingSide:
    """The calling side of one talk's beginning."""

    def __init__(self, key: DeviceKey) -> None:
        self._key = key
        self._fresh = X25519PrivateKey.generate()
        self.hello = Hello(key.id, self._fresh.public_key().public_bytes_raw())

    def join(self, welcome: Welcome, ring: KeyRing) -> tuple[Join, Seal]:
        """Answer a welcome; Stranger when who gave it is no member of this city."""
        other = member(ring, welcome.device, self._key.id)
        spoken = (ring.root, self.hello, welcome.device, welcome.key, welcome.talk)
        if not verify(other.public_key, welcome.signature, _said("door", *spoken)):
            raise Stranger(welcome.device)
        mine = _said("caller", *spoken)
        return Join(welcome.talk, self._key.sign(mine)), Seal(other.id, *_keys(self._fresh, welcome.key, mine))


class AnsweringSide:
    """The answering side of one talk's beginning; Stranger when the caller is no member of this city."""

    def __init__(self, hello: Hello, key: DeviceKey, ring: KeyRing) -> None:
        self._caller = member(ring, hello.device, key.id)
        fresh = X25519PrivateKey.generate()
        public, talk = fresh.public_key().public_bytes_raw(), secrets.token_hex(16)
        spoken = (ring.root, hello, key.id, public, talk)
        self._awaited = _said("caller", *spoken)
        self._seal = Seal(hello.device, *_keys(fresh, hello.key, self._awaited))
        self.welcome = Welcome(key.id, public, talk, key.sign(_said("door", *spoken)))

    def joined(self, join: Join) -> Seal:
        """The caller has signed; Stranger when it was somebody else."""
        if not verify(self._caller.public_key, join.signature, self._awaited):
            raise Stranger(self._caller.id)
        return self._seal
