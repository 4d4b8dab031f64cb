"""A room in one file, and a room out of it: whole or not at all, and nothing that a wrong file could do."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.clock import ManualClock, SystemClock
from console.domain.views import IncidentQuery, NewIncident
from console.room import open_room
from console.safekeeping import UnfitFile, back_up_room, restore_room
from console.store.folder import Folder, Identity
from tests.small_city import NORTH, make_small_pack

REPO = Path(__file__).parents[2]
NOW = 1_764_000_000_000


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed room with its own copy of the pack and a few incidents."""
    place = tmp_path_factory.mktemp("safe")
    make_small_pack(place / "room" / "pack")
    asyncio.run(_fill(place / "room"))
    return place / "room"


async def _fill(folder: Path) -> None:
    opened = open_room(folder, read_city(folder / "pack"), SystemClock(), identity=Identity(NORTH, "Utara", "."))
    for k in range(5):
        await opened.open_incident(NewIncident(f"Banjir {k}", "D01", NORTH))
    await opened.close()


def simpul(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", *map(str, arguments)]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=60, check=False)


async def titles(folder: Path) -> set[str]:
    opened = open_room(folder, read_city(folder / "pack"), ManualClock())
    try:
        return {i.title for i in (await opened.incidents(IncidentQuery())).items}
    finally:
        await opened.close()


def test_a_room_comes_back_without_its_secrets(room: Path, tmp_path: Path) -> None:
    made = back_up_room(room, tmp_path / "ruang.simpulroom", NOW)
    assert not made.with_keys
    with zipfile.ZipFile(tmp_path / "ruang.simpulroom") as archive:
        assert not {"device.key", "token"} & set(archive.namelist())
    restore_room(tmp_path / "ruang.simpulroom", tmp_path / "baru")
    assert asyncio.run(titles(tmp_path / "baru")) == {f"Banjir {k}" for k in range(5)}
    assert (tmp_path / "baru" / "device.key").read_bytes() != (room / "device.key").read_bytes()
    assert (tmp_path / "baru").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".simpul-*"))


def test_with_keys_it_is_the_same_device(room: Path, tmp_path: Path) -> None:
    file = tmp_path / "ruang"
    assert back_up_room(room, file, NOW, with_keys=True).with_keys
    assert file.stat().st_mode & 0o077 == 0
    restore_room(file, tmp_path / "baru")
    assert (tmp_path / "baru" / "device.key").read_bytes() == (room / "device.key").read_bytes()


async def test_a_room_at_work_is_copied_as_it_is(tmp_path: Path) -> None:
    make_small_pack(tmp_path / "room" / "pack")
    city = read_city(tmp_path / "room" / "pack")
    opened = open_room(tmp_path / "room", city, SystemClock(), identity=Identity(NORTH, "Utara", "."))
    try:
        await opened.open_incident(NewIncident("Sebelum", "D01", NORTH))
        await asyncio.to_thread(back_up_room, tmp_path / "room", tmp_path / "file", NOW)
        await opened.open_incident(NewIncident("Sesudah", "D01", NORTH))
    finally:
        await opened.close()
    restore_room(tmp_path / "file", tmp_path / "baru")
    assert await titles(tmp_path / "baru") == {"Sebelum"}


def test_a_folder_that_holds_something_is_left_alone(room: Path, tmp_path: Path) -> None:
    back_up_room(room, tmp_path / "file", NOW)
    target = tmp_path / "lain"
    target.mkdir()
    (target / "surat.txt").write_text("penting")
    with pytest.raises(UnfitFile, match="sudah berisi"):
        restore_room(tmp_path / "file", target)
    assert [f.name for f in target.iterdir()] == ["surat.txt"]


def test_an_empty_folder_with_a_diary_will_do(room: Path, tmp_path: Path) -> None:
    back_up_room(room, tmp_path / "file", NOW)
    (tmp_path / "baru" / "logs").mkdir(parents=True)
    (tmp_path / "baru" / "logs" / "room.log").write_text("x")
    restore_room(tmp_path / "file", tmp_path / "baru")
    assert (tmp_path / "baru" / "logs" / "room.log").read_text() == "x"
    assert (tmp_path / "baru" / "room.db").exists()


