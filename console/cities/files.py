"""The files of a pack: which there are, how large they may be, and their text and rows with line numbers."""

from __future__ import annotations

import codecs
import io
import re
import stat
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from console.cities.faults import Fault

MAX_FILE = 16 * 2**20
"""Bytes that one file of a pack may have; a larger one is refused unread."""

MAX_ROWS = 20_000
"""Rows that one table may have: the largest province of Indonesia has fewer than 10,000 kelurahan and desa."""

REQUIRED = (
    "city.toml", "territories.csv", "boundaries.geojson", "agencies.csv", "categories.csv", "sensors.csv",
    "thresholds.toml",
)  # fmt: skip
OPTIONAL = ("indicators.csv",)
MEMBERS = tuple(sorted(REQUIRED + OPTIONAL))

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Row(msgspec.Struct):
    """One row of a table: its accessors give a cell's value, or add a fault and give a harmless stand-in."""

    file: str
    line: int
    cells: dict[str, str]
    faults: list[Fault]

    def fault(self, what: str, mend: str) -> None:
        """Report something wrong with this row."""
        self.faults.append(Fault(self.file, self.line, what, mend))

    def text(self, column: str, *, needed: bool = True) -> str:
        """The cell without outer blanks."""
        value = self.cells.get(column, "").strip()
        if needed and not value:
            self.fault(f"kolom {column} kosong", f"Isi {column}")
        return value

    def matching(self, column: str, pattern: str, example: str) -> str:
        """A filled cell that must match the whole pattern."""
        value = self.text(column)
        if value and not re.fullmatch(pattern, value):
            self.fault(f'{column} "{_short(value)}" bukan bentuk yang benar', f"Tulis seperti {example}")
        return value

    def choice(self, column: str, choices: Sequence[str]) -> str:
        """A filled cell that must be one of `choices`; the first of them stands in."""
        value = self.text(column)
        if value in choices:
            return value
        if value:
            self.fault(f'{column} "{_short(value)}" tidak dikenal', f"Pilih salah satu: {', '.join(choices)}")
        return choices[0]

    def number(self, column: str, low: float, high: float) -> float:
        """A filled decimal number between `low` and `high`, both allowed; `low` stands in."""
        value = self.text(column)
        return self._within(column, value, _NUMBER, low, high) if value else low

    def whole(self, column: str, low: int, high: int) -> int:
        """A filled whole number between `low` and `high`, both allowed; `low` stands in."""
        value = self.text(column)
        return int(self._within(column, value, _WHOLE, low, high)) if value else low

    def maybe_number(self, column: str, low: float, high: float) -> float | None:
        """Like `number`, but an empty cell means unknown."""
        return self.number(column, low, high) if self.text(column, needed=False) else None

    def maybe_whole(self, column: str, low: int, high: int) -> int | None:
        """Like `whole`, but an empty cell means unknown."""
        return self.whole(column, low, high) if self.text(column, needed=False) else None

    def maybe_day(self, column: str) -> date | None:
        """A date as YYYY-MM-DD, or None when the cell is empty."""
        value = self.text(column, needed=False)
        if not value:
            return None
        try:
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            self.fault(
                f'{column} "{_short(value)}" bukan tanggal', "Tulis tanggal sebagai TTTT-BB-HH, misalnya 2025-07-14"
            )
            return None

    def _within(self, column: str, value: str, form: re.Pattern[str], low: float, high: float) -> float:
        if not form.fullmatch(value):
            kind = "bilangan bulat" if form is _WHOLE else "angka"
            self.fault(
                f'{column} "{_short(value)}" bukan {kind}',
                "Tulis angka biasa, desimal dengan titik, tanpa pemisah ribuan",
            )
            return low
        number = float(value)
        if not low <= number <= high:
            self.fault(f"{column} {value} di luar {low:g} sampai {high:g}", f"Periksa {column}")
            return low
        return number


