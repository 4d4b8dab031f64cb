"""A real central server for benchmarks, as its own process in a folder that goes afterwards, and rooms enrolled at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.log import configure
from console.room import Room, open_room
from console.store.folder import Identity

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
CITY = "bandung"


def figure(name: str, value: float, unit: str, reach: float, beside: dict[str, Any]) -> dict[str, object]:
    """One figure as `make bench` prints it; lower is better."""
    line = {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "reach": reach,
        "beside": beside,
        "ok": value <= reach,
    }
    print(json.dumps(line), flush=True)
    return line


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


class Centre:
    """The server that runs. Attributes: `url`, `pid`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "central"
        self._folder.mkdir()
        announced = self._folder / "url"
        self._process = self._start(announced)
        self.pid = self._process.pid
        ends = time.monotonic() + READY_S
        while not announced.exists():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the centre did not come up: {self._complaints()}")
            time.sleep(0.02)
        self.url = announced.read_text().strip()

    def _start(self, announced: Path) -> subprocess.Popen[bytes]:
        place = ["--data", str(self._folder), "--city", CITY, "--port", "0", "--announce", str(announced)]
        return subprocess.Popen(
            [sys.executable, "main.py", "central", "serve", *place, "--with-parent"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _complaints(self) -> str:
        self._process.kill()
        return self._process.communicate()[1].decode(errors="replace")

    def ask(self, *arguments: str) -> dict[str, str]:
        """Give the centre a command of the command line."""
        command = [
            sys.executable,
            "main.py",
            "central",
            *arguments,
            "--data",
            str(self._folder),
            "--city",
            CITY,
            "--json",
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=READY_S, check=True)
        answer: dict[str, str] = json.loads(done.stdout)
        return answer

    def code(self, territory: str) -> str:
        """A one-time code for a room of `territory`."""
        role = "city" if territory.count(".") == 1 else "kecamatan"
        return self.ask("enrol", territory, "--role", role)["code"]

    def add(self, operator: Operator) -> None:
        """Name an operator in the city's journal."""
        self.ask(
            "operators", "set", operator.id, "--name", operator.name, "--role", operator.role,
            "--territory", operator.territory, "--no-password",
        )  # fmt: skip

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        self._process.communicate(timeout=READY_S)


@contextmanager
def city() -> Iterator[tuple[Centre, Path]]:
    """A centre and a folder for rooms."""
    with tempfile.TemporaryDirectory(prefix="simpul-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The database runs as a user of its own, which must reach its folder.
        os.chmod(folder, 0o755)  # noqa: PTH101
        centre = Centre(folder)
        try:
            yield centre, folder
        finally:
            centre.stop()


def desk(territory: str) -> Operator:
    """Who sits at the desk of a benchmark."""
    return Operator("ukur", "Operator Ukur", "koordinator", territory, "")


def room_at(folder: Path, territory: str) -> Room:
    """A room of `territory` in `folder`, with its operator at the desk, not enrolled yet."""
    configure(folder, "room")
    pack = pack_path(CITY)
    found = read_city(pack)
    room = open_room(folder, found, SystemClock(), identity=Identity(territory, territory, pack.name))
    room.log_in_as(desk(found.code))
    return room
