"""Files of every released schema are upgraded whole, on a copy first; a newer one is read and never written."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.entry import header_bytes
from console.domain.views import IncidentQuery, RoomState
from console.room import open_room
from console.store import projection, queries, schema, search
from console.store.folder import Identity
from console.store.store import Store
from console.store.writer import StoreFull, connect, connect_reader
from tests.small_city import CITY, NORTH

SAMPLES = Path(__file__).parent / "samples"
JOURNAL = "SELECT stream, seq, territory, kind, subject, header, body, hash, seen_n, n, void FROM entries ORDER BY 1, 2"


def sample(number: int, folder: Path) -> Path:
    file = folder / "room.db"
    shutil.copy(SAMPLES / f"schema-{number}.db", file)
    return file


def rows_of(file: Path, sql: str) -> list[tuple[object, ...]]:
    db = connect_reader(file)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_every_released_schema_has_a_sample() -> None:
    released = {int(file.stem.split("-")[1]) for file in SAMPLES.glob("schema-*.db")}
    assert released == set(range(1, schema.CURRENT + 1))


@pytest.mark.parametrize("number", range(1, schema.CURRENT + 1))
async def test_a_released_file_is_upgraded(number: int, tmp_path: Path, open_store: Callable[..., Store]) -> None:
    file = sample(number, tmp_path)
    before = rows_of(file, JOURNAL)
    assert rows_of(file, "PRAGMA user_version") == [(number,)]
    store = open_store()
    page = await store.read(lambda db: search.incidents(db, IncidentQuery()))
    assert {i.title for i in page.items} == {"Pohon tumbang menutup jalan", "Lampu jalan padam"}
    found = await store.read(lambda db: search.incidents(db, IncidentQuery(text="pasar")))
    assert [i.title for i in found.items] == ["Lampu jalan padam"]
    assert await store.read(queries.undecided) == 1
    assert len(store.ring.devices) == 5
    await store.append(NORTH, [Draft("incident.opened", "", b'{"title":"Baru"}')], "op")
    assert [row for row in rows_of(file, JOURNAL) if row in before] == before
    assert rows_of(file, "PRAGMA user_version") == [(schema.CURRENT,)]
    assert not (tmp_path / "rehearsal.db").exists()


async def test_photos_that_an_older_program_could_not_read_are_known_after_the_upgrade(
    tmp_path: Path, open_store: Callable[..., Store]
) -> None:
    file = sample(4, tmp_path)
    named = rows_of(file, "SELECT * FROM blob_names ORDER BY entry, thumb")
    db = sqlite3.connect(file)
    db.executescript(
        "DROP TABLE blob_names; UPDATE meta SET value = '1' WHERE key = 'projection'; PRAGMA user_version = 3;"
    )
    db.close()
    store = open_store()
    assert rows_of(file, "SELECT * FROM blob_names ORDER BY entry, thumb") == named
    assert [(row[1], row[4][:2], row[5]) for row in named] == [(0, "ab", 70000), (1, "cd", 9000)]
    found = await store.read(lambda db: search.incidents(db, IncidentQuery(text="senja")))
    assert [i.title for i in found.items] == ["Lampu jalan padam"]


async def test_what_waited_in_an_old_file_still_waits(tmp_path: Path, open_store: Callable[..., Store]) -> None:
    sample(2, tmp_path)
    store = open_store()
    heads = {j.territory: j for j in await store.read(lambda db: queries.journals(db, store.city))}
    assert (heads[NORTH].n, heads[NORTH].parked) == (5, 1)
    assert await store.get_meta("sync.cursor") == "contoh"
    assert (await store.queue()).entries == heads[NORTH].waiting + heads[CITY].waiting


@pytest.mark.parametrize("number", range(1, schema.CURRENT + 1))
async def test_a_queue_in_an_old_file_is_offered_byte_for_byte(
    number: int, tmp_path: Path, open_store: Callable[..., Store]
) -> None:
    waiting = "SELECT header, body FROM entries WHERE n IS NULL ORDER BY stream, seq"
    before = rows_of(sample(number, tmp_path), waiting)
    assert len(before) >= 7
    offered = await open_store().outbox(1_000, 2**30, {}, {})
    assert sorted((header_bytes(e), bytes(e.body)) for e in offered.entries) == sorted(before)


def broken(db: object) -> None:
    db.execute("CREATE TABLE half(x)")  # type: ignore[attr-defined]
    db.execute("UPDATE entries SET body = NULL")  # type: ignore[attr-defined]
    raise sqlite3.IntegrityError("meant to fail")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_failing_migration_leaves_the_file_as_it_was(
    tmp_path: Path, open_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sample(2, tmp_path)
    before = digest(file)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:2], broken))
    with pytest.raises(sqlite3.IntegrityError, match="meant to fail"):
        open_store()
    assert digest(file) == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".db") == ["room.db"]


def test_a_step_that_fails_is_undone_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sample(2, tmp_path)
    before = rows_of(file, JOURNAL)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:2], broken))
    db = connect(file, "FULL")
    with pytest.raises(sqlite3.IntegrityError):
        schema.migrate(db)
    db.close()
    assert rows_of(file, JOURNAL) == before
    assert rows_of(file, "PRAGMA user_version") == [(2,)]
    assert not rows_of(file, "SELECT 1 FROM sqlite_schema WHERE name = 'half'")


def test_a_projection_of_an_older_fold_is_made_anew(
    open_store: Callable[..., Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(2, tmp_path)
    open_store().close()
    db = connect(tmp_path / "room.db", "FULL")
    db.execute("DELETE FROM incidents")
    db.close()
    monkeypatch.setattr(projection, "VERSION", "next")
    open_store().close()
    assert rows_of(tmp_path / "room.db", "SELECT COUNT(*) FROM incidents") == [(2,)]


@pytest.fixture
def newer(tmp_path: Path, open_store: Callable[..., Store]) -> Path:
    """A room's folder that a newer program has used."""
    sample(2, tmp_path)
    open_store().close()
    db = sqlite3.connect(tmp_path / "room.db")
    db.execute(f"PRAGMA user_version = {schema.CURRENT + 1}")
    db.close()
    return tmp_path


async def test_a_newer_file_is_read_and_never_written(newer: Path, open_store: Callable[..., Store]) -> None:
    before = {file.name: digest(file) for file in newer.glob("*.db")}
    store = open_store()
    assert store.read_only
    page = await store.read(lambda db: search.incidents(db, IncidentQuery()))
    assert len(page.items) == 2
    for change in (
        store.append(NORTH, [Draft("incident.opened", "", b"{}")], "op"), store.set_meta("x", "y"), store.prune(),
        store.record_frames([]), store.probe(),
    ):  # fmt: skip
        with contextlib.suppress(StoreFull):
            assert await change is False
    assert not store.full
    store.close()
    assert {file.name: digest(file) for file in newer.glob("*.db")} == before


async def test_a_room_says_that_its_file_is_newer(newer: Path, open_store: Callable[..., Store]) -> None:
    from console.domain.refusals import Refused
    from console.domain.views import NewIncident

    city = open_store(newer / "other").city
    room = open_room(newer, city, ManualClock(), identity=Identity(CITY, "Uji", "uji"))
    try:
        await room.start()
        assert RoomState("newer_file") in room.states()
        assert RoomState("disk_full") not in room.states()
        with pytest.raises(Refused) as refused:
            await room.open_incident(NewIncident("Banjir", "D01", NORTH))
        assert refused.value.code == "read_only"
        assert len((await room.incidents(IncidentQuery())).items) == 2
        assert await room.situation()
    finally:
        await room.close()
