"""The city pack as the city signed it, kept beside the room's files so that a stick can take it along."""

from __future__ import annotations

import msgspec

from console.store.folder import Folder, write_private

_FILE = "pack.signed"


class KeptPack(msgspec.Struct, frozen=True):
    """A packed city with the city key's signature. `fetched_at` (ms since epoch UTC) is when it came from the centre,
    here or at whoever passed it on: of two packs the one fetched later counts."""

    version: str
    signature: bytes
    fetched_at: int
    data: bytes


def keep_pack(folder: Folder, pack: KeptPack) -> None:
    """Write it, whole or not at all."""
    write_private(folder.path / _FILE, msgspec.json.encode(pack))


def kept_pack(folder: Folder) -> KeptPack | None:
    """What was kept, or None where the room never got a signed pack (or the file is damaged: it can be fetched anew)."""
    file = folder.path / _FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeptPack)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
