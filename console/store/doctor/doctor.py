"""The doctor: looks at every byte of a room's journal that anything can be proven of, and says what is safe and what to do.

It writes nothing; `console.store.salvage.salvage` mends. Whoever calls owns the folder, so that nothing moves meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from console.domain.city import City
from console.domain.keys import DeviceKey, KeyRing
from console.store import schema
from console.store.blobs.copies import BLOBS
from console.store.doctor import blobs, views
from console.store.doctor.orders import check_orders
from console.store.doctor.streams import UNREADABLE, check_checkpoints, check_notes, check_parked, check_streams
from console.store.doctor.words import Finding
from console.store.keyring import load_ring
from console.store.schema import NewerFile

JOURNAL, READINGS = "room.db", "readings.db"
Check = Callable[[], Iterator[Finding]]


class OlderFile(Exception):
    """The file is of an older program and was not brought up to date yet."""


class Report(msgspec.Struct, frozen=True):
    """What was looked at (entries, streams, numbers of the order) and what was found; `beside` names the process that owned
    the room meanwhile, so that copies of its files were looked at."""

    entries: int = 0
    streams: int = 0
    numbers: int = 0
    findings: tuple[Finding, ...] = ()
    beside: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing needs mending."""
        return not any(f.advice != "look" for f in self.findings)

    @property
    def needs_salvage(self) -> bool:
        """Whether the journal itself is touched, and not only what is folded from it."""
        return any(f.advice == "salvage" for f in self.findings)

    def lines(self) -> list[str]:
        """One line per finding, and one for what was looked at."""
        looked = f"{self.entries} entri, {self.streams} aliran, {self.numbers} nomor diperiksa"
        if self.beside:
            looked += f" pada salinan, sebab ruang sedang dipakai {self.beside}"
        if not self.findings:
            return [f"{looked}: semua utuh."]
        return [f.sentence() for f in self.findings] + [f"{looked}: {len(self.findings)} temuan."]


def examine(folder: Path, city: City, root: bytes, key: DeviceKey) -> Report:
    """Look at a room's files. `root` is the city's key, b"" in a room that stands alone; `key` the room's own.

    Raises NewerFile when a newer program wrote the file, OlderFile when this one has not opened it yet, FileNotFoundError
    when there is none.
    """
    path = folder / JOURNAL
    if not path.exists():
        raise FileNotFoundError(f"Folder {folder} tidak berisi jurnal ({JOURNAL}).")
    try:
        db = _open(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # A damaged name in the file's own list of tables comes back as bytes within SQLite's message.
        broken = Finding("file", JOURNAL, _brief(error))
        beside = (*views.check_readings(folder / READINGS), *blobs.check_blobs(folder / BLOBS, path))
        return Report(findings=(broken, *beside))
    try:
        findings = _journal(db, city, root, key)
        entries, streams, numbers = (_count(db, table) for table in ("entries", "streams", "orders"))
    finally:
        db.close()
    if not findings:
        findings += _run("proyeksi", lambda: views.check_projection(path, city))
        findings += _run("pencarian", lambda: views.check_search(path))
    findings += _run(READINGS, lambda: views.check_readings(folder / READINGS))
    findings += _run(BLOBS, lambda: blobs.check_blobs(folder / BLOBS, path))
    return Report(entries, streams, numbers, tuple(dict.fromkeys(findings)))


def _open(path: Path) -> sqlite3.Connection:
    """A reading connection to a file of this program's schema."""
    db = views.open_quietly(path)
    try:
        present = schema.version(db)
        if present > schema.CURRENT and list(views.check_schema(db)):
            raise NewerFile(f"Berkas jurnal bersusunan {present}, lebih baru dari program ini ({schema.CURRENT}).")
        if 0 < present < schema.CURRENT and list(views.check_schema(db)):
            raise OlderFile(f"Berkas jurnal masih bersusunan {present}; buka ruang ini sekali, lalu periksa lagi.")
        if present != schema.CURRENT:
            raise sqlite3.DatabaseError(f"versi {present}, bukan {schema.CURRENT}")
    except BaseException:
        db.close()
        raise
    return db


def _journal(db: sqlite3.Connection, city: City, root: bytes, key: DeviceKey) -> list[Finding]:
    ring = KeyRing(root)
    findings: list[Finding] = []
    try:
        ring = load_ring(db, city.code, root)
    except (sqlite3.Error, *UNREADABLE) as error:
        findings.append(Finding("page", "jurnal kota", _brief(error)))

    def public(device: str) -> bytes | None:
        return key.public if device == key.id else ring.key(device)

    for where, check in (
        (JOURNAL, lambda: views.check_pages(db, JOURNAL)),
        ("skema", lambda: views.check_schema(db)),
        ("aliran", lambda: check_streams(db, key.id)),
        ("tanda tangan aliran", lambda: check_checkpoints(db, public)),
        ("entri yang menunggu", lambda: check_parked(db)),
        ("urutan", lambda: check_orders(db, ring)),
        ("catatan", lambda: check_notes(db)),
    ):
        findings += _run(where, check)
    return findings


def _run(where: str, check: Check) -> list[Finding]:
    """All that a check finds; what stops it is a finding too."""
    found: list[Finding] = []
    try:
        for finding in check():
            found.append(finding)
            if len(found) == views.MOST:
                break
    except (sqlite3.Error, *UNREADABLE) as error:
        found.append(Finding("page", where, _brief(error)))
    return found


def _count(db: sqlite3.Connection, table: str) -> int:
    try:
        return int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
    except (sqlite3.Error, UnicodeDecodeError):
        return 0


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
