"""Ctrl+Z by hand: what offers it, what it says, and that a form is left alone; and adopting from Sinkron."""

from __future__ import annotations

import json

import msgspec
import pytest
from PySide6.QtCore import Qt

from console.domain.incident import Event
from console.domain.views import Uncounted
from tests.small_city import NORTH
from widgets.panels.story import tell
from widgets.parts.words import who
from widgets.shell.own_void import TOLD_MS, to_tell, void_words

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
OFFER = "Ctrl+Z membatalkan · 10 dtk"


def test_ctrl_z_brings_a_ghost_call_back(desk):
    subject = desk.open("Telepon iseng", "D01")
    desk.select(subject)
    desk.press(Key.Key_G)
    desk.until(lambda: OFFER in desk.window.said.text())
    desk.press(Key.Key_Z, CTRL)
    desk.until(lambda: desk.window.said.text() == "Dibatalkan: Telepon iseng kembali baru")
    assert desk.detail(subject).incident.status == "baru"
    desk.press(Key.Key_Z, CTRL)
    desk.until(lambda: desk.window.said.text() == "Tidak ada yang dapat dibatalkan.")


def test_a_state_is_offered_back_but_not_the_acknowledgement(desk):
    subject = desk.open("Kebakaran", "D01")
    desk.select(subject)
    desk.press(Key.Key_T)
    desk.press(Key.Key_1)
    desk.until(lambda: "terverifikasi" in desk.window.said.text())
    assert OFFER not in desk.window.said.text()
    desk.do(desk.room.set_status(subject, "ditunda", "menunggu"))
    desk.press(Key.Key_T)
    desk.until(lambda: desk.detail(subject).incident.status == "ditunda")
    # The form for the next state is open: Ctrl+Z is its own, not the room's.
    desk.press(Key.Key_Z, CTRL)
    assert desk.detail(subject).incident.status == "ditunda"
    desk.press(Key.Key_Escape)
    desk.press(Key.Key_Z, CTRL)
    desk.until(lambda: desk.detail(subject).incident.status == "terverifikasi")


def test_after_ten_seconds_ctrl_z_says_so(desk, clock):
    subject = desk.open("Telepon iseng", "D01")
    desk.do(desk.room.close_ghost(subject))
    clock.advance(10_001)
    desk.press(Key.Key_Z, CTRL)
    desk.until(lambda: "Tidak ada" in desk.window.said.text())
    assert desk.detail(subject).incident.status == "diarsipkan"


def test_the_story_says_what_was_taken_back(desk):
    subject = desk.open("Kebakaran", "D01")
    desk.do(desk.room.close_ghost(subject))
    desk.do(desk.room.undo())
    last = desk.detail(subject).story[-1]
    line = tell(last, desk.room.city, desk.room.name_of, desk.room.device_name, desk.room.device)
    assert line.head == "dibatalkan · baru"


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        ("sumber:simulasi-aduan", "sumber: aduan warga (simulasi)"), ("petugas-simulasi", "petugas (simulasi)"),
        ("sumber:entah", "sumber: entah"), ("sumber:", "sumber:"), ("Sri", "Sri"), ("", ""),
    ],
)  # fmt: skip
def test_who_wrote_it_is_said_in_words(actor, words, qapp):
    assert who(actor) == words


def test_void_codes_are_said_in_words(desk):
    event = Event("a-1", "incident.noted", 0, "sumber:simulasi-aduan", "d", {}, "halo", 3, "outside")
    line = tell(event, desk.room.city, desk.room.name_of, desk.room.device_name, desk.room.device)
    assert "tidak dihitung: ditulis di luar wilayah perangkatnya" in line.foot
    assert "sumber: aduan warga (simulasi)" in line.foot


def void_one(desk, title):
    """An incident with an edit by somebody else that the order voids."""
    from console.domain.drafts import Draft

    subject = desk.open(title, "D01")
    body = msgspec.json.encode({"title": "Bukan wewenangku"})
    [place] = desk.do(desk.room.store.append(NORTH, [Draft("incident.edited", subject, body)], "op-2"))

    def job(db):
        db.execute("UPDATE entries SET n = 1, void = 'outside' WHERE stream = ? AND seq = ?", (place.stream, place.seq))

    desk.do(desk.room.store._write(job))
    return subject


