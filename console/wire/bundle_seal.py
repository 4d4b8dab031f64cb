"""Sealing a bundle, since sticks get lost: one random content key, wrapped for each device that may open it.

Wrapping: X25519 (RFC 7748) between a key made for this bundle and the device's seal, HKDF-SHA256 (RFC 5869), then
ChaCha20-Poly1305 (RFC 8439). The content goes in chunks of 64 kB, each under its counter, the last one marked, as in the
STREAM construction (Hoang et al., 2015): chunks cannot be swapped, dropped or cut off unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
TAG = 16
_WRAP, _CONTENT = b"simpul-wrap-1", b"simpul-content-1"
_ONCE = bytes(12)
"""Every wrapping key is used for one message only, so its nonce may be fixed."""


class SealBroken(ValueError):
    """What was sealed is not what comes out, or not for this key."""


class Seal:
    """A content key, and the means to wrap it. `public` travels with what it seals."""

    def __init__(self) -> None:
        self._content = ChaCha20Poly1305.generate_key()
        self._own = X25519PrivateKey.generate()
        self.public: bytes = self._own.public_key().public_bytes_raw()

    def wrap(self, seals: Iterable[bytes]) -> list[bytes]:
        """The content key for each device, by its public seal."""
        return [
            _wrapping(self._own.exchange(X25519PublicKey.from_public_bytes(seal)), self.public, seal).encrypt(
                _ONCE, self._content, _WRAP
            )
            for seal in seals
        ]

    def close(self, plain: bytes) -> bytes:
        """The sealed content."""
        cipher = ChaCha20Poly1305(self._content)
        starts = range(0, max(len(plain), 1), CHUNK)
        return b"".join(
            cipher.encrypt(_nonce(k, last=k == len(starts) - 1), plain[start : start + CHUNK], _CONTENT)
            for k, start in enumerate(starts)
        )


def unwrap(private: X25519PrivateKey, public: bytes, wrapped: bytes) -> bytes:
    """The content key, with a device's private seal; SealBroken when it was not wrapped for it."""
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
        own = private.public_key().public_bytes_raw()
        return _wrapping(shared, public, own).decrypt(_ONCE, wrapped, _WRAP)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("not wrapped for this key") from error


def opened(content_key: bytes, sealed: bytes) -> bytes:
    """What was sealed; SealBroken when a byte of it is another, or some are missing."""
    try:
        cipher = ChaCha20Poly1305(content_key)
        pieces = _pieces(sealed)
        last = len(pieces) - 1
        return b"".join(cipher.decrypt(_nonce(k, last=k == last), piece, _CONTENT) for k, piece in enumerate(pieces))
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the content does not open") from error


def _pieces(sealed: bytes) -> Sequence[bytes]:
    step = CHUNK + TAG
    return [sealed[start : start + step] for start in range(0, max(len(sealed), 1), step)]


def _wrapping(shared: bytes, public: bytes, seal: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, public + seal, _WRAP).derive(shared))


def _nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])
