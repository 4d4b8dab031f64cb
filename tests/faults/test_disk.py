"""A disk that is full at any moment, or turns read-only: the room becomes view-only, and what it had said stays said."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.domain.views import IncidentQuery, NewIncident
from console.room import open_room
from console.store.doctor import examine
from console.store.folder import Folder, Identity
from console.store.writer import StoreFull
from tests.small_city import NORTH, make_small_pack
from tests.store.patient import drafts, look, make_patient, open_patient
from tests.store.test_convergence import ROOT
from tests.store.test_doctor_repair import ids

REPO = Path(__file__).parents[2]
APPENDER = REPO / "tests" / "store" / "appender.py"
LIMITS = tuple(range(260_000, 700_000, 55_000))
"""Bytes to which a file may grow: the refusal hits now an entry, now the projection, now the log's way into the file."""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 3 MB."""
    place = Path(tempfile.mkdtemp(prefix="simpul-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        place.rmdir()
        pytest.skip("may not mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


def remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


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
    subprocess.run(["mount", "-o", "remount,size=12m", str(small_disk)], check=True)
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


def test_a_room_on_a_read_only_disk_says_so_in_one_line(small_disk: Path, tmp_path: Path) -> None:
    """Nothing can be owned or written there; what was saved before is untouched."""
    city = read_city(make_small_pack(tmp_path / "pack"))

    async def once() -> int:
        room = open_room(small_disk / "room", city, ManualClock(), identity=Identity(NORTH, "Utara", "uji"))
        try:
            await room.open_incident(NewIncident("Sebelum", "D01", NORTH))
            return (await room.incidents(IncidentQuery())).total
        finally:
            await room.close()

    remount(small_disk, "size=12m")
    assert asyncio.run(once()) == 1
    remount(small_disk, "ro")
    try:
        with pytest.raises(OSError, match="Read-only"):
            asyncio.run(once())
    finally:
        remount(small_disk, "rw")
    assert asyncio.run(once()) == 2


def test_the_doctor_looks_at_a_room_on_a_read_only_disk(small_disk: Path) -> None:
    remount(small_disk, "size=12m")
    make_patient(small_disk / "room")
    remount(small_disk, "ro")
    try:
        assert look(small_disk / "room").findings == ()
    finally:
        remount(small_disk, "rw")
