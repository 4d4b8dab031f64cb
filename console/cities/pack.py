"""City packs as one piece: where they lie, their version, and their way over the wire.

The packed form: the 8 bytes `SIMPULC1`, then one zstd frame with checksum that holds a 4-byte big-endian length, that
many bytes of JSON `[["agencies.csv", size], …]` in order of name, and then the files' bytes one after another. Names
are only compared with the names that a pack may have: none of them is ever used as a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import msgspec

from console.cities.faults import Fault, PackError
from console.cities.files import MAX_FILE, MEMBERS, REQUIRED, read_raw

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "cities"
MAGIC = b"SIMPULC1"
MAX_PACKED = 16 * 2**20
MAX_UNPACKED = 48 * 2**20
_LEVEL = 12
_ARCHIVE = "paket"


def pack_path(name_or_code: str, root: Path = RESOURCES) -> Path:
    """The folder of a pack that comes with the program, by folder name (`bandung`) or city code (`32.73`).

    Raises:
        PackError: when there is no such pack; the fault names those there are.
    """
    folders = [folder for folder in sorted(root.glob("*")) if (folder / "city.toml").is_file()]
    for folder in folders:
        if name_or_code == folder.name:
            return folder
    found = {folder.name: _code_in(folder) for folder in folders}
    for name, code in found.items():
        if name_or_code and name_or_code == code:
            return root / name
    names = ", ".join(f"{name} ({code})" for name, code in found.items()) or "tidak ada"
    raise PackError([Fault(name_or_code[:80], 0, "paket kota tidak ditemukan", f"Yang ada: {names}")])


def pack_version(folder: Path) -> str:
    """The first 16 hex digits of a SHA-256 over names, sizes and bytes of the pack's files. Raises `PackError`."""
    return _version(_files(folder))


def pack_bytes(folder: Path) -> bytes:
    """The pack in its packed form; the same files always give the same bytes. Raises `PackError`."""
    import zstandard

    files = _files(folder)
    index = msgspec.json.encode([[name, len(raw)] for name, raw in files.items()])
    body = len(index).to_bytes(4, "big") + index + b"".join(files.values())
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=True, threads=0)
    packed = MAGIC + compressor.compress(body)
    if len(packed) > MAX_PACKED or len(body) > MAX_UNPACKED:
        raise _damaged("paket terlalu besar untuk dikirim", "Sederhanakan batas wilayah")
    return packed


def unpack(data: bytes, folder: Path) -> str:
    """Put a packed pack in place as `folder`, whole and checked, or leave everything as it was; gives its version.

    A pack that was there is replaced. The files are written and synced to disk beside `folder` first, so `folder` never
    holds half a pack.

    Raises:
        PackError: when the bytes are damaged or too large, or the pack in them has faults.
        OSError: when the disk refuses.
    """
    from console.cities.check import check_city

    files = _members(_decompressed(data))
    if folder.exists() and not folder.is_dir():
        raise PackError([Fault(str(folder), 0, "bukan folder", "Pilih tempat lain untuk paket kota")])
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, raw in files.items():
            _write_synced(fresh / name, raw)
        faults = check_city(fresh)
        if faults:
            raise PackError(faults)
        _swap_in(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return _version(files)


def _files(folder: Path) -> dict[str, bytes]:
    faults: list[Fault] = []
    names = [name for name in MEMBERS if name in REQUIRED or (folder / name).exists()]
    files = {name: read_raw(folder, name, faults) for name in names}
    if faults:
        raise PackError(faults)
    return {name: raw for name, raw in files.items() if raw is not None}


def _version(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()[:16]


def _decompressed(data: bytes) -> bytes:
    import zstandard

    if len(data) > MAX_PACKED:
        raise _damaged(f"lebih dari {MAX_PACKED // 2**20} MB", "Minta paket yang lebih kecil")
    if not data.startswith(MAGIC):
        raise _damaged("bukan paket kota Simpul", "Minta ulang paketnya")
    frame = data[len(MAGIC) :]
    try:
        size = zstandard.frame_content_size(frame)
        if not 0 <= size <= MAX_UNPACKED:
            raise _damaged("ukuran isinya tidak disebut atau terlalu besar", "Minta ulang paketnya")
        # One call into a buffer of the stated size: a frame that holds more than it states cannot grow in memory.
        return zstandard.ZstdDecompressor(max_window_size=2**27).decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise _damaged(f"rusak atau terpotong ({error})", "Minta ulang paketnya") from error


def _members(body: bytes) -> dict[str, bytes]:
    start = 4 + int.from_bytes(body[:4], "big")
    try:
        index = msgspec.json.decode(body[4:start], type=list[tuple[str, int]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise _damaged("daftar isinya rusak", "Minta ulang paketnya") from error
    names = [name for name, _ in index]
    if names != [name for name in MEMBERS if name in names] or not set(REQUIRED) <= set(names):
        raise _damaged("isinya bukan berkas-berkas paket", "Perbarui program, lalu minta ulang paketnya")
    files: dict[str, bytes] = {}
    for name, size in index:
        if not 0 <= size <= MAX_FILE or start + size > len(body):
            raise _damaged(f"ukuran {name} tidak cocok", "Minta ulang paketnya")
        files[name] = body[start : start + size]
        start += size
    if start != len(body):
        raise _damaged("ada sisa setelah berkas terakhir", "Minta ulang paketnya")
    return files


def _damaged(what: str, mend: str) -> PackError:
    return PackError([Fault(_ARCHIVE, 0, what, mend)])


def _write_synced(path: Path, raw: bytes) -> None:
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _swap_in(fresh: Path, folder: Path) -> None:
    """Rename `fresh` to `folder`; what was there is put aside first, back again if that fails, and removed at the end."""
    from console.durable import sync

    sync(fresh)
    aside = fresh.with_name(fresh.name + "-lama")
    had = folder.exists()
    if had:
        folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        if had:
            aside.rename(folder)
        raise
    sync(folder.parent)
    if had:
        shutil.rmtree(aside, ignore_errors=True)


def _code_in(folder: Path) -> str:
    """The code that city.toml states, or nothing when it cannot be read."""
    import tomllib

    try:
        code = tomllib.loads((folder / "city.toml").read_bytes().decode("utf-8")).get("code", "")
    except (OSError, ValueError, RecursionError):
        return ""
    return code if isinstance(code, str) and re.fullmatch(r"[0-9.]{5}", code) else ""
