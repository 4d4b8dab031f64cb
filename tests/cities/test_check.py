"""Every way a pack can be bad gets one clear sentence with file, line and mend; nothing but `PackError` comes out."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.cities.check import as_builtins, check_city
from console.cities.faults import Fault, PackError
from console.cities.files import MAX_FILE, MEMBERS, REQUIRED
from console.cities.read import describe, read_city
from tests.small_city import make_small_pack

Edit = Callable[[Path], None]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_small_pack(tmp_path / "uji")


def change(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return edit


def add(name: str, line: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return edit


def write(name: str, raw: bytes) -> Edit:
    return lambda folder: (folder / name).write_bytes(raw) and None


def encode(name: str, encoding: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_text(encoding="utf-8").encode(encoding))

    return edit


def test_the_small_pack_is_clean(pack: Path) -> None:
    assert check_city(pack) == []
    city = read_city(pack)
    assert (city.code, len(city.districts()), len(city.territories)) == ("99.01", 2, 6)
    assert city.agency("PU") is not None
    assert "2 kecamatan, 3 kelurahan" in describe(pack)


BAD: list[tuple[str, Edit, str, int, str]] = [
    ("duplicate territory", add("territories.csv", "99.01.02,,Lagi,kecamatan,99.01,,,-5,100.02,rekaan"),
     "territories.csv", 8, "kode 99.01.02 dipakai dua kali (juga di baris 6)"),
    ("duplicate agency", add("agencies.csv", "PU,Lagi,,,,rekaan"), "agencies.csv", 6, "kode PU dipakai dua kali"),
    ("duplicate category", add("categories.csv", "D01,Lagi,darurat,1,PU,,,,dibuka,"), "categories.csv", 6, "kode D01"),
    ("duplicate sensor", add("sensors.csv", "990101-tma,99.01.01,Lagi,tma,cm,0,10,-4.99,100.01,ya,rekaan"),
     "sensors.csv", 6, "kode 990101-tma dipakai dua kali"),
    ("unknown parent", add("territories.csv", "99.01.03.1001,,Yatim,kelurahan,99.01.03,,,-5,100.02,rekaan"),
     "territories.csv", 8, "induk 99.01.03 dari 99.01.03.1001 tidak ada"),
    ("parent that is not the start of the code",
     change("territories.csv", "Barat Laut,kelurahan,99.01.01,", "Barat Laut,kelurahan,99.01.02,"),
     "territories.csv", 4, "induk 99.01.02 bukan awal dari kode 99.01.01.1001"),
    ("level that the code denies", change("territories.csv", "Utara,kecamatan", "Utara,kelurahan"),
     "territories.csv", 3, "tidak cocok dengan tingkat kelurahan"),
    ("another city's code", change("city.toml", '"99.01"', '"99.02"'),
     "territories.csv", 2, "kota 99.01 bukan kota paket"),
    ("decimal comma", change("territories.csv", "kecamatan,99.01,6.0,", 'kecamatan,99.01,"6,0",'),
     "territories.csv", 3, 'km2 "6,0" bukan angka'),
    ("thousands point", change("territories.csv", ",30000,", ",30.000,"), "territories.csv", 2, "bukan bilangan bulat"),
    ("latitude off the earth", change("territories.csv", ",-4.99,100.03,", ",-94.99,100.03,"),
     "territories.csv", 5, "lat -94.99 di luar -90 sampai 90"),
    ("empty name", change("territories.csv", "Tenggara,", ","), "territories.csv", 7, "kolom name kosong"),
    ("too many cells", change("territories.csv", ",Selatan,", ",Selatan, kota,"),
     "territories.csv", 6, "punya 11 kolom"),
    ("bad date", change("agencies.csv", "2020-01-01", "01/01/2020"), "agencies.csv", 3, "bukan tanggal"),
    ("no such day", change("agencies.csv", "2020-01-01", "2021-02-29"), "agencies.csv", 3, "bukan tanggal"),
    ("ends before it begins", change("agencies.csv", "2020-01-01,", "2020-01-01,2019-01-01"),
     "agencies.csv", 3, "hanya sampai"),
    ("unknown lead agency", change("categories.csv", "Lampu jalan,aduan,4,PU", "Lampu jalan,aduan,4,PLN"),
     "categories.csv", 5, "kategori A02 menyebut instansi PLN yang tidak ada"),
    ("unknown supporting agency", change("categories.csv", "OPERATOR|KECAMATAN", "OPERATOR|CAMAT"),
     "categories.csv", 2, "instansi CAMAT"),
    ("priority out of range", change("categories.csv", "darurat,1,", "darurat,5,"),
     "categories.csv", 2, "priority 5 di luar"),
    ("unknown channel", change("categories.csv", "Pohon tumbang,darurat", "Pohon tumbang,gawat"),
     "categories.csv", 3, 'channel "gawat" tidak dikenal'),
    ("clock without a unit", change("categories.csv", "2 menit", "2"), "categories.csv", 2, "bukan batas waktu"),
    ("sensor outside its territory", change("sensors.csv", "-5.01,100.02,ya", "-4.985,100.02,ya"),
     "sensors.csv", 5, "di luar wilayah 99.01.02"),
    ("sensor in no territory", change("sensors.csv", "990102-hujan,99.01.02", "990102-hujan,99.01.09"),
     "sensors.csv", 5, "wilayah 99.01.09 yang tidak ada"),
    ("sensor without interval", change("sensors.csv", "tma,cm,0,10,", "tma,cm,0,0,"),
     "sensors.csv", 2, "interval_s 0 di luar"),
    ("chart of nothing", change("city.toml", '"tma", "hujan"', '"tma", "debit"'),
     "city.toml", 6, "charts menyebut debit"),
    ("time zone", change("city.toml", "Asia/Jakarta", "Asia/Bandung"), "city.toml", 3, '"Asia/Bandung" tidak dikenal'),
    ("no map", change("city.toml", "[map]", "[peta]"), "city.toml", 0, "bagian [map] tidak ada"),
    ("map off the earth", change("city.toml", "lat = -5.0", "lat = 500"), "city.toml", 11, "map.lat"),
    ("no name", change("city.toml", 'name = "Kota Uji"\n', ""), "city.toml", 0, "name: tidak ada atau kosong"),
    ("bad TOML", change("city.toml", 'name = "Kota Uji"', 'name = "Kota Uji'), "city.toml", 2, "TOML tidak sah"),
    ("bad thresholds", change("thresholds.toml", "steps = []", "steps = ["), "thresholds.toml", 9, "TOML tidak sah"),
    ("ladder that goes down", change("thresholds.toml", "start = 10", "start = 0.1"),
     "thresholds.toml", 1, "tidak naik"),
    ("ladder for no sensor", change("thresholds.toml", 'quantity = "tma"', 'quantity = "tma"\nsensor = "x"'),
     "thresholds.toml", 6, "sensor x yang tidak ada"),
    ("step without number", change("thresholds.toml", "start = 10", 'start = "10"'),
     "thresholds.toml", 1, "steps.start"),
    ("half a priority", change("thresholds.toml", "priority = 2", "priority = 2.5"),
     "thresholds.toml", 1, "bukan bilangan bulat"),
    ("self-crossing outline",
     change("boundaries.geojson", "[[[100.0, -5.02], [100.04, -5.02], [100.04, -5.0], [100.0, -5.0], [100.0, -5.02]]]}}\n]}",
            "[[[100.0, -5.02], [100.04, -5.0], [100.04, -5.02], [100.0, -5.0], [100.0, -5.02]]]}}\n]}"),
     "boundaries.geojson", 7, "batas 99.01.02.1001 tidak sah (Self-intersection"),
    ("open ring", change("boundaries.geojson", "[100.02, -4.98], [100.02, -5.0]]]}}", "[100.02, -4.98], [100.02, -4.99]]]}}"),
     "boundaries.geojson", 5, "cincin tidak tertutup"),
    ("latitude and longitude swapped", change("boundaries.geojson", "[[[100.02, -5.0]", "[[[-5.0, 100.02]"),
     "boundaries.geojson", 5, "bukan bujur dan lintang"),
    ("not a polygon",
     change("boundaries.geojson", '"Polygon", "coordinates": [[[100.02,', '"Point", "coordinates": [[[100.02,'),
     "boundaries.geojson", 5, "bukan Polygon"),
    ("text for a number", change("boundaries.geojson", "[[[100.02, -5.0]", '[[[100.02, "x"]'),
     "boundaries.geojson", 5, "titik bukan [bujur, lintang]"),
    ("territory without outline", change("boundaries.geojson", '"99.01.01.1002"', '"99.01.01.1009"'),
     "boundaries.geojson", 0, "batas 99.01.01.1002 (Timur Laut) tidak ada"),
    ("outline of nothing", change("boundaries.geojson", '"99.01.01.1002"', '"99.01.01.1009"'),
     "boundaries.geojson", 5, "batas 99.01.01.1009 bukan wilayah"),
    ("outline twice", change("boundaries.geojson", '"99.01.01.1002"', '"99.01.01.1001"'),
     "boundaries.geojson", 5, "ada dua kali"),
    ("outline of another level",
     change("boundaries.geojson", '"Selatan", "level": "kecamatan"', '"Selatan", "level": "kota"'),
     "boundaries.geojson", 6, "bertingkat kota"),
    ("feature without name", change("boundaries.geojson", '"name": "Selatan", ', ""),
     "boundaries.geojson", 6, "tanpa name"),
    ("cut-off JSON", write("boundaries.geojson", b'{"type": "FeatureCollection",\n"features": ['),
     "boundaries.geojson", 2, "JSON tidak sah"),
    ("JSON that is a list", write("boundaries.geojson", b"[]"), "boundaries.geojson", 1, "bukan FeatureCollection"),
    ("JSON too deep", write("boundaries.geojson", b"[" * 200_000), "boundaries.geojson", 0, "terlalu dalam"),
    ("NaN", change("boundaries.geojson", "[[[100.02, -5.0]", "[[[100.02, NaN]"), "boundaries.geojson", 0, "NaN"),
    ("byte order mark", encode("agencies.csv", "utf-8-sig"), "agencies.csv", 1, "tanda BOM"),
    ("UTF-16", encode("territories.csv", "utf-16"), "territories.csv", 1, "UTF-16"),
    ("UTF-16 without mark", encode("city.toml", "utf-16-le"), "city.toml", 1, "UTF-16"),
    ("NUL", change("agencies.csv", "jalan; drainase", "jalan\x00"), "agencies.csv", 4, "karakter kendali U+0000"),
    ("semicolons", write("agencies.csv", b"code;name;duty;valid_from;valid_to;source\n"),
     "agencies.csv", 1, "titik koma"),
    ("missing column", change("agencies.csv", "valid_to,", ""), "agencies.csv", 1, "kolom valid_to tidak ada"),
    ("column twice", change("agencies.csv", "code,name,duty", "code,name,duty,duty"),
     "agencies.csv", 1, '"duty" ada dua kali'),
    ("open quote", add("agencies.csv", '"X'), "agencies.csv", 6, "baris CSV rusak"),
    ("shift without an hour", add("city.toml", '[[shift]]\nname = "S"\nfrom = "6.00"\nto = "14:00"\nsource = "x"'),
     "city.toml", 14, "bukan jam"),
    ("shift from nobody", add("city.toml", '[[shift]]\nname = "S"\nfrom = "06:00"\nto = "14:00"'),
     "city.toml", 14, "source: tidak ada"),
    ("shift that is no section", change("city.toml", "[map]", 'shift = "pagi"\n[map]'), "city.toml", 0, "shift bukan daftar"),
    ("shifts together", add("city.toml", """[[shift]]
