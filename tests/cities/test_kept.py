"""A city that was read before comes back from the room's folder, and only while pack and reader are the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from console.cities import kept
from console.cities.faults import PackError
from console.cities.pack import pack_path
from console.cities.read import read_city


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack_path("binjai"), tmp_path / "pack"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def other_reader(folder: Path, name: str) -> None:
    """Make the file say that another program kept it, and that the city has another name."""
    file = folder / kept.FILE
    held = msgspec.msgpack.decode(file.read_bytes(), type=kept.Kept)
    city = msgspec.structs.replace(held.city, name=name)
    file.write_bytes(msgspec.msgpack.encode(kept.Kept(held.reader if name == "Kept" else "other", city)))


def test_the_city_is_the_one_in_the_pack(pack: Path, folder: Path) -> None:
    assert kept.kept_city(pack, folder) == kept.kept_city(pack, folder) == read_city(pack)


def test_the_tables_are_not_read_again(pack: Path, folder: Path) -> None:
    kept.kept_city(pack, folder)
    other_reader(folder, "Kept")
    assert kept.kept_city(pack, folder).name == "Kept"


def test_another_program_reads_the_tables(pack: Path, folder: Path) -> None:
    kept.kept_city(pack, folder)
    other_reader(folder, "Old")
    assert kept.kept_city(pack, folder) == read_city(pack)


def test_a_changed_pack_is_read_anew(pack: Path, folder: Path) -> None:
    before = kept.kept_city(pack, folder)
    settings = pack / "city.toml"
    settings.write_text(settings.read_text("utf-8").replace(before.name, "Kota Lain"), "utf-8")
    assert kept.kept_city(pack, folder).name == "Kota Lain"


def test_a_pack_that_was_damaged_since_is_told(pack: Path, folder: Path) -> None:
    kept.kept_city(pack, folder)
    (pack / "agencies.csv").unlink()
    with pytest.raises(PackError):
        kept.kept_city(pack, folder)


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\xc1" * 100])
def test_a_broken_file_is_replaced(pack: Path, folder: Path, broken: bytes) -> None:
    (folder / kept.FILE).write_bytes(broken)
    assert kept.kept_city(pack, folder) == read_city(pack)
    assert (folder / kept.FILE).stat().st_size > 1000


def test_a_folder_that_cannot_be_written_costs_only_time(pack: Path, tmp_path: Path) -> None:
    assert kept.kept_city(pack, tmp_path / "missing") == read_city(pack)


def test_nothing_is_kept_without_a_room(pack: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    kept.kept_city(pack, None)
    assert set(tmp_path.rglob("*")) == before
