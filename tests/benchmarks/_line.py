"""A real centre at the far end of a thin line, and rooms at the near end, for the benchmarks of the exchange; and git with
the same edits as one file over a line of the same kind.

As a program it is one such room: `write`, `drain`, `pull`, `idle` and `health`, run in the namespace where it belongs.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import requests
import zstandard

from console.central import serve as central
from console.cities.pack import pack_path
from console.cities.read import read_city
from console.domain.clock import Clock, ManualClock, SystemClock
from console.domain.drafts import Draft
from console.domain.stream import new_stream
from console.room import Room, open_room
from console.store.folder import Identity
from tests.benchmarks.wire_bytes import EDITS, INCIDENTS, TERRITORY, edit
from tests.faults.linkemu import SERVER, Line, missing

ROOT = Path(__file__).resolve().parents[2]
RATE, DELAY_MS = 64_000, 400
PORT = 8470
READY_S = 60.0
_SERVE = """
import sys
from pathlib import Path
from console.central.serve import serve
serve(Path(sys.argv[1]), Path(sys.argv[2]), host=sys.argv[3], port=int(sys.argv[4]))
"""


class Far:
    """The centre behind `line`, with its data in `folder`. Attributes: `url`."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line, self.folder = line, folder
        self.url = f"http://{SERVER}:{PORT}"
        self._data = folder / "central"
        self._data.mkdir()
        command = [sys.executable, "-c", _SERVE, str(self._data), str(pack_path("bandung")), SERVER, str(PORT)]
        with (folder / "central.log").open("ab") as log:
            self._process = subprocess.Popen(line.at_server(*command), cwd=ROOT, stdout=log, stderr=log)
        ends = time.monotonic() + READY_S
        while not (self._data / central.ADDRESS_FILE).exists():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((folder / "central.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        self._process.wait(READY_S)

    def room(self, name: str, edits: int, territory: str = TERRITORY) -> Path:
        """A room that is enrolled and has written so many edits, none of them sent. No byte of it crosses the line."""
        code = central.enrol_code(self._data, pack_path("bandung"), territory)
        folder = self.folder / name
        _finish(self.beside("write", str(folder), territory, self.url, code, str(edits)))
        return folder

    def entries(self) -> int:
        """How many entries the centre has numbered."""
        return int(_finish(self.beside("health", self.url))["entries"])

    def beside(self, *arguments: str) -> subprocess.Popen[str]:
        """One command of this program where the centre is."""
        return _start(self.line.at_server(sys.executable, __file__, *arguments))

    def across(self, *arguments: str) -> subprocess.Popen[str]:
        """One command of this program at the near end of the line."""
        return _start(self.line.at_client(sys.executable, __file__, *arguments))


@contextmanager
def far_centre(loss: float = 0.0, rate: int = RATE, delay_ms: int = DELAY_MS) -> Iterator[Far]:
    """A line, and a centre behind it."""
    with tempfile.TemporaryDirectory(prefix="simpul-line-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The database runs as a user of its own, which must reach its folder.
        os.chmod(folder, 0o755)  # noqa: PTH101
        with Line(delay_ms, rate, loss) as line:
            far = Far(line, folder)
            try:
                yield far
            finally:
                far.stop()


def skipped(*figures: tuple[str, str, float]) -> bool:
    """Whether no line can be made here; then the figures (name, unit, reach) are printed as not measured, with why."""
    why = missing()
    for name, unit, reach in figures if why else ():
        print(json.dumps({"name": name, "value": None, "unit": unit, "reach": reach, "beside": {}, "ok": None,
                          "reason": why}), flush=True)  # fmt: skip
    return bool(why)


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


def _finish(process: subprocess.Popen[str], seconds: float = 140.0) -> dict[str, Any]:
    said, _ = process.communicate(timeout=seconds)
    if process.returncode != 0:
        raise RuntimeError(f"{process.args} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


finish = _finish


# ---- what stands beside


def edits_file(edits: int = EDITS) -> bytes:
    """The edits as lines of JSON, as they would lie in one file."""
    chance = random.Random(2016)
    subjects = _subjects(chance)
    at = SystemClock().now() - 3000 * edits
    lines = []
    for seq in range(edits):
        at += int(chance.expovariate(1 / 3000))
        kind, subject, body = edit(chance, subjects)
        lines.append(
            msgspec.json.encode({"territory": TERRITORY, "seq": seq, "at": at, "actor": "op-7", "kind": kind,
                                 "subject": subject, "body": body})
        )  # fmt: skip
    return b"\n".join(lines)


def floor_s(plain: bytes, rate: int = RATE, delay_ms: int = DELAY_MS) -> float:
    """Seconds that zstd -9 of all edits at once takes at the bare rate of the line and one way of it."""
    return len(zstandard.compress(plain, 9)) * 8 / rate + delay_ms / 1000


class Git:
    """Git doing the same beside: one file with all edits in one commit, pushed or cloned over a line of its own, at the
    same time. Attributes: `seconds`, None while it runs or when it broke."""

    def __init__(self, act: str, plain: bytes, loss: float = 0.0) -> None:
        self.seconds: float | None = None
        self._work = threading.Thread(target=self._run, args=(act, plain, loss), daemon=True)
        self._work.start()

    def result(self, seconds: float) -> float | None:
        """Wait for it no longer than so many seconds."""
        self._work.join(seconds)
        return self.seconds

    def _run(self, act: str, plain: bytes, loss: float) -> None:
        with tempfile.TemporaryDirectory(prefix="simpul-git-", ignore_cleanup_errors=True) as name:
            near, far = Path(name) / "near", Path(name) / "far.git"
            _git("init", "-q", str(near))
            _git("init", "-q", "--bare", str(far))
            (near / "edits.jsonl").write_bytes(plain)
            _git("-C", str(near), "add", ".")
            _git("-C", str(near), "-c", "user.name=uji", "-c", "user.email=uji@example.org", "commit", "-qm", "edits")
            if act == "clone":
                _git("-C", str(near), "push", "-q", str(far), "HEAD:refs/heads/master")
            with Line(DELAY_MS, RATE, loss) as line:
                self._time(line, act, near, far)

    def _time(self, line: Line, act: str, near: Path, far: Path) -> None:
        serve = ["git", "daemon", f"--base-path={far.parent}", "--export-all", "--enable=receive-pack",
                 "--reuseaddr", f"--listen={SERVER}"]  # fmt: skip
        daemon = subprocess.Popen(line.at_server(*serve), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        url = f"git://{SERVER}/far.git"
        push = ["git", "-C", str(near), "push", "-q", url, "HEAD:refs/heads/master"]
        clone = ["git", "clone", "-q", "-b", "master", url, str(far.parent / "copy")]
        began = time.monotonic()
        try:
            subprocess.run(line.at_client(*(push if act == "push" else clone)), check=True, timeout=140)
            self.seconds = time.monotonic() - began
        finally:
            daemon.terminate()
            daemon.wait()


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, stdout=subprocess.DEVNULL)


# ---- one room, as a program


def _subjects(chance: random.Random) -> list[str]:
    return [f"{new_stream()}-{chance.randrange(2, 400)}" for _ in range(INCIDENTS)]


def _open(folder: Path, territory: str = TERRITORY, clock: Clock | None = None) -> Room:
    pack = pack_path("bandung")
    return open_room(
        folder, read_city(pack), clock or SystemClock(), identity=Identity(territory, territory, pack.name)
    )


async def write(folder: str, territory: str, url: str, code: str, edits: str) -> None:
    """Enrol a new room, take what there is, and write edits with the line gone."""
    clock = ManualClock(SystemClock().now() - 3000 * int(edits))
    room = _open(Path(folder), territory, clock)
    try:
        if int(edits):
            await room.enrol(url, code)
            await room.sync_now()
            await room.uplink.stop()
        else:
            await room.uplink.enrol(url, code, territory)
        chance = random.Random(2016)
        subjects = _subjects(chance)
        room.store.set_skew(0)
        for kind, subject, body in (edit(chance, subjects) for _ in range(int(edits))):
            clock.advance(int(chance.expovariate(1 / 3000)))
            await room.store.append(territory, [Draft(kind, subject, msgspec.json.encode(body))], "op-7")
        _say(queue=(await room.store.queue()).entries)
    finally:
        await room.close()


async def drain(folder: str) -> None:
    """Send everything; tells the queue as it shrinks, and at last the seconds and bytes that it took."""
    room = _open(Path(folder))
    try:
        began = time.monotonic()
        await room.uplink.start()
        left = -1
        while left != 0:
            await asyncio.sleep(0.1)
            now = (await room.store.queue()).entries
            if now != left:
                left = now
                link = room.link()
                _say(queue=left, drain_s=link.drain_s, at=round(time.monotonic() - began, 2), up=link.bytes_up)
        link = room.link()
        _say(queue=0, seconds=time.monotonic() - began, up=link.bytes_up, down=link.bytes_down)
    finally:
        await room.close()


async def pull(folder: str, entries: str) -> None:
    """Take everything as a new room, until so many entries are numbered here."""
    room = _open(Path(folder))
    try:
        began, held = time.monotonic(), -1
        await room.uplink.start()
        while held < int(entries):
            await asyncio.sleep(0.1)
            now = sum(c.n for c in (await room.store.cursors()).values())
            if now != held:
                held = now
                _say(held=held, at=round(time.monotonic() - began, 2))
        link = room.link()
        _say(seconds=time.monotonic() - began, up=link.bytes_up, down=link.bytes_down)
    finally:
        await room.close()


async def idle(folder: str, seconds: str) -> None:
    """Be current and then idle for so many seconds; one line when idleness begins and one when it ends."""
    room = _open(Path(folder))
    try:
        await room.sync_now()
        await room.uplink.start()
        await asyncio.sleep(8.0)
        _say(idle=True)
        await asyncio.sleep(float(seconds))
        _say(idle=False)
        # Whoever counts does so now, before the lines are closed.
        await asyncio.to_thread(sys.stdin.readline)
    finally:
        await room.close()


async def health(url: str) -> None:
    """How much the centre has."""
    reply = await asyncio.to_thread(requests.get, f"{url}/v1/health", timeout=30)
    _say(**reply.json())


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    acts = {"write": write, "drain": drain, "pull": pull, "idle": idle, "health": health}
    asyncio.run(acts[sys.argv[1]](*sys.argv[2:]))
