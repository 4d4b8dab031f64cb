"""A machine without a room: one page, by keyboard alone, until a room can be opened; a stand-alone room becomes enrolled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.cities.pack import RESOURCES
from console.commands.grammar import parsed
from console.domain.views import IncidentQuery, NewIncident
from console.first_room import FirstRoom, OfferedCity, offered_cities
from console.room import is_room
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, make_small_pack
from tests.widgets.shell.windows import holding, opened, shown_window
from widgets.shell import app
from widgets.shell.enrol_words import address
from widgets.shell.errors import ErrorDesk
from widgets.shell.first_run import FirstRun
from widgets.shell.window import ConsoleWindow

Until = Callable[[Callable[[], bool]], None]
WRONG = "0000-0000-0000-0000-0000-0000-0000"


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


@pytest.fixture
def page(loop: asyncio.AbstractEventLoop, tmp_path: Path, qtbot: QtBot) -> Iterator[FirstRun]:
    made = FirstRun(FirstRoom(tmp_path / "ruang"), offered_cities())
    made.resize(1366, 768)
    made.show()
    yield made
    loop.run_until_complete(made.shut())
    made.deleteLater()


def _fill(qtbot: QtBot, page: FirstRun, server: str, code: str, name: str) -> None:
    form = page.enrolment
    for field, text in ((form.server, server), (form.code, code), (form.name, name)):
        field.clear()
        qtbot.keyClicks(field, text)


def test_it_offers_what_comes_with_the_program_and_starts_at_the_first_field(page: FirstRun) -> None:
    listed = [page.alone.cities.item(row).text() for row in range(page.alone.cities.count())]
    assert len(listed) == len(list(RESOURCES.glob("*/city.toml"))) >= 2
    assert page.focusWidget() is page.enrolment.server


def test_every_field_is_reached_by_tab(page: FirstRun, qtbot: QtBot) -> None:
    wanted = {page.enrolment.server, page.enrolment.code, page.enrolment.name, page.enrolment.button}
    wanted |= {page.alone.cities, page.alone.folder, page.alone.button}
    seen = set()
    for _ in range(12):
        seen.add(page.focusWidget())
        page.focusNextChild()
    assert wanted <= seen


def test_a_city_is_chosen_by_keyboard_and_its_room_opens(
    page: FirstRun, until: Until, qtbot: QtBot, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    cities = page.alone.cities
    cities.setFocus()
    qtbot.keyClick(cities, Qt.Key.Key_Down)
    chosen = offered_cities()[cities.currentRow()]
    place = page.alone.place
    qtbot.keyClick(place, Qt.Key.Key_Down)
    assert place.count() == 1 + len(chosen.districts)
    assert not is_room(tmp_path / "ruang")
    qtbot.keyClick(cities, Qt.Key.Key_Return)
    until(lambda: bool(done))
    room = opened(tmp_path / "ruang")
    assert (room.city.code, room.territory) == (chosen.code, chosen.districts[0][0])
    assert [state.code for state in room.states()] == ["standalone"]
    loop.run_until_complete(room.close())


def test_faults_of_a_folder_are_told_a_line_each_and_mended_it_opens(
    page: FirstRun, until: Until, qtbot: QtBot, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    pack = make_small_pack(tmp_path / "paket")
    territories = (pack / "territories.csv").read_text("utf-8")
    (pack / "territories.csv").write_text(territories.replace("99.01.02,990", "99.01.02,990", 1) + territories[-60:])
    (pack / "agencies.csv").unlink()
    qtbot.keyClicks(page.alone.folder, str(pack))
    qtbot.keyClick(page.alone.folder, Qt.Key.Key_Return)
    until(page.alone.faults.isVisible)
    lines = page.alone.faults.toPlainText().splitlines()
    assert len(lines) >= 2
    assert any(line.startswith("agencies.csv") for line in lines)
    assert str(len(lines)) in page.alone.fault.text()
    assert not is_room(tmp_path / "ruang")
    make_small_pack(pack)
    qtbot.keyClick(page.alone.folder, Qt.Key.Key_Return)
    until(lambda: bool(done))
    room = opened(tmp_path / "ruang")
    assert room.city.code == CITY
    loop.run_until_complete(room.close())


def test_a_folder_that_is_not_there_is_one_sentence(page: FirstRun, until: Until, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.alone.folder, "/tidak/ada")
    qtbot.keyClick(page.alone.folder, Qt.Key.Key_Return)
    until(page.alone.faults.isVisible)
    assert len(page.alone.faults.toPlainText().splitlines()) == 1


def test_what_is_missing_is_named_and_nothing_is_asked(page: FirstRun, qtbot: QtBot) -> None:
    qtbot.keyClick(page.enrolment.server, Qt.Key.Key_Return)
    assert page.enrolment.fault.text() == "Isi dahulu: alamat pusat."
    qtbot.keyClicks(page.enrolment.server, "pusat.example")
    qtbot.keyClick(page.enrolment.server, Qt.Key.Key_Return)
    assert page.enrolment.fault.text() == "Isi dahulu: kode sekali pakai."
    assert page.enrolment.button.isEnabled()


def test_an_address_without_a_scheme_is_an_encrypted_one() -> None:
    assert address(" pusat.example/ ") == "https://pusat.example"
    assert address("http://127.0.0.1:8470") == "http://127.0.0.1:8470"


@pytest.mark.parametrize(
    ("wrong", "said"), [("http://127.0.0.1:9", "tidak terjangkau"), ("http://", "tidak terjangkau")]
)
def test_no_centre_there_is_one_sentence(page: FirstRun, until: Until, qtbot: QtBot, wrong: str, said: str) -> None:
    _fill(qtbot, page, wrong, WRONG, "Ruang Uji")
    page.enrolment.submit()
    assert not page.alone.button.isEnabled()
    until(page.enrolment.fault.isVisible)
    assert said in page.enrolment.fault.text()
    assert page.enrolment.button.isEnabled() and page.alone.button.isEnabled()


def test_enrolment_fetches_the_pack_and_the_room_opens(
    page: FirstRun,
    until: Until,
    qtbot: QtBot,
    loop: asyncio.AbstractEventLoop,
    server: CentralServer,
    tmp_path: Path,
) -> None:
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    _fill(qtbot, page, server.url, WRONG, "Ruang Utara")
    page.enrolment.submit()
    until(page.enrolment.fault.isVisible)
    assert page.enrolment.fault.text().startswith("Kode tidak berlaku")
    page.enrolment.code.setText(server.code("99.01.01"))
    qtbot.keyClick(page.enrolment.code, Qt.Key.Key_Return)
    until(lambda: bool(done))
    room = opened(tmp_path / "ruang")
    assert (room.territory, room.name, room.city.code) == ("99.01.01", "Ruang Utara", CITY)
    assert "login_needed" in {state.code for state in room.states()}
    loop.run_until_complete(room.close())


def test_a_begun_enrolment_goes_on_without_a_code(
    loop: asyncio.AbstractEventLoop, server: CentralServer, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    from console.store.folder import Folder
    from console.sync.uplink import _enrolled

    folder = Folder.open(tmp_path / "ruang")
    loop.run_until_complete(_enrolled(folder, server.url, server.code("99.01.02"), "Ruang Selatan"))
    folder.close()
    page = FirstRun(FirstRoom(tmp_path / "ruang"), offered_cities())
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    page.show()
    assert page.enrolment.server.text() == server.url
    assert not page.alone.isEnabled()
    qtbot.keyClicks(page.enrolment.name, "Ruang Selatan")
    qtbot.keyClick(page.enrolment.name, Qt.Key.Key_Return)
    until(lambda: bool(done))
    assert is_room(tmp_path / "ruang")
    loop.run_until_complete(page.shut())
    page.deleteLater()


def test_a_room_that_stands_alone_is_enrolled_from_its_banner_and_opens_again(
    loop: asyncio.AbstractEventLoop,
    server: CentralServer,
    desk: ErrorDesk,
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "ruang"
    pack = make_small_pack(tmp_path / "paket")
    loop.run_until_complete(FirstRoom(folder).alone(pack))

    async def drive() -> tuple[str, ...]:
        room = opened(folder)
        subject = await room.open_incident(NewIncident("Pohon tumbang", "D02", "99.01.01.1001"))
        options = app.Options(folder=tmp_path, version="uji")
        running = asyncio.ensure_future(app.run_window(room, options, desk, reopen=lambda: opened(folder)))
        first = await shown_window(qapp)
        first.banner.asked.emit("room.enrol")
        form = first.enrolment.form
        assert first.enrolment.isVisible()
        form.server.setText(server.url)
        form.code.setText(WRONG)
        qtbot.keyClick(form.code, Qt.Key.Key_Return)
        await holding(form.fault.isVisible)
        assert form.fault.text().startswith("Kode tidak berlaku")
        form.code.setText(server.code(CITY))
        qtbot.keyClick(form.code, Qt.Key.Key_Return)
        second = await shown_window(qapp, beside=first)
        await holding(lambda: "terdaftar untuk Kota Uji" in second.said.text())
        assert second.login.isVisible()
        again = second.room
        assert (again.territory, again.city.code) == (CITY, CITY)
        page = await again.incidents(IncidentQuery())
        await holding(lambda: again.link().queue == 0 and again.link().mode == "langsung")
        detail = await again.incident(subject)
        second.close()
        await running
        assert detail is not None and detail.incident.confirmed
        return tuple(one.title for one in page.items)

    assert loop.run_until_complete(drive()) == ("Pohon tumbang",)


def test_the_first_page_gives_way_to_the_room_or_to_the_end(
    loop: asyncio.AbstractEventLoop, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    async def drive(folder: Path, act: Callable[[FirstRun], None]) -> bool:
        running = asyncio.ensure_future(
            app.run_first(FirstRoom(folder), app.Options(folder=folder, version="uji"), desk)
        )
        await holding(lambda: any(isinstance(w, FirstRun) and w.isVisible() for w in qapp.topLevelWidgets()))
        act(next(w for w in qapp.topLevelWidgets() if isinstance(w, FirstRun) and w.isVisible()))
        return await asyncio.wait_for(running, 60)

    made, closed = tmp_path / "jadi", tmp_path / "batal"
    assert loop.run_until_complete(drive(made, lambda page: page.alone.submit())) is True
    assert is_room(made)
    assert loop.run_until_complete(drive(closed, lambda page: page.close())) is False
    assert not is_room(closed)


def test_pictures_of_the_first_page(
    loop: asyncio.AbstractEventLoop, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    options = app.Options(folder=tmp_path, version="uji", screenshots=tmp_path / "out", after=0.1, sizes=((1366, 768),))
    assert loop.run_until_complete(app.run_first(FirstRoom(tmp_path / "ruang"), options, desk)) is False
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mulai-1366x768.png"]


def test_escape_gives_the_enrolment_up(shown: ConsoleWindow, qtbot: QtBot) -> None:
    shown.commands.run("room.enrol")
    assert shown.enrolment.isVisible()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.enrolment.isVisible()
    assert shown.enrolment.form.button.isEnabled()


def test_an_offered_city_has_a_name_and_a_code() -> None:
    assert all(isinstance(city, OfferedCity) and city.name and city.code for city in offered_cities())


def test_the_program_goes_from_the_first_page_into_its_room_in_one_process(
    loop: asyncio.AbstractEventLoop, desk: ErrorDesk, qapp: QApplication, tmp_path: Path
) -> None:
    import main
    from widgets.shell import opening

    options = parsed(["--data", str(tmp_path / "ruang")], main.Screens())

    async def drive() -> tuple[int, str]:
        running = asyncio.ensure_future(opening.room_window(options, desk))
        await holding(lambda: any(isinstance(w, FirstRun) and w.isVisible() for w in qapp.topLevelWidgets()))
        next(w for w in qapp.topLevelWidgets() if isinstance(w, FirstRun) and w.isVisible()).alone.submit()
        window = await shown_window(qapp)
        code = window.room.city.code
        window.close()
        return await asyncio.wait_for(running, 60), code

    before = list(logging.getLogger().handlers)
    try:
        assert loop.run_until_complete(drive()) == (0, offered_cities()[0].code)
    finally:
        for handler in [each for each in logging.getLogger().handlers if each not in before]:
            logging.getLogger().removeHandler(handler)
            handler.close()
    assert not (tmp_path / "ruang" / "owner.pid").exists()
