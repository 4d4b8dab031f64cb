"""A disk that is full at any moment, or turns read-only: the room becomes view-only, and what it had said stays said."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.store.doctor.doctor import examine
from console.store.folder import Folder
from console.store.writer import StoreFull
from tests.faults.disks import disk, read_only, remount
from tests.small_city import NORTH, make_small_pack
from tests.store.doctor.test_repair import ids
from tests.store.patient import drafts, look, make_patient, open_patient
from tests.store.test_convergence import ROOT

REPO = Path(__file__).parents[2]
APPENDER = REPO / "tests" / "store" / "appender.py"
LIMITS = tuple(range(315_000, 755_000, 55_000))
"""Bytes to which a file may grow: the refusal hits now an entry, now the projection, now the log's way into the file."""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    with disk("3m") as place:
        yield place


@pytest.mark.parametrize("limit", LIMITS)
def test_refused_in_the_middle_of_a_write(tmp_path: Path, limit: int) -> None:
    pack, folder = make_small_pack(tmp_path / "pack"), tmp_path / "room"
    done = subprocess.run(
        [sys.executable, str(APPENDER), str(folder), str(pack)],
        cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        timeout=60,
        check=False,
    )
    assert b"StoreFull" in done.stderr or b"disk" in done.stderr
    owned = Folder.open(folder)
    try:
        assert examine(folder, read_city(pack), ROOT.public, owned.key).findings == ()
    finally:
        owned.close()
    assert set(done.stdout.decode().split()) <= {str(i) for i in ids(folder / "room.db")}


def test_a_disk_that_fills_and_is_freed(small_disk: Path) -> None:
    folder = small_disk / "room"
    folder.mkdir()
    store, said = open_patient(folder), []
    with pytest.raises(StoreFull):
        for k in range(5000):
            said += asyncio.run(store.append(NORTH, drafts(f"{k} " + "penuh " * 200), "op-1"))
    assert store.full
    assert said
    remount(small_disk, "size=12m")
    said += asyncio.run(store.append(NORTH, drafts("lagi"), "op-1"))
    assert not store.full
    store.close()
    assert set(said) <= ids(folder / "room.db")
    assert look(folder).findings == ()


def test_a_full_disk_is_no_reason_to_lose_what_is_in_the_log(small_disk: Path) -> None:
    """Closed while the log cannot be taken into the file: the log stays, and is read at the next opening."""
    folder = small_disk / "room"
    folder.mkdir()
    store, said = open_patient(folder), []
    said += asyncio.run(store.append(NORTH, drafts("sebelum"), "op-1"))
    fill = os.open(small_disk / "fill", os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(fill, b"x" * 512)
    os.close(fill)
    store.close()
    assert set(said) <= ids(folder / "room.db")
    (small_disk / "fill").unlink()
    assert look(folder).findings == ()


def test_the_doctor_looks_at_a_room_on_a_read_only_disk(small_disk: Path) -> None:
    remount(small_disk, "size=12m")
    make_patient(small_disk / "room")
    with read_only(small_disk):
        assert look(small_disk / "room").findings == ()
