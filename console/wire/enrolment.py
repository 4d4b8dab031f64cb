"""One-time enrolment codes: a secret for the centre, and a fingerprint of the city key by which the room knows that it
talks to its own city before it trusts anything it says.

A code is 28 letters and digits in seven groups, without the easily confused I, L, O and U (Crockford's base 32): 80
random bits, then the first 60 bits of SHA-256 over the city's public key.
"""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECRET, _PRINT = 16, 12
_ALIKE = str.maketrans("ILO", "110")


def new_code(city_key: bytes) -> str:
    """A fresh code for the city whose public key this is."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET)) + fingerprint(city_key)
    return "-".join(text[k : k + 4] for k in range(0, len(text), 4))


def fingerprint(city_key: bytes) -> str:
    """The 12 characters that stand for a city's public key."""
    bits = int.from_bytes(hashlib.sha256(city_key).digest()[:8], "big") >> 4
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(55, -1, -5))


def normal(code: str) -> str:
    """A code as people type it, brought to one form; ValueError when it cannot be one."""
    text = "".join(code.upper().split()).replace("-", "").translate(_ALIKE)
    if len(text) != _SECRET + _PRINT or any(c not in _ALPHABET for c in text):
        raise ValueError("a code has 28 letters and digits")
    return text


def names_city(code: str, city_key: bytes) -> bool:
    """Whether the code was made for the city whose public key this is."""
    try:
        return secrets.compare_digest(normal(code)[_SECRET:], fingerprint(city_key))
    except ValueError:
        return False


def code_hash(code: str) -> bytes:
    """What the centre keeps of a code. ValueError when it cannot be one."""
    return hashlib.sha256(b"simpul-code-1\0" + normal(code).encode()).digest()
