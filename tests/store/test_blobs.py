"""Blobs at rest: whole and proven or not given at all, in place before the entry that names them, gone when nothing does."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.attachment import ATTACHED, BlobCount, BlobHere, BlobQueue, Thumb, body
from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.store.blobs.blob_file import ROW, WrongPiece, sha256
from console.store.blobs.plan import Move, Scope
from console.store.blobs.shelf import UNNAMED_MS
from console.store.store import Store
from console.store.writer import StoreFull, connect, connect_reader
from tests.small_city import NORTH, SOUTH

REPO = Path(__file__).parents[2]
PHOTO = random.Random(7).randbytes(2 * ROW + 1000)
NAME = sha256(PHOTO)
SMALL = b"kecil" * 100


async def name_it(store: Store, data: bytes, thumb: bytes = b"", territory: str = NORTH) -> str:
    """An incident with that attached; its subject."""
    opened = await store.append(territory, [Draft("incident.opened", "", b'{"title":"Banjir"}')], "op")
    small = Thumb(sha256(thumb), len(thumb)) if thumb else None
    said = body(sha256(data), len(data), "image/jpeg", "foto.jpg", small, (4, 3), "")
    await store.append(territory, [Draft(ATTACHED, str(opened[0]), said)], "op")
    return str(opened[0])


async def test_a_store_without_blobs_has_no_file_for_them(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    assert await store.blobs.get(NAME) is None
    assert await store.blob_queue() == BlobQueue()
    assert await store.blobs.here([NAME]) == {NAME: BlobHere()}
    assert await store.blobs.sweep() == 0
    assert not (tmp_path / "blobs.db").exists()


async def test_a_blob_comes_back_as_it_was_also_in_pieces(open_store: Callable[..., Store]) -> None:
    store = open_store()
    await store.blobs.put(PHOTO, SMALL)
    assert await store.blobs.get(NAME) == PHOTO
    for start, end in (
        (0, 10),
        (ROW - 5, ROW + 5),
        (ROW, 2 * ROW),
        (2 * ROW + 990, 10**9),
        (0, 10**9),
        (10**9, 10**10),
    ):
        assert await store.blobs.piece(NAME, start, end) == PHOTO[start:end]
    await store.blobs.put(PHOTO)
    assert (await store.blobs.held(NAME)).whole


@pytest.mark.parametrize("step", [1000, ROW - 1, ROW, ROW + 1])
async def test_pieces_of_any_size_make_the_whole(open_store: Callable[..., Store], step: int) -> None:
    store = open_store()
    for start in range(0, len(PHOTO), step):
        assert await store.blobs.get(NAME) is None
        held = await store.blobs.add_piece(NAME, len(PHOTO), start, PHOTO[start : start + step])
        assert (held.have, held.size) == (min(start + step, len(PHOTO)), len(PHOTO))
    assert await store.blobs.get(NAME) == PHOTO


async def test_a_piece_out_of_place_changes_nothing(open_store: Callable[..., Store]) -> None:
    store = open_store()
    await store.blobs.add_piece(NAME, len(PHOTO), 0, PHOTO[:1000])
    for start, piece in ((999, b"x"), (1001, b"x"), (1000, b""), (1000, b"x" * len(PHOTO))):
        with pytest.raises(WrongPiece):
            await store.blobs.add_piece(NAME, len(PHOTO), start, piece)
    assert (await store.blobs.held(NAME)).have == 1000


async def test_a_wrong_whole_is_thrown_away_and_asked_for_later_and_later(
    open_store: Callable[..., Store], clock: ManualClock
) -> None:
    store = open_store()
    subject = await name_it(store, PHOTO)
    store.blobs.scope = Scope(NORTH, True)
    waits = []
    for _ in range(3):
        held = await store.blobs.add_piece(NAME, 4, 0, b"lain")
        assert (held.have, held.whole) == (0, False)
        assert await store.blobs.get(NAME) is None
        assert await store.blobs.next_down() is None
        waits.append(held.not_before - clock.now())
        clock.advance(waits[-1])
        assert await store.blobs.next_down() == Move(NAME, len(PHOTO), False, own=True)
    assert waits[1] == 2 * waits[0]
    assert waits[2] == 4 * waits[0]
    await store.blobs.add_piece(NAME, 4, 0, b"lain")
    await store.blobs.want(NAME)
    wanted = await store.blobs.next_down()
    assert wanted is not None
    assert wanted.wanted, "somebody waits: not later, now"
    assert subject


async def test_bytes_that_changed_on_the_disk_are_never_given(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    await name_it(store, PHOTO)
    store.blobs.scope = Scope(NORTH, True)
    await store.blobs.put(PHOTO)
    assert await store.blobs.next_down() is None
    await store.blobs.write(
        lambda db: db.execute("UPDATE blob_rows SET data = zeroblob(length(data)) WHERE k = 1").rowcount
    )
    assert await store.blobs.get(NAME) is None
    assert (await store.blobs.here([NAME]))[NAME] == BlobHere(0, len(PHOTO), named=True, damaged=True)
    assert await store.blobs.next_down() == Move(NAME, len(PHOTO), False, own=True)
    await store.blobs.put(PHOTO)
    assert await store.blobs.get(NAME) == PHOTO
    db = connect_reader(tmp_path / "blobs.db")
    assert db.execute("SELECT COUNT(*) FROM blobs").fetchone() == (1,), "the damaged one went when the good one came"
    assert db.execute("SELECT COUNT(*) FROM blob_rows").fetchone() == (3,)
    db.close()


async def test_what_nothing_names_goes_after_a_day_and_nothing_else(
    open_store: Callable[..., Store], clock: ManualClock
) -> None:
    store = open_store()
    loose, held, parked = b"lepas", b"sedang dilampirkan", b"menunggu kunci"
    await name_it(store, PHOTO, SMALL)
    await store.blobs.put(PHOTO, SMALL, loose, held, parked)
    said = body(sha256(parked), len(parked), "image/jpeg", "a.jpg", None, (0, 0), "")

    def park(db: sqlite3.Connection) -> None:
        header = b'["99.01.01","00000000000000bb",7,1,0,"op",[0,"0000000000000000",[]],"incident.attached","x"]'
        db.execute("INSERT INTO parked VALUES ('00000000000000bb', 7, ?, ?, ?, NULL)", (NORTH, header, said))

    await store._write(park)
    assert await store.blobs.sweep() == 0, "not yet: its entry may be on the way"
    clock.advance(UNNAMED_MS + 1)
    with store.blobs.holding([sha256(held)]):
        assert await store.blobs.sweep() == 1
    assert await store.blobs.get(sha256(loose)) is None
    assert all([await store.blobs.get(sha256(data)) for data in (PHOTO, SMALL, held, parked)])
    assert await store.blobs.sweep() == 1, "the attach ended without an entry"


async def test_the_order_of_what_moves(open_store: Callable[..., Store]) -> None:
    store = open_store()
    store.blobs.scope = Scope(NORTH, True)
    ours, theirs, small_ours, small_theirs = (bytes([i]) * (1000 + i) for i in range(4))
    await name_it(store, ours, small_ours)
    await name_it(store, theirs, small_theirs, SOUTH)
    assert await store.blob_queue() == BlobQueue(
        thumbs_down=BlobCount(2, len(small_ours + small_theirs)), originals_down=BlobCount(1, len(ours))
    )
    await store.blobs.want(sha256(theirs))
    came = []
    while (move := await store.blobs.next_down()) is not None:
        data = next(d for d in (ours, theirs, small_ours, small_theirs) if sha256(d) == move.sha256)
        came.append(data)
        half = len(data) // 2
        await store.blobs.add_piece(move.sha256, len(data), 0, data[:half])
        await store.blobs.add_piece(move.sha256, len(data), half, data[half:])
    assert came == [theirs, small_ours, small_theirs, ours]
    assert (await store.blob_queue()).thumbs_up == BlobCount(2, len(small_ours + small_theirs))
    sent = []
    while (up := await store.blobs.next_up()) is not None:
        sent.append(up.thumb)
        await store.blobs.mark_central(up.sha256, True)
    assert sent == [True, True, False, False]
    assert await store.blob_queue() == BlobQueue()
    store.blobs.scope = Scope("99.01", False)
    await name_it(store, b"baru", b"baru kecil", "99.01")
    assert [await store.blobs.next_down()] == [Move(sha256(b"baru kecil"), 10, True, own=True)]


async def test_nothing_is_fetched_while_the_disk_has_no_room_for_it(open_store: Callable[..., Store]) -> None:
    store = open_store()
    store.blobs.scope = Scope(NORTH, True)
    await name_it(store, PHOTO, SMALL)
    store.blobs.room_for = lambda size: size < len(PHOTO)
    assert await store.blobs.next_down() == Move(sha256(SMALL), len(SMALL), True, own=True)
    await store.blobs.put(SMALL)
    assert await store.blobs.next_down() is None
    assert await store.blobs.lacking(9) == []
    store.blobs.room_for = lambda size: True
    assert await store.blobs.lacking(9) == [Move(NAME, len(PHOTO), False, own=True)]


async def test_a_full_disk_leaves_nothing_half(open_store: Callable[..., Store]) -> None:
    store = open_store()
    await store.blobs.put(SMALL)

    def limit(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 20}")

    await store.blobs.write(limit)
    with pytest.raises(StoreFull):
        await store.blobs.put(b"kecil lain", PHOTO)
    assert store.full
    assert await store.blobs.get(sha256(b"kecil lain")) is None
    assert await store.blobs.held(NAME) == await store.blobs.held("0" * 64)
    await store.blobs.put(b"kecil lain")
    assert not store.full


async def test_a_newer_file_of_blobs_is_never_written(open_store: Callable[..., Store], tmp_path: Path) -> None:
    store = open_store()
    await store.blobs.put(PHOTO)
    store.close()
    db = connect(tmp_path / "blobs.db", "FULL")
    db.execute("PRAGMA user_version = 99")
    db.close()
    store = open_store()
    assert store.read_only
    assert await store.blobs.get(NAME) == PHOTO
    with pytest.raises(StoreFull):
        await store.blobs.put(SMALL)


CRASHING = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {repo!r})
from tests.store.conftest import DEVICE, ROOT
from tests.store.test_blobs import PHOTO, SMALL, name_it
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.store.store import Store
store = Store(Path({folder!r}), read_city(Path({pack!r})), ROOT.public, DEVICE, "uji", SystemClock())
async def go():
    k = 0
    while True:
        k += 1
        data = b"%d " % k + PHOTO
        await store.blobs.put(data, SMALL + data[:9])
        await name_it(store, data, SMALL + data[:9])
        print(k, flush=True)
asyncio.run(go())
"""