def read_raw(folder: Path, name: str, faults: list[Fault]) -> bytes | None:
    """The bytes of one file, or None with the reason among `faults`; a file above `MAX_FILE` is not read."""
    path = folder / name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            faults.append(Fault(name, 0, "bukan berkas biasa", f"Ganti dengan berkas {name}"))
            return None
        if found.st_size <= MAX_FILE:
            with path.open("rb") as file:
                raw = file.read(found.st_size + 1)
            if len(raw) <= MAX_FILE:
                return raw
    except FileNotFoundError:
        faults.append(Fault(name, 0, "berkas tidak ada", f"Tambahkan {name} ke paket"))
        return None
    except (OSError, ValueError) as error:
        faults.append(Fault(name, 0, f"berkas tidak dapat dibaca ({error})", "Periksa izin dan cakramnya"))
        return None
    size = f"{found.st_size / 2**20:.0f} MB, paling banyak {MAX_FILE // 2**20} MB"
    faults.append(Fault(name, 0, f"berkas terlalu besar ({size})", "Kecilkan, misalnya dengan menyederhanakan batas"))
    return None


def read_text(folder: Path, name: str, faults: list[Fault]) -> str | None:
    """The text of one UTF-8 file, or None with the reason among `faults`."""
    raw = read_raw(folder, name, faults)
    return None if raw is None else decode(raw, name, faults)


def decode(raw: bytes, name: str, faults: list[Fault]) -> str | None:
    """Bytes as UTF-8 text without a byte order mark or control characters, or None with the reason among `faults`."""
    mend = "Simpan ulang sebagai UTF-8 tanpa BOM"
    if raw.startswith(codecs.BOM_UTF8):
        faults.append(Fault(name, 1, "berkas diawali tanda BOM", mend))
        return None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw[:2].count(0) == 1:
        faults.append(Fault(name, 1, "pengodean berkas UTF-16, bukan UTF-8", mend))
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(name, line, "pengodean bukan UTF-8 (mungkin Latin-1 atau Windows-1252)", mend))
        return None
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        faults.append(Fault(name, line, f"ada karakter kendali U+{ord(control.group()):04X}", "Hapus karakter itu"))
        return None
    return text


def read_rows(text: str, name: str, columns: Sequence[str], faults: list[Fault]) -> list[Row]:
    """The rows of a comma-separated table that must have `columns` (RFC 4180; more columns are let be)."""
    import csv

    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _header_fits(header, name, columns, faults):
            return []
        line = reader.line_num + 1
        for cells in reader:
            if len(rows) == MAX_ROWS:
                faults.append(Fault(name, line, f"lebih dari {MAX_ROWS} baris", "Bagi atau kurangi tabelnya"))
                break
            if any(cell.strip() for cell in cells):
                rows.append(_row(name, line, header, cells, faults))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(
            Fault(
                name, max(reader.line_num, 1), f"baris CSV rusak ({error})", "Periksa tanda kutip dan koma di baris itu"
            )
        )
    return rows


def _header_fits(header: list[str], name: str, columns: Sequence[str], faults: list[Fault]) -> bool:
    if len(header) == 1 and ";" in header[0]:
        faults.append(Fault(name, 1, "kolom dipisah titik koma", "Simpan ulang sebagai CSV dengan koma"))
        return False
    missing = [column for column in columns if column not in header]
    for column in missing:
        faults.append(Fault(name, 1, f"kolom {column} tidak ada", f"Tambahkan kolom {column} di baris judul"))
    twice = sorted({column for column in header if header.count(column) > 1})
    for column in twice:
        faults.append(Fault(name, 1, f'kolom "{_short(column)}" ada dua kali', "Hapus salah satunya"))
    return not missing and not twice


def _row(name: str, line: int, header: list[str], cells: list[str], faults: list[Fault]) -> Row:
    if len(cells) != len(header):
        what = f"baris ini punya {len(cells)} kolom, judulnya {len(header)}"
        faults.append(Fault(name, line, what, "Samakan jumlah kolom; teks yang berisi koma harus diapit tanda kutip"))
    return Row(name, line, dict(zip(header, cells, strict=False)), faults)


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
