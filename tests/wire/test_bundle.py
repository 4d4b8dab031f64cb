"""A bundle's bytes: every one of them is covered, nobody but its readers opens it, and hostile ones are refused in words."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.keys import Device, DeviceKey
from console.wire import bundle as wire
from console.wire.bundle import MAGIC, BundleRefused, Manifest, Member, pack, read
from console.wire.bundle_seal import CHUNK, Seal, SealBroken, opened, unwrap

SENDER, READER, OTHER = (DeviceKey.from_bytes(bytes([k]) * 32) for k in (1, 2, 3))
MEMBERS = (Member("journal", "99.01.01", b'{"now":0}' * 40, 3), Member("pack", "", b"isi" * 30_000, 1))


def device(key: DeviceKey) -> Device:
    return Device(key.id, key.public, "99.01.01", "kecamatan", "uji", seal=key.seal)


def manifest(**more: object) -> Manifest:
    plain = Manifest(
        1, "bundle", "99.01", b"k" * 32, "", b"", "Utara", "99.01.01", "*", "", 1, "", 1_000, 2_000, {}, [], b"", {}, 0, b""
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def made(**more: object) -> bytes:
    return pack(manifest(**more), MEMBERS, SENDER, [device(READER)])[0]


DATA = made()
SIZE = int.from_bytes(DATA[8:12], "big")
REGIONS = {
    "magic": range(8), "length": range(8, 12), "manifest": range(12, 12 + SIZE),
    "signature": range(12 + SIZE, 76 + SIZE), "content": range(76 + SIZE, len(DATA)),
}  # fmt: skip


def refusal(data: bytes) -> str:
    """The code with which it is refused; its sentence is one line that ends."""
    with pytest.raises(BundleRefused) as error:
        list(read(data).open(READER).members("journal", "pack"))
    assert str(error.value).endswith(".") and "\n" not in str(error.value)
    return error.value.code


def test_what_was_packed_comes_out() -> None:
    bundle = read(DATA)
    assert (bundle.manifest.sender, bundle.manifest.name) == (SENDER.id, "Utara")
    assert [m.data for m in bundle.open(READER).members("journal", "pack")] == [m.data for m in MEMBERS]
    assert [m.kind for m in bundle.open(READER).members("pack", "blob")] == ["pack"]
    assert b"99.01.01" not in DATA[REGIONS["content"].start :] and b"isiisi" not in DATA


def test_a_bundle_of_the_first_form_stays_readable() -> None:
    bundle = read((Path(__file__).parent / "samples" / "bundle-form-1.simpul").read_bytes())
    assert [m.data for m in bundle.open(READER).members("journal", "pack")] == [m.data for m in MEMBERS]
    assert READER.seal.hex() == "8739858112291ca34827f86df578fa6b8404a73d772a24a483a32f73aef79e4c"


def test_it_is_sealed_to_its_readers_only() -> None:
    with pytest.raises(BundleRefused) as error:
        read(DATA).open(OTHER)
    assert error.value.code == "sealed" and "siapa saja" in str(error.value)


def test_a_key_wrapped_for_another_opens_nothing() -> None:
    """Somebody who can sign names a device as reader that the content key was not wrapped for."""
    good = read(DATA).manifest
    stolen = msgspec.structs.replace(good, wrapped={OTHER.id: good.wrapped[READER.id]})
    with pytest.raises(BundleRefused) as error:
        read(signed(stolen, DATA[REGIONS["content"].start :])).open(OTHER)
    assert error.value.code == "unreadable"


def signed(said: Manifest, content: bytes) -> bytes:
    raw = msgspec.json.encode(said)
    head = MAGIC + len(raw).to_bytes(4, "big") + raw
    return head + SENDER.sign(wire._signed(head)) + content


def hostile(sections: list[wire.Section], plain: bytes, **more: object) -> bytes:
    """A bundle that an enrolled sender made with other tools."""
    import hashlib

    seal = Seal()
    content = seal.close(plain)
    said = manifest(
        sender=SENDER.id, key=SENDER.public, sections=sections, ephemeral=seal.public, size=len(content),
        wrapped={READER.id: seal.wrap([READER.seal])[0]}, sha256=hashlib.sha256(content).digest(), **more,
    )  # fmt: skip
    return signed(said, content)


@pytest.mark.parametrize("region", REGIONS)
def test_a_flipped_byte_in_any_region_is_refused(region: str) -> None:
    for k in list(REGIONS[region])[:: max(1, len(REGIONS[region]) // 150)]:
        changed = bytearray(DATA)
        changed[k] ^= 0x41
        assert refusal(bytes(changed)) in ("changed", "cut", "not_bundle", "too_big", "newer"), (region, k)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_flip_is_refused(place: int, flip: int) -> None:
    changed = bytearray(DATA)
    changed[place] ^= flip
    refusal(bytes(changed))


@given(st.integers(0, len(DATA) - 1))
def test_any_cut_is_refused(length: int) -> None:
    assert refusal(DATA[:length]) in ("cut", "not_bundle")


@given(st.binary(min_size=1, max_size=40), st.integers(0, len(DATA)))
def test_anything_put_in_is_refused(more: bytes, place: int) -> None:
    refusal(DATA[:place] + more + DATA[place:])


@given(st.binary(max_size=300), st.booleans())
def test_noise_is_refused(noise: bytes, disguised: bool) -> None:
    refusal(MAGIC + noise if disguised else noise)


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.booleans(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_for_a_manifest_is_refused(said: object) -> None:
    raw = msgspec.json.encode(said) if not _huge(said) else b"{}"
    head = MAGIC + len(raw).to_bytes(4, "big") + raw
    refusal(head + SENDER.sign(wire._signed(head)))


def _huge(said: object) -> bool:
    if isinstance(said, int):
        return abs(said) >= 2**63
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return any(map(_huge, inner))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/b", "..", "C:\\x", "a\0b", "x" * 65, "A", ".", "a..b"]
)
def test_names_like_paths_are_refused(name: str) -> None:
    assert refusal(hostile([wire.Section("journal", name, 0, 0, 0)], b"")) == "bad_name"


@pytest.mark.parametrize("kind", ["", "../x", "Journal", "x" * 17, "a b"])
def test_kinds_that_are_none_are_refused(kind: str) -> None:
    assert refusal(hostile([wire.Section(kind, "", 0, 0, 0)], b"")) == "bad_name"


def test_a_bomb_is_stopped_at_what_it_states() -> None:
    bomb = zstandard.ZstdCompressor(level=3).compress(bytes(200 * 2**20))
    assert len(bomb) < 200_000
    assert refusal(hostile([wire.Section("journal", "99.01", len(bomb), 1000, 1)], bomb)) == "too_big"
    assert refusal(hostile([wire.Section("journal", "99.01", len(bomb), 200 * 2**20, 1)], bomb)) == "too_big"
    many = [wire.Section("journal", "99.01", 0, wire.MAX_SECTION, 1)] * 100
    assert refusal(hostile(many, b"")) == "too_big"
    endless = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(50 * 2**20))
    assert refusal(hostile([wire.Section("journal", "99.01", len(endless), 1000, 1)], endless)) == "too_big"


def test_sizes_that_lie_are_refused() -> None:
    packed = zstandard.ZstdCompressor().compress(b"{}")
    assert refusal(hostile([wire.Section("journal", "", len(packed), 3, 1)], packed)) == "unreadable"
    assert refusal(hostile([wire.Section("journal", "", len(packed) + 1, 2, 1)], packed)) == "unreadable"
    assert refusal(hostile([wire.Section("journal", "", -1, 2, 1)], packed)) == "too_big"
    assert refusal(hostile([wire.Section("journal", "", 4, 9, 1)], b"haha")) == "unreadable"
    assert refusal(hostile([], b"", sequence=0)) == "unreadable"
    assert refusal(MAGIC + (2**31).to_bytes(4, "big")) == "too_big"


def test_a_sender_cannot_sign_for_another() -> None:
    said = msgspec.structs.replace(read(DATA).manifest, sender=OTHER.id)
    assert refusal(signed(said, DATA[REGIONS["content"].start :])) == "changed"


def test_a_newer_form_says_to_update() -> None:
    said = msgspec.structs.replace(read(DATA).manifest, form=2)
    assert refusal(signed(said, DATA[REGIONS["content"].start :])) == "newer"


@given(st.integers(0, 3 * CHUNK))
@settings(max_examples=30)
def test_sealing_gives_back_what_it_took(size: int) -> None:
    plain = bytes(k % 251 for k in range(256)) * (size // 256 + 1)
    seal = Seal()
    key = unwrap(READER.sealing, seal.public, seal.wrap([OTHER.seal, READER.seal])[1])
    assert opened(key, seal.close(plain[:size])) == plain[:size]


def test_chunks_cannot_be_swapped_dropped_or_cut_off() -> None:
    seal = Seal()
    key = unwrap(READER.sealing, seal.public, seal.wrap([READER.seal])[0])
    sealed = seal.close(bytes(3 * CHUNK))
    step = CHUNK + 16
    a, b, c = sealed[:step], sealed[step : 2 * step], sealed[2 * step :]
    for wrong in (b + a + c, a + c, a + b, b + c, sealed + c, b""):
        with pytest.raises(SealBroken):
            opened(key, wrong)
