"""Is every photo and document still what its name says? Each byte of each, and of which incident it is."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from console.store.blobs import blob_file
from console.store.blobs.blob_file import DAMAGED, WHOLE
from console.store.doctor.views import open_quietly
from console.store.doctor.words import Finding
from console.store.schema import NewerFile

ALONE, SAFE, ASIDE, FILE = "blob_alone", "blob", "blob_aside", "blobs"


def check_blobs(path: Path, journal: Path) -> Iterator[Finding]:
    """The blobs' file: its structure, and every whole blob against its name. `journal` says whose they are. Raises NewerFile
    when a newer program wrote it."""
    if not path.exists():
        return
    try:
        db = open_quietly(path)
        try:
            # An empty one is made anew at the next opening: so it lies after a power cut when the first photo came.
            if db.execute("SELECT EXISTS(SELECT 1 FROM sqlite_schema)").fetchone()[0]:
                yield from _structure(db)
                yield from _each(db, journal)
        finally:
            db.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError, TypeError) as error:
        yield Finding(FILE, path.name, " ".join(str(error).split())[:120])


def _structure(db: sqlite3.Connection) -> Iterator[Finding]:
    present, ours = db.execute("PRAGMA user_version").fetchone()[0], _as_made_here(db)
    if present > blob_file.VERSION and not ours:
        raise NewerFile(f"Berkas lampiran bersusunan {present}, lebih baru dari program ini ({blob_file.VERSION}).")
    if present != blob_file.VERSION or not ours:
        yield Finding(FILE, "blobs.db", "susunan lain")
    for (said,) in db.execute("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield Finding(FILE, "blobs.db", " ".join(str(said).split())[:120])
    loose = db.execute("SELECT COUNT(*) FROM blob_rows WHERE blob NOT IN (SELECT id FROM blobs)").fetchone()[0]
    if loose:
        yield Finding(FILE, "blobs.db", f"{loose} potongan tanpa lampiran")


def _as_made_here(db: sqlite3.Connection) -> bool:
    """Whether its tables are those of this program."""
    read = "SELECT type, name, sql FROM sqlite_schema"
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        blob_file.prepare(fresh)
        return set(fresh.execute(read)) == set(db.execute(read))
    finally:
        fresh.close()


def _each(db: sqlite3.Connection, journal: Path) -> Iterator[Finding]:
    for blob, name, size, state, central in db.execute("SELECT id, sha256, size, state, central FROM blobs").fetchall():
        if state == DAMAGED:
            yield Finding(ASIDE, str(name), _whose(journal, str(name)))
        elif state == WHOLE and (size, name) != _measured(db, blob):
            yield Finding(ALONE if central is None else SAFE, str(name), _whose(journal, str(name)))
        elif state not in (WHOLE, blob_file.PARTIAL):
            yield Finding(FILE, "blobs.db", f"keadaan {state}")


def _measured(db: sqlite3.Connection, blob: int) -> tuple[int, str]:
    """How many bytes there really are, and their hash."""
    digest, size = hashlib.sha256(), 0
    for (data,) in db.execute("SELECT data FROM blob_rows WHERE blob = ? ORDER BY k", (blob,)):
        digest.update(data)
        size += len(data)
    return size, digest.hexdigest()


def _whose(journal: Path, name: str) -> str:
    """Which incidents it belongs to, by their titles, as far as the journal can be read."""
    found: list[str] = []
    with contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        db = open_quietly(journal)
        try:
            found = [
                str(title or subject)
                for subject, title in db.execute(
                    "SELECT DISTINCT n.subject, json_extract(t.line, '$.title') FROM blob_names n"
                    " LEFT JOIN incidents i ON i.subject = n.subject AND i.territory = n.territory"
                    " LEFT JOIN incident_texts t ON t.id = i.id WHERE n.sha256 = ?",
                    (name,),
                )
            ]
        finally:
            db.close()
    return ", ".join(found)[:200] or "tidak disebut entri mana pun"
