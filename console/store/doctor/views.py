"""Is what people see the fold of what was written? The projection against a fresh one, search against its texts, the file
against its own structure, and the telemetry beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from console.domain.city import City
from console.store import projection, readings, schema
from console.store.doctor.words import Finding

_SHADOWED = ("incidents", "incident_texts", "blob_names", "meta")
_COMPARED = (
    "SELECT i.subject, i.territory, i.status, i.priority, i.open, i.place, i.due, i.opened_at, i.acknowledge_by,"
    " i.acknowledged_at, i.undecided, t.text, t.line FROM {0}.incidents i"
    " LEFT JOIN {0}.incident_texts t ON t.id = i.id"
)
_NAMES = "SELECT subject, entry, thumb, territory, sha256, size, media, counts FROM {0}.blob_names"
MOST = 200
"""Findings of one kind after which no more are named: the file is bad all over, and a person reads the list."""


def open_quietly(path: Path) -> sqlite3.Connection:
    """A reading connection that shows damaged text as it can; also where nothing can be written, when no log lies there."""
    fixed = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if fixed else ''}"
    db = sqlite3.connect(address, uri=True, isolation_level=None)
    db.text_factory = lambda raw: raw.decode(errors="replace")
    return db


def check_pages(db: sqlite3.Connection, name: str) -> Iterator[Finding]:
    """SQLite's own look at every page and every index."""
    for (said,) in db.execute(f"PRAGMA integrity_check({MOST})"):
        if said != "ok":
            text = " ".join(str(said).split())
            yield Finding("index" if "index" in text and "page" not in text.lower() else "page", name, text[:120])


def check_schema(db: sqlite3.Connection) -> Iterator[Finding]:
    """Every table, index and trigger as this program's migrations make them."""
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        schema.migrate(fresh)
        read = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
        wanted, found = set(fresh.execute(read)), set(db.execute(read))
    finally:
        fresh.close()
    names = {str(row[1]) for row in wanted ^ found}
    for name in sorted(names):
        yield Finding("schema", name, "lain atau tidak ada")


def check_projection(path: Path, city: City) -> Iterator[Finding]:
    """The list as it lies against a fold of every entry, made beside it in memory."""
    db = open_quietly(path)
    try:
        db.execute("PRAGMA temp_store=MEMORY")
        for table in _SHADOWED:
            # A table of the same name in temp stands before the file's: the fold reads entries there and writes here.
            (made,) = db.execute(
                "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?", (table,)
            ).fetchone()
            db.execute(made.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        projection.rebuild(db, city)
        yield from _differences(db)
    finally:
        db.close()


def _differences(db: sqlite3.Connection) -> Iterator[Finding]:
    named = _only_in(db, "main", "temp")
    missing = _only_in(db, "temp", "main") - named
    for subject in sorted(map(str, named))[:MOST]:
        yield Finding("projection", subject, "lain dari hasil membaca jurnal")
    for subject in sorted(map(str, missing))[:MOST]:
        yield Finding("projection", subject, "tidak ada dalam daftar")
    loose = db.execute("SELECT COUNT(*) FROM main.incident_texts WHERE id NOT IN (SELECT id FROM main.incidents)")
    if count := loose.fetchone()[0]:
        yield Finding("projection", "teks", f"{count} tanpa kejadian")


def _only_in(db: sqlite3.Connection, one: str, other: str) -> set[str]:
    """Subjects of which one of the two says something that the other does not."""
    pairs = ((q.format(one), q.format(other)) for q in (_COMPARED, _NAMES))
    return {row[0] for here, there in pairs for row in db.execute(f"{here} EXCEPT {there}")}


def check_search(path: Path) -> Iterator[Finding]:
    """The search index against the texts that it is of. Asks on a writing connection, since FTS5 takes the question as an
    insert (sqlite.org/fts5.html, 6.5), and writes nothing."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("INSERT INTO incidents_fts(incidents_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            yield Finding("index", "incidents_fts", str(error))
    finally:
        db.close()


def check_readings(path: Path) -> Iterator[Finding]:
    """The telemetry's file: its structure only, since readings come again."""
    if not path.exists():
        return
    try:
        db = open_quietly(path)
        try:
            found = [said for (said,) in db.execute("PRAGMA quick_check(5)") if said != "ok"]
            tables = db.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]
            # An empty one is made anew at the next opening: so it lies after a power cut in a room's first minute.
            if schema.version(db) != (readings.VERSION if tables else 0):
                found.append("versi lain")
        finally:
            db.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        found = [str(error)]
    for said in found:
        yield Finding("readings", path.name, " ".join(str(said).split())[:120])
