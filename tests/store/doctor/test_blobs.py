"""Photos that a disk spoils: found to the byte, said whose they are, got again; and backups that hold the only copy."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.commands.checkup import as_builtins, check_room
from console.domain.clock import ManualClock, SystemClock
from console.domain.views import NewIncident
from console.room import Room, open_room
from console.safekeeping import back_up_room, restore_room
from console.store.blobs.blob_file import sha256
from console.store.doctor.doctor import Report
from console.store.folder import Identity
from console.store.salvage.salvage import Mended
from console.upkeep import Upkeep
from tests.pictures import photo
from tests.small_city import NORTH, make_small_pack

NOW = 1_764_000_000_000
SENT, OWN = photo(700, 500, grain=1), photo(640, 480, grain=2)
FLIPS = 60


def opened(folder: Path) -> Room:
    room = open_room(folder, read_city(folder / "pack"), SystemClock(), identity=Identity(NORTH, "Utara", "."))
    return room


async def _fill(folder: Path) -> None:
    room = opened(folder)
    subject = await room.open_incident(NewIncident("Banjir Jalan Uji", "D01", NORTH))
    await room.attach(subject, "terkirim.jpg", SENT)
    await room.store.blobs.mark_central(sha256(SENT), True)
    await room.attach(subject, "sendiri.jpg", OWN)
    await room.close()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("blobs")
    make_small_pack(place / "room" / "pack")
    asyncio.run(_fill(place / "room"))
    return place / "room"


def copy(sound: Path, to: Path) -> Path:
    shutil.copytree(sound, to)
    return to


def look(folder: Path) -> Report:
    found = check_room(folder, ManualClock(NOW), mend=False)
    assert isinstance(found, Report)
    return found


def mended(folder: Path) -> Mended:
    found = check_room(folder, ManualClock(NOW), mend=True)
    assert isinstance(found, Mended)
    return found


def proven(path: Path) -> object:
    """What of the file anything stands for; when something was touched or tried is this room's own note."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    db.text_factory = bytes
    try:
        return (
            db.execute("PRAGMA integrity_check").fetchall(), db.execute("PRAGMA user_version").fetchall(),
            db.execute("SELECT id, sha256, size, state FROM blobs ORDER BY id").fetchall(),
            db.execute("SELECT * FROM blob_rows ORDER BY blob, k").fetchall(),
            db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall(),
        )  # fmt: skip
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return None
    finally:
        db.close()


def spoil(path: Path, data: bytes) -> None:
    """Flip one bit in the middle of these bytes, wherever they lie in the file."""
    raw = bytearray(path.read_bytes())
    at = raw.index(data[5000:5040])
    raw[at] ^= 1
    path.write_bytes(raw)


def test_a_sound_room_is_called_sound(sound: Path, tmp_path: Path) -> None:
    assert look(copy(sound, tmp_path / "room")).findings == ()


def test_every_flipped_byte_is_found_or_changes_nothing_that_counts(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    path = folder / "blobs.db"
    whole, was, chance = path.read_bytes(), proven(path), random.Random(4)
    found = 0
    for at in sorted(chance.randrange(len(whole)) for _ in range(FLIPS)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        told = look(folder).findings
        assert told or proven(path) == was, at
        found += bool(told)
    assert found > FLIPS * 0.8


def test_a_spoilt_photo_is_told_by_its_incident_and_whether_the_centre_has_it(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    spoil(folder / "blobs.db", SENT)
    spoil(folder / "blobs.db", OWN)
    report = look(folder)
    assert sorted((f.code, f.where, f.detail) for f in report.findings) == [
        ("blob", sha256(SENT), "Banjir Jalan Uji"), ("blob_alone", sha256(OWN), "Banjir Jalan Uji"),
    ]  # fmt: skip
    assert not report.clean
    assert not report.needs_salvage
    result = mended(folder)
    assert result.dropped == 2
    assert as_builtins(result)["clean"]
    assert [f.code for f in result.after.findings] == ["blob_aside"], "the only copy, spoilt as it is, is kept"

    async def after() -> None:
        room = opened(folder)
        try:
            assert await room.blob(sha256(SENT)) is None
            waiting = await room.store.blob_queue()
            assert waiting.originals_down.count == 2
            await room.store.blobs.put(SENT, OWN)
            assert await room.blob(sha256(OWN)) == OWN
        finally:
            await room.close()

    asyncio.run(after())
    assert look(folder).findings == ()
    assert mended(folder).dropped == 0


@pytest.mark.parametrize("how", ["header", "table"])
def test_a_file_that_is_spoilt_as_a_whole_is_set_aside_and_what_is_sound_goes_on(
    sound: Path, tmp_path: Path, how: str
) -> None:
    folder = copy(sound, tmp_path / "room")
    path = folder / "blobs.db"
    raw = bytearray(path.read_bytes())
    if how == "header":
        raw[:16] = b"bukan berkas ini"
    else:
        raw[: len(raw) // 2] = raw[: len(raw) // 2].replace(b"blob_rows", b"blob_roxs")
    path.write_bytes(raw)
    assert [f.code for f in look(folder).findings][:1] == ["blobs"]
    result = mended(folder)
    assert (Path(result.aside) / "blobs.db").read_bytes() == bytes(raw)
    assert result.after.clean
    assert look(folder).findings == ()


def test_a_backup_holds_what_the_centre_may_not_have_and_a_restored_room_fetches_the_rest(
    sound: Path, tmp_path: Path
) -> None:
    folder = copy(sound, tmp_path / "room")
    back_up_room(folder, tmp_path / "ruang.simpulroom", NOW)
    assert (tmp_path / "ruang.simpulroom").stat().st_size < len(OWN) * 2
    restore_room(tmp_path / "ruang.simpulroom", tmp_path / "lain")

    async def after() -> None:
        room = opened(tmp_path / "lain")
        try:
            assert await room.blob(sha256(OWN)) == OWN
            waiting = await room.store.blob_queue()
            assert (waiting.originals_down.count, waiting.originals_down.size) == (1, len(SENT))
            assert waiting.thumbs_up.count + waiting.originals_up.count == 3
        finally:
            await room.close()

    asyncio.run(after())
    assert look(tmp_path / "lain").findings == ()


@pytest.mark.expect_log("no backup")
def test_the_hourly_copy_follows_what_is_not_sent(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    kept = folder / "backups" / "blobs.db"

    def names() -> set[str]:
        db = sqlite3.connect(kept)
        try:
            return {name for (name,) in db.execute("SELECT sha256 FROM blobs")}
        finally:
            db.close()

    async def work() -> None:
        room = opened(folder)
        upkeep = Upkeep(room.store, folder, ManualClock(NOW))
        try:
            await upkeep.hourly()
            assert sha256(OWN) in names()
            assert sha256(SENT) not in names()
            await room.store.blobs.mark_central(sha256(OWN), True)
            await upkeep.hourly()
            assert sha256(OWN) not in names()
            kept.write_bytes(b"rusak" * 1000)
            await upkeep.hourly()
            await upkeep.hourly()
            assert len(names()) == 2, "thumbnails that the centre does not have"
        finally:
            await upkeep.stop()
            await room.close()

    asyncio.run(work())
