"""Sinkron by keyboard, over real rooms and a real centre: deciding, what is refused, the budget, and sticks."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import SystemClock
from console.domain.people import Operator
from console.domain.views import LaneState, NewIncident
from console.room import Room, open_room
from console.store.folder import Identity
from console.sync.line.link import LineMemory
from console.sync.ports import LINE
from console.sync.stick.notes import SENTENCES, note
from console.wire.bundle import BundleRefused
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, KELURAHAN, NORTH, make_small_pack
from widgets.models import bundle_words
from widgets.models.line_words import link_name
from widgets.panels.sync.budget import read_amount, write_amount
from widgets.shell.look import add_look_commands
from widgets.shell.theme import dress

Key = Qt.Key


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def city(server: CentralServer) -> City:
    return read_city(server.pack)


@pytest.fixture
def hall(desk, server):
    """The city hall's room, enrolled and in step."""
    desk.do(desk.room.enrol(server.url, server.code(CITY)))
    in_step(desk, desk.room)
    return desk


@pytest.fixture
def north(loop, hall, server: CentralServer, city: City, clock: SystemClock, tmp_path: Path) -> Iterator[Room]:
    """A kecamatan's room on the same centre."""
    made = open_room(tmp_path / "utara", city, clock, identity=Identity(NORTH, f"Ruang {tmp_path.name}", "uji"))
    hall.do(made.enrol(server.url, server.code(NORTH)))
    made.log_in_as(Operator("op-2", "Petugas Utara", "koordinator", NORTH, ""))
    in_step(hall, made)
    in_step(hall, hall.room)
    yield made
    loop.run_until_complete(made.close())


def in_step(desk, *rooms: Room) -> None:
    """Wait until nothing of these rooms waits for a number."""
    for room in rooms:
        desk.until(lambda room=room: desk.do(room.store.queue()).entries == 0 and room.link().last_contact is not None)


def torn(desk, north: Room, title: str = "Pohon tumbang", field: str = "priority") -> str:
    """An incident that both rooms change while neither has a line; the hall's line then comes back last."""
    hall = desk.room
    subject = desk.do(north.open_incident(NewIncident(title=title, category="D02", place=KELURAHAN[0])))
    desk.until(lambda: desk.do(hall.incident(subject)) is not None)
    in_step(desk, north)
    for room in (hall, north):
        desk.do(room.uplink.stop())
    values = {"priority": (1, 4), "title": ("Beringin roboh", "Beringin roboh, jalan tertutup")}[field]
    desk.do(hall.set_fields(subject, {field: values[0]}))
    desk.do(north.set_fields(subject, {field: values[1]}))
    desk.do(north.start())
    in_step(desk, north)
    return subject


def panel_of(desk):
    return desk.go("sinkron")["SyncPanel"]


def card_of(desk, panel, subject: str):
    """The card of an incident, once it is there."""
    desk.until(lambda: subject in [card.detail.incident.subject for card in panel.conflicts.cards])
    return next(card for card in panel.conflicts.cards if card.detail.incident.subject == subject)


def side_texts(card) -> list[str]:
    return [button.accessibleName() for button in card.decisions.buttons]


def test_both_sides_are_shown_and_one_key_settles_it(hall, north):
    subject = torn(hall, north)
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    card = card_of(hall, panel, subject)
    assert panel.conflicts.isVisibleTo(panel) and panel.calm.isHidden()
    first, second = side_texts(card)
    sides = {text.split(".")[0]: text for text in (first, second)}
    assert first.endswith("berlaku sekarang") and not second.endswith("berlaku sekarang")
    assert set(sides) == {"1 P1", "2 P4"} or set(sides) == {"1 P4", "2 P1"}
    ours = next(text for text in (first, second) if "P1" in text)
    theirs = next(text for text in (first, second) if "P4" in text)
    assert "ruang ini" in ours and "Operator Uji" in ours
    assert north.name in theirs and "belum sampai di pusat" not in theirs
    panel.journals.table.setFocus()
    number = 1 if "P1" in first else 2
    hall.press(Key.Key_1 if number == 1 else Key.Key_2)
    hall.until(lambda: "tersimpan di ruang ini" in hall.window.said.text())
    hall.until(lambda: card.leaving)
    hall.until(lambda: panel.conflicts.cards == [])
    assert panel.conflicts.isHidden() and not panel.calm.isHidden()
    detail = hall.detail(subject)
    assert detail.incident.priority == 1 and detail.incident.undecided == ()
    assert detail.story[-1].kind == "incident.decided"
    hall.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hall.do(asyncio.sleep(0.1))
    assert hall.detail(subject).story[-1].kind == "incident.decided"
    hall.do(hall.room.start())
    in_step(hall, hall.room)


