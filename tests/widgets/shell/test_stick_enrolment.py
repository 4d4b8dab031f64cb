"""An office that never had a line is enrolled on screen alone: a request goes out on a stick, the first bundle enrols it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.central.enrol import read_request
from console.central.serve import enrol_request, set_operator
from console.domain.people import Operator
from console.domain.views import IncidentQuery, NewIncident
from console.first_room import FirstRoom, offered_cities
from console.room import Room, is_room
from console.store.folder import Folder
from console.sync.stick.exporting import Order
from console.sync.uplink import introduce
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, make_small_pack
from tests.widgets.shell.windows import holding, opened, shown_window
from widgets.shell import app
from widgets.shell.errors import ErrorDesk
from widgets.shell.first_run import FirstRun
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]
OFFICE = "Kantor Kelurahan Barat Laut"


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        set_operator(running.data, running.pack, Operator("op-3", "Petugas Utara", "koordinator", NORTH, "x"), None)
        yield running


@pytest.fixture
def page(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[FirstRun]:
    made = FirstRun(FirstRoom(tmp_path / "ruang"), offered_cities())
    made.resize(1366, 768)
    made.show()
    yield made
    loop.run_until_complete(made.shut())
    made.deleteLater()


async def answered(server: CentralServer, folder: Path, request: Path) -> tuple[Path, str]:
    """What the centre gives back: the first bundle for that device, and the city's fingerprint."""
    device, city_print = await asyncio.to_thread(
        enrol_request, server.data, server.pack, NORTH, read_request(request), "", None
    )
    mine = Folder.open(folder / "balai")
    try:
        await introduce(mine, server.url, server.code(CITY), "Balai Kota")
    finally:
        mine.close()
    hall = opened(folder / "balai")
    try:
        await hall.sync_now()
        file, _made = await hall.bundles.stick.export(folder, Order(device.id))
    finally:
        await hall.close()
    return file, city_print


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_the_first_page_writes_the_request_and_its_answer_makes_the_room(
    page: FirstRun,
    until: Until,
    qtbot: QtBot,
    loop: asyncio.AbstractEventLoop,
    server: CentralServer,
    tmp_path: Path,
) -> None:
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    stick = tmp_path / "stik"
    stick.mkdir()
    page.ways.by_line.setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    assert page.ways.by_stick.isChecked() and page.stick.isVisible() and not page.enrolment.isVisible()
    page.ways.focus_first()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert page.stick.fault.text() == "Isi dahulu: nama ruang."
    qtbot.keyClicks(focused(), OFFICE)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert "ditulis ke" in page.stick.fault.text() and focused() is page.stick.place
    qtbot.keyClicks(focused(), str(stick))
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    until(page.stick.told.isVisible)
    [request] = stick.iterdir()
    assert str(request) in page.stick.told.text() and not is_room(tmp_path / "ruang")
    assert focused() is page.stick.file

    bundle, city_print = loop.run_until_complete(answered(server, tmp_path, request))
    qtbot.keyClicks(page.stick.file, str(bundle))
    qtbot.keyClick(page.stick.file, Qt.Key.Key_Return)
    assert focused() is page.stick.print
    qtbot.keyClicks(page.stick.print, "0000-0000-0000")
    qtbot.keyClick(page.stick.print, Qt.Key.Key_Return)
    until(page.stick.fault.isVisible)
    assert "Sidik kota tidak cocok" in page.stick.fault.text() and not is_room(tmp_path / "ruang")
    page.stick.print.setText(city_print.lower())
    qtbot.keyClick(page.stick.print, Qt.Key.Key_Return)
    until(page.stick.open_room.isVisible)
    assert page.stick.told.text().startswith("Terdaftar. Bundel nomor 1 dari Balai Kota")
    assert "Tanda terima" in page.stick.told.text() and not page.alone.isEnabled()
    assert focused() is page.stick.open_room and done == []
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert done == [True]

    room = opened(tmp_path / "ruang")
    assert (room.territory, room.name, room.rooted) == (NORTH, OFFICE, True)
    assert [state.code for state in room.states()] == ["by_stick", "login_needed"]
    assert room.link().mode == "stik" and room.knows_operators
    assert [parcel.line.way for parcel in loop.run_until_complete(room.bundles.carried())][-1:] == ["in"]
    loop.run_until_complete(room.close())


