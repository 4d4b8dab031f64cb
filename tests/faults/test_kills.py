"""Two rooms at work and their centre, each killed at random moments and started again: afterwards everything that anybody
was told is saved is in both rooms, numbered exactly once, and nothing is doubled."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from console.central.postgres import EmbeddedPostgres
from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import SystemClock
from console.domain.entry import EntryId
from console.domain.order import FIRST_ORDER, Cursor, Link
from console.room import Room, known_pack, open_room
from console.store import order
from console.store.folder import Identity
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack
from tests.store.test_killed import check_projection

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("worker.py")
ROOMS = {"kota": CITY, "utara": NORTH}
MARK = re.compile(r"(?:kota|utara)\.[0-9a-f]{12}\.\d+")
CENTRE_SHARE = 0.16
"""Of all kills; the centre takes longer to come up again than a room."""


class RoomVictim:
    """A room's process, killed and started again; `said` is every `(subject, mark)` that any of them told, `ended` how
    those ended."""

    def __init__(self, folder: Path, name: str, chance: random.Random) -> None:
        self.name = name
        self.folder = folder / name
        self.log = folder / f"{name}.log"
        self.said: list[tuple[str, str]] = []
        self.ended: Counter[int] = Counter()
        self._chance = chance

    def suffer(self, kills: int) -> None:
        for _ in range(kills):
            self._live_and_die()

    def _live_and_die(self) -> None:
        """One in five dies while it starts, the others some time after they said so many edits."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), str(self.folder), self.name],
                cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert process.stdout is not None
        early = self._chance.random() < 0.2
        lines = 0 if early else self._chance.randint(1, 30)
        said = b"".join(process.stdout.readline() for _ in range(lines))
        time.sleep(self._chance.uniform(0.0, 0.8 if early else 0.05))
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
        self.ended[process.wait()] += 1
        process.stdout.close()
        self.said += [(subject, mark) for subject, mark in map(json.loads, said.splitlines())]


class CentreVictim:
    """The central server, killed and started again on its folder and port: alone, or with its database, or on the way up."""

    def __init__(self, server: CentralServer, chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self.kills: Counter[str] = Counter()

    def suffer(self, kills: int) -> None:
        while self.kills.total() < kills:
            time.sleep(self._chance.uniform(0.2, 2.0))
            self._kill("with its database" if self._chance.random() < 0.5 else "alone")
            time.sleep(self._chance.uniform(0.0, 0.5))
            if self._chance.random() < 0.25:
                self._kill_on_the_way_up()
            self._server.start()

    def _kill(self, how: str) -> None:
        assert self._server.process is not None
        children = psutil.Process(self._server.process.pid).children(recursive=True)
        self._server.kill()
        if how == "with its database":
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
        self.kills[how] += 1

    def _kill_on_the_way_up(self) -> None:
        killer = threading.Timer(self._chance.uniform(0.3, 1.2), self._end_process)
        killer.start()
        with suppress(RuntimeError):
            self._server.start()
        killer.join()
        self._server.kill()
        self.kills["on the way up"] += 1

    def _end_process(self) -> None:
        if self._server.process is not None:
            self._server.process.kill()


async def enrol_rooms(server: CentralServer, folder: Path, city: City) -> None:
    for name, territory in ROOMS.items():
        room = open_room(folder / name, city, SystemClock(), identity=Identity(territory, name, ""))
        await room.enrol(server.url, await asyncio.to_thread(server.code, territory))
        await room.close()


async def brought_together(folder: Path) -> dict[str, Cursor]:
    """Let both rooms exchange until they hold the same order with nothing waiting; that order's ends."""
    async with AsyncExitStack() as stack:
        rooms: list[Room] = []
        for name in ROOMS:
            pack = known_pack(folder / name)
            assert pack is not None
            rooms.append(open_room(folder / name, read_city(pack), SystemClock()))
            stack.push_async_callback(rooms[-1].close)
            await rooms[-1].start()
        async with asyncio.timeout(120):
            while True:
                cursors = [await room.store.cursors() for room in rooms]
                waiting = [(await room.store.queue()).entries for room in rooms]
                if not any(waiting) and cursors[0] == cursors[1] and {CITY, NORTH} <= cursors[0].keys():
                    return cursors[0]
                await asyncio.sleep(0.2)


def check_room(file: Path, city: City, cursors: dict[str, Cursor], said: list[tuple[str, str]]) -> int:
    """Everything said is there once under its subject, every number once and without a gap, the order's chain ends where
    the cursor says, nothing is parked or set aside, and the projection is the fold. Gives the number of edits."""
    db = sqlite3.connect(file, isolation_level=None)
    try:
        marks = Counter(
            (subject, mark)
            for subject, body in db.execute("SELECT subject, body FROM entries")
            for mark in MARK.findall(bytes(body or b"").decode())
        )
        assert not set(said) - marks.keys()
        assert set(marks.values()) == {1}
        assert len({mark for _, mark in marks}) == len(marks)
        for table in ("parked", "parked_checkpoints", "set_aside", "branches"):
            assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,), table
        assert db.execute("SELECT COUNT(*) FROM entries WHERE n IS NULL OR void <> ''").fetchone() == (0,)
        for territory, cursor in cursors.items():
            check_order(db, territory, cursor)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check_projection(db, city)
        return len(marks)
    finally:
        db.close()


