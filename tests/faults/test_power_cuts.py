"""The power fails at any moment: what the room had said was saved is there, and its file is sound."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.attachment import ATTACHED
from console.store.blobs.blob_file import sha256
from console.store.schema import CURRENT
from tests.faults.power import MODES, Cut, Operation, build, compiler, cuts, read_log
from tests.memory import folder_in_memory
from tests.store.patient import look, open_patient

HERE = Path(__file__).parent
REPO = HERE.parents[1]
FEW, MANY, ROUNDS = 200, 2000, 60
LOOK_EVERY, OPEN_EVERY = 10, 40
"""Sound all through is asked at each cut by SQLite; the doctor looks at each tenth, the program opens each fortieth."""

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C compiler here to record writes with")


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> list[Operation]:
    """A room's work, recorded."""
    place = tmp_path_factory.mktemp("power")
    (place / "room").mkdir()
    library = build(HERE / "iolog.c", place / "iolog.so")
    recording = {"IOLOG_DIR": str(place / "room"), "IOLOG": str(place / "log"), "LD_PRELOAD": str(library)}
    command = [sys.executable, "-m", "tests.faults.power_writer", str(place / "room"), str(ROUNDS)]
    subprocess.run(command, cwd=REPO, env=os.environ | recording, check=True, timeout=120)
    return read_log(place / "log")


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder in memory, where there is one: thousands of files are written and thrown away."""
    with folder_in_memory() as folder:
        yield folder


def lay_out(cut: Cut, folder: Path) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, content in cut.files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(content)


def held(path: Path) -> set[str] | None:
    """The ids in a file that SQLite calls sound; None in one that has no tables yet."""
    db = sqlite3.connect(path)
    try:
        (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
        assert said == "ok"
        if db.execute("PRAGMA user_version").fetchone()[0] < CURRENT:
            return None
        return {f"{s}-{q}" for s, q in db.execute("SELECT stream, seq FROM entries")}
    finally:
        db.close()


def named(path: Path) -> set[str]:
    """The photos that the entries name."""
    db = sqlite3.connect(path)
    try:
        rows = db.execute("SELECT body FROM entries WHERE kind = ?", (ATTACHED,))
        return {json.loads(body)["sha256"] for (body,) in rows}
    finally:
        db.close()


def whole(path: Path) -> set[str]:
    """The photos that are what their names say."""
    db = sqlite3.connect(path)
    try:
        rows = db.execute("SELECT b.sha256, r.data FROM blobs b JOIN blob_rows r ON r.blob = b.id WHERE b.state = 1")
        return {name for name, data in rows if sha256(data) == name}
    finally:
        db.close()


@pytest.mark.parametrize("points", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_nothing_that_was_said_to_be_saved_is_lost(operations: list[Operation], disk: Path, points: int) -> None:
    kinds = {op.kind for op in operations if op.name.startswith("room.db")}
    assert {"C", "W", "S"} <= kinds
    checked = dict.fromkeys(MODES, 0)
    most = seen = 0
    for number, cut in enumerate(cuts(operations, points, random.Random(17))):
        lay_out(cut, disk)
        if number % OPEN_EVERY == 0:
            open_patient(disk).close()
        elif number % LOOK_EVERY == 0 and cut.said:
            assert look(disk).findings == (), (cut.at, cut.mode)
        there = held(disk / "room.db") if (disk / "room.db").exists() else None
        assert set(cut.said) <= (there or set()), (cut.at, cut.mode)
        if there and (photos := named(disk / "room.db")):
            assert photos <= whole(disk / "blobs.db"), (cut.at, cut.mode)
            seen = max(seen, len(photos))
        checked[cut.mode] += 1
        most = max(most, len(cut.said))
    assert sum(checked.values()) == points
    assert most > 2 * ROUNDS
    assert seen > ROUNDS // 8
    assert min(checked.values()) >= points // 4


def test_the_replay_would_see_a_loss(operations: list[Operation], disk: Path) -> None:
    """The same run without its syncs loses what was said: the test above can fail."""
    careless = [op for op in operations if op.kind != "S"]
    lost = 0
    for cut in cuts(careless, 40, random.Random(3)):
        if cut.mode != "none" or not cut.said:
            continue
        lay_out(cut, disk)
        there = held(disk / "room.db") if (disk / "room.db").exists() else None
        lost += not set(cut.said) <= (there or set())
    assert lost > 3
