"""A pack on the wire: the same bytes for the same files, nothing half-written, and no harm from a damaged one."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.cities import pack as packing
from console.cities.faults import PackError
from console.cities.files import MEMBERS
from console.cities.pack import MAGIC, pack_bytes, pack_path, pack_version, unpack
from console.cities.read import read_city
from tests.small_city import make_small_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_small_pack(tmp_path / "uji")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def frame(index: object, rest: bytes, *, stated: bool = True) -> bytes:
    """A packed pack made by hand, so that it can lie."""
    head = msgspec.json.encode(index)
    body = len(head).to_bytes(4, "big") + head + rest
    return MAGIC + zstandard.ZstdCompressor(write_content_size=stated).compress(body)


def test_there_and_back(pack: Path, tmp_path: Path) -> None:
    version = unpack(pack_bytes(pack), tmp_path / "lain" / "uji")
    assert contents(tmp_path / "lain" / "uji") == contents(pack)
    assert version == pack_version(pack) == read_city(tmp_path / "lain" / "uji").version
    assert len(version) == 16 and set(version) <= set("0123456789abcdef")


def test_the_same_files_give_the_same_bytes(pack: Path, tmp_path: Path) -> None:
    again = make_small_pack(tmp_path / "lagi")
    (again / "catatan.txt").write_text("bukan bagian paket")
    os.utime(again / "city.toml", (0, 0))
    assert pack_bytes(again) == pack_bytes(pack)
    assert pack_version(again) == pack_version(pack)


@pytest.mark.parametrize(
    "name", sorted(contents_name for contents_name in MEMBERS if contents_name != "indicators.csv")
)
def test_one_changed_byte_is_another_version(pack: Path, name: str) -> None:
    before = pack_version(pack)
    (pack / name).write_bytes((pack / name).read_bytes() + b"\n")
    assert pack_version(pack) != before


def test_bytes_moved_between_files_are_another_version(pack: Path) -> None:
    before = pack_version(pack)
    agencies, categories = (pack / "agencies.csv").read_bytes(), (pack / "categories.csv").read_bytes()
    (pack / "agencies.csv").write_bytes(agencies + categories[:1])
    (pack / "categories.csv").write_bytes(categories[1:])
    assert pack_version(pack) != before


def test_a_new_pack_replaces_the_old_whole(pack: Path, tmp_path: Path) -> None:
    target = make_small_pack(tmp_path / "terpasang")
    (target / "indicators.csv").write_text("sisa paket lama")
    unpack(pack_bytes(pack), target)
    assert contents(target) == contents(pack)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["terpasang", "uji"]


def test_a_faulty_pack_leaves_everything_as_it_was(pack: Path, tmp_path: Path) -> None:
    target = make_small_pack(tmp_path / "terpasang")
    text = (pack / "categories.csv").read_text(encoding="utf-8")
    (pack / "categories.csv").write_text(text.replace("DAMKAR", "HANTU"), encoding="utf-8")
    before = contents(target)
    with pytest.raises(PackError, match=r"categories\.csv:2: kategori D01 menyebut instansi HANTU"):
        unpack(pack_bytes(pack), target)
    assert contents(target) == before
    with pytest.raises(PackError):
        unpack(pack_bytes(pack), tmp_path / "baru")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["terpasang", "uji"]


def test_a_place_that_is_a_file_is_refused(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("milik orang")
    with pytest.raises(PackError, match="bukan folder"):
        unpack(pack_bytes(pack), tmp_path / "berkas")
    assert (tmp_path / "berkas").read_text() == "milik orang"


@pytest.mark.parametrize("name", ["../agencies.csv", "/etc/passwd", "a/b.csv", "agencies.csv\0", "programmes.csv", ""])
def test_names_in_the_archive_are_never_paths(pack: Path, tmp_path: Path, name: str) -> None:
    files = contents(pack)
    index = [[name, 1], *([other, len(files[other])] for other in sorted(files))]
    with pytest.raises(PackError, match="bukan berkas-berkas paket"):
        unpack(frame(index, b"x" + b"".join(files[other] for other in sorted(files))), tmp_path / "baru")
    assert not (tmp_path / "baru").exists()


def test_sizes_that_lie_are_refused(pack: Path, tmp_path: Path) -> None:
    files = contents(pack)
    rest = b"".join(files[name] for name in sorted(files))
    honest = [[name, len(files[name])] for name in sorted(files)]
    for lie, words in ((-1, "tidak cocok"), (10**12, "tidak cocok"), (0, "sisa setelah")):
        index = [*honest[:-1], [honest[-1][0], lie]]
        with pytest.raises(PackError, match=words):
            unpack(frame(index, rest), tmp_path / "baru")
    with pytest.raises(PackError, match="bukan berkas-berkas paket"):
        unpack(frame(honest[::-1], rest), tmp_path / "baru")
    with pytest.raises(PackError, match="bukan berkas-berkas paket"):
        unpack(frame(honest[1:], rest), tmp_path / "baru")


def test_a_bomb_does_not_grow(tmp_path: Path) -> None:
    """Frames that state no size, too large a size, or less than they hold."""
    huge = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(200 * 2**20))
    stated = zstandard.ZstdCompressor().compress(bytes(200 * 2**20))
    one = zstandard.ZstdCompressor().compress(bytes(300))
    head = zstandard.frame_header_size(one)
    stream = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(200 * 2**20))
    liar = one[:head] + stream[zstandard.frame_header_size(stream) :]
    tracemalloc.start()
    for data in (huge, stated, liar):
        with pytest.raises(PackError):
            unpack(MAGIC + data, tmp_path / "baru")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20
    assert list(tmp_path.iterdir()) == []


def test_trailing_and_foreign_bytes_are_refused(pack: Path, tmp_path: Path) -> None:
    data = pack_bytes(pack)
    for bad in (b"", b"PK\x03\x04", data + b"x", data + data, data[:-1], data[: len(data) // 2], MAGIC):
        with pytest.raises(PackError):
            unpack(bad, tmp_path / "baru")
    with pytest.raises(PackError, match="lebih dari 16 MB"):
        unpack(bytes(packing.MAX_PACKED + 1), tmp_path / "baru")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["uji"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("paket")
    return folder, pack_bytes(make_small_pack(folder / "uji"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0), bit=st.integers(0, 7), cut=st.booleans())
def test_any_damaged_bit_or_cut_leaves_nothing_behind(packed: tuple[Path, bytes], at: int, bit: int, cut: bool) -> None:
    folder, data = packed
    at %= len(data)
    bad = data[:at] if cut else data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
    try:
        unpack(bad, folder / "baru")
    except PackError:
        assert sorted(path.name for path in folder.iterdir()) == ["uji"]
    else:
        # A few bits of a compressed frame say nothing: then what came out is the pack itself, to the byte.
        assert not cut
        assert contents(folder / "baru") == contents(folder / "uji")
        shutil.rmtree(folder / "baru")


def test_packs_are_found_by_name_and_by_code(tmp_path: Path) -> None:
    make_small_pack(tmp_path / "uji")
    (tmp_path / "rusak").mkdir()
    (tmp_path / "rusak" / "city.toml").write_bytes(b"\xff\xfe")
    assert pack_path("uji", tmp_path) == pack_path("99.01", tmp_path) == tmp_path / "uji"
    for name in ("", ".", "..", "../uji", "/", "atlantis", "32.73"):
        with pytest.raises(PackError, match=r"uji \(99\.01\)"):
            pack_path(name, tmp_path)
