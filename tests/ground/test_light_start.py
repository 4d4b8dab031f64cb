"""What the first paint does not wait for is not loaded before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What the first paint waits for: the window's own modules, and the panel that stands in it.
_LOADED = (
    "import sys, main; from widgets.shell import opening; opening.start_lightly();"
    " import widgets.shell.app, widgets.panels.queue, console.room, console.cities.kept; print(*sorted(sys.modules))"
)
LATER = (
    "rich",
    "pygments",
    "requests",
    "folium",
    "pyqtgraph",
    "sqlite_utils",
    "structlog",
    "cryptography",
    "argon2",
    "zstandard",
    "platformdirs",
    "typing_extensions",
    "tomllib",
    "csv",
    "json",
    "numpy",
    "ssl",
    "html",
    "xml.etree.ElementTree",
    "PySide6QtAds",
    "console.cities.tables",
    "console.cities.boundaries",
    "console.sync.exchange",
    "widgets.shell.login",
    "widgets.shell.error_window",
    "widgets.shell.screenshots",
    "widgets.parts.icons",
    "widgets.shell.docks",
    "widgets.panels.detail",
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
    assert "widgets.panels.incident_row" in loaded, "nothing was loaded at all"
    assert name not in loaded


def test_no_source_is_read_for_features_of_qt_for_python() -> None:
    then = """
import inspect
from widgets.shell import opening
opening.start_lightly()
inspect.getsource = lambda module: print("read", module.__name__)
import console.room, widgets.shell.window
"""
    done = subprocess.run(
        [sys.executable, "-c", then], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert not done.stdout


def test_what_was_left_out_can_still_be_loaded_afterwards() -> None:
    then = """
from widgets.shell import opening
opening.start_lightly()
import ssl, requests, qtawesome, console.log
assert __import__("json", fromlist=["dumps"]).dumps
console.log.logger().info("x")
"""
    done = subprocess.run(
        [sys.executable, "-c", then], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


_PAINTED = """
import gc
from widgets.shell.light_start import start_lightly
start_lightly()
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication
application = QApplication([])
from widgets.parts.theme import read_theme
from widgets.shell.banner import Banner
from widgets.shell.states import Sentence
theme = read_theme("dark")
banner = Banner(theme)
banner.show_states([Sentence("uji", 1, "Ada apa", "Buka", "buka"), Sentence("lain", 1, "Ada lagi", "")])
banner.show()
ground = QPixmap(4, 4)
painter = QPainter(ground)
theme.fill(painter, QRect(0, 0, 4, 4), "p1")
painter.end()
print(ground.toImage().pixelColor(1, 1).name(), theme.colour.p1.lower())
print(*(each.__qualname__ for each in gc.get_objects() if isinstance(each, type)))
"""


def test_filling_a_box_and_making_a_banner_load_no_gradients_and_no_icons() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PAINTED], cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    colours, kinds = done.stdout.splitlines()
    assert len(set(colours.split())) == 1
    assert "QPainter.RenderHint" in kinds.split()
    assert not {"QGradient.Preset", "QIcon.ThemeIcon"}.intersection(kinds.split())
