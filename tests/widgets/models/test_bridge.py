"""Notices become few signals; what is asked for a widget ends with the widget."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import SIGNAL, QObject
from PySide6.QtWidgets import QApplication

from console.cities.read import read_city
from console.domain.clock import ManualClock
from console.domain.views import Notice
from console.room import Room, open_room
from tests.small_city import make_small_pack
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.situation_feed import situation_of


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    made = qasync.QEventLoop(qapp, already_running=False)
    asyncio.set_event_loop(made)
    yield made
    made.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def room(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Room]:
    made = open_room(tmp_path / "room", read_city(make_small_pack(tmp_path / "pack")), ManualClock())
    yield made
    loop.run_until_complete(made.close())


@pytest.fixture
def bridge(loop: asyncio.AbstractEventLoop, room: Room) -> Iterator[Bridge]:
    made = Bridge(room)
    yield made
    loop.run_until_complete(made.close())


def test_a_burst_becomes_one_signal_with_all_subjects(
    loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge
) -> None:
    seen: list[frozenset[str]] = []
    bridge.incidentsChanged.connect(seen.append)
    for i in range(1000):
        room.notices.tell(Notice("incidents", frozenset({f"s{i % 3}"})))
    loop.run_until_complete(asyncio.sleep(0.25))
    assert seen == [frozenset({"s0", "s1", "s2"})]


def test_photos_that_came_are_told_apart(loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge) -> None:
    seen: list[str] = []
    bridge.blobsChanged.connect(lambda: seen.append("blobs"))
    bridge.linkChanged.connect(lambda: seen.append("link"))
    for _ in range(5):
        room.notices.tell(Notice("blobs"))
    loop.run_until_complete(asyncio.sleep(0.25))
    assert seen == ["blobs"]


def test_many_stay_many_whatever_comes_after(loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge) -> None:
    seen: list[frozenset[str]] = []
    bridge.incidentsChanged.connect(seen.append)
    room.notices.tell(Notice("incidents"))
    room.notices.tell(Notice("incidents", frozenset({"s1"})))
    loop.run_until_complete(asyncio.sleep(0.25))
    assert seen == [frozenset()]


def test_every_topic_has_its_signal(loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge) -> None:
    seen: list[str] = []
    for topic in ("readings", "link", "people", "feeds", "states"):
        getattr(bridge, f"{topic}Changed").connect(lambda topic=topic: seen.append(topic))
        room.notices.tell(Notice(topic))  # type: ignore[arg-type]
    loop.run_until_complete(asyncio.sleep(0.25))
    assert sorted(seen) == ["feeds", "link", "people", "readings", "states"]


def test_an_answer_never_reaches_a_widget_that_is_gone(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    answered: list[int] = []
    parent = QObject()

    async def answer() -> int:
        await asyncio.sleep(0.05)
        return 1

    task = bridge.ask(answer(), answered.append, parent)
    parent.deleteLater()
    loop.run_until_complete(asyncio.sleep(0.15))
    assert answered == []
    assert task.cancelled()


@pytest.mark.expect_log("ui_task_failed")
def test_an_error_that_nobody_takes_is_told(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    told: list[Exception] = []
    bridge.failed.connect(told.append)

    async def fail() -> None:
        raise ValueError("patah")

    bridge.ask(fail())
    loop.run_until_complete(asyncio.sleep(0.05))
    assert [str(error) for error in told] == ["patah"]


def test_an_error_that_somebody_takes_is_his(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    told: list[Exception] = []
    taken: list[Exception] = []
    bridge.failed.connect(told.append)

    async def fail() -> None:
        raise ValueError("patah")

    bridge.ask(fail(), failed=taken.append)
    loop.run_until_complete(asyncio.sleep(0.05))
    assert len(taken) == 1
    assert told == []


def test_closing_cancels_what_still_runs(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    task = bridge.ask(asyncio.sleep(60))
    loop.run_until_complete(bridge.close())
    assert task.cancelled()


def test_a_refresh_asks_twice_however_often_it_is_told(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    asked, shown = [0], []
    parent = QObject()

    async def query() -> int:
        asked[0] += 1
        count = asked[0]
        await asyncio.sleep(0.05)
        return count

    refresh = Refresh(bridge, query, shown.append, parent)
    for _ in range(50):
        refresh.again()
    loop.run_until_complete(asyncio.sleep(0.5))
    assert (asked[0], shown) == (2, [1, 2])


def test_a_question_that_was_answered_leaves_nothing_behind(
    loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge
) -> None:
    parent = QObject()

    def ask() -> int:
        loop.run_until_complete(bridge.ask(asyncio.sleep(0), None, parent))
        loop.run_until_complete(asyncio.sleep(0.01))
        return parent.receivers(SIGNAL("destroyed()"))

    first = ask()
    assert [ask() for _ in range(20)] == [first] * 20


def test_the_situation_is_asked_once_for_all_who_show_it(
    loop: asyncio.AbstractEventLoop, room: Room, bridge: Bridge
) -> None:
    one, other = situation_of(bridge), situation_of(bridge)
    heard: list[object] = []
    other.changed.connect(heard.append)
    loop.run_until_complete(asyncio.sleep(0.3))
    assert one is other and heard == [one.latest]
    for i in range(100):
        room.notices.tell(Notice("incidents", frozenset({f"s{i}"})))
    loop.run_until_complete(asyncio.sleep(0.7))
    assert 2 <= len(heard) <= 3
