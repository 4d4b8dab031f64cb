"""One holder at a time, and none left behind by a process that was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.store.lock import FileLock, Locked

ROOT = Path(__file__).resolve().parents[2]
_HOLD = """
import sys
from pathlib import Path
from console.store.lock import FileLock
held = FileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_who_comes_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    file = tmp_path / "owner.lock"
    first = FileLock(file)
    with pytest.raises(Locked):
        FileLock(file)
    first.release()
    first.release()
    second = FileLock(file)
    with pytest.raises(Locked):
        FileLock(file)
    second.release()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "owner.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        with pytest.raises(Locked):
            FileLock(file)
        process.kill()
    FileLock(file).release()


def test_it_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "owner.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"owner\.lock"):
        FileLock(tmp_path / "owner.lock")
    assert not (tmp_path / "elsewhere").exists()