def test_what_the_centre_does_not_have_yet_is_said_on_its_side(hall, north):
    subject = torn(hall, north, field="title")
    hall.do(hall.room.store.take_changes(hall.do(north_says(north))))
    panel = panel_of(hall)
    ours = next(text for text in side_texts(card_of(hall, panel, subject)) if "ruang ini" in text)
    assert "belum sampai di pusat" in ours and "Beringin roboh." in ours


async def north_says(north: Room):
    """Everything of North's journal, as a neighbour brings it."""
    from console.domain.exchange import Incoming
    from console.store import carried
    from console.store.carried import Held

    part = await north.store.read(lambda db: carried.part(db, NORTH, Held(), 10_000))
    entries = tuple(e for page, _ in part.pages for e in page)
    return Incoming(entries, tuple(c for _, proofs in part.pages for c in proofs))


def test_the_keys_go_with_the_keyboard_and_wait_while_one_fades(hall, north):
    one = torn(hall, north, "Satu")
    hall.do(hall.room.start())
    in_step(hall, hall.room)
    two = torn(hall, north, "Dua")
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    first, second = sorted((card_of(hall, panel, x) for x in (one, two)), key=panel.conflicts.cards.index)
    first.decisions.buttons[0].setFocus()
    hall.until(lambda: panel.conflicts.current is first)
    assert [c.decisions.buttons[0].key.text() for c in (first, second)] == ["1", ""]
    second.decisions.buttons[0].setFocus()
    hall.until(lambda: panel.conflicts.current is second)
    assert [c.decisions.buttons[0].key.text() for c in (first, second)] == ["", "1"]
    hall.press(Key.Key_1)
    hall.until(lambda: second.leaving)
    panel.journals.table.setFocus()
    hall.press(Key.Key_1)
    hall.until(lambda: second not in panel.conflicts.cards)
    assert first in panel.conflicts.cards and not first.leaving
    assert hall.detail(first.detail.incident.subject).incident.undecided == ("priority",)


def test_with_motion_off_what_is_decided_goes_at_once_and_the_setting_stays(hall, north):
    subject = torn(hall, north)
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    card = card_of(hall, panel, subject)
    add_look_commands(QApplication.instance(), hall.window)
    hall.press(Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    hall.type("gerak")
    hall.press(Key.Key_Return)
    assert "Gerak mati" in hall.window.said.text() and not hall.window.remembered().motion
    faded: list[bool] = []
    card.gone.connect(lambda: faded.extend([True] if card.graphicsEffect() else []))
    card.decisions.buttons[0].setFocus()
    hall.press(Key.Key_1)
    hall.until(lambda: card not in panel.conflicts.cards)
    assert faded == []
    hall.window.commands.run("look.motion")
    assert "Gerak menyala" in hall.window.said.text() and hall.window.context.motion


@pytest.mark.parametrize("role", ["operator"])
def test_who_may_decide_is_said_and_nobody_else_does(hall, north):
    subject = torn(hall, north, field="title")
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    card = card_of(hall, panel, subject)
    assert not any(button.isEnabled() for button in card.decisions.buttons)
    panel.conflicts._current = subject
    panel.journals.table.setFocus()
    hall.press(Key.Key_1)
    hall.until(lambda: "koordinator" in hall.window.said.text())
    assert hall.detail(subject).incident.undecided == ("title",)


def test_what_the_centre_refuses_is_told_with_its_mend_and_enter_opens_it(hall, tmp_path):
    hall.do(hall.room.uplink.stop())
    subject = hall.open("Akan rusak")
    hall.do(hall.room.note(subject, "menyusul"))
    stream, _, seq = subject.partition("-")
    with closing(sqlite3.connect(tmp_path / "room" / "room.db")) as db, db:
        db.execute(
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'Akan rusak', 'Sudah lain') AS BLOB)"
            " WHERE stream = ? AND seq = ?",
            (stream, int(seq)),
        )
    hall.do(hall.room.sync_now())
    hall.do(hall.room.start())
    panel = panel_of(hall)
    hall.until(lambda: bool(panel.refused.shown))
    title, count, by, why, mend = panel.refused.table.cells(0)
    assert (int(count), by.split(",")[0]) == (2, "ruang ini")
    assert why in ("tanda tangan tidak cocok dengan perangkatnya", "rantai catatan tidak utuh")
    assert "simpul doctor --repair" in mend and title
    assert "tersimpan di ruang ini" in panel.refused.note.text()
    held, (_, queue, forecast) = panel.refused.summary.text(), panel.line.facts["queue"]
    hall.until(lambda: queue.text() == held)
    assert forecast.text() == f"{held} menunggu di ruang ini", "what is refused has no forecast"
    panel.refused.table.setFocus()
    panel.refused.table.selectRow(0)
    hall.press(Key.Key_Return)
    hall.until(lambda: hall.window.workspace == "kejadian")
    assert hall.window.context.incident == subject


