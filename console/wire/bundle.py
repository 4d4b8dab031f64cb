"""A bundle: what goes by USB stick, as bytes. Written and read here, by nothing else; no name in it is ever a path.

The file, numbers big-endian::

    "SIMPULB1"  4 bytes: length of the manifest  manifest (JSON)  64 bytes: signature  sealed content

The signature is the sender's device key over ``simpul-bundle-1 0x00`` and SHA-256 of all bytes before it. The manifest
states size and SHA-256 of the sealed content, so that one signature covers every byte of the file, and anybody can check
it without being able to open it. The content (see bundle_seal) is the sections one after the other, each compressed by
itself; the manifest says of each its kind, name and sizes. A kind that a program does not know is passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import msgspec

from console.domain.keys import Device, DeviceKey, device_id, verify
from console.wire import codec
from console.wire.bundle_seal import Seal, SealBroken, opened, unwrap

MAGIC = b"SIMPULB1"
SUFFIX = ".simpul"
TAG = b"simpul-bundle-1\0"
FORM = 1
MAX_MANIFEST = 1024 * 1024
MAX_SEALED = 256 * 1024 * 1024
MAX_SECTION = 24 * 1024 * 1024
"""Bytes that one section may unpack to."""
MAX_PLAIN = 1024 * 1024 * 1024
"""Bytes that all sections together may unpack to; they are unpacked one at a time."""
MAX_SECTIONS = 4096
SIGNATURE = 64
_HEAD = len(MAGIC) + 4
_KIND = re.compile(r"[a-z][a-z_]{0,15}")
_NAME = re.compile(r"(?:[0-9a-z]+(?:\.[0-9a-z]+)*)?")
_MAX_NAME = 64
_BIG = 2**62

Progress = Callable[[float, str], None]
"""Told how far (0 to 1) and with what."""


class BundleRefused(Exception):
    """The bundle cannot be written, or was not taken in and changed nothing; `code` names why, `detail` fills the
    sentence."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "not_bundle": "Berkas ini bukan bundel Simpul.",
        "newer": "Bundel ini dari program yang lebih baru: perbarui program, lalu impor lagi.",
        "cut": "Bundel terpotong: salin ulang berkasnya, atau minta bundel baru.",
        "changed": "Bundel berubah sejak ditandatangani ({0}): jangan dipakai, minta bundel baru.",
        "too_big": "Bundel melampaui batas ukuran ({0}): minta bundel yang lebih kecil.",
        "bad_name": "Bundel memuat bagian bernama janggal ({0}): jangan dipakai, minta bundel baru.",
        "unreadable": "Isi bundel tidak terbaca ({0}): minta bundel baru.",
        "foreign": "Bundel ini dari kota lain ({0}): bawa ke kota itu.",
        "sealed": "Bundel ini disegel untuk {0}, bukan untuk ruang ini: bawa ke sana.",
        "stranger": "Pengirim bundel ini ({0}) tidak terdaftar di kota ini: minta bundel dari ruang yang terdaftar.",
        "no_print": "Ruang ini belum mengenal kota mana pun: ulangi dengan --print dan sidik kota dari pusat.",
        "wrong_print": "Sidik kota tidak cocok dengan bundel ini: tanyakan lagi sidiknya kepada pusat.",
        "not_here": "Perangkat ini belum disebut di jurnal kota dalam bundel: minta bundel baru setelah didaftarkan.",
        "no_pack": "Bundel ini tidak membawa paket kota yang sah: minta bundel dari ruang yang memilikinya.",
        "not_enrolled": "Ruang ini belum terdaftar: daftarkan dengan simpul enrol ALAMAT KODE --name NAMA, atau tanpa "
        "sambungan bawa ke pusat berkas dari simpul enrol --request BERKAS --name NAMA.",
        "revoked": "Perangkat ini sudah dicabut: bundelnya tidak akan diterima.",
        "no_seal": "{0} terdaftar sebelum ada segel: daftarkan ulang dengan program baru, lalu buat bundel lagi.",
        "unknown_target": "Tidak ada ruang bernama {0}; yang ada: {1}.",
        "ambiguous": "Nama {0} milik beberapa perangkat: sebut nomornya ({1}).",
        "unknown_journal": "Ruang ini tidak menyimpan jurnal {0}.",
        "no_file": "Berkas {0} tidak dapat dibaca: {1}.",
        "no_room": "Bundel tidak dapat ditulis ke {0}: {1}.",
        "not_written": "Ruang ini tidak dapat mencatat (disk penuh atau hanya-baca): kosongkan disk, lalu impor lagi.",
    }

    def __init__(self, code: str, *detail: str) -> None:
        super().__init__(self.SENTENCES[code].format(*(printable(d) for d in detail)))
        self.code = code
        self.detail = detail


