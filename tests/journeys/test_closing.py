"""However a demo ends, by its window, a signal or a kill: no process is left, and what was saved is there."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.demo.demo import Demo, DemoFailed
from console.domain.clock import SystemClock
from console.domain.views import IncidentQuery
from console.room import open_room

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A demo city with its window, up to the point where its agent exchanges with its centre."""
    with (tmp_path / "stderr.txt").open("wb") as diary:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), "--demo", "--city", "binjai", "--data", str(tmp_path / "kota")],
            stdout=subprocess.DEVNULL,
            stderr=diary,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        try:
            wait_for_first_incident(process, tmp_path)
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def wait_for_first_incident(process: subprocess.Popen[bytes], folder: Path) -> None:
    ends = time.monotonic() + PATIENCE_S
    while held(folder) == 0:
        assert process.poll() is None, (folder / "stderr.txt").read_text()[-3000:]
        assert time.monotonic() < ends, "the demo brought no incident"
        time.sleep(0.5)


def held(folder: Path) -> int:
    """How many incidents the window's room holds on its disk."""
    file = folder / "kota" / "room" / "room.db"
    if not file.exists():
        return 0
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(db.execute("SELECT COUNT(*) FROM incidents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        db.close()


def left_of(processes: list[psutil.Process]) -> list[str]:
    """Which of the processes are still there after a grace."""
    _, alive = psutil.wait_procs(processes, timeout=30)
    return [" ".join(p.cmdline()) or p.name() for p in alive if p.status() != psutil.STATUS_ZOMBIE]


async def reopened(folder: Path) -> int:
    """How many incidents the room shows when it is opened again."""
    city = read_city(pack_path("binjai"), trusted=True)
    room = open_room(folder / "kota" / "room", city, SystemClock())
    try:
        return (await room.incidents(IncidentQuery(limit=1))).total
    finally:
        await room.close()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_nothing_is_left_and_nothing_is_lost(
    demo: subprocess.Popen[bytes], tmp_path: Path, how: signal.Signals
) -> None:
    family = psutil.Process(demo.pid).children(recursive=True)
    names = " ".join(" ".join(p.cmdline()) for p in family)
    assert "central" in names
    assert "agent" in names
    before = held(tmp_path)
    demo.send_signal(how)
    code = demo.wait(60)
    assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    assert left_of(family) == []
    assert asyncio.run(reopened(tmp_path)) >= before


SILENT = """
import pathlib, sys, time
if "--announce" in sys.argv:
    pathlib.Path(sys.argv[sys.argv.index("--announce") + 1]).write_text("http://127.0.0.1:9")
else:
    pathlib.Path(__file__).with_name("asked").touch()
time.sleep(600)
"""
"""A program that serves, and answers no command."""


def test_a_command_that_is_being_asked_holds_no_closing_up(tmp_path: Path) -> None:
    program, asked = tmp_path / "silent.py", tmp_path / "asked"
    program.write_text(SILENT)

    # The map's processes of whatever ran in this one before.
    others = set(psutil.Process().children(recursive=True))

    async def closed() -> None:
        pack = pack_path("binjai")
        demo = Demo(program, pack, read_city(pack, trusted=True), tmp_path / "kota")
        room = demo.open_room(SystemClock())
        try:
            starting = asyncio.create_task(demo.start(room))
            while not asked.exists():
                await asyncio.sleep(0.02)
            await demo.stop()
            assert set(psutil.Process().children(recursive=True)) <= others
            with pytest.raises(DemoFailed):
                await starting
        finally:
            await room.close()

    asyncio.run(closed())