@pytest.mark.parametrize("after", [1, 4])
def test_whenever_it_is_killed_every_named_blob_is_whole(
    open_store: Callable[..., Store], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, after: int
) -> None:
    pack = next(tmp_path_factory.getbasetemp().glob("pack*"))
    room = tmp_path / "room"
    room.mkdir()
    code = CRASHING.format(repo=str(REPO), folder=str(room), pack=str(pack))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=REPO)
    assert child.stdout is not None
    for _ in range(after):
        said = int(child.stdout.readline())
    child.kill()
    child.wait()
    child.stdout.close()
    store = open_store(room)

    async def look() -> int:
        named = await store.read(lambda db: [n for (n,) in db.execute("SELECT sha256 FROM blob_names")])
        assert all([await store.blobs.get(name) for name in named])
        return len(named)

    assert asyncio.run(look()) >= 2 * said


async def test_a_file_that_is_only_being_made_holds_nothing_yet(open_store) -> None:
    store = open_store()
    await name_it(store, PHOTO)
    store.blobs.path.touch()
    assert (await store.blobs.here([NAME]))[NAME] == BlobHere(0, len(PHOTO), named=True)
    assert await store.blobs.next_up() is None
    await store.blobs.put(PHOTO)
    assert (await store.blobs.here([NAME]))[NAME].complete
