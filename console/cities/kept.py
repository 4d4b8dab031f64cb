"""A city as it was read before, kept in the room's folder: a start of the window need not read its pack's tables again.

What is kept counts only for a pack that is the same to the byte, and for a program that reads it in the same way; else
the pack is read and kept anew. The file can be thrown away at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import msgspec

from console.cities.pack import pack_version
from console.domain.city import City

FILE = "city.kept"
_READERS = (*sorted(Path(__file__).parent.glob("*.py")), Path(__file__).parents[1] / "domain" / "city.py")


class Kept(msgspec.Struct, frozen=True):
    """What the file holds: the city, and which program read it (`reader`)."""

    reader: str
    city: City


def kept_city(pack: Path, folder: Path | None) -> City:
    """The city of a pack that passed the whole check before, from `folder` or, failing that, from its tables.

    `folder` is None as long as it holds no room: what lies in it then decides who may read it, and nothing may yet.

    Raises:
        PackError: with every fault of the pack.
    """
    reader = _reader()
    kept = _read(folder / FILE) if folder is not None else None
    if kept is not None and kept.reader == reader and kept.city.version == pack_version(pack):
        return kept.city
    from console.cities.read import read_city

    city = read_city(pack, trusted=True)
    if folder is not None:
        with contextlib.suppress(OSError):
            # On a full or read-only disk the next start reads the tables once more.
            _write(folder / FILE, Kept(reader, city))
    return city


def _read(file: Path) -> Kept | None:
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=Kept)
    except (OSError, ValueError, RecursionError):
        return None


def _write(file: Path, kept: Kept) -> None:
    new = file.with_suffix(".new")
    new.write_bytes(msgspec.msgpack.encode(kept))
    new.replace(file)


def _reader() -> str:
    digest = hashlib.sha256()
    for source in _READERS:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
