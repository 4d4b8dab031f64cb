"""The tables of a room's file, as numbered migrations. A released migration never changes; a new one is added below.

`PRAGMA user_version` holds the number of the last one applied, so that opening a current file costs nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def _m1_journal(db: Database) -> None:
    """The journal as held: proven entries, what waits to be proven, the order with its lost branches, the cursors."""
    db.table("meta").create({"key": str, "value": str}, pk="key")
    db.table("streams").create(
        {"stream": str, "territory": str, "device": str, "seq": int, "hash": bytes, "refused": str},
        pk="stream",
        not_null={"territory", "device", "seq", "hash"},
    )
    db.table("entries").create(
        {
            "stream": str, "seq": int, "territory": str, "kind": str, "subject": str, "header": bytes, "body": bytes,
            "body_hash": bytes, "hash": bytes, "seen_n": int, "n": int, "accepted_at": int, "void": str,
        },
        pk=("stream", "seq"),
        not_null={"territory", "kind", "subject", "header", "hash", "seen_n"},
    )  # fmt: skip
    db.execute("CREATE INDEX entries_subject ON entries(subject)")
    db.execute("CREATE INDEX entries_waiting ON entries(territory, stream, seq) WHERE n IS NULL")
    db.execute("CREATE UNIQUE INDEX entries_number ON entries(territory, n) WHERE n IS NOT NULL")
    db.execute("CREATE INDEX entries_seen ON entries(territory, seen_n)")
    db.table("checkpoints").create(
        {"stream": str, "seq": int, "territory": str, "hash": bytes, "signature": bytes, "at": int}, pk="stream"
    )
    db.table("parked").create(
        {"stream": str, "seq": int, "territory": str, "header": bytes, "body": bytes, "body_hash": bytes},
        pk=("stream", "seq"),
    )
    db.table("parked_checkpoints").create(
        {"stream": str, "seq": int, "territory": str, "hash": bytes, "signature": bytes}, pk=("stream", "seq")
    )
    db.table("set_aside").create(
        {
            "id": int,
            "stream": str,
            "seq": int,
            "territory": str,
            "reason": str,
            "header": bytes,
            "body": bytes,
            "at": int,
        },
        pk="id",
    )
    db.table("orders").create(
        {"territory": str, "branch": int, "n": int, "stream": str, "seq": int, "accepted_at": int, "void": str,
         "hash": bytes},
        pk=("territory", "branch", "n"),
    )  # fmt: skip
    db.execute("CREATE INDEX orders_entry ON orders(stream, seq)")
    db.table("branches").create(
        {"territory": str, "branch": int, "parent": int, "common_n": int}, pk=("territory", "branch")
    )
    db.table("cursors").create({"territory": str, "n": int, "hash": bytes, "epoch": int}, pk="territory")
    db.table("order_heads").create(
        {"territory": str, "epoch": int, "n": int, "hash": bytes, "signature": bytes}, pk=("territory", "epoch", "n")
    )


def _m2_incidents(db: Database) -> None:
    """The projection that lists read, and its search index; both can be thrown away and rebuilt."""
    db.table("incidents").create(
        {
            "id": int, "subject": str, "territory": str, "status": str, "priority": int, "open": int, "category": str,
            "place": str, "due": int, "opened_at": int, "acknowledged_at": int, "undecided": int, "confirmed": int,
            "agencies": str, "text": str, "line": bytes,
        },
        pk="id",
        not_null={"subject", "territory", "status", "priority", "open", "opened_at", "text", "line"},
    )  # fmt: skip
    table = db.table("incidents")
    table.create_index(["subject", "territory"], unique=True)
    table.create_index(["open", "due", "priority"])
    table.create_index(["opened_at"])
    table.create_index(["undecided"])
    # sqlite-utils' enable_fts cannot name prefix indexes, and type-ahead over 100,000 incidents needs them.
    db.execute(
        "CREATE VIRTUAL TABLE incidents_fts USING fts5(text, content='incidents', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    db.execute(
        "CREATE TRIGGER incidents_ai AFTER INSERT ON incidents BEGIN"
        " INSERT INTO incidents_fts(rowid, text) VALUES (new.id, new.text); END"
    )
    db.execute(
        "CREATE TRIGGER incidents_ad AFTER DELETE ON incidents BEGIN"
        " INSERT INTO incidents_fts(incidents_fts, rowid, text) VALUES ('delete', old.id, old.text); END"
    )
    db.execute(
        "CREATE TRIGGER incidents_au AFTER UPDATE OF text ON incidents WHEN old.text <> new.text BEGIN"
        " INSERT INTO incidents_fts(incidents_fts, rowid, text) VALUES ('delete', old.id, old.text);"
        " INSERT INTO incidents_fts(rowid, text) VALUES (new.id, new.text); END"
    )


def _m3_narrow_incidents(db: Database) -> None:
    """What lists sort and count by lies in a narrow table; what a page shows and what search reads lies apart, under the
    same id, and filters are words of the search index too (see console.store.search).

    The id grows with the time of opening, so that "newest first" is the order of rows, in search too. The projection is
    empty afterwards: whoever opens the file folds it anew.
    """
    db.execute("DROP TABLE incidents_fts")
    db.execute("DROP TABLE incidents")
    db.table("incidents").create(
        {
            "id": int, "subject": str, "territory": str, "status": str, "priority": int, "open": int, "place": str,
            "due": int, "opened_at": int, "acknowledge_by": int, "acknowledged_at": int, "undecided": int,
        },
        pk="id",
        not_null={"subject", "territory", "status", "priority", "open", "place", "opened_at", "undecided"},
    )  # fmt: skip
    db.table("incidents").create_index(["subject", "territory"], unique=True)
    # sqlite-utils names no expressions and no conditions.
    db.execute("CREATE INDEX incidents_urgent ON incidents(priority, due IS NULL, due, id) WHERE open = 1")
    db.execute("CREATE INDEX incidents_placed ON incidents(place, priority) WHERE open = 1")
    db.execute("CREATE INDEX incidents_due ON incidents(due) WHERE open = 1")
    db.execute(
        "CREATE INDEX incidents_dealt ON incidents(opened_at, acknowledge_by, acknowledged_at, priority, status)"
    )
    db.execute("CREATE INDEX incidents_acknowledged ON incidents(acknowledged_at)")
    db.execute("CREATE INDEX incidents_undecided ON incidents(id) WHERE undecided > 0")
    db.table("incident_texts").create({"id": int, "text": str, "line": bytes}, pk="id", not_null={"text", "line"})
    _index_texts(db)
    # With the subject alone, SQLite took the index by territory and read the whole journal for every fold.
    db.execute("DROP INDEX entries_subject")
    db.execute("CREATE INDEX entries_subject ON entries(subject, territory)")
    db.execute("CREATE INDEX entries_void ON entries(territory) WHERE void <> ''")
    db.execute(
        "CREATE INDEX entries_ring ON entries(territory, n) WHERE kind IN"
        " ('device.enrolled', 'device.revoked', 'operator.set')"
    )


def _index_texts(db: Database) -> None:
    """Full-text search over incident_texts, kept by triggers. sqlite-utils' enable_fts cannot name prefix indexes, and
    type-ahead over 100,000 incidents needs them."""
    remove = "INSERT INTO incidents_fts(incidents_fts, rowid, text) VALUES ('delete', old.id, old.text);"
    add = "INSERT INTO incidents_fts(rowid, text) VALUES (new.id, new.text);"
    db.execute(
        "CREATE VIRTUAL TABLE incidents_fts USING fts5(text, content='incident_texts', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    db.execute(f"CREATE TRIGGER texts_ai AFTER INSERT ON incident_texts BEGIN {add} END")
    db.execute(f"CREATE TRIGGER texts_ad AFTER DELETE ON incident_texts BEGIN {remove} END")
    db.execute(
        "CREATE TRIGGER texts_au AFTER UPDATE OF text ON incident_texts WHEN old.text <> new.text"
        f" BEGIN {remove} {add} END"
    )


def _m4_blob_names(db: Database) -> None:
    """Which photos and documents the entries name: what this room ought to have. A projection like the lists, kept and
    rebuilt with them; the bytes lie in a file of their own (console.store.blobs.blob_file)."""
    db.table("blob_names").create(
        {
            "entry": str, "thumb": int, "subject": str, "territory": str, "sha256": str, "size": int, "media": str,
            "counts": int,
        },
        pk=("entry", "thumb"),
        not_null={"subject", "territory", "sha256", "size", "media", "counts"},
    )  # fmt: skip
    db.table("blob_names").create_index(["sha256"])
    db.table("blob_names").create_index(["subject", "territory"])


def _m5_ends_of_streams(db: Database) -> None:
    """Streams that two machines of one image wrote: what was written again elsewhere, found without reading every body, and
    which subjects name a place in a stream that is not held, or not as they name it."""
    db.execute("CREATE INDEX entries_again ON entries(territory) WHERE instr(body, '\"_replaces\"') > 0")
    db.table("awaited").create(
        {"stream": str, "seq": int, "name": str, "subject": str}, pk=("stream", "seq", "name", "subject")
    )


def drop_projection(connection: sqlite3.Connection) -> None:
    """Take the incident lists, their search index and the names of blobs out, whatever state they are in."""
    for trigger in ("texts_ai", "texts_ad", "texts_au"):
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.execute("DROP TABLE IF EXISTS incidents_fts")
    connection.execute("DELETE FROM incidents")
    connection.execute("DELETE FROM incident_texts")
    connection.execute("DELETE FROM blob_names")


def index_projection(connection: sqlite3.Connection) -> None:
    """Make the search index anew over the texts that are there."""
    from sqlite_utils import Database

    _index_texts(Database(connection))
    connection.execute("INSERT INTO incidents_fts(incidents_fts) VALUES ('rebuild')")


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    _m1_journal,
    _m2_incidents,
    _m3_narrow_incidents,
    _m4_blob_names,
    _m5_ends_of_streams,
)
CURRENT = len(MIGRATIONS)


class NewerFile(Exception):
    """The file was written by a newer program; it may be read but never written."""


def version(connection: sqlite3.Connection) -> int:
    """The number of the last migration that the file has seen."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the file to `CURRENT`, each step in a transaction of its own; returns how many steps ran.

    Raises NewerFile when the file has more migrations than this program knows.
    """
    present = version(connection)
    if present > CURRENT:
        raise NewerFile(f"schema {present} is newer than {CURRENT}")
    if present == CURRENT:
        return 0
    from sqlite_utils import Database

    db = Database(connection)
    for number, step in enumerate(MIGRATIONS[present:], start=present + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            step(db)
            connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return CURRENT - present
