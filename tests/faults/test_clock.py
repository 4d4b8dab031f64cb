"""A clock ten years off, or jumping, and a machine that sleeps: nothing is refused, reordered or lost, nobody rushes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.views import IncidentQuery
from console.store import search
from console.store.backup import back_up
from console.store.store import Store
from tests.faults.power import build, compiler
from tests.servers import CentralServer, Enrolled, central_server, short_folder
from tests.small_city import NORTH, make_small_pack
from tests.store.patient import OWN, drafts, look
from tests.store.test_convergence import CITY_PACK, ROOT

REPO = Path(__file__).parents[2]
DECADE_MS = 10 * 365 * 24 * 3_600_000
DECADE_S = DECADE_MS / 1000


@pytest.mark.parametrize("jumps", [(DECADE_MS,), (-DECADE_MS,), (DECADE_MS, -2 * DECADE_MS, DECADE_MS, -1, 3_600_000)])
def test_later_edits_stand_whatever_the_clock_says(tmp_path: Path, jumps: tuple[int, ...]) -> None:
    clock = ManualClock()
    store = Store(tmp_path, CITY_PACK, ROOT.public, OWN, "uji", clock)
    try:
        [opened, _] = asyncio.run(store.append(NORTH, drafts("jam"), "op-1"))
        for number, jump in enumerate(jumps):
            clock.advance(jump)
            edit = Draft("incident.edited", str(opened), b'{"title":"judul %d"}' % number)
            asyncio.run(store.append(NORTH, [edit], "op-1"))
            page = asyncio.run(store.read(lambda db: search.incidents(db, IncidentQuery())))
            [incident] = page.items
            assert incident.title == f"judul {number}"
            assert not incident.undecided
    finally:
        store.close()
    assert look(tmp_path).findings == ()


def test_the_newest_copy_stays_when_the_clock_comes_back(tmp_path: Path) -> None:
    clock = ManualClock()
    store = Store(tmp_path, CITY_PACK, ROOT.public, OWN, "uji", clock)
    try:
        for jump in (DECADE_MS, 1000, -DECADE_MS, 1000, 1000):
            clock.advance(jump)
            made = back_up(store.path, tmp_path / "backups", clock.now(), threading.Event())
            assert made.exists()
        assert len(list((tmp_path / "backups").iterdir())) == 2
    finally:
        store.close()


# ---- whole programs


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


@pytest.fixture(scope="module")
def clock_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if compiler() is None:
        pytest.skip("no C compiler here to make a wrong clock with")
    return build(Path(__file__).with_name("fakeclock.c"), tmp_path_factory.mktemp("clock") / "fakeclock.so")


class WrongClock:
    """The environment in which a program's clock is ahead by `ahead` seconds, which may change while it runs."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "offset"
        self.ahead(0)
        self.environment = os.environ | {"FAKECLOCK": str(self._file), "LD_PRELOAD": str(library)}

    def ahead(self, seconds: float) -> None:
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("d", seconds))


def simpul(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", *map(str, arguments)]
    return subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True, timeout=90, check=False)


def calls(device: Enrolled) -> int:
    """How many calls the centre has answered."""
    text = requests.get(f"{device.url}/v1/metrics", headers=device.headers, timeout=5).text
    return sum(int(n) for n in re.findall(r"^simpul_calls_total\{.*\} (\d+)$", text, re.M))


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [DECADE_S, -DECADE_S])
def test_a_room_ten_years_off_is_enrolled_and_exchanges(
    server: CentralServer, clock_library: Path, tmp_path: Path, seconds: float
) -> None:
    clock = WrongClock(tmp_path, clock_library)
    clock.ahead(seconds)
    code = server.code(NORTH)
    room = tmp_path / "room"
    enrolled = simpul(clock.environment, "enrol", server.url, code, "--name", "Jam salah", "--data", room)
    assert enrolled.returncode == 0, enrolled.stderr
    done = simpul(clock.environment, "sync", "--once", "--json", "--data", room)
    # Everything came, and what is wrong is said.
    assert json.loads(done.stdout)["problem"] == "clock_wrong"
    looked = json.loads(simpul(clock.environment, "doctor", "--json", "--data", room).stdout)
    assert looked["clean"]
    assert looked["numbers"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("jump", [3_600.0, DECADE_S, -DECADE_S])
def test_a_machine_that_slept_does_not_rush(
    server: CentralServer, clock_library: Path, tmp_path: Path, jump: float
) -> None:
    clock, room = WrongClock(tmp_path, clock_library), tmp_path / "room"
    watcher = server.enrol(NORTH)
    joined = simpul(clock.environment, "enrol", server.url, server.code(NORTH), "--name", "Tidur", "--data", room)
    assert joined.returncode == 0, joined.stderr
    command = [sys.executable, "main.py", "agent", "--data", str(room)]
    before = calls(watcher)
    agent = subprocess.Popen(command, cwd=REPO, env=clock.environment, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: calls(watcher) - before > 3)
        time.sleep(1.5)
        agent.send_signal(signal.SIGSTOP)
        clock.ahead(jump)
        time.sleep(2)
        asleep = calls(watcher)
        agent.send_signal(signal.SIGCONT)
        time.sleep(4)
        # One of these is our own question; the rest is the long-poll taken up again, and what it brought.
        assert calls(watcher) - asleep <= 12
        assert agent.poll() is None
    finally:
        agent.send_signal(signal.SIGCONT)
        agent.terminate()
        assert agent.wait(20) == 0
        assert agent.stderr is not None
        agent.stderr.close()
    assert simpul(clock.environment, "doctor", "--data", room).returncode == 0


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.2)