def test_the_budget_is_set_in_place_and_its_overdraw_is_abnormal(hall):
    panel = panel_of(hall)
    panel.journals.table.setFocus()
    hall.press(Key.Key_B)
    form = panel.budget.form
    hall.until(lambda: form.link.count() > 0)
    hall.until(lambda: form.isVisible() and QApplication.focusWidget() is form.hour)
    hall.type("banyak")
    hall.press(Key.Key_Return)
    assert "500 kB" in form.fault.text() and form.isVisible()
    form.hour.selectAll()
    hall.type("1 kB")
    hall.press(Key.Key_Tab)
    hall.type("5")
    hall.press(Key.Key_Return)
    hall.until(lambda: not form.isVisible())
    hall.until(lambda: hall.room.link().budget_hour == 1000)
    assert hall.room.link().budget_day == 5_000_000
    panel.on_link()
    assert panel.budget.bars["hour"].share > 1 and panel.budget.bars["day"].share < 1
    assert "dari 1.0 kB" in panel.budget.figures["hour"].text()
    assert "mendesak" in panel.budget.note.text() and panel.budget.note.property("role") == "p2"
    used = hall.room.link().link
    [ours] = [row for row in hall.do(hall.room.line_budgets()) if row.link == used]
    assert (ours.per_hour, ours.per_day) == (1000, 5_000_000) and panel.budget.summary.text() == link_name(used)


def fields(form) -> tuple[str, str, str]:
    return form.link.currentText(), form.hour.text(), form.day.text()


def keep(desk, form, hour: str, day: str) -> None:
    form.hour.setText(hour)
    form.day.setText(day)
    desk.press(Key.Key_Return)
    desk.until(lambda: not form.isVisible())


def budgets(room_desk) -> dict[str, tuple[int, int]]:
    return {row.link: (row.per_hour, row.per_day) for row in room_desk.do(room_desk.room.line_budgets())}


def test_each_of_two_links_is_named_in_words_and_set_for_itself(hall):
    hall.do(hall.room.set_line_budget(2_000_000, 9_000_000, "wwan0"))
    panel = panel_of(hall)
    form, used = panel.budget.form, hall.room.link().link
    hall.until(
        lambda: form.link.count() == 3 and "modem · wwan0: jam ini 0 B dari 2.0 MB" in panel.budget.others.text()
    )
    panel.journals.table.setFocus()
    hall.press(Key.Key_B)
    hall.until(form.isVisible)
    assert fields(form) == (f"mesin ini · {used} (dipakai)", "", "")
    keep(hall, form, "3 MB", "7 MB")
    hall.until(lambda: panel.budget.bars["hour"].share > 0)
    assert "dari 3.0 MB" in panel.budget.figures["hour"].text()
    hall.press(Key.Key_B)
    hall.until(form.isVisible)
    form.link.setCurrentIndex(form.link.findData("wwan0"))
    assert fields(form) == ("modem · wwan0", "2 MB", "9 MB")
    keep(hall, form, "1 MB", "4 MB")
    assert budgets(hall) == {used: (3_000_000, 7_000_000), "wwan0": (1_000_000, 4_000_000), "": (0, 0)}
    hall.until(lambda: "dari 1.0 MB" in panel.budget.others.text())
    hall.press(Key.Key_B)
    hall.until(form.isVisible)
    assert form.link.currentData() == used and form.hour.text() == "3 MB"