name = "Malam"
from = "22:00"
to = "06:00"
source = "x"
[[shift]]
name = "Subuh"
from = "05:00"
to = "09:00"
source = "x\""""), "city.toml", 19, "Subuh berjalan bersama Malam"),
    ("empty table", write("territories.csv", b""), "territories.csv", 1, "kolom code tidak ada"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "file", "line", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_pack_is_told_where_and_what(pack: Path, edit: Edit, file: str, line: int, words: str) -> None:
    edit(pack)
    faults = check_city(pack)
    told = [fault for fault in faults if fault.file == file and fault.line == line and words in fault.what]
    assert told, "\n".join(map(str, faults))
    assert all(fault.mend and "\n" not in str(fault) for fault in faults)
    with pytest.raises(PackError) as raised:
        read_city(pack)
    assert list(raised.value.faults) == faults


def test_latin_1_names_its_line(pack: Path) -> None:
    change("sensors.csv", "Suhu – Utara", "Suhu - Utara")(pack)
    raw = (pack / "sensors.csv").read_text(encoding="utf-8").replace(" – ", " - ").encode("latin-1")
    (pack / "sensors.csv").write_bytes(raw)
    assert [(fault.line, fault.what) for fault in check_city(pack) if fault.file == "sensors.csv"] == [
        (4, "pengodean bukan UTF-8 (mungkin Latin-1 atau Windows-1252)")
    ]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file_is_named(pack: Path, name: str) -> None:
    (pack / name).unlink()
    assert Fault(name, 0, "berkas tidak ada", f"Tambahkan {name} ke paket") in check_city(pack)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_folder_in_a_files_place_is_named(pack: Path, name: str) -> None:
    (pack / name).unlink()
    (pack / name).mkdir()
    assert [fault.what for fault in check_city(pack) if fault.file == name][:1] == ["bukan berkas biasa"]


@pytest.mark.parametrize("name", MEMBERS)
def test_a_file_of_50_mb_is_refused_unread(pack: Path, name: str) -> None:
    with (pack / name).open("wb") as file:
        file.truncate(50 * 2**20)
    tracemalloc.start()
    faults = check_city(pack)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "berkas terlalu besar (50 MB, paling banyak 16 MB)" in [fault.what for fault in faults if fault.file == name]
    assert peak < MAX_FILE / 4


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(PackError, match="folder paket tidak ada"):
        read_city(Path("/tidak/ada"))


def test_all_faults_come_at_once(pack: Path) -> None:
    (pack / "agencies.csv").unlink()
    change("territories.csv", "Tenggara,", ",")(pack)
    change("city.toml", "Asia/Jakarta", "Mars/Utara")(pack)
    assert {fault.file for fault in check_city(pack)} == {"agencies.csv", "territories.csv", "city.toml"}


def test_a_trusted_pack_is_still_read_with_care(pack: Path) -> None:
    assert read_city(pack, trusted=True) == read_city(pack)
    change("territories.csv", "Tenggara,", ",")(pack)
    with pytest.raises(PackError, match="kolom name kosong"):
        read_city(pack, trusted=True)


def test_windows_line_ends_are_fine(pack: Path) -> None:
    for file in pack.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert check_city(pack) == []


def test_faults_as_plain_data() -> None:
    assert as_builtins([Fault("a.csv", 3, "kosong", "Isi")]) == [
        {"file": "a.csv", "line": 3, "what": "kosong", "mend": "Isi"}
    ]


def only_pack_error(folder: Path) -> None:
    try:
        city = read_city(folder)
    except PackError as error:
        assert error.faults
    else:
        assert city.territories


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = make_small_pack(tmp_path_factory.mktemp("fuzz") / "uji")
    return folder, {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


TOKENS = [*(bytes([byte]) for byte in b'"\n,{}[]-='), b"nan", b"1e999", b"\xff\xfe", b"null", b"\\ud800", b"9" * 5000]


@st.composite
def damage(draw: st.DrawFn) -> tuple[str, Callable[[bytes], bytes]]:
    name = draw(st.sampled_from(REQUIRED))
    where, much = draw(st.floats(0, 1)), draw(st.integers(0, 30))
    put = draw(st.one_of(st.binary(max_size=8), st.sampled_from(TOKENS)))

    def hit(raw: bytes) -> bytes:
        at = int(where * len(raw))
        return raw[:at] + put + (raw[at + much :] if much < 30 else b"")

    return name, hit


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hits=st.lists(damage(), min_size=1, max_size=3))
def test_damaged_files_raise_nothing_but_pack_error(
    fuzzed: tuple[Path, dict[str, bytes]], hits: list[tuple[str, Callable[[bytes], bytes]]]
) -> None:
    folder, files = fuzzed
    damaged = dict(files)
    for name, hit in hits:
        damaged[name] = hit(damaged[name])
    for name, raw in damaged.items():
        (folder / name).write_bytes(raw)
    only_pack_error(folder)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(MEMBERS),
    text=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))),
)
def test_arbitrary_files_raise_nothing_but_pack_error(
    fuzzed: tuple[Path, dict[str, bytes]], name: str, text: bytes
) -> None:
    folder, files = fuzzed
    for other, raw in files.items():
        (folder / other).write_bytes(raw)
    (folder / name).write_bytes(text)
    only_pack_error(folder)
    if name not in files:
        (folder / name).unlink()
