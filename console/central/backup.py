"""A whole centre in one file, and back: every table as one moment saw it, with the keys when asked for, read back before
it is called done.

The file is zstd over: a line that names the form, a JSON line of what it is, then for each table a JSON line (name, columns)
and its rows as PostgreSQL's COPY text in pieces (4 bytes of length each, 0 ends), and a JSON line with rows and SHA-256 of
every table. It works with any PostgreSQL and needs none of its programs.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import psycopg
import zstandard
from psycopg import sql

from console.central.keys import CENTRE, CITY
from console.central.postgres import EmbeddedPostgres
from console.central.schema import MIGRATIONS, migrate
from console.domain.clock import Clock, SystemClock

FORM = b"simpul-pusat-1\n"
TABLES = (
    "settings", "heads", "streams", "entries", "codes", "tokens", "counters", "frames", "blobs", "blob_rows", "lost_orders",
)  # fmt: skip
"""What a backup holds. Offers and uploads under way and spent nonces are of no use later, and what the journal says of blobs
is read from it again."""
_BESIDE = ("nonces", "offers", "blob_parts", "part_rows", "blob_names", "blob_scans")
RESTORED = "restored_at"
_PIECE = 1 << 20
_MAX_LINE = 1 << 16
_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s
ORDER BY ordinal_position
"""
_SEQUENCE = """
SELECT setval(pg_get_serial_sequence('lost_orders', 'number'), (SELECT max(number) FROM lost_orders))
WHERE EXISTS (SELECT 1 FROM lost_orders)
"""


class BadBackup(Exception):
    """A file that is no whole backup of this city; the text says why."""


class About(msgspec.Struct, frozen=True):
    """What a backup says of itself: schema, when (ms), and the private keys in hex by file name, when they were asked for."""

    schema: int
    at: int
    keys: dict[str, str] = {}


class TablePart(msgspec.Struct, frozen=True):
    """The beginning of a table."""

    table: str
    columns: list[str]


class Count(msgspec.Struct, frozen=True):
    """How much of a table there is: bytes and rows of COPY text, and its SHA-256."""

    bytes: int
    rows: int
    sha256: str


Tally = dict[str, Count]


def backup(data: Path, file: Path, dsn: str | None = None, keys: bool = False, clock: Clock | None = None) -> Tally:
    """Write everything to `file` (0600; whole or not at all), also beside a running server, and read it back; BadBackup when
    what was written is not what was read."""
    with _database(data, dsn, own=False) as found, psycopg.connect(found) as db:
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        about = About(len(MIGRATIONS), (clock or SystemClock()).now(), _keys(data) if keys else {})
        fresh = file.with_name(f".{file.name}.fresh")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as out:
                tally = _write(db, out, about)
            raw.flush()
            os.fsync(raw.fileno())
    if read_through(fresh) != tally:
        raise BadBackup(f"{fresh} terbaca lain dari yang ditulis; periksa cakram.")
    fresh.replace(file)
    return tally


def restore(data: Path, file: Path, dsn: str | None = None, clock: Clock | None = None) -> Tally:
    """Put the database back to what `file` says, in one transaction, and mark that it was restored; what was there is kept
    beside in a backup of its own. Keys are put where there are none.

    The server must not be running. BadBackup, with nothing changed, when the file is not whole.
    """
    tally = read_through(file)
    now = (clock or SystemClock()).now()
    data.mkdir(parents=True, exist_ok=True)
    with _database(data, dsn, own=True) as found:
        migrate(found)
        if _used(found):
            backup(data, data / f"sebelum-pemulihan-{now}.pusat", found, keys=False, clock=clock)
        with psycopg.connect(found) as db, _reader(file) as source:
            _same_city(db, file)
            about = _about(source)
            emptied = sql.SQL(", ").join(map(sql.Identifier, (*TABLES, *_BESIDE)))
            db.execute(sql.SQL("TRUNCATE {}").format(emptied))
            if _walk(source, lambda part: _copy_in(db, part)) != tally:
                raise BadBackup(f"{file} berubah selagi dibaca.")
            db.execute(_SEQUENCE)
            db.execute(
                "INSERT INTO settings VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (RESTORED, str(now).encode()),
            )
    _put_keys(data, about.keys)
    return tally


def read_through(file: Path) -> Tally:
    """Read a backup from end to end; BadBackup when it is not whole."""
    with _reader(file) as source:
        _about(source)
        return _walk(source, lambda part: contextlib.nullcontext(lambda piece: None))


Sink = Callable[[bytes], object]


