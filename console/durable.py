"""Files that a power cut may not take back: written whole or not at all, and their names with them."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


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


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk, where the system opens it for that (Windows opens no
    folder)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