def test_a_bundle_for_another_machine_is_one_sentence_and_makes_no_room(
    page: FirstRun, until: Until, qtbot: QtBot, loop: asyncio.AbstractEventLoop, server: CentralServer, tmp_path: Path
) -> None:
    other = FirstRoom(tmp_path / "lain")
    _id, request = loop.run_until_complete(other.request(tmp_path, "Kantor lain"))
    bundle, city_print = loop.run_until_complete(answered(server, tmp_path, request))
    page.ways.choose_stick(True)
    for file, said in ((bundle, "disegel untuk"), (request, "bukan bundel"), (tmp_path / "x", "tidak dapat dibaca")):
        page.stick.say("")
        page.stick.file.setText(str(file))
        page.stick.print.setText(city_print)
        page.stick.submit()
        until(page.stick.fault.isVisible)
        assert said in page.stick.fault.text()
        assert page.stick.take.isEnabled() and page.alone.button.isEnabled()
    assert not is_room(tmp_path / "ruang")


def test_a_request_that_cannot_be_written_says_why(page: FirstRun, until: Until, tmp_path: Path) -> None:
    page.ways.choose_stick(True)
    page.stick.name.setText(OFFICE)
    page.stick.place.setText(str(tmp_path / "tiada" / "permintaan.json"))
    page.stick.submit_request()
    until(page.stick.fault.isVisible)
    assert "tidak dapat ditulis" in page.stick.fault.text() and page.stick.write.isEnabled()


def test_a_room_that_stood_alone_is_enrolled_by_stick_and_keeps_what_it_wrote(
    loop: asyncio.AbstractEventLoop,
    server: CentralServer,
    desk: ErrorDesk,
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "ruang"
    loop.run_until_complete(FirstRoom(folder).alone(make_small_pack(tmp_path / "paket"), NORTH))

    async def drive() -> tuple[str, ...]:
        room = opened(folder)
        await room.open_incident(NewIncident("Pohon tumbang", "D02", "99.01.01.1001"))
        options = app.Options(folder=tmp_path, version="uji")
        running = asyncio.ensure_future(app.run_window(room, options, desk, reopen=lambda: opened(folder)))
        first = await shown_window(qapp)
        first.commands.run("room.enrol.stick")
        sheet, stick = first.enrolment, first.enrolment.ways.stick
        assert sheet.isVisible() and stick.name.text() == room.name
        stick.place.setText(str(tmp_path))
        stick.submit_request()
        await holding(stick.told.isVisible)
        [request] = tmp_path.glob("permintaan-*.json")
        bundle, city_print = await answered(server, tmp_path, request)
        stick.file.setText(str(bundle))
        stick.print.setText(city_print)
        qtbot.keyClick(stick.print, Qt.Key.Key_Return)
        await holding(stick.open_room.isVisible)
        stick.open_room.click()
        second = await shown_window(qapp, beside=first)
        await holding(lambda: "terdaftar untuk Utara" in second.said.text())
        again = second.room
        assert again.link().mode == "stik" and again.knows_operators and second.login.isVisible()
        assert second.login.bundle.isHidden()
        found = await again.incidents(IncidentQuery())
        [parcel] = await again.bundles.carried()
        assert parcel.line.way == "in" and (await again.store.queue()).entries > 0
        second.close()
        await running
        return tuple(one.title for one in found.items)

    assert loop.run_until_complete(drive()) == ("Pohon tumbang",)


def test_who_cannot_log_in_since_nobody_is_known_may_bring_a_bundle(
    shown: ConsoleWindow, room: Room, until: Until, qtbot: QtBot
) -> None:
    room.log_out()
    until(lambda: shown.session.asking)
    assert shown.login.bundle.isVisible()
    qtbot.keyClick(shown.login.bundle, Qt.Key.Key_Space)
    assert shown.enrolment.isVisible() and shown.enrolment.ways.stick.isVisible()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.enrolment.isVisible() and shown.login.isVisible()
