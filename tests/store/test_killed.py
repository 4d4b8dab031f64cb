"""A room that is killed at any moment has everything that it said was saved, and a projection that is the fold."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from console.cities.read import read_city
from console.domain.city import City
from console.domain.entry import FIRST_HASH, chain_hash, from_bytes
from console.domain.keys import DeviceKey, verify
from console.store import projection, rows, schema
from console.store.folder import Folder, FolderBusy, Owner
from console.store.writer import connect
from tests.small_city import make_small_pack

KILLS = 20
PROGRAM = Path(__file__).with_name("appender.py")
REPO = Path(__file__).parents[2]


def start(folder: Path, pack: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder), str(pack)],
        cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},
        stdout=subprocess.PIPE,
    )


def kill_after(process: subprocess.Popen[bytes], lines: int, seconds: float) -> list[str]:
    """Kill it some time after it said so many lines; everything that it ever said."""
    assert process.stdout is not None
    said = b"".join(process.stdout.readline() for _ in range(lines))
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    process.stdout.close()
    return [line.decode() for line in (said + rest).split(b"\n")[:-1]]


def check_whole(db: sqlite3.Connection, key: DeviceKey) -> None:
    """Every stream is gap-free and chained, and its checkpoint is the device's signature over its very head."""
    for (stream,) in db.execute("SELECT stream FROM streams").fetchall():
        link, count = FIRST_HASH, 0
        found = db.execute("SELECT header, body, body_hash, hash FROM entries WHERE stream = ? ORDER BY seq", (stream,))
        for header, body, body_hash, chain in found:
            e = from_bytes(header, body, body_hash)
            link, count = chain_hash(link, e), count + 1
            assert (e.seq, link) == (count, chain)
        [checkpoint] = rows.checkpoints_of(db, [stream])
        assert (checkpoint.seq, checkpoint.hash) == (count, link)
        assert verify(key.public, checkpoint.signature, checkpoint.message())


def check_projection(db: sqlite3.Connection, city: City) -> None:
    """The projection as it lies equals a fresh fold, and search finds the same."""
    read = "SELECT subject, text, line FROM incidents JOIN incident_texts USING (id) ORDER BY subject"
    lying = db.execute(read).fetchall()
    db.execute("INSERT INTO incidents_fts(incidents_fts, rank) VALUES ('integrity-check', 1)")
    db.execute("BEGIN")
    projection.rebuild(db, city)
    assert db.execute(read).fetchall() == lying
    db.execute("ROLLBACK")


def test_nothing_that_was_said_to_be_saved_is_lost(tmp_path: Path) -> None:
    pack = make_small_pack(tmp_path / "pack")
    city, folder, chance = read_city(pack), tmp_path / "room", random.Random(11)
    said: list[str] = []
    for _ in range(KILLS):
        said += kill_after(start(folder, pack), chance.randint(1, 12), chance.random() * 0.02)
    owned = Folder.open(folder)
    db = connect(folder / "room.db", "FULL")
    try:
        assert schema.version(db) == schema.CURRENT
        held = {f"{s}-{q}" for s, q in db.execute("SELECT stream, seq FROM entries")}
        assert set(said) <= held
        assert len(set(said)) >= KILLS
        assert db.execute("SELECT COUNT(*) FROM streams").fetchone()[0] == KILLS
        check_whole(db, owned.key)
        check_projection(db, city)
    finally:
        db.close()
        owned.close()


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    pack, folder = make_small_pack(tmp_path / "pack"), tmp_path / "room"
    process = start(folder, pack)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(FolderBusy) as busy:
        Folder.open(folder)
    assert busy.value.owner.pid == process.pid
    assert f"simpul (proses {process.pid}, sejak " in str(busy.value)
    kill_after(process, 0, 0)
    again = Folder.open(folder)
    assert msgspec.json.decode((folder / "owner.pid").read_bytes(), type=Owner).pid == os.getpid()
    again.close()
    assert not (folder / "owner.pid").exists()
