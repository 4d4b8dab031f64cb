"""The doctor finds every byte that is not what was written, and calls nothing ill that is sound."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from console.store import schema
from console.store.doctor import doctor
from tests.store.patient import look, make_patient, open_patient

FLIPS = 120
UNPROVEN = {"meta", "parked", "set_aside", "checkpoints.at"}
"""What nothing was signed over: notes of this room, entries that wait for their proof, and when a proof was looked at."""
SEARCH = {"incidents_fts_data"}
"""Where a word stands within a text, in the index of beginnings of words: FTS5's own check does not compare that. It is
folded from the journal, like all of search."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_patient(tmp_path_factory.mktemp("doctor") / "room")


def copy(sound: Path, to: Path) -> Path:
    shutil.copytree(sound, to, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return to


def content(path: Path) -> dict[str, object]:
    """Everything that the file says, by table; the search index by what it finds."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    db.text_factory = bytes
    try:
        said: dict[str, object] = {"schema": sorted(db.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())}
        for (raw,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'"
        ):
            name = raw.decode()
            if name == "checkpoints":
                said["checkpoints.at"] = db.execute("SELECT stream, at FROM checkpoints ORDER BY stream").fetchall()
                read = "SELECT stream, seq, territory, hash, signature FROM checkpoints ORDER BY stream"
            else:
                read = (
                    f"SELECT * FROM {name} ORDER BY 1, 2" if "fts" not in name else f"SELECT * FROM {name} ORDER BY 1"
                )
            said[name] = db.execute(read).fetchall()
        said["sound"] = db.execute("PRAGMA integrity_check").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return {"unreadable": str(error)}
    finally:
        db.close()
    return said


def flip(path: Path, at: int, mask: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ mask]))


def test_a_sound_room_is_called_sound(sound: Path) -> None:
    report = look(sound)
    assert report.findings == ()
    assert report.clean
    assert report.entries > 200
    assert report.numbers > 150
    assert "semua utuh" in report.lines()[-1]


def test_every_flipped_byte_is_found_or_lies_in_unused_space(sound: Path, tmp_path: Path) -> None:
    chance, was = random.Random(20), content(sound / "room.db")
    size = (sound / "room.db").stat().st_size
    found, unused, unproven, missed = 0, 0, 0, []
    for _ in range(FLIPS):
        folder = copy(sound, tmp_path / "flipped")
        at, mask = chance.randrange(size), 1 << chance.randrange(8)
        flip(folder / "room.db", at, mask)
        try:
            ill = bool(look(folder).findings)
        except schema.NewerFile:
            ill = True
        now = content(folder / "room.db")
        changed = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
        if ill:
            found += 1
        elif not changed:
            unused += 1
        elif changed <= UNPROVEN or changed == SEARCH:
            unproven += 1
        else:
            missed.append((at, mask, changed))
        shutil.rmtree(folder)
    print(f"{FLIPS} flips: {found} found, {unused} in unused space, {unproven} that nothing vouches for")
    assert missed == []
    assert found > FLIPS / 4
    assert unproven <= FLIPS / 10


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ('UPDATE entries SET body = CAST(\'{"title":"lain"}\' AS BLOB) WHERE rowid = 20', "entry"),
        ("UPDATE entries SET header = CAST(replace(header, 'op-2', 'op-9') AS BLOB) WHERE n = 5", "entry"),
        ("UPDATE entries SET kind = 'incident.edited' WHERE rowid = 20", "entry"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE rowid = 20", "entry"),
        ("UPDATE entries SET void = 'x' WHERE rowid = 20", "order"),
        ("UPDATE entries SET void = 'x' WHERE rowid = (SELECT max(rowid) FROM entries)", "order"),
        ("DELETE FROM entries WHERE rowid = 20", "gap"),
        ("DELETE FROM entries WHERE rowid = (SELECT max(rowid) FROM entries)", "head"),
        ("DELETE FROM streams WHERE rowid = 2", "head"),
        ("UPDATE checkpoints SET signature = zeroblob(64) WHERE rowid = 2", "checkpoint"),
        ("UPDATE orders SET accepted_at = accepted_at + 1 WHERE n = 9", "order"),
        ("DELETE FROM orders WHERE n = 9", "order"),
        ("UPDATE cursors SET n = n - 1", "cursor"),
        ("UPDATE order_heads SET signature = zeroblob(64)", "signature"),
        ("UPDATE parked SET header = 'x'", "parked"),
        ("UPDATE meta SET value = '{' WHERE key = 'sync.line'", "note"),
        ("DROP INDEX entries_void", "schema"),
        ("UPDATE incidents SET priority = 4 WHERE rowid = (SELECT min(rowid) FROM incidents)", "projection"),
        ("DELETE FROM incidents WHERE rowid = (SELECT min(rowid) FROM incidents)", "projection"),
        ("UPDATE incidents_fts_data SET block = zeroblob(length(block)) WHERE id > 10", "index"),
    ],
)
def test_each_fault_is_named(sound: Path, tmp_path: Path, change: str, code: str) -> None:
    folder = copy(sound, tmp_path / "room")
    db = sqlite3.connect(folder / "room.db")
    db.execute("PRAGMA writable_schema=ON") if "fts_data" in change else None
    with db:
        assert db.execute(change).rowcount != 0
    db.close()
    report = look(folder)
    assert code in {f.code for f in report.findings}, report.findings
    assert not report.clean
    assert all(
        f.sentence().endswith((".", ";")) and "{" not in f.sentence().replace("'{'", "") for f in report.findings
    )


def test_one_damaged_body_is_one_finding(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    with sqlite3.connect(folder / "room.db") as db:
        (last,) = db.execute("SELECT max(rowid) - 3 FROM entries WHERE kind = 'incident.noted'").fetchone()
        db.execute('UPDATE entries SET body = CAST(\'{"text":"x"}\' AS BLOB) WHERE rowid = ?', (last,))
    db.close()
    [finding] = look(folder).findings
    assert finding.own
    assert "belum bernomor pusat" in finding.sentence()


def test_damaged_readings_are_said_and_do_not_touch_the_journal(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    (folder / "readings.db").write_bytes(b"bukan basis data" * 400)
    [finding] = look(folder).findings
    assert finding.code == "readings"
    assert finding.advice == "rebuild"


def test_it_writes_nothing(sound: Path, tmp_path: Path) -> None:
    folder = copy(sound, tmp_path / "room")
    before = (folder / "room.db").read_bytes()
    look(folder)
    assert (folder / "room.db").read_bytes() == before


def test_files_of_other_programs_are_left_alone(sound: Path, tmp_path: Path) -> None:
    newer = copy(sound, tmp_path / "newer")
    with sqlite3.connect(newer / "room.db") as db:
        db.execute("CREATE TABLE later(x)")
        db.execute(f"PRAGMA user_version = {schema.CURRENT + 1}")
    db.close()
    with pytest.raises(schema.NewerFile, match="lebih baru"):
        look(newer)
    older = tmp_path / "older"
    older.mkdir()
    db = sqlite3.connect(older / "room.db", isolation_level=None)
    from sqlite_utils import Database

    schema.MIGRATIONS[0](Database(db))
    db.execute("PRAGMA user_version = 1")
    db.close()
    with pytest.raises(doctor.OlderFile, match="buka ruang ini sekali"):
        look(older)
    with pytest.raises(FileNotFoundError):
        look(tmp_path)


def test_what_lies_in_the_log_is_looked_at_too(sound: Path, tmp_path: Path) -> None:
    """A room that was cut off left its last entries beside the file."""
    folder = copy(sound, tmp_path / "room")
    store = open_patient(folder)
    import asyncio

    from tests.store.patient import drafts

    asyncio.run(store.append("99.01.01", drafts("dalam log"), "op-1"))
    cut = tmp_path / "cut"
    shutil.copytree(folder, cut)
    store.close()
    assert (cut / "room.db-wal").stat().st_size > 0
    report = look(cut)
    assert report.findings == ()
    assert report.entries == look(sound).entries + 3