def test_sinkron_lists_what_does_not_count_and_u_adopts_it(desk):
    subject = void_one(desk, "Kebakaran")
    panel = desk.go("sinkron")["SyncPanel"].uncounted
    desk.until(lambda: panel.table.rowCount() == 1)
    cells = [panel.table.item(0, column).text() for column in range(4)]
    assert cells[:2] == ["Kebakaran", "diperbaiki · Bukan wewenangku"]
    assert cells[2].startswith("op-2, ") and cells[3] == "ditulis di luar wilayah perangkatnya"
    assert "U mengakuinya" in panel.note.text()
    panel.table.setFocus()
    desk.press(Key.Key_U)
    desk.until(lambda: "Pilih dahulu satu entri" in desk.window.said.text())
    assert panel.table.chosen() == 0 and panel.table.hasFocus()
    desk.press(Key.Key_U)
    desk.until(lambda: "Diakui dan dihitung" in desk.window.said.text())
    desk.until(lambda: panel.table.item(0, 3).text() == "sudah diakui")
    assert desk.detail(subject).incident.title == "Bukan wewenangku"
    [raw] = [e.changes["entry"] for e in desk.detail(subject).story if e.kind == "entry.adopted"]
    assert json.loads(raw)[1] > 0


def test_its_room_is_told_calmly_and_the_story_says_what_does_not_count(desk):
    window = desk.window
    subject = void_one(desk, "Kebakaran")
    told = "Tersimpan dan bernomor, tetapi tidak dihitung: catatan ruang ini pada “Kebakaran”, "
    desk.until(lambda: any(text.startswith(told) for text in shown_in(window.banner)))
    assert any("ditulis di luar wilayah perangkatnya" in text for text in shown_in(window.banner))
    assert window.rail.count("sinkron") == 1
    detail = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: detail.detail is not None)
    assert "1 catatan di riwayat ini tersimpan, tetapi tidak dihitung" in detail.uncounted.text()
    assert "Yang boleh mengakuinya: koordinator" in detail.uncounted.text() and not detail.uncounted.isHidden()
    assert [line.counts for line in detail.story.lines] == [True, False]
    assert "tidak dihitung: ditulis di luar wilayah" in detail.story.accessibleDescription()
    [row] = [said for said in window.banner._said if said.code == "uncounted"]
    window.banner.asked.emit(row.command)
    assert window.workspace == "sinkron"
    desk.do(desk.room.adopt(detail.detail.story[-1].entry))
    desk.until(lambda: window.rail.count("sinkron") == 0)
    assert not any(text.startswith(told) for text in shown_in(window.banner))
    desk.until(lambda: detail.uncounted.isHidden())
    assert [line.counts for line in detail.story.lines] == [True, True, True]
    assert any("diakui dan dihitung; semula ditulis" in line.foot for line in detail.story.lines)


def test_an_opening_that_does_not_count_is_told_by_its_own_title_and_old_ones_are_no_news(desk):
    event = Event("a-1", "incident.opened", 1000, "op-1", "d", {"title": '"Pipa bocor"'}, "", 3, "outside")
    found = [Uncounted(event, NORTH, "x-1", "", False)] * 2
    assert void_words(found, desk.room.city) == (
        "catatan ruang ini pada “Pipa bocor”, ditulis di luar wilayah perangkatnya, dan 1 lagi"
    )
    assert to_tell(found, 1000 + TOLD_MS - 1) == found and to_tell(found, 1000 + TOLD_MS) == []
    assert to_tell([Uncounted(event, NORTH, "x-1", "", True)], 1000) == []


def shown_in(banner):
    return [said.text for said in banner._said]


@pytest.mark.parametrize("role", ["operator"])
def test_who_may_adopt_is_said_calmly(desk):
    void_one(desk, "Kebakaran")
    panel = desk.go("sinkron")["SyncPanel"].uncounted
    desk.until(lambda: panel.table.rowCount() == 1)
    assert "Yang boleh mengakuinya: koordinator." in panel.note.text()
    panel.table.setFocus()
    panel.table.selectRow(0)
    desk.press(Key.Key_U)
    desk.until(lambda: "koordinator" in desk.window.said.text())


def test_with_nothing_void_the_list_gives_way_to_one_calm_sentence(desk):
    whole = desk.go("sinkron")["SyncPanel"]
    panel = whole.uncounted
    panel.on_uncounted(())
    assert panel.isHidden() and "tidak dihitung" in whole.calm.text() and not whole.calm.isHidden()
    event = Event("a-1", "incident.noted", 0, "op-2", "d", {}, "halo", 3, "outside")
    panel.on_uncounted([Uncounted(event, NORTH, "x-1", "", False)])
    assert panel.table.item(0, 0).text() == NORTH and not panel.isHidden() and whole.calm.isHidden()
