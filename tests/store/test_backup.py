"""Hourly copies: opened and checked before they count, two at a time, and never in anybody's way."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.views import IncidentQuery
from console.store import search
from console.store.backup import KEEP, LOW, BackupFailed, DiskGuard, back_up
from console.store.store import Store
from console.upkeep import HOUR_S, Upkeep
from tests.small_city import NORTH

OPENING = Draft("incident.opened", "", b'{"title":"Banjir"}')


async def test_a_copy_opens_as_a_room(open_store: Callable[..., Store], tmp_path: Path, clock: ManualClock) -> None:
    store = open_store()
    await store.append(NORTH, [OPENING], "op")
    made = back_up(store.path, tmp_path / "backups", clock.now(), threading.Event())
    await store.append(NORTH, [OPENING], "op")
    made.rename(tmp_path / "again.db")
    restored = tmp_path / "restored"
    restored.mkdir()
    (tmp_path / "again.db").rename(restored / "room.db")
    again = open_store(restored)
    assert (await again.read(lambda db: search.incidents(db, IncidentQuery(text="banjir")))).total == 1
    # It goes on in a stream of its own, so that the room it came from and this one never write the same place.
    [place] = await again.append(NORTH, [OPENING], "op")
    assert place.seq == 2


async def test_the_newest_stay_and_the_rest_go(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store, clock = open_store(), ManualClock()
    made = []
    for _ in range(KEEP + 2):
        clock.advance(3_600_000)
        made.append(back_up(store.path, tmp_path / "backups", clock.now(), threading.Event()))
    assert sorted((tmp_path / "backups").iterdir()) == made[-KEEP:]


async def test_a_copy_of_a_damaged_file_does_not_count(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    for _ in range(40):
        await store.append(NORTH, [OPENING] * 5, "op")
    good = back_up(store.path, tmp_path / "backups", 0, threading.Event())
    store.close()
    raw = bytearray(store.path.read_bytes())
    for page in range(3, len(raw) // 4096 - 1, 2):
        raw[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    store.path.write_bytes(raw)
    with pytest.raises(BackupFailed):
        back_up(store.path, tmp_path / "backups", 3_600_000, threading.Event())
    assert list((tmp_path / "backups").iterdir()) == [good]


async def test_closing_does_not_wait_for_a_copy(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    await store.append(NORTH, [OPENING] * 500, "op")
    stop = threading.Event()
    stop.set()
    with pytest.raises(BackupFailed):
        back_up(store.path, tmp_path / "backups", 0, stop)
    assert list((tmp_path / "backups").iterdir()) == []


async def test_writing_goes_on_while_a_copy_is_made(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    await store.append(NORTH, [OPENING] * 300, "op")
    copying = asyncio.create_task(asyncio.to_thread(back_up, store.path, tmp_path / "backups", 0, threading.Event()))
    written = 0
    while not copying.done():
        await store.append(NORTH, [OPENING], "op")
        written += 1
    made = sqlite3.connect(await copying)
    assert 300 <= made.execute("SELECT COUNT(*) FROM incidents").fetchone()[0] <= 300 + written
    made.close()
    assert written >= 1


async def test_once_an_hour_beside_the_room(
    open_store: Callable[..., Store], tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    import console.upkeep as module

    monkeypatch.setattr(module, "FIRST_S", 0.0)
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    store = open_store()
    await store.append(NORTH, [OPENING], "op")
    upkeep = Upkeep(store, tmp_path, clock, DiskGuard(tmp_path, lambda _: 2**40, ballast=2**20))
    upkeep.start()
    while not (tmp_path / "ballast").exists():
        await asyncio.sleep(0.001)
    assert not (tmp_path / "backups").exists()
    clock.advance(int(HOUR_S * 1000))
    while not list((tmp_path / "backups").glob("room-*.db")):
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)
    await upkeep.stop()
    await upkeep.stop()
    assert len(list((tmp_path / "backups").iterdir())) == 1


async def test_a_full_disk_gets_no_copies(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    upkeep = Upkeep(store, tmp_path, ManualClock(), DiskGuard(tmp_path, lambda _: 0))
    told: list[str] = []
    store.told = lambda topic, _: told.append(topic)
    await upkeep.look()
    assert told == ["states"]
    assert await upkeep.hourly() is None
    assert not (tmp_path / "backups").exists()


async def test_a_copy_is_not_begun_where_it_would_not_fit(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    free = [LOW * 2 + store.path.stat().st_size]
    upkeep = Upkeep(store, tmp_path, ManualClock(), DiskGuard(tmp_path, lambda _: free[0]))
    assert await upkeep.hourly() is None
    free[0] += 2**20
    assert await upkeep.hourly() is not None