def test_the_budget_form_follows_the_line_to_another_link(desk):
    """What somebody is writing stays with the link that it was opened for, and the form says which is in use."""

    def over(name: str) -> None:
        desk.do(desk.room.store.set_meta(LINE, msgspec.json.encode(LineMemory(name=name)).decode()))
        panel.budget.on_budgets(desk.do(desk.room.line_budgets()))

    for name in ("eth0", "wwan0"):
        desk.do(desk.room.set_line_budget(1_000_000, 0, name))
    panel = panel_of(desk)
    form = panel.budget.form
    over("wwan0")
    panel.budget.setFocus()
    desk.press(Key.Key_B)
    desk.until(form.isVisible)
    assert fields(form)[0] == "modem · wwan0 (dipakai)"
    over("eth0")
    assert fields(form)[0] == "modem · wwan0"
    keep(desk, form, "5 MB", "")
    assert budgets(desk) == {"eth0": (1_000_000, 0), "wwan0": (5_000_000, 0), "": (0, 0)}
    panel.budget.setFocus()
    desk.press(Key.Key_B)
    desk.until(form.isVisible)
    assert fields(form)[0] == "kabel · eth0 (dipakai)"


def test_a_link_that_nobody_knows_keeps_its_name():
    names = ("en0", "wlp2s0", "enp3s0", "enx0123", "lo", "lorawan0", "ethernet_32769", "10.0.0.7")
    said = [link_name(name).removesuffix(name).strip(" ·") for name in names]
    assert said == ["", "Wi-Fi", "kabel", "USB", "mesin ini", "", "kabel", ""]


def test_amounts_are_written_as_they_are_read():
    for amount in (0, 1, 999, 1_000, 1_500, 5_000_000, 2_500_000, 1_234_567, 10**9, 3 * 10**12):
        assert read_amount(write_amount(amount)) == amount, write_amount(amount)
    assert [read_amount(text) for text in ("5", "2,5 gb", "500 k", " ", "-1", "lima", "1 TB")] == [
        5_000_000, 2_500_000_000, 500_000, 0, None, None, None,
    ]  # fmt: skip


def test_lanes_say_what_waits_and_never_nothing_where_nobody_knows(hall, server):
    panel = panel_of(hall)
    hall.until(lambda: len(panel.lanes.lanes) == 7)
    assert panel.lanes.table.cells(0)[0] == "Kotak keluar ruang ini"
    hall.do(hall.room.uplink.stop())
    hall.open("Menunggu")
    hall.until(lambda: panel.lanes.table.cells(0)[1].startswith("2 ·"))
    row = panel.lanes.table.cells(1)
    assert row[2] == "–" and row[4].startswith("tertahan")
    assert panel.lanes.table.cells(0)[3] == "–"


def test_a_bundle_goes_out_and_its_receipt_comes_back_by_keys(hall, north, tmp_path):
    stick = tmp_path / "stik"
    stick.mkdir()
    hall.open("Untuk dibawa")
    panel = panel_of(hall)
    section = panel.bundles
    panel.journals.table.setFocus()
    hall.press(Key.Key_E)
    form = section.export
    hall.until(lambda: form.isVisible() and QApplication.focusWidget() is form.target)
    hall.until(lambda: "seluruh isi" in form.since.text())
    form.target.setCurrentIndex(form.target.findText(f"{north.name} · Utara"))
    hall.press(Key.Key_Return)
    assert "folder stik" in form.fault.text()
    hall.type(str(stick))
    hall.press(Key.Key_Return)
    hall.until(lambda: f"Bundel nomor 1 untuk {north.name} ditulis" in form.result.text())
    [bundle] = stick.iterdir()
    assert str(bundle) in form.result.text()
    hall.until(lambda: len(section.parcels) == 1)
    assert section.table.cells(0)[:3] == ["↑", north.name, "1"] and section.table.cells(0)[6] == "belum ada"
    hall.press(Key.Key_Escape)
    assert form.isHidden()
    taken = hall.do(north.bundles.take(bundle, None, lambda *_: None))
    hall.press(Key.Key_I)
    form = section.take
    hall.until(lambda: QApplication.focusWidget() is form.path)
    hall.type(taken.receipt)
    hall.press(Key.Key_Return)
    hall.until(lambda: f"Tanda terima dari {north.name}" in form.result.text())
    assert "byte cocok" in form.result.text() and len(section.parcels) == 1
    hall.press(Key.Key_Return)
    hall.until(lambda: "diimpor" in form.result.text())
    hall.until(lambda: len(section.parcels) == 2)
    assert section.table.cells(1)[6].startswith(north.name)


