"""Small disks that may fill or turn read-only, and files that nobody may change, not even the superuser."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def disk(size: str) -> Iterator[Path]:
    """A disk of its own of this size; the test is skipped where none may be mounted."""
    place = Path(tempfile.mkdtemp(prefix="simpul-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        place.rmdir()
        pytest.skip("may not mount a small disk here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def remount(place: Path, how: str) -> None:
    """Change a mounted disk: "ro", "rw", "size=…"."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """The disk takes nothing meanwhile."""
    remount(place, "ro")
    try:
        yield
    finally:
        remount(place, "rw")


@contextmanager
def fixed(path: Path) -> Iterator[None]:
    """Nobody may change this file or folder meanwhile; the test is skipped where that cannot be had."""
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", str(path)], capture_output=True).returncode:
        pytest.skip("cannot make a file unchangeable here")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", str(path)], check=True)
