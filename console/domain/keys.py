"""Who may sign: device keys, and the key ring that every copy builds from the city's journal, rooted in the city key.

Authority over the ring comes from two places only: the city key itself (the root), and a device that the root enrolled
with the role "centre". Keys are Ed25519 (RFC 8032), raw 32-byte public keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from console.domain.entry import Checkpoint, Entry, read_json
from console.domain.people import Operator

if TYPE_CHECKING:
    # Loaded with the first signature: a window shows its queue without one.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

DeviceRole = Literal["root", "centre", "city", "kecamatan", "partner"]
_AUTHORITY = frozenset({"root", "centre"})
_SEAL = b"simpul-seal-1"
_KEY_BYTES = 32


def device_id(public_key: bytes) -> str:
    """A device's id: the first 8 bytes of SHA-256 of its public key, in hex."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class DeviceKey:
    """A private signing key: of a device, of the centre, or of the city. Any 32 bytes are one (RFC 8032, 5.1.5)."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != _KEY_BYTES:
            raise ValueError(f"a private key has {_KEY_BYTES} bytes, not {len(raw)}")
        self._raw = raw

    @classmethod
    def generate(cls) -> DeviceKey:
        """A new random key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_bytes(cls, raw: bytes) -> DeviceKey:
        """The key whose 32 private bytes these are; ValueError when they are not."""
        return cls(raw)

    def to_bytes(self) -> bytes:
        """The 32 private bytes, to be kept in a file that only its owner can read."""
        return self._raw

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._raw)

    @cached_property
    def public(self) -> bytes:
        """The 32 public bytes."""
        return self._private.public_key().public_bytes_raw()

    @cached_property
    def id(self) -> str:
        """The device's id."""
        return device_id(self.public)

    @cached_property
    def sealing(self) -> X25519PrivateKey:
        """The key that opens what is sealed to this device (X25519, RFC 7748), derived from the private bytes with HKDF
        (RFC 5869), so that there is but one secret to keep."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        seed = HKDF(SHA256(), 32, None, _SEAL).derive(self.to_bytes())
        return X25519PrivateKey.from_private_bytes(seed)

    @property
    def seal(self) -> bytes:
        """Its public half (32 bytes), published when the device is enrolled."""
        return self.sealing.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A 64-byte signature."""
        return self._private.sign(message)

    def checkpoint(self, territory: str, stream: str, seq: int, entry_hash: bytes) -> Checkpoint:
        """A signed checkpoint over the head of a stream."""
        bare = Checkpoint(territory, stream, seq, entry_hash, b"")
        return msgspec.structs.replace(bare, signature=self.sign(bare.message()))


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature over the message is this key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Device(msgspec.Struct, frozen=True):
    """An enrolled device: its key, the territory whose journal it writes (the city's code for a city device), its role.

    `seal` is the X25519 key that bundles for it are sealed to, "" for a device of a program that knew none.
    """

    id: str
    public_key: bytes
    territory: str
    role: str
    name: str
    revoked: bool = False
    seal: bytes = b""


class _EnrolledBody(msgspec.Struct):
    device: str
    public_key: str
    territory: str
    role: str
    name: str = ""
    seal: str = ""


class _RevokedBody(msgspec.Struct):
    device: str


class KeyRing:
    """Every device and operator that the city's journal names. `root` is the city's public key.

    `take` is fed the proven, counting entries of the city's journal in order; what does not come from an authority, or
    makes no sense, changes nothing.
    """

    def __init__(self, root: bytes) -> None:
        self.root = root
        self.devices: dict[str, Device] = {device_id(root): Device(device_id(root), root, "", "root", "")}
        self.operators: dict[str, Operator] = {}

    def copy(self) -> KeyRing:
        """A ring of its own that knows the same."""
        other = KeyRing(self.root)
        other.devices, other.operators = dict(self.devices), dict(self.operators)
        return other

    def key(self, device: str) -> bytes | None:
        """The device's public key, revoked or not (old entries still verify), or None when it is not known."""
        known = self.devices.get(device)
        return known.public_key if known else None

    def trusts(self, device: str) -> bool:
        """Whether what this device says about keys and people is taken."""
        known = self.devices.get(device)
        return known is not None and known.role in _AUTHORITY

    def take(self, entry: Entry, author: str) -> bool:
        """Take an entry of the city's journal written by device `author`; returns whether the ring changed."""
        if not self.trusts(author):
            return False
        known = self.devices[author]
        if entry.kind == "device.enrolled" and (enrolled := read_json(entry.body, _EnrolledBody)):
            return self._enrol(enrolled, known)
        if entry.kind == "device.revoked" and (revoked := read_json(entry.body, _RevokedBody)):
            return self._revoke(revoked.device)
        if entry.kind == "operator.set" and (operator := read_json(entry.body, Operator)):
            self.operators[operator.id] = operator
            return True
        return False

    def _enrol(self, body: _EnrolledBody, author: Device) -> bool:
        try:
            public, seal = bytes.fromhex(body.public_key), bytes.fromhex(body.seal)
        except ValueError:
            return False
        unfit = body.role == "root" or (body.role == "centre" and author.role != "root")
        if unfit or len(public) != 32 or device_id(public) != body.device or len(seal) not in (0, 32):
            return False
        known = self.devices.get(body.device)
        if known is None:
            self.devices[body.device] = Device(body.device, public, body.territory, body.role, body.name, False, seal)
        elif seal and not known.seal:
            # A device enrolled before there were seals says its own later; nothing else of it changes.
            self.devices[body.device] = msgspec.structs.replace(known, seal=seal)
        return known is None or self.devices[body.device] != known

    def _revoke(self, device: str) -> bool:
        known = self.devices.get(device)
        if known is None or known.role == "root" or known.revoked:
            return False
        self.devices[device] = msgspec.structs.replace(known, revoked=True)
        return True

    def centre_signed(self, signature: bytes, message: bytes) -> bool:
        """Whether a centre's key (present or past) made the signature."""
        return any(d.role == "centre" and verify(d.public_key, signature, message) for d in self.devices.values())


def build_ring(root: bytes, written: Iterable[tuple[Entry, str]]) -> KeyRing:
    """The ring that entries of the city's journal make, given in order, each with the device that wrote it.

    What an author wrote counts only once the author itself is an authority here, wherever its stream happens to stand in
    the order; so copies with the same entries and order have the same ring.
    """
    ring, waiting = KeyRing(root), list(written)
    while True:
        postponed = []
        for e, author in waiting:
            if ring.trusts(author):
                ring.take(e, author)
            else:
                postponed.append((e, author))
        if len(postponed) == len(waiting):
            return ring
        waiting = postponed


def judge(entry: Entry, author: Device, city: str) -> str:
    """The centre's verdict on an entry from a known key: "" when it counts, else the void code.

    `revoked`: the device was revoked before the entry reached the centre. `outside`: a device of one territory wrote in
    the journal of another. `authority`: device and operator entries that come from no authority.
    """
    if author.revoked:
        return "revoked"
    if entry.kind in ("device.enrolled", "device.revoked", "operator.set") and author.role not in _AUTHORITY:
        return "authority"
    if author.role in ("root", "centre", "city") or entry.territory == author.territory:
        return ""
    return "outside"