def printable(text: str) -> str:
    """What a stranger wrote, on one line and short."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])


class Section(msgspec.Struct, frozen=True, array_like=True):
    """One part of the content: `packed` bytes as they lie there, `plain` bytes when unpacked, `count` of what is in it."""

    kind: str
    name: str
    packed: int
    plain: int
    count: int


class Range(msgspec.Struct, frozen=True, array_like=True):
    """What of one journal is inside: its order from above `after` up to `upto`, and how many entries."""

    after: int
    upto: int
    entries: int


class Manifest(msgspec.Struct, frozen=True):
    """What anybody may read of a bundle.

    `sender` is the device and `key` its public key, `name` and `territory` what it says of itself. `target` is "*", a
    territory code, or a device id; `wrapped` gives the content key by device. `sequence` counts the sender's bundles for
    this target, `previous` is the SHA-256 of the one before ("": none). Times are ms since epoch UTC.
    """

    form: int
    kind: str
    city: str
    city_key: bytes
    sender: str
    key: bytes
    name: str
    territory: str
    target: str
    target_name: str
    sequence: int
    previous: str
    created: int
    expires: int
    ranges: dict[str, Range]
    sections: list[Section]
    ephemeral: bytes
    wrapped: dict[str, bytes]
    size: int
    sha256: bytes

    @property
    def plain(self) -> int:
        """Bytes of all sections unpacked."""
        return sum(s.plain for s in self.sections)

    @property
    def described(self) -> str:
        """The target for people."""
        return self.target_name or ("siapa saja" if self.target == "*" else self.target)


class Member(msgspec.Struct, frozen=True):
    """A section on its way in: unpacked bytes."""

    kind: str
    name: str
    data: bytes
    count: int = 0


# ---- writing


def pack(
    manifest: Manifest, members: Sequence[Member], key: DeviceKey, readers: Sequence[Device]
) -> tuple[bytes, Manifest]:
    """The bundle's bytes, and what it says: `manifest` with sections, seal, size and hash filled in, signed by `key` and
    sealed to `readers`, each of which has a seal. BundleRefused("too_big") beyond the caps."""
    seal = Seal()
    packed = [codec.compress(m.data, "zstd") for m in members]
    content = seal.close(b"".join(packed))
    manifest = msgspec.structs.replace(
        manifest,
        form=FORM,
        sender=key.id,
        key=key.public,
        sections=[Section(m.kind, m.name, len(p), len(m.data), m.count) for m, p in zip(members, packed, strict=True)],
        ephemeral=seal.public,
        wrapped=dict(zip([d.id for d in readers], seal.wrap(d.seal for d in readers), strict=True)),
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
    )
    _within_caps(manifest)
    said = msgspec.json.encode(manifest)
    if len(said) > MAX_MANIFEST:
        raise BundleRefused("too_big", "daftar isi")
    head = MAGIC + len(said).to_bytes(4, "big") + said
    return head + key.sign(_signed(head)) + content, manifest


def _signed(head: bytes) -> bytes:
    return TAG + hashlib.sha256(head).digest()


# ---- reading


class Bundle:
    """A bundle whose signature and bytes are good; nothing of its content has been opened. `sha256` (hex) names it."""

    def __init__(self, manifest: Manifest, content: bytes, sha256: str) -> None:
        self.manifest = manifest
        self.sha256 = sha256
        self._content = content

    def open(self, key: DeviceKey) -> Opened:
        """Open the content with the device's own key. BundleRefused when it is sealed to others."""
        m = self.manifest
        wrapped = m.wrapped.get(key.id)
        if wrapped is None:
            raise BundleRefused("sealed", m.described)
        try:
            content = opened(unwrap(key.sealing, m.ephemeral, wrapped), self._content)
        except SealBroken as error:
            raise BundleRefused("unreadable", str(error)) from error
        if len(content) != sum(s.packed for s in m.sections):
            raise BundleRefused("unreadable", "ukuran isi tidak cocok")
        return Opened(self, content)


