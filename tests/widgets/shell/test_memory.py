"""Cycles with Qt objects in them are destroyed on the window's thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from widgets.shell.memory import TURN_MS, Collector


class Knot(QObject):
    """Refers to itself, so that only the collector can free it. `freed_on` takes the thread that did."""

    def __init__(self, freed_on: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: freed_on.append(threading.get_ident()))


@pytest.fixture
def collector(qapp: Any) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.stop()
    made.deleteLater()


def allocate_elsewhere() -> None:
    """Far more container objects than a collection takes to begin."""
    thread = threading.Thread(target=lambda: [[number] for number in range(100_000)])
    thread.start()
    thread.join()


def test_without_it_another_thread_frees_the_object(qapp: Any) -> None:
    freed_on: list[int] = []
    gc.collect()
    gc.enable()
    Knot(freed_on)
    allocate_elsewhere()
    gc.disable()
    assert freed_on and freed_on[0] != threading.get_ident()


def test_with_it_the_window_thread_does(collector: Collector, qtbot: Any) -> None:
    freed_on: list[int] = []
    gc.collect()
    Knot(freed_on)
    allocate_elsewhere()
    assert freed_on == []
    kept = [[number] for number in range(10_000)]
    qtbot.waitUntil(lambda: bool(freed_on), timeout=TURN_MS * 20)
    assert freed_on == [threading.get_ident()]
    assert len(kept) == 10_000


def test_stopping_gives_the_collector_back(qapp: Any) -> None:
    collector = Collector()
    collector.settle()
    assert not gc.isenabled() and gc.get_freeze_count() > 0
    collector.stop()
    assert gc.isenabled() and gc.get_freeze_count() == 0
    collector.deleteLater()
