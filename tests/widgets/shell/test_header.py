"""The header says which shift is on duty, and lets nothing lie on anything else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.shift import DAY_MIN, Shift
from tests.small_city import make_small_pack
from widgets.parts.theme import read_theme
from widgets.parts.times import local
from widgets.shell.header import SearchField
from widgets.shell.theme import dress
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def city(tmp_path: Path, clock: ManualClock) -> City:
    """A city whose shift ends two minutes from now; nobody has the rest of the day."""
    read = read_city(make_small_pack(tmp_path / "pack"))
    now = local(clock.now(), ZoneInfo(read.time_zone))
    minute = now.hour * 60 + now.minute
    shift = Shift("Regu A", (minute - 60) % DAY_MIN, (minute + 2) % DAY_MIN, "rekaan")
    return msgspec.structs.replace(read, shifts=(shift,))


def test_the_shift_stands_before_who_is_at_the_desk_and_goes_with_its_hour(
    window: ConsoleWindow, clock: ManualClock
) -> None:
    assert window.header.operator() == "Regu A · Operator Uji"
    clock.advance(121_000)
    window.header.on_tick(clock.now())
    assert window.header.operator() == "Operator Uji"


@pytest.mark.parametrize("width", [1366, 1920])
def test_a_long_title_lies_on_nothing(window: ConsoleWindow, qapp: QApplication, until: Until, width: int) -> None:
    before = qapp.styleSheet()
    dress(qapp, read_theme("dark"))
    try:
        window.resize(width, 768)
        window.show()
        window.header.show_scope("Selokan meluap ke halaman rumah warga di Kelurahan Sukamaju")
        until(lambda: window.header.width() == width)
        qapp.processEvents()
        shown = [
            part for part in window.header.findChildren(QWidget) if part.parent() is window.header and part.isVisible()
        ]
        boxes = sorted((part.geometry() for part in shown), key=lambda box: box.left())
        assert all(one.right() < other.left() for one, other in pairwise(boxes))
        [search] = window.header.findChildren(SearchField)
        assert search.fontMetrics().horizontalAdvance(search.text()) < search.width() - 60
    finally:
        qapp.setStyleSheet(before)
