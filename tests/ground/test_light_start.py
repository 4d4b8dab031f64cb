"""What the first paint does not wait for is not loaded before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LOADED = "import sys, main; main.start_lightly(); import widgets.shell.app, console.room; print(*sorted(sys.modules))"
LATER = (
    "rich",
    "pygments",
    "requests",
    "folium",
    "pyqtgraph",
    "sqlite_utils",
    "qtawesome",
    "shapely",
    "PySide6.QtWebEngineCore",
)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.mark.parametrize("name", LATER)
def test_it_is_not_loaded_before_the_window(loaded: set[str], name: str) -> None:
    assert "structlog" in loaded, "nothing was loaded at all"
    assert name not in loaded


def test_rich_can_still_be_loaded_afterwards() -> None:
    pytest.importorskip("rich")
    then = "import main; main.start_lightly(); import rich.console; import structlog; structlog.get_logger().info('x')"
    done = subprocess.run(
        [sys.executable, "-c", then], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