class Opened:
    """A bundle that this room could open; sections are unpacked one at a time, when asked for."""

    def __init__(self, bundle: Bundle, content: bytes) -> None:
        self.bundle = bundle
        self.manifest = bundle.manifest
        self._content = content

    def members(self, *kinds: str) -> Iterator[Member]:
        """The sections of these kinds, in order. BundleRefused when one does not unpack to what it should be."""
        start = 0
        for s in self.manifest.sections:
            raw, start = self._content[start : start + s.packed], start + s.packed
            if s.kind in kinds:
                yield Member(s.kind, s.name, _unpacked(raw, s), s.count)


def _unpacked(raw: bytes, section: Section) -> bytes:
    try:
        data = codec.decompress(raw, "zstd", section.plain)
    except codec.Oversize as error:
        raise BundleRefused("too_big", f"bagian {section.kind} membesar saat dibuka") from error
    except codec.Malformed as error:
        raise BundleRefused("unreadable", str(error)) from error
    if len(data) != section.plain:
        raise BundleRefused("unreadable", f"ukuran bagian {section.kind} tidak cocok")
    return data


def read(data: bytes) -> Bundle:
    """Check a file from its first byte to its last. BundleRefused when any is not as it was signed."""
    if not data.startswith(MAGIC):
        raise BundleRefused("cut" if MAGIC.startswith(data) and data else "not_bundle")
    size = int.from_bytes(data[len(MAGIC) : _HEAD], "big")
    if size > MAX_MANIFEST:
        raise BundleRefused("too_big", "daftar isi")
    start = _HEAD + size + SIGNATURE
    if len(data) < start:
        raise BundleRefused("cut")
    manifest = _manifest(data[_HEAD : _HEAD + size])
    head, signature, content = data[: _HEAD + size], data[_HEAD + size : start], data[start:]
    if device_id(manifest.key) != manifest.sender or not verify(manifest.key, signature, _signed(head)):
        raise BundleRefused("changed", "daftar isi")
    _within_caps(manifest)
    if len(content) < manifest.size:
        raise BundleRefused("cut")
    if len(content) > manifest.size:
        raise BundleRefused("changed", "ada sisa di akhir berkas")
    if hashlib.sha256(content).digest() != manifest.sha256:
        raise BundleRefused("changed", "isi")
    return Bundle(manifest, content, hashlib.sha256(data).hexdigest())


def _manifest(raw: bytes) -> Manifest:
    try:
        form = codec.parse(raw, _Form).form
        if form > FORM:
            raise BundleRefused("newer")
        return codec.parse(raw, Manifest)
    except codec.Malformed as error:
        raise BundleRefused("changed", "daftar isi") from error


class _Form(msgspec.Struct):
    form: int


def _within_caps(m: Manifest) -> None:
    if m.size > MAX_SEALED or len(m.sections) > MAX_SECTIONS:
        raise BundleRefused("too_big", "isi")
    for s in m.sections:
        if not _KIND.fullmatch(s.kind) or len(s.name) > _MAX_NAME or not _NAME.fullmatch(s.name):
            raise BundleRefused("bad_name", s.name or s.kind)
        if not (0 <= s.plain <= MAX_SECTION and 0 <= s.packed <= MAX_SEALED and 0 <= s.count < _BIG):
            raise BundleRefused("too_big", f"bagian {s.kind}")
    if m.plain > MAX_PLAIN:
        raise BundleRefused("too_big", "isi setelah dibuka")
    if not (0 < m.sequence < _BIG and -_BIG < m.created < _BIG and -_BIG < m.expires < _BIG):
        raise BundleRefused("unreadable", "angka di luar batas")
