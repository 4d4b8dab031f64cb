"""Copies of attachments for use elsewhere: under names of our own making, whole or not at all, never executable."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from console.domain.attachment import PDF, TEXT, sniff

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", PDF: "pdf", TEXT: "txt"}
"""The ending follows from the bytes; anything else gets one that nothing opens."""
OTHERWISE = "bin"


def copy_name(data: bytes, sha256: str, at: int, zone: tzinfo) -> str:
    """A name for a copy of `data`, attached at `at` (ms since epoch UTC): nothing of it comes from whoever attached it."""
    when = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    return f"lampiran-{when:%Y%m%d-%H%M}-{sha256[:8]}.{ENDINGS.get(sniff(data), OTHERWISE)}"


async def save_copy(path: Path, data: bytes) -> None:
    """Write `data` to `path`, which a person chose, off the caller's thread. Raises OSError, and what was there stays."""
    await asyncio.to_thread(write_whole, path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all, and make sure that it is on the disk. Raises OSError."""
    begun = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with begun.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
