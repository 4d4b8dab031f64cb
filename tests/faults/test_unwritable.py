"""A folder that takes nothing when the program starts: the room opens for looking and says so, nothing half-written is left,
and at the next start on a folder that takes everything again the room works on."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import main
from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.domain.reading import Frame
from console.domain.refusals import Refused
from console.domain.views import IncidentQuery, NewIncident, RoomState
from console.room import Room, open_room
from console.store import schema
from console.store.backup import DiskGuard
from console.store.folder import Folder, FolderBusy, FolderUnwritable, Identity
from console.sync.uplink import PACK_HERE
from tests.faults.disks import disk, fixed, read_only
from tests.small_city import NORTH, make_small_pack

T = TypeVar("T")
SAMPLES = Path(__file__).parents[1] / "store" / "samples"
FRAME = Frame(NORTH, "uji", 30_000_000, 1, ("990101-tma",), (0,), ((7,),), (0,))


@pytest.fixture
def place() -> Iterator[Path]:
    with disk("24m") as found:
        yield found


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_small_pack(tmp_path / "uji")


@pytest.fixture(autouse=True)
def nothing_copied_stays() -> Iterator[None]:
    before = set(Path(tempfile.gettempdir()).glob("simpul-*"))
    yield
    left = {each for each in set(Path(tempfile.gettempdir()).glob("simpul-*")) - before if (each / "room.db").exists()}
    assert not left


def in_room(folder: Path, pack: Path, work: Callable[[Room], Awaitable[T]]) -> T:
    async def whole() -> T:
        if not folder.exists() and os.access(folder.parent, os.W_OK):
            shutil.copytree(pack, folder / "pack")
        room = open_room(folder, read_city(pack), ManualClock(), identity=Identity(NORTH, "Utara", PACK_HERE))
        try:
            await room.start()
            return await work(room)
        finally:
            await room.close()

    return asyncio.run(whole())


async def write(room: Room) -> int:
    await room.open_incident(NewIncident("Pohon tumbang", "D02", "99.01.01.1001"))
    await room.store.record_frames([FRAME])
    return await titles(room)


async def titles(room: Room) -> int:
    return (await room.incidents(IncidentQuery())).total


async def look(room: Room) -> int:
    """What a screen shows of a room that takes nothing: all of it, and why it takes nothing."""
    assert RoomState("read_only") in room.states()
    assert not {"newer_file", "disk_full"} & {s.code for s in room.states()}
    with pytest.raises(Refused) as refused:
        await room.open_incident(NewIncident("Tidak tersimpan", "D02", "99.01.01.1001"))
    assert refused.value.code == "unwritable"
    for action in (room.sync_now(), room.enrol("http://127.0.0.1:9", "kode")):
        with pytest.raises(Refused, match="tidak dapat ditulis"):
            await action
    assert await room.situation() and await room.journals()
    assert (await room.latest())["990101-tma"].value == 7.0
    return await titles(room)


def contents(folder: Path) -> dict[str, str]:
    files = (f for f in folder.rglob("*") if f.is_file() and not f.name.endswith(("-shm", "-wal")))
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_a_room_on_a_read_only_disk_can_be_looked_at_and_works_again_later(place: Path, pack: Path) -> None:
    folder = place / "ruang"
    assert in_room(folder, pack, write) == 1
    with read_only(place):
        before = contents(folder)
        assert in_room(folder, pack, look) == 1
        assert contents(folder) == before
    assert in_room(folder, pack, write) == 2


def crashed(folder: Path, pack: Path, to: Path) -> None:
    """A room as a power cut leaves it: what was written last lies in the log alone."""

    async def work(room: Room) -> None:
        await write(room)
        await asyncio.to_thread(shutil.copytree, folder, to, ignore=shutil.ignore_patterns("*-shm", "owner.*"))

    in_room(folder, pack, work)


def test_what_a_power_cut_left_in_the_log_is_seen_too(place: Path, pack: Path, tmp_path: Path) -> None:
    crashed(tmp_path / "asal", pack, place / "ruang")
    assert (place / "ruang" / "room.db-wal").stat().st_size
    with read_only(place):
        before = contents(place)
        assert in_room(place / "ruang", pack, look) == 1
        assert contents(place) == before
    assert in_room(place / "ruang", pack, write) == 2


def test_a_file_of_an_older_program_is_looked_at_in_a_copy(place: Path, pack: Path) -> None:
    folder = place / "ruang"
    in_room(folder, pack, write)
    shutil.copy(SAMPLES / "schema-1.db", folder / "room.db")
    with read_only(place):
        before = contents(folder)
        assert in_room(folder, pack, look) == 2
        assert contents(folder) == before


def test_a_file_of_a_newer_program_says_that_first(place: Path, pack: Path) -> None:
    folder = place / "ruang"
    in_room(folder, pack, write)
    from console.store.writer import connect

    db = connect(folder / "room.db", "FULL")
    db.execute(f"PRAGMA user_version = {schema.CURRENT + 1}")
    db.close()
    with read_only(place):
        assert in_room(folder, pack, titles) == 1


@pytest.mark.parametrize("name", ["room.db", "owner.lock"])
def test_one_file_that_takes_nothing_is_enough(tmp_path: Path, pack: Path, name: str) -> None:
    folder = tmp_path / "ruang"
    in_room(folder, pack, write)
    (folder / "owner.lock").touch()
    with fixed(folder / name):
        assert in_room(folder, pack, look) == 1
    assert in_room(folder, pack, write) == 2


def test_a_folder_that_takes_no_new_file_can_be_looked_at(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "ruang"
    in_room(folder, pack, write)
    with fixed(folder):
        assert in_room(folder, pack, look) == 1
    assert in_room(folder, pack, write) == 2


def test_a_folder_that_takes_nothing_and_holds_no_room_is_one_line(place: Path, pack: Path) -> None:
    (place / "kosong").mkdir()
    with read_only(place):
        for folder in (place / "kosong", place / "belum-ada"):
            with pytest.raises(FolderUnwritable, match=r"tidak dapat ditulis \(Read-only file system\); periksa izin"):
                in_room(folder, pack, look)
    assert list((place / "kosong").iterdir()) == []


@pytest.mark.expect_log("command_failed")
def test_a_diary_that_takes_nothing_stops_nobody(
    tmp_path: Path, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "ruang"
    in_room(folder, pack, write)
    (folder / "logs").mkdir()
    with fixed(folder / "logs"):
        code, said = simpul(capsys, folder, "sync", "--once")
        assert code == 2 and said[0] == "logs/room.log tidak dapat ditulis" and "belum terdaftar" in said[1]
        assert in_room(folder, pack, write) == 2


def test_a_disk_that_is_full_at_the_start_gives_its_ballast_or_is_looked_at(place: Path, pack: Path) -> None:
    folder = place / "ruang"
    in_room(folder, pack, write)
    (folder / "ballast").write_bytes(os.urandom(2**20))
    fill(place / "penuh")
    assert in_room(folder, pack, write) == 2
    assert not (folder / "ballast").exists()
    fill(place / "penuh2")
    assert in_room(folder, pack, titles) == 2
    for name in ("penuh", "penuh2"):
        (place / name).unlink()
    assert in_room(folder, pack, write) == 3


def fill(file: Path) -> None:
    out = os.open(file, os.O_WRONLY | os.O_CREAT)
    for piece in (2**16, 512, 1):
        try:
            while True:
                os.write(out, b"x" * piece)
        except OSError:
            continue
    os.close(out)


def test_ballast_that_cannot_be_given_up_is_no_reason_to_fail(tmp_path: Path) -> None:
    guard = DiskGuard(tmp_path)
    (tmp_path / "ballast").write_bytes(b"x")
    with fixed(tmp_path / "ballast"):
        assert not guard.release()
    assert guard.release()


# ---- commands


def simpul(capsys: pytest.CaptureFixture[str], folder: Path, *words: str | Path) -> tuple[int, list[str]]:
    """The exit code, and the beginning of each line on standard error that a person sees."""
    capsys.readouterr()
    code = main.main(["--data", str(folder), *map(str, words)])
    said = capsys.readouterr().err.splitlines()
    return code, [line.removeprefix("simpul: ").removeprefix(f"{folder}/").split(" (")[0] for line in said]


@pytest.mark.expect_log("command_failed")
def test_every_command_on_a_read_only_disk(
    place: Path, pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = place / "ruang", tmp_path / "keluar"
    out.mkdir()
    in_room(folder, pack, write)
    refused = (2, [f"Folder {folder} tidak dapat ditulis; periksa izin folder dan cakramnya, atau pakai --data lain."])
    with read_only(place):
        before = contents(folder)
        assert simpul(capsys, folder, "doctor") == (0, [])
        assert simpul(capsys, folder, "backup", out / "cadangan") == (0, [])
        for words in (
            ["doctor", "--repair"], ["sync", "--once"], ["agent"], ["enrol", "http://127.0.0.1:9", "x", "--name", "x"],
            ["feed", "once", "bmkg-gempa"],
        ):  # fmt: skip
            assert simpul(capsys, folder, *words) == refused, words
        code, said = simpul(capsys, folder, "bundle", "export", out)
        assert (code, len(said)) == (2, 1)
        assert contents(folder) == before
    (tmp_path / "pulih").mkdir()
    assert simpul(capsys, tmp_path / "pulih", "restore", out / "cadangan") == (0, [])
    assert in_room(tmp_path / "pulih", pack, titles) == 1


def test_who_owns_a_folder_is_said_whole(tmp_path: Path) -> None:
    owner = Folder.open(tmp_path, "agen Simpul")
    try:
        with pytest.raises(
            FolderBusy, match=rf"agen Simpul \(proses {os.getpid()}, sejak \d\d-\d\d-20\d\d \d\d.\d\d\)"
        ):
            Folder.open(tmp_path)
        (tmp_path / "owner.pid").write_text("12")
        with pytest.raises(FolderBusy, match="sedang dipakai program lain; kerjakan di sana"):
            Folder.open(tmp_path)
    finally:
        owner.close()