def check_order(db: sqlite3.Connection, territory: str, cursor: Cursor) -> None:
    held = db.execute(
        "SELECT n, stream, seq, accepted_at, void, hash FROM entries WHERE territory = ? ORDER BY n", (territory,)
    ).fetchall()
    assert [row[0] for row in held] == list(range(1, cursor.n + 1))
    links = [Link(n, EntryId(stream, seq), at, void or "") for n, stream, seq, at, void, _ in held]
    hashes = {EntryId(stream, seq): chain for _, stream, seq, _, _, chain in held}
    assert order.chain(Cursor(0, FIRST_ORDER), links, hashes)[-1][1] == cursor.hash


def check_centre(folder: Path, cursors: dict[str, Cursor]) -> None:
    """The centre numbered exactly what the rooms hold, each place in a stream once."""
    with psycopg.connect(EmbeddedPostgres(folder).dsn()) as db:
        for territory, cursor in cursors.items():
            head = db.execute("SELECT n, order_hash FROM heads WHERE territory = %s", (territory,)).fetchone()
            assert head is not None
            assert (head[0], bytes(head[1])) == (cursor.n, cursor.hash)
            counted = db.execute(
                "SELECT COUNT(*), MIN(n), MAX(n), COUNT(DISTINCT (stream, seq)) FROM entries WHERE territory = %s",
                (territory,),
            ).fetchone()
            assert counted == (cursor.n, 1, cursor.n, cursor.n)


def suffer_and_compare(kills: int, seed: int) -> None:
    with (
        short_folder() as folder,
        central_server(folder / "central", make_small_pack(folder / "pack")) as server,
    ):
        city = read_city(folder / "pack")
        asyncio.run(enrol_rooms(server, folder, city))
        of_centre = round(kills * CENTRE_SHARE)
        rooms = [RoomVictim(folder, name, random.Random(f"{seed} {name}")) for name in ROOMS]
        centre = CentreVictim(server, random.Random(f"{seed} pusat"))
        shares = (of_centre, (kills - of_centre) // 2, kills - of_centre - (kills - of_centre) // 2)
        with ThreadPoolExecutor(3) as hands:
            suffering = [hands.submit(v.suffer, n) for v, n in zip((centre, *rooms), shares, strict=True)]
        for each in suffering:
            each.result()
        cursors = asyncio.run(brought_together(folder))
        said = [edit for room in rooms for edit in room.said]
        edits = [check_room(room.folder / "room.db", city, cursors, said) for room in rooms]
        check_centre(folder / "central", cursors)
        print(f"{kills} kills: {len(said)} edits said, {edits} held, centre {dict(centre.kills)}")
        for room in rooms:
            assert set(room.ended) == {-signal.SIGKILL}, room.log.read_text()
            assert room.log.read_text() == ""
        assert centre.kills.total() + sum(room.ended.total() for room in rooms) >= kills
        assert len(said) > 2 * kills


@pytest.mark.slow
def test_a_hundred_kills_of_rooms_and_centre_lose_and_double_nothing() -> None:
    suffer_and_compare(100, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", [2])
def test_a_thousand_kills_of_rooms_and_centre_lose_and_double_nothing(seed: int) -> None:
    suffer_and_compare(1_000, seed)
