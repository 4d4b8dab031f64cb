"""The city pack as the centre serves it: its bytes, its version as ETag, and the city key's signature over both."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from console.cities.pack import pack_bytes, pack_version
from console.domain.keys import DeviceKey
from console.wire.messages import PACK_TAG


class SignedPack(msgspec.Struct, frozen=True):
    """A pack on its way out. `signature` is "" where the city key is kept elsewhere and has not signed this version."""

    version: str
    data: bytes
    signature: bytes


def signed_message(data: bytes) -> bytes:
    """The bytes that the city key signs for a pack."""
    return PACK_TAG + hashlib.sha256(data).digest()


def read_pack(folder: Path, key: DeviceKey | None, signature: bytes = b"") -> SignedPack:
    """The pack in a folder, signed when the key is at hand, else with the `signature` known from before."""
    data = pack_bytes(folder)
    return SignedPack(pack_version(folder), data, key.sign(signed_message(data)) if key else signature)
