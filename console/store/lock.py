"""A lock that one process holds at a time, until it lets go or ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Locked(Exception):
    """Another holds the lock."""


class FileLock:
    """Held from the moment it is made. The file stays when it is let go: taking it away would let two hold it. Raises Locked,
    or OSError where the file cannot be made or written."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(path, flags, 0o600)
        try:
            _take(self._file)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let the next one have it. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise Locked from None

else:
    import fcntl

    def _take(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked from None