def _write(db: psycopg.Connection, out: zstandard.ZstdCompressionWriter, about: About) -> Tally:
    out.write(FORM + msgspec.json.encode(about) + b"\n")
    tally: Tally = {}
    for table in TABLES:
        columns = [name for (name,) in db.execute(_COLUMNS, (table,))]
        out.write(msgspec.json.encode(TablePart(table, columns)) + b"\n")
        meter = _Meter()
        query = sql.SQL("COPY {} ({}) TO STDOUT").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with db.cursor().copy(query) as rows:
            for piece in rows:
                meter.take(bytes(piece))
                out.write(len(piece).to_bytes(4, "big") + bytes(piece))
        out.write(bytes(4))
        tally[table] = meter.count()
    out.write(msgspec.json.encode(tally) + b"\n")
    return tally


class _Meter:
    """Counts and hashes what passes."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._bytes = self._rows = 0

    def take(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._bytes += len(piece)
        self._rows += piece.count(b"\n")

    def count(self) -> Count:
        return Count(self._bytes, self._rows, self._hash.hexdigest())


@contextmanager
def _reader(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as plain:
            yield _Lines(plain)  # type: ignore[misc]
    except (zstandard.ZstdError, EOFError, OSError, msgspec.MsgspecError) as e:
        raise BadBackup(f"{file} bukan cadangan pusat yang utuh: {e}") from e


class _Lines:
    """A stream with lines, and reads that give all that was asked or fail."""

    def __init__(self, source: zstandard.ZstdDecompressionReader) -> None:
        self._source = source
        self._held = b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            more = self._source.read(max(_PIECE, size - len(self._held)))
            if not more:
                raise EOFError("berakhir sebelum waktunya")
            self._held += more
        out, self._held = self._held[:size], self._held[size:]
        return out

    def readline(self) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > _MAX_LINE:
                raise EOFError("baris terlalu panjang")
            more = self._source.read(_PIECE)
            if not more:
                raise EOFError("berakhir sebelum waktunya")
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        return line + b"\n"


def _about(source: BinaryIO) -> About:
    if source.readline() != FORM:
        raise EOFError("bentuk tidak dikenal")
    about = msgspec.json.decode(source.readline(), type=About)
    if about.schema > len(MIGRATIONS):
        raise EOFError(f"dibuat oleh program yang lebih baru (skema {about.schema})")
    return about


def _walk(source: BinaryIO, open_table: Callable[[TablePart], contextlib.AbstractContextManager[Sink]]) -> Tally:
    """Pass every table's pieces on, and compare with what the file says at its end."""
    tally: Tally = {}
    while True:
        line = source.readline()
        if not line.startswith(b'{"table":'):
            break
        part = msgspec.json.decode(line, type=TablePart)
        meter = _Meter()
        with open_table(part) as sink:
            while size := int.from_bytes(source.read(4), "big"):
                piece = source.read(size)
                meter.take(piece)
                sink(piece)
        tally[part.table] = meter.count()
    if msgspec.json.decode(line, type=Tally) != tally:
        raise EOFError("isi tidak cocok dengan jumlah periksanya")
    return tally


@contextmanager
def _copy_in(db: psycopg.Connection, part: TablePart) -> Iterator[Sink]:
    if part.table not in TABLES:
        raise EOFError(f"tabel {part.table} tidak dikenal")
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(part.table), sql.SQL(", ").join(map(sql.Identifier, part.columns))
    )
    with db.cursor().copy(query) as rows:
        yield rows.write


@contextmanager
def _database(data: Path, dsn: str | None, own: bool) -> Iterator[str]:
    """The DSN of the centre's database, its own PostgreSQL started when it does not run."""
    if dsn is not None:
        yield dsn
        return
    postgres = EmbeddedPostgres(data)
    try:
        yield postgres.start(own)
    finally:
        postgres.stop()


def _used(dsn: str) -> bool:
    with psycopg.connect(dsn) as db:
        return db.execute("SELECT 1 FROM settings LIMIT 1").fetchone() is not None


def _same_city(db: psycopg.Connection, file: Path) -> None:
    """Refuse a backup of another city: the settings of both name the city's key."""
    row = db.execute("SELECT value FROM settings WHERE name = 'city_key'").fetchone()
    lines: list[bytes] = []
    with _reader(file) as source:
        _about(source)
        part = msgspec.json.decode(source.readline(), type=TablePart)
        while part.table == "settings" and (size := int.from_bytes(source.read(4), "big")):
            lines += source.read(size).splitlines()
    named = [line.split(b"\t")[1] for line in lines if line.startswith(b"city_key\t")]
    if row and named and named[0] != b"\\\\x" + bytes(row[0]).hex().encode():
        raise BadBackup(f"{file} adalah cadangan kota lain.")


def _keys(data: Path) -> dict[str, str]:
    return {name: (data / name).read_bytes().hex() for name in (CITY, CENTRE) if (data / name).exists()}


def _put_keys(data: Path, keys: dict[str, str]) -> None:
    for name in (CITY, CENTRE):
        if name in keys and not (data / name).exists():
            with os.fdopen(os.open(data / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(bytes.fromhex(keys[name]))
