"""Copies of attachments for use elsewhere: under names of our own making, whole or not at all, never executable."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from console.domain.attachment import PDF, TEXT, sniff
from console.durable import write_whole

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