def test_what_comes_by_stick_is_told_with_its_gap_and_where_the_receipt_lies(hall, north, tmp_path):
    stick = tmp_path / "stik"
    stick.mkdir()
    orders = [hall.do(north.bundles.stick.export(stick, order(CITY)))[0] for _ in range(2)]
    orders[0].unlink()
    panel = panel_of(hall)
    section, form = panel.bundles, panel.bundles.take
    panel.journals.table.setFocus()
    hall.press(Key.Key_I)
    hall.type(str(orders[1]))
    hall.press(Key.Key_Return)
    hall.until(lambda: "Bundel nomor 2 dari" in form.result.text())
    hall.press(Key.Key_Return)
    hall.until(lambda: "diimpor" in form.result.text())
    assert f"Bundel nomor 1 dari {north.name} belum diimpor di sini" in form.result.text()
    assert Path(form.file).exists() and form.file in form.result.text()
    form.copy.setFocus()
    hall.press(Key.Key_Return)
    assert QGuiApplication.clipboard().text() == form.file
    hall.until(lambda: f"nomor 1 dari {north.name}" in section.gap.text())


def test_a_file_that_is_no_bundle_gets_its_one_sentence_and_a_stop_leaves_nothing_half_done(hall, north, tmp_path):
    good, _ = hall.do(north.bundles.stick.export(tmp_path, order(CITY)))
    (tmp_path / "rusak.simpul").write_bytes(good.read_bytes()[:-40])
    panel = panel_of(hall)
    form = panel.bundles.take
    panel.journals.table.setFocus()
    for file, said in (("tiada.simpul", "tidak dapat dibaca"), ("rusak.simpul", "terpotong")):
        hall.press(Key.Key_I)
        form.path.selectAll()
        hall.type(str(tmp_path / file))
        hall.press(Key.Key_Return)
        hall.until(lambda said=said: said in form.fault.text())
        assert form.result.isHidden() and not form.working
    form.path.selectAll()
    hall.type(str(good))
    hall.press(Key.Key_Return)
    hall.until(lambda: bool(form.looked))
    form.submit()
    form.escape()
    hall.until(lambda: not form.working)
    assert "Dihentikan" in form.result.text() and hall.do(hall.room.bundles.carried()) == ()


def test_history_says_how_far_back_it_came_and_readings_what_was_thinned(hall):
    panel = panel_of(hall)
    readings = LaneState("readings", 3, 120, 0, 0, "held", "cut", left_out=12)
    history = LaneState("history", 0, 0, None, None, "moving", reached=hall.room.clock.now())
    panel.lanes.on_lanes((readings, history))
    assert panel.lanes.table.cells(0)[4] == "tertahan: sambungan putus · 12 bacaan ditipiskan"
    assert panel.lanes.table.cells(1)[2] == "–" and panel.lanes.table.cells(1)[4].startswith("berjalan · sampai ")


