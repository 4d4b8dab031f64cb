"""A room whose window is open, and everything else that somebody may start on the same folder: each works, or says in one
line whose the folder is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from console.commands.answer import DONE, FAILED

ROOT = Path(__file__).resolve().parents[2]
OWNED = r"simpul: Folder \S+ sedang dipakai jendela Simpul \(proses {0}, sejak [\d-]+ [\d.]+\); .+ tutup dahulu .+\n"


def open_window(folder: Path, pictures: Path) -> subprocess.Popen[str]:
    """The program's own window, off screen; it stays as long as it waits to take its pictures."""
    words = ["--data", folder, "--city", "binjai", "--screenshot", pictures, "--after", 600]
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *map(str, words)], text=True, stderr=subprocess.PIPE,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The folder of a room whose window is open, and the window's process."""
    place = tmp_path_factory.mktemp("ruang")
    process = open_window(place / "data", place / "gambar")
    ends = time.monotonic() + 90
    while not (place / "data" / "readings.db").exists():
        assert process.poll() is None and time.monotonic() < ends
        time.sleep(0.1)
    yield place / "data", process.pid
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


@pytest.mark.slow
@pytest.mark.expect_log("command_failed")
@pytest.mark.parametrize(
    "words",
    [
        "agent", "sync --once", "bundle export OUT", "bundle import OUT/x.simpul", "feed once bmkg-gempa",
        "enrol http://127.0.0.1:9 kode --name Ruang", "doctor --repair",
    ],
)  # fmt: skip
def test_what_writes_says_whose_the_folder_is(
    window: tuple[Path, int], tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    folder, pid = window
    assert main.main(["--data", str(folder), *words.replace("OUT", str(tmp_path)).split()]) == FAILED
    said = capsys.readouterr()
    assert re.fullmatch(OWNED.format(pid), said.err), said.err
    assert said.out == ""


@pytest.mark.slow
def test_a_second_window_says_whose_the_folder_is(window: tuple[Path, int], tmp_path: Path) -> None:
    folder, pid = window
    second = open_window(folder, tmp_path)
    _, said = second.communicate(timeout=90)
    assert second.returncode == FAILED
    assert re.search(OWNED.format(pid), said), said


@pytest.mark.slow
def test_what_only_reads_works_beside_it(
    window: tuple[Path, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, pid = window
    assert main.main(["--data", str(folder), "doctor"]) == DONE
    assert f"pada salinan, sebab ruang sedang dipakai jendela Simpul (proses {pid}" in capsys.readouterr().out
    assert main.main(["--data", str(folder), "backup", str(tmp_path / "cadangan")]) == DONE
    assert (tmp_path / "cadangan").stat().st_size
