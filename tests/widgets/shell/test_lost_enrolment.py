"""A room that its centre does not know any more is enrolled again from the banner; one that was revoked, or whose line is
cut, is not offered that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.room import Room, open_room
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer
from tests.faults.zoo_room import Hurried, make_room
from tests.small_city import NORTH
from widgets.shell.window import ConsoleWindow


@pytest.fixture
def room(loop: asyncio.AbstractEventLoop, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Room]:
    with BadServer(request.param) as server:
        path = make_room(tmp_path, server.url)
        made = open_room(path, read_city(path / "pack"), SystemClock())
        made.uplink.chance = Hurried()
        made.log_in_as(Operator("op-1", "Operator Uji", "koordinator", NORTH, "$argon2id$tidak-dipakai"))
        loop.run_until_complete(made.start())
        yield made
        loop.run_until_complete(made.close())


@pytest.mark.parametrize("room", [bad.unauthorized], indirect=True)
def test_the_sheet_opens_with_the_known_address(
    shown: ConsoleWindow, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: any(said.startswith("Pusat tidak mengenal lagi ruang ini") for said in shown.banner.texts()))
    shown.banner.asked.emit("room.enrol")
    assert shown.enrolment.isVisible()
    assert shown.enrolment.form.server.text() == shown.room.link().server
    shown.enrolment.shut()


@pytest.mark.parametrize("room", [bad.revoked], indirect=True)
def test_a_revoked_room_is_told_whom_to_ask(shown: ConsoleWindow, until: Callable[[Callable[[], bool]], None]) -> None:
    until(lambda: any(said.startswith("Pendaftaran ruang ini dicabut pusat") for said in shown.banner.texts()))
    shown.commands.run("room.enrol")
    assert not shown.enrolment.isVisible()
