"""The centre's private keys, one file each that only its owner can read: `city.key`, the root of all trust in the city,
and `centre.key`, which numbers and enrols. The root is needed once, to name the centre, and to sign packs; a careful
city then keeps it elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from console.domain.keys import DeviceKey

CITY, CENTRE = "city.key", "centre.key"


class KeyProblem(Exception):
    """A key is missing, readable by others, or not the one that the database names."""


def load_or_create(place: Path) -> DeviceKey:
    """The key in a file, made (0600) when there is none; KeyProblem when others may read it or it is no key."""
    if not place.exists():
        key = DeviceKey.generate()
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        return key
    return load(place)


def load(place: Path) -> DeviceKey:
    """The key in a file; KeyProblem when there is none, others may read it, or it is no key."""
    try:
        if place.stat().st_mode & 0o077:
            raise KeyProblem(f"{place} dapat dibaca orang lain; jalankan: chmod 600 {place}")
        return DeviceKey.from_bytes(place.read_bytes())
    except (OSError, ValueError) as e:
        raise KeyProblem(f"{place} tidak dapat dibaca sebagai kunci: {e}") from e
