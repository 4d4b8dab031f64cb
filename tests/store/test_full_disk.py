"""A full disk makes a room view-only: nothing is lost, and it goes on when there is room again."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.refusals import Refused
from console.domain.views import IncidentQuery, NewIncident, RoomState
from console.room import Room, open_room
from console.store import projection, search
from console.store.backup import DiskGuard
from console.store.folder import Identity
from console.store.store import Store
from console.store.writer import StoreFull
from console.upkeep import Upkeep
from tests.small_city import CITY, NORTH

REPO = Path(__file__).parents[2]
OPENING = Draft("incident.opened", "", b'{"title":"Banjir","status":"baru","description":"%s"}' % (b"x" * 3000))


async def limit(store: Store, more: int | None) -> None:
    """Let the journal grow by so many pages and no further; None for no limit."""

    def job(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {2**30 if more is None else pages + more}")

    await asyncio.wrap_future(store._writer.submit(job))


async def fill(store: Store) -> int:
    """Append until nothing goes any more; how many were kept."""
    kept = 0
    while True:
        try:
            await store.append(NORTH, [OPENING], "op")
        except StoreFull:
            return kept
        kept += 1


async def test_nothing_is_lost_and_all_goes_on(open_store: Callable[..., Store]) -> None:
    store = open_store()
    told: list[str] = []
    store.told = lambda topic, _: told.append(topic)
    await store.append(NORTH, [OPENING], "op")
    await limit(store, 20)
    kept = 1 + await fill(store)
    assert store.full
    assert told.count("states") == 1
    assert (await store.read(lambda db: search.incidents(db, IncidentQuery()))).total == kept
    assert not await store.probe()
    assert store.full
    await limit(store, None)
    assert await store.probe()
    assert not store.full
    await store.append(NORTH, [OPENING], "op")
    page = await store.read(lambda db: search.incidents(db, IncidentQuery()))
    assert page.total == kept + 1

    def refolded(db: sqlite3.Connection) -> int:
        return projection.rebuild(db, store.city)

    assert await asyncio.wrap_future(store._writer.submit(refolded)) == kept + 1


async def test_memory_never_runs_ahead_of_the_file(open_store: Callable[..., Store]) -> None:
    """The stream that could not be opened is not written on in."""
    store = open_store()
    await store.set_meta("x", "y")
    await limit(store, 0)
    with pytest.raises(StoreFull):
        await store.append(NORTH, [OPENING] * 9, "op")
    await limit(store, None)
    [place] = await store.append(NORTH, [OPENING], "op")
    assert place.seq == 2
    assert (await store.queue()).entries == 2


async def test_ballast_is_given_up_before_anybody_is_refused(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    await store.append(NORTH, [OPENING], "op")
    guard = DiskGuard(tmp_path, lambda _: 2**40, ballast=2**20)
    Upkeep(store, tmp_path, ManualClock(), guard)
    guard.check()
    assert (tmp_path / "ballast").stat().st_size == 2**20
    await limit(store, 0)
    asked = []

    def make_room() -> bool:
        asked.append(store._writer.submit(lambda db: db.execute(f"PRAGMA max_page_count = {2**30}")))
        return guard.release()

    store.make_room = make_room
    await store.append(NORTH, [OPENING] * 9, "op")
    assert len(asked) == 1
    assert not store.full
    assert guard.low
    assert not (tmp_path / "ballast").exists()
    assert not guard.release()


def test_ballast_comes_and_goes_with_the_disk(tmp_path: Path) -> None:
    free = [2**40]
    guard = DiskGuard(tmp_path, lambda _: free[0], ballast=2**20)
    guard.check()
    assert (tmp_path / "ballast").exists()
    free[0] = 10 * 2**20
    guard.check()
    assert not (tmp_path / "ballast").exists()
    assert guard.low
    free[0] = 100 * 2**20
    guard.check()
    assert not guard.low
    assert not (tmp_path / "ballast").exists()
    free[0] = 2**40
    guard.check()
    assert (tmp_path / "ballast").exists()


async def test_full_telemetry_says_so_too(open_store: Callable[..., Store]) -> None:
    store = open_store()
    frame = Frame(NORTH, "s", 1, 1, ("990101-tma",), tuple(range(5000)), (tuple(range(5000)),), (0,))
    await asyncio.wrap_future(store._readings.submit(lambda db: db.execute("PRAGMA max_page_count = 20").fetchall()))
    with pytest.raises(StoreFull):
        await store.record_frames([frame])
    assert store.full
    assert await store.frames_outbox(9) == []


async def test_a_room_says_what_is_wrong_and_goes_on(open_store: Callable[..., Store], tmp_path: Path) -> None:
    city = open_store(tmp_path / "other").city
    room: Room = open_room(tmp_path / "room", city, ManualClock(), identity=Identity(CITY, "Uji", "uji"))
    room.log_in_as(Operator("op", "Operator", "koordinator", CITY, ""))
    try:
        subject = await room.open_incident(NewIncident("Banjir", "D01", NORTH))
        await limit(room.store, 0)
        with pytest.raises(Refused) as refused:
            for _ in range(50):
                await room.note(subject, "panjang " * 500)
        assert refused.value.code == "disk_full"
        assert RoomState("disk_full") in room.states()
        assert (await room.incidents(IncidentQuery())).total == 1
        await limit(room.store, None)
        await room.upkeep.look()
        assert RoomState("disk_full") not in room.states()
        await room.note(subject, "lagi")
    finally:
        await room.close()


def test_a_process_that_may_not_grow_its_files_keeps_what_it_said(tmp_path: Path) -> None:
    """The operating system's own refusal, in the middle of a write, as a full disk gives it."""
    from console.cities.read import read_city
    from console.store.store import Store as Opened
    from console.store.writer import connect_reader
    from tests.small_city import make_small_pack

    pack, folder = make_small_pack(tmp_path / "pack"), tmp_path / "room"
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("appender.py")), str(folder), str(pack)],
        cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)),
        timeout=60,
        check=False,
    )
    assert b"StoreFull" in done.stderr
    said = set(done.stdout.decode().split())
    assert said
    from tests.store.conftest import DEVICE, ROOT

    store = Opened(folder, read_city(pack), ROOT.public, DEVICE, "uji", ManualClock())
    store.close()
    db = connect_reader(folder / "room.db")
    assert said <= {f"{s}-{q}" for s, q in db.execute("SELECT stream, seq FROM entries")}
    db.close()