def test_a_changed_file_is_refused_wherever_it_was_changed(room: Path, tmp_path: Path) -> None:
    file, chance = tmp_path / "file", random.Random(5)
    back_up_room(room, file, NOW)
    whole = file.read_bytes()
    refused = 0
    for _ in range(40):
        raw = bytearray(whole)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        file.write_bytes(raw)
        try:
            restore_room(file, tmp_path / "baru")
        except UnfitFile:
            refused += 1
            assert not (tmp_path / "baru").exists()
        else:
            # Times and rights in a zip's directory are not used; what matters came out whole.
            assert asyncio.run(titles(tmp_path / "baru")) == {f"Banjir {k}" for k in range(5)}
            shutil.rmtree(tmp_path / "baru")
    assert refused > 30
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(UnfitFile):
            restore_room(file, tmp_path / "baru")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "manifest"),
        ({"../../luar": b"x"}, "tidak dikenal"),
        ({"room.db": b"x" * 5000, "room.json": b"{}"}, "room.db"),
    ],
)
def test_a_made_up_archive_does_nothing(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    import hashlib

    named = {n: [len(b), hashlib.sha256(b).hexdigest()] for n, b in members.items()}
    named = {"room.db": [1, ""], "room.json": [1, ""]} | named if "room.db" not in members else named
    manifest = {"format": "simpul-room-1", "territory": "x", "name": "x", "made_at": 0, "entries": 0, "members": named}
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        if members:
            archive.writestr("manifest.json", json.dumps(manifest))
        for name, body in members.items():
            archive.writestr(name, body)
    with pytest.raises(UnfitFile, match=said):
        restore_room(tmp_path / "file", tmp_path / "a" / "b" / "baru")
    assert not (tmp_path / "luar").exists()
    assert not (tmp_path / "a" / "b" / "baru").exists()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    members = {"room.db": [100, "0" * 64], "room.json": [2, "0" * 64]}
    manifest = {
        "format": "simpul-room-1",
        "territory": "x",
        "name": "x",
        "made_at": 0,
        "entries": 0,
        "members": members,
    }
    with zipfile.ZipFile(tmp_path / "file", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("room.db", b"\0" * 50_000_000)
    with pytest.raises(UnfitFile, match="ukuran"):
        restore_room(tmp_path / "file", tmp_path / "baru")


# ---- the commands


def spoil(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE entries SET body = CAST('x' AS BLOB) WHERE seq = 4")


def test_the_doctors_command(room: Path, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    shutil.copytree(room, folder)
    well = simpul("doctor", "--data", folder, "--json")
    assert (well.returncode, json.loads(well.stdout)["clean"]) == (0, True), well.stderr
    spoil(folder / "room.db")
    ill = simpul("doctor", "--data", folder)
    assert ill.returncode == 1
    assert "bukan lagi seperti yang ditulis" in ill.stdout
    mended = simpul("doctor", "--repair", "--data", folder)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "entri selamat" in mended.stdout
    assert simpul("doctor", "--data", tmp_path / "kosong").returncode == 2


def test_a_room_at_work_is_looked_at_in_a_copy_and_not_mended(room: Path, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    shutil.copytree(room, folder)
    owned = Folder.open(folder, "agen Simpul")
    try:
        sound = simpul("doctor", "--data", folder, "--json")
        assert sound.returncode == 0
        assert json.loads(sound.stdout)["beside"].startswith("agen Simpul (proses ")
        busy = simpul("doctor", "--repair", "--data", folder)
        assert busy.returncode == 2
        assert "sedang dipakai agen Simpul (proses " in busy.stderr and busy.stderr.count("\n") == 1
        spoil(folder / "room.db")
        ill = simpul("doctor", "--data", folder)
        assert ill.returncode == 1
        assert (
            "bukan lagi seperti yang ditulis" in ill.stdout and "pada salinan, sebab ruang sedang dipakai" in ill.stdout
        )
    finally:
        owned.close()


def test_the_backup_and_restore_commands(room: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "baru"
    assert simpul("backup", file, "--data", room).returncode == 0
    back = simpul("restore", file, "--data", folder, "--json")
    assert (back.returncode, json.loads(back.stdout)["territory"]) == (0, NORTH), back.stderr
    again = simpul("restore", file, "--data", folder)
    assert again.returncode == 2
    assert "sudah berisi" in again.stderr
    assert simpul("backup", tmp_path / "x", "--data", tmp_path / "tiada").returncode == 2