def test_an_exchange_that_was_asked_for_is_done_only_when_the_centre_has_everything(hall, server):
    panel_of(hall)
    hall.press(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    hall.until(lambda: "Sinkron selesai" in hall.window.said.text())
    server.stop()
    try:
        hall.open("Saat pusat mati")
        hall.until(lambda: hall.room.link().mode == "putus")
        hall.press(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        hall.until(lambda: hall.window.said.text().startswith("Belum selesai, 2 menunggu di ruang ini."))
    finally:
        server.start()


def test_a_room_that_no_city_knows_says_what_to_do_first(desk, tmp_path):
    panel = panel_of(desk)
    assert "belum terdaftar" in panel.line.note.text() and not panel.line.enrol.isHidden()
    assert panel.line.sync.isHidden() and panel.line.facts["contact"][1].text() == "belum pernah"
    desk.until(lambda: "Daftarkan ruang ke pusat" in panel.bundles.note.text())
    assert "Belum ada jurnal" in panel.journals.note.text()
    desk.until(lambda: len(panel.lanes.lanes) == 7)
    assert desk.window.header._line.text() == "⇅ 0"
    desk.open("Hanya di sini")
    desk.until(lambda: desk.window.header._line.text() == "⇅ 2")
    desk.until(lambda: panel.lanes.table.cells(0)[4] == "tertahan: belum terdaftar")
    panel.budget.setFocus()
    desk.press(Key.Key_E)
    form = panel.bundles.export
    desk.until(lambda: form.isVisible())
    desk.until(lambda: form.since.text() == panel.bundles.note.text())
    form.place.setText(str(tmp_path))
    form.place.setFocus()
    desk.press(Key.Key_Return)
    desk.until(lambda: form.fault.text() == panel.bundles.note.text())


def test_a_room_that_was_enrolled_and_never_synced_says_so(desk, server):
    desk.do(desk.room.uplink.enrol(server.url, server.code(CITY), "Balai Kota"))
    panel = panel_of(desk)
    assert "belum pernah sinkron" in panel.line.note.text() and panel.line.enrol.isHidden()
    assert panel.line.facts["mode"][1].text() == "belum pernah sinkron"
    desk.until(lambda: len(panel.lanes.lanes) == 7)
    assert [panel.lanes.table.cells(row)[2] for row in (1, 2, 3)] == ["–", "–", "–"]


def test_a_room_that_can_only_be_looked_at_says_why_nothing_is_kept(desk, tmp_path):
    desk.room.store.read_only = True
    panel = panel_of(desk)
    panel.budget.setFocus()
    desk.press(Key.Key_B)
    desk.type("5")
    desk.press(Key.Key_Return)
    desk.until(lambda: "perbarui program" in panel.budget.form.fault.text())
    assert panel.budget.form.isVisible()


def test_every_refusal_and_note_of_a_stick_has_its_words():
    assert set(bundle_words.refusals()) == set(BundleRefused.SENTENCES)
    assert set(bundle_words.notes()) == set(SENTENCES)
    assert bundle_words.note_words(note("missing", "3", "Utara")) == note("missing", "3", "Utara").text


def ringed(widget) -> bool:
    """Whether somebody sees that the keyboard is here: what has it looks otherwise than without it."""
    with_it = widget.grab().toImage()
    before = widget.property("role")
    widget.clearFocus()
    without = widget.grab().toImage()
    widget.setFocus()
    assert widget.property("role") == before
    return with_it != without


@pytest.fixture
def dressed(qapp, desk):
    dress(qapp, desk.window.context.theme)
    yield
    qapp.setStyleSheet("")


def decide_all(desk, panel) -> None:
    """Key 1 until nothing is left: earlier tests on this centre may have left something."""
    while panel.conflicts.cards:
        card = panel.conflicts.current
        desk.press(Key.Key_1)
        desk.until(lambda card=card: card not in panel.conflicts.cards)


def test_f10_brings_the_keyboard_to_what_needs_a_person_and_each_key_leads_somewhere(hall, north, dressed):
    subject = torn(hall, north)
    hall.do(hall.room.sync_now())
    window = hall.window
    hall.press(Key.Key_F10)
    hall.until(lambda: window.workspace == "sinkron" and window.page("sinkron").panels())
    [panel] = window.page("sinkron").panels()
    card = card_of(hall, panel, subject)
    hall.until(lambda: panel.isAncestorOf(QApplication.focusWidget() or window))
    panel.enter()
    assert QApplication.focusWidget() is panel.conflicts.current.decisions.buttons[0]
    hall.press(Key.Key_E)
    hall.until(panel.bundles.export.isVisible)
    hall.until(lambda: not panel.bundles.export.make.visibleRegion().isEmpty())
    hall.press(Key.Key_Escape)
    assert panel.bundles.export.isHidden() and QApplication.focusWidget().text() == "Buat  E"
    hall.press(Key.Key_I)
    hall.until(panel.bundles.take.isVisible)
    hall.press(Key.Key_Escape)
    assert panel.bundles.take.isHidden() and QApplication.focusWidget().text() == "Impor  I"
    hall.press(Key.Key_B)
    hall.until(panel.budget.form.isVisible)
    hall.press(Key.Key_Escape)
    assert panel.budget.form.isHidden() and QApplication.focusWidget().text() == "Atur  B"
    for key, said in ((Key.Key_C, "Pilih dahulu satu bundel"), (Key.Key_U, "Tidak ada entri yang menunggu diakui")):
        hall.press(key)
        assert window.said.text() == said
    decide_all(hall, panel)
    assert card not in panel.conflicts.cards
    hall.press(Key.Key_2)
    assert window.said.text() == "Tidak ada yang perlu diputuskan"


def test_tab_goes_through_all_of_sinkron_and_is_seen_wherever_it_is(hall, north, dressed):
    subject = torn(hall, north)
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    card_of(hall, panel, subject)
    hall.until(lambda: len(panel.lanes.lanes) == 7 and panel.journals.table.rowCount() > 0)
    panel.enter()
    seen: list[object] = []
    while panel.isAncestorOf(focused := QApplication.focusWidget()) and focused not in seen:
        assert ringed(focused), focused
        seen.append(focused)
        hall.press(Key.Key_Tab)
    wanted = {panel.line.sync, panel.lanes.table, panel.journals.table, *panel.conflicts.current.decisions.buttons}
    assert wanted - set(seen) == set()


def test_a_side_keeps_the_keyboard_when_something_else_of_the_incident_changes(hall, north):
    subject = torn(hall, north)
    hall.do(hall.room.start())
    panel = panel_of(hall)
    card = card_of(hall, panel, subject)
    card.decisions.buttons[1].setFocus()
    before = card.decisions.buttons[1]
    hall.do(north.note(subject, "Ada korban"))
    hall.until(lambda: card.decisions.buttons[1] is not before)
    assert card.decisions.buttons[1].hasFocus()


def test_when_the_last_is_decided_the_keyboard_stays_in_sinkron(hall, north):
    subject = torn(hall, north)
    hall.do(hall.room.sync_now())
    panel = panel_of(hall)
    card_of(hall, panel, subject)
    panel.enter()
    decide_all(hall, panel)
    assert QApplication.focusWidget() is panel.lanes.table


def test_columns_that_do_not_fit_are_counted_and_told_by_the_row(hall):
    panel = panel_of(hall)
    section = panel.journals
    hall.until(lambda: section.table.rowCount() > 0 and section.table.left_out != ())
    hidden = [column for column in range(section.table.columnCount()) if section.table.isColumnHidden(column)]
    assert tuple(sorted(section.table.left_out)) == tuple(hidden) and hidden
    assert section.summary.text().endswith(f"{len(hidden)} kolom tersembunyi")
    assert f"{len(hidden)} kolom tersembunyi: pilih baris" in section.whole.text() and section.whole.isVisible()
    section.table.setFocus()
    hall.press(Key.Key_Down)
    hall.until(lambda: section.table.chosen() == 0)
    row = section.table.chosen()
    for column in hidden:
        head = section.table.horizontalHeaderItem(column).text()
        assert f"{head} {section.table.cells(row)[column]}" in section.whole.text()
    hall.window.resize(3000, 1000)
    hall.until(lambda: section.table.left_out == ())
    assert section.whole.isHidden() and "tersembunyi" not in section.summary.text()


def test_the_first_bundle_of_a_room_that_no_city_knows_is_taken_in_where_rooms_are_enrolled(desk):
    panel = panel_of(desk)
    panel.budget.setFocus()
    desk.press(Key.Key_I)
    desk.until(lambda: desk.window.enrolment.isVisible())
    assert desk.window.enrolment.ways.stick.isVisible() and panel.bundles.take.isHidden()
    desk.press(Key.Key_Escape)
    desk.until(lambda: not desk.window.enrolment.isVisible())


def order(target: str):
    from console.sync.stick.exporting import Order

    return Order(target)
