"""The journey of the whole program: the city's window and Coblong's, real processes pressed by keys, a centre that goes
away while both work, and two lists that agree afterwards with the conflict flagged."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.cities.pack import pack_path
from tests.servers import CentralServer, central_server, short_folder

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "rahasia-uji-saja"
CITY, COBLONG = "32.73", "32.73.02"
PATIENCE_S = 60.0


def simpul(*arguments: str, said: str = "") -> dict[str, Any]:
    """Run a command of the program; what it answers in JSON."""
    command = [sys.executable, str(ROOT / "main.py"), *arguments, "--json"]
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=dict[str, Any])


class Window:
    """A console window in a process of its own, worked by keys."""

    def __init__(self, data: Path) -> None:
        pack = data / "pack"
        self._diary = (data / "stderr.txt").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/journeys/desk.py"), str(data), str(pack)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._diary,
            text=True,
        )
        assert self._answer()["ready"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, Path(self._diary.name).read_text()[-3000:]
        return msgspec.json.decode(line, type=dict[str, Any])

    def do(self, **told: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(told).decode() + "\n")
        self._process.stdin.flush()
        return self._answer()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.do(keys=key)

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.do(rows=True)["rows"]
        return rows

    def log_in(self, name: str) -> None:
        self.do(text=name)
        self.press("Return")
        self.do(text=PASSWORD)
        self.press("Return")
        wait_for(lambda: self.do(state=True)["operator"] != "", f"{name} cannot log in")

    def open_incident(self, title: str, category: str, place: str) -> None:
        self.press("Ctrl+N")
        self.do(text=title)
        self.press("Return")
        self.do(text=category)
        self.press("Return")
        self.do(text=place)
        self.press("Return", "Return")
        wait_for(lambda: title in self.titles(), f"{title} is not in the list")

    def titles(self) -> list[str]:
        return [row["title"] for row in self.rows()]

    def row(self, title: str) -> dict[str, Any]:
        return next(row for row in self.rows() if row["title"] == title)

    def end(self) -> int:
        assert self._process.stdin is not None
        if self._process.poll() is None:
            self._process.stdin.write('{"end":true}\n')
            self._process.stdin.flush()
        code = self._process.wait(30)
        self._process.stdin.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._diary.close()
        return code

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def wait_for(true: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def enrolled(server: CentralServer, folder: Path, territory: str) -> Path:
    """A room's folder, enrolled as a person would do it, with an operator who has a password."""
    data = folder / territory
    centre = ["--data", str(server.data), "--city", str(server.pack)]
    code = simpul("central", "enrol", territory, *centre)["code"]
    simpul("enrol", server.url, code, "--name", f"Ruang {territory}", "--data", str(data))
    person = ["op-" + territory, "--name", f"Operator {territory}", "--role", "koordinator", "--territory", territory]
    simpul("central", "operators", "set", *person, *centre, said=PASSWORD + "\n")
    return data


@pytest.mark.slow
def test_two_windows_agree_after_the_line_was_cut() -> None:
    with short_folder() as folder, central_server(folder / "c", pack_path("bandung")) as server:
        rooms = {territory: enrolled(server, folder, territory) for territory in (CITY, COBLONG)}
        windows = {territory: Window(data) for territory, data in rooms.items()}
        try:
            journey(server, windows[CITY], windows[COBLONG])
            codes = [window.end() for window in windows.values()]
            assert codes == [0, 0]
        finally:
            for window in windows.values():
                window.kill()


def journey(server: CentralServer, city: Window, coblong: Window) -> None:
    for window, territory in ((city, CITY), (coblong, COBLONG)):
        wait_for(lambda w=window: w.do(state=True)["mode"] == "langsung", "no line")  # type: ignore[misc]
        time.sleep(1)
        window.log_in("op-" + territory)
        window.do(go="kejadian")
    coblong.open_incident("Pohon menutup jalan", "pohon", "Dago")
    city.open_incident("Genangan di simpang", "banjir", "Regol")
    both = {"Pohon menutup jalan", "Genangan di simpang"}
    wait_for(lambda: set(city.titles()) == set(coblong.titles()) == both, "the lists differ on a good line")

    server.stop()
    # Both change the same incident's state without knowing of each other, and both open one more.
    city.do(choose="Pohon menutup jalan")
    city.press("T", "1")
    coblong.do(choose="Pohon menutup jalan")
    coblong.press("T", "2")
    coblong.do(text="menunggu alat berat")
    coblong.press("Return")
    coblong.open_incident("Tiang miring", "listrik", "Sekeloa")
    city.open_incident("Asap dari gudang", "kebakaran", "Andir")
    wait_for(lambda: city.row("Pohon menutup jalan")["status"] == "terverifikasi", "the city's edit is not shown")
    wait_for(lambda: coblong.row("Pohon menutup jalan")["status"] == "ditunda", "Coblong's edit is not shown")
    assert city.do(state=True)["queue"] > 0
    assert not coblong.row("Tiang miring")["confirmed"], "the screen claims what the centre cannot know"

    server.start()
    both |= {"Tiang miring", "Asap dari gudang"}
    wait_for(lambda: set(city.titles()) == set(coblong.titles()) == both, "the lists differ after the line came back")
    flagged = "Pohon menutup jalan"
    wait_for(lambda: city.row(flagged)["undecided"] == ["status"], "the city's window does not flag the conflict")
    wait_for(lambda: city.rows() == coblong.rows(), "the windows show different incidents")
    assert all(row["confirmed"] for row in city.rows())
    assert coblong.do(state=True)["queue"] == 0
