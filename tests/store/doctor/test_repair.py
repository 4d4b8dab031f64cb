"""Mending keeps every entry that could be read, sends the room's own on, and believes nothing that is not proven."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from console.domain.entry import EntryId
from console.domain.journal import REPLACES
from console.domain.views import IncidentQuery
from console.store import search
from console.store.salvage import salvage
from console.store.salvage.salvage import Mended, repair
from tests.small_city import NORTH
from tests.store.doctor.test_doctor import copy
from tests.store.patient import INCIDENTS, OWN, drafts, look, make_patient, open_patient
from tests.store.test_convergence import CITY_PACK, ROOT

NOW = 1_764_000_000_000
OWN_TAIL = "n IS NULL AND territory = '99.01.01'"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_patient(tmp_path_factory.mktemp("repair") / "room")


def mend(folder: Path) -> Mended:
    return repair(folder, CITY_PACK, ROOT.public, OWN, NOW)


def ids(path: Path, where: str = "1", table: str = "entries") -> set[EntryId]:
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return {EntryId(*row) for row in db.execute(f"SELECT stream, seq FROM {table} WHERE {where}")}
    finally:
        db.close()


def change(folder: Path, *statements: str) -> None:
    db = sqlite3.connect(folder / "room.db", isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def kept(folder: Path) -> set[EntryId]:
    """Everything that the room still has of any entry: held, waiting, set aside, or under another name."""
    path = folder / "room.db"
    found = ids(path) | ids(path, "1", "parked") | ids(path, "1", "set_aside")
    db = sqlite3.connect(path)
    bodies = [body for (body,) in db.execute("SELECT body FROM entries") if REPLACES.encode() in (body or b"")]
    db.close()
    return found | set(map(_named, bodies))


def _named(body: bytes) -> EntryId:
    places = msgspec.json.decode(msgspec.json.decode(body, type=dict[str, msgspec.Raw])[REPLACES], type=list[EntryId])
    return places[-1]


def test_a_sound_room_stays_as_it_is(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    before = (folder / "room.db").read_bytes()
    mended = mend(folder)
    assert (mended.rebuilt, mended.salvaged, mended.aside) == (False, None, "")
    assert (folder / "room.db").read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents SET priority = 4",
        "DELETE FROM incident_texts WHERE rowid = (SELECT min(rowid) FROM incident_texts)",
        "UPDATE incidents_fts_data SET block = zeroblob(length(block)) WHERE id > 10",
    ],
)
def test_what_is_folded_is_folded_anew(sound: Path, tmp_path: Path, statement: str) -> None:
    folder = copy(sound, tmp_path / "room")
    change(folder, statement)
    assert not look(folder).clean
    mended = mend(folder)
    assert mended.rebuilt
    assert mended.after.clean
    assert mended.salvaged is None
    assert ids(folder / "room.db") == ids(sound / "room.db")


def test_damaged_readings_go_aside_and_the_room_opens(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    (folder / "readings.db").write_bytes(b"bukan basis data" * 400)
    mended = mend(folder)
    assert mended.after.clean
    assert (Path(mended.aside) / "readings.db").read_bytes().startswith(b"bukan")
    store = open_patient(folder)
    store.close()


def test_an_own_damaged_entry_costs_itself_only(sound: Path, tmp_path: Path) -> None:
    """What stands above it is written again, counts once, and keeps its subject."""
    folder = copy(sound, tmp_path / "room")
    tail = sorted(ids(folder / "room.db", OWN_TAIL), key=lambda i: i.seq)
    lost = tail[10]
    change(folder, f"UPDATE entries SET body = CAST('x' AS BLOB) WHERE stream = '{lost.stream}' AND seq = {lost.seq}")
    mended = mend(folder)
    assert mended.after.clean
    assert mended.salvaged is not None
    assert mended.salvaged.rewritten == len(tail) - 11
    assert set(tail) - {lost} <= kept(folder)
    assert (Path(mended.aside) / "room.db").exists()
    store = open_patient(folder)
    try:
        page = asyncio.run(store.read(lambda db: search.incidents(db, IncidentQuery(limit=1000))))
        box = asyncio.run(store.outbox(10_000, 2**30, {}, {}))
        assert page.total >= 3 * INCIDENTS - 1
        assert len({i.subject for i in page.items}) == len(page.items)
        assert {e.at for e in box.entries if REPLACES.encode() in (e.body or b"")} == {NOW}
        asyncio.run(store.append(NORTH, drafts("sesudahnya"), "op-1"))
    finally:
        store.close()
    again = mend(folder)
    assert again.salvaged is None


def test_a_lost_number_is_asked_for_again(sound: Path, tmp_path: Path) -> None:
    """The order is proven by its last signature; the cursor goes back to below the entry that is missing."""
    folder = copy(sound, tmp_path / "room")
    change(folder, "UPDATE entries SET body = CAST('x' AS BLOB) WHERE n = 30")
    mended = mend(folder)
    assert mended.salvaged is not None
    assert mended.salvaged.again == {NORTH: 29}
    assert mended.after.clean
    store = open_patient(folder)
    try:
        assert asyncio.run(store.cursors())[NORTH].n == 29
        assert asyncio.run(store.get_meta("sync.cursor")) is None
        assert asyncio.run(store.get_meta("sync.line")) == '{"rtt":0.25}'
    finally:
        store.close()
    assert ids(sound / "room.db", OWN_TAIL) <= kept(folder)


def test_a_forged_number_proves_nothing(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    change(folder, "UPDATE orders SET void = 'palsu' WHERE n = 9", "UPDATE entries SET void = 'palsu' WHERE n = 9")
    mended = mend(folder)
    assert mended.after.clean
    assert mended.salvaged is not None
    assert mended.salvaged.again == {NORTH: 0}
    assert ids(folder / "room.db") == ids(sound / "room.db")


def test_torn_pages_lose_only_what_lay_in_them(sound: Path, tmp_path: Path) -> None:
    """Pages overwritten at random: every own entry whose row still lies whole in some page is kept."""
    chance = random.Random(7)
    for _ in range(6):
        folder = copy(sound, tmp_path / "torn")
        raw = bytearray((folder / "room.db").read_bytes())
        for _ in range(3):
            page = chance.randrange(1, len(raw) // 4096)
            raw[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
        (folder / "room.db").write_bytes(raw)
        readable = {place for place in ids(sound / "room.db", OWN_TAIL) if _whole(bytes(raw), sound / "room.db", place)}
        mended = mend(folder)
        assert mended.after.clean, mended.after.findings
        assert readable <= kept(folder)
        shutil.rmtree(folder)


def _whole(raw: bytes, path: Path, place: EntryId) -> bool:
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    header, body, chain = db.execute(
        "SELECT header, body, hash FROM entries WHERE stream = ? AND seq = ?", (place.stream, place.seq)
    ).fetchone()
    db.close()
    return header + body in raw and chain in raw


def test_a_file_without_its_first_page_gives_its_entries(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    with (folder / "room.db").open("r+b") as file:
        file.write(b"\0" * 4096)
    assert not look(folder).clean
    mended = mend(folder)
    assert mended.after.clean
    assert ids(sound / "room.db") <= ids(folder / "room.db")


def test_entries_that_lie_only_in_the_log_are_kept(sound: Path, tmp_path: Path) -> None:
    folder, cut = copy(sound, tmp_path / "room"), tmp_path / "cut"
    store = open_patient(folder)
    places = asyncio.run(store.append(NORTH, drafts("dalam log"), "op-1"))
    shutil.copytree(folder, cut)
    store.close()
    raw = bytearray((cut / "room.db").read_bytes())
    raw[:4096] = b"\0" * 4096
    (cut / "room.db").write_bytes(raw)
    assert mend(cut).after.clean
    assert set(places) <= ids(cut / "room.db")


@pytest.mark.parametrize("step", ["replace", "unlink"])
def test_a_repair_that_was_cut_short_goes_on(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = copy(sound, tmp_path / "room")
    change(folder, "UPDATE entries SET body = CAST('x' AS BLOB) WHERE n = 30")
    calls = [0]
    real = getattr(Path, step)

    class Cut(Exception):
        pass

    def cut(self: Path, *more: object, **options: object) -> object:
        if self.name in ("room.db-wal", "room.salvaged.db"):
            calls[0] += 1
            raise Cut
        return real(self, *more, **options)

    monkeypatch.setattr(Path, step, cut)
    with pytest.raises(Cut):
        mend(folder)
    monkeypatch.undo()
    assert calls[0] == 1
    assert (folder / "room.salvaged.db").exists()
    mended = mend(folder)
    assert mended.after.clean
    assert not (folder / "room.salvaged.db").exists()
    assert ids(sound / "room.db", OWN_TAIL) <= kept(folder)


def test_nothing_else_is_made_of_noise(tmp_path: Path) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "room.db").write_bytes(random.Random(1).randbytes(200_000))
    mended = mend(folder)
    assert mended.after.clean
    assert mended.after.entries == 0
    assert (folder / salvage.ASIDE).exists()
