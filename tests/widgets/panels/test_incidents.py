"""Incidents by keyboard: open, note, move on, refer, close, decide, filter, search."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from console.domain.incident import Candidate, IncidentDetail
from tests.small_city import KELURAHAN, NORTH
from widgets.models.incident_model import INCIDENT

Key = Qt.Key


def titles(panel) -> list[str]:
    model = panel.list.rows
    return [model.data(model.index(row, 0), INCIDENT).title for row in range(model.rowCount())]


def test_the_queue_lists_open_incidents_by_urgency_and_follows_the_room(desk):
    queue = desk.go("situasi")["QueuePanel"]
    assert titles(queue) == [] and "Ctrl+N" in queue.list.empty
    desk.open("Lampu mati", "A02")
    subject = desk.open("Gudang terbakar", "D01")
    desk.until(lambda: titles(queue) == ["Gudang terbakar", "Lampu mati"])
    desk.do(desk.room.close_ghost(subject))
    desk.until(lambda: titles(queue) == ["Lampu mati"])


def test_a_new_incident_takes_at_most_eight_keys_beyond_its_text(desk):
    desk.go("kejadian")
    keys = 0

    def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
        nonlocal keys
        keys += 1
        desk.press(key, modifiers)

    press(Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.type("Asap dari gudang")
    press(Key.Key_Return)
    desk.type("keba")
    press(Key.Key_Return)
    desk.type("timur")
    press(Key.Key_Return)
    desk.type("Jl. Uji 1")
    press(Key.Key_Return)
    desk.until(lambda: desk.window.context.incident != "")
    one = desk.detail(desk.window.context.incident).incident
    assert (one.title, one.category, one.place, one.address) == ("Asap dari gudang", "D01", KELURAHAN[1], "Jl. Uji 1")
    assert keys <= 8


def test_an_unfinished_form_goes_to_what_is_missing_and_escape_leaves_no_trace(desk):
    desk.press(Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.press(Key.Key_Return)
    assert QApplication.focusWidget().placeholderText() == "Apa yang terjadi"
    desk.type("Setengah jadi")
    desk.press(Key.Key_Escape)
    desk.until(lambda: "Setengah jadi" not in str(QApplication.focusWidget()))
    page = desk.do(desk.room.incidents(desk.window.page("situasi").panels()[1].query()))
    assert page.total == 0


def test_single_letters_act_on_the_selection_and_not_inside_a_form(desk):
    subject = desk.open("Pohon tumbang", "D02")
    desk.go("kejadian")
    desk.select(subject)
    desk.press(Key.Key_N)
    desk.type("tandu dan gergaji nginap")
    desk.press(Key.Key_Return)
    desk.until(lambda: any(event.text == "tandu dan gergaji nginap" for event in desk.detail(subject).story))
    assert desk.detail(subject).incident.status == "baru", "letters of the note ran no command"


def test_state_by_number_and_assignment_by_typing(desk):
    subject = desk.open("Jalan rusak", "A01")
    desk.go("kejadian")
    desk.select(subject)
    desk.press(Key.Key_T)
    desk.press(Key.Key_1)
    desk.until(lambda: desk.detail(subject).incident.status == "terverifikasi")
    desk.press(Key.Key_D)
    desk.type("dam")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_Return)
    desk.until(lambda: desk.detail(subject).incident.status == "didisposisikan")
    assert set(desk.detail(subject).incident.agencies) == {"PU", "DAMKAR"}


def test_one_key_closes_a_ghost_call_but_not_one_in_work(desk):
    ghost, real = desk.open("Telepon iseng", "D01"), desk.open("Kebakaran", "D01")
    for state in ("terverifikasi", "didisposisikan"):
        desk.do(desk.room.set_status(real, state))
    desk.select(ghost)
    desk.press(Key.Key_G)
    desk.until(lambda: desk.detail(ghost).incident.status == "diarsipkan")
    desk.select(real)
    desk.press(Key.Key_G)
    desk.until(lambda: "tutup lewat T" in desk.window.said.text())
    assert desk.detail(real).incident.status == "didisposisikan"


def test_without_a_selection_a_letter_says_what_to_do(desk):
    desk.press(Key.Key_N)
    desk.until(lambda: "Pilih dahulu" in desk.window.said.text())


@pytest.mark.parametrize("role", ["lurah"])
def test_what_is_not_permitted_says_who_may(desk):
    desk.go("kejadian")
    subject = desk.open("Jalan rusak", "A01")
    detail = desk.go("kejadian")["DetailPanel"]
    desk.do(desk.room.set_status(subject, "terverifikasi"))
    desk.select(subject)
    desk.until(lambda: detail.detail is not None and detail.detail.incident.status == "terverifikasi")
    buttons = [detail.steps.itemAt(i).widget() for i in range(detail.steps.count() - 1)]
    first = buttons[0]
    assert not first.isEnabled() and "yang boleh: operator, koordinator, camat" in first.text()
    desk.press(Key.Key_D)
    desk.type("dam")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_Return)
    desk.until(lambda: any("tidak boleh" in label.text() for label in desk.window.findChildren(QLabel)))
    assert desk.detail(subject).incident.status == "terverifikasi"


def test_filter_and_search_count_what_they_hide(desk):
    desk.open("Gudang terbakar", "D01")
    desk.open("Lampu padam", "A02", address="Jl. Melati")
    closed = desk.open("Telepon iseng", "D01")
    desk.do(desk.room.close_ghost(closed))
    panel = desk.go("kejadian")["IncidentsPanel"]
    heard = []
    panel.subtitleChanged.connect(heard.append)
    desk.until(lambda: titles(panel) == ["Gudang terbakar", "Lampu padam"])
    panel.list.setFocus()
    desk.press(Key.Key_Slash)
    desk.type("melati")
    desk.until(lambda: titles(panel) == ["Lampu padam"])
    assert "1 terbuka disembunyikan saring" in heard[-1]
    panel.search.clear()
    panel.open_only.setChecked(False)
    desk.until(lambda: len(titles(panel)) == 3)
    panel.priorities[0].setChecked(True)
    desk.until(lambda: set(titles(panel)) == {"Gudang terbakar", "Telepon iseng"})


def test_a_place_scopes_the_queue_and_escape_frees_it(desk):
    desk.open("Utara", place=KELURAHAN[0])
    desk.open("Selatan", place=KELURAHAN[2])
    queue = desk.go("situasi")["QueuePanel"]
    desk.until(lambda: len(titles(queue)) == 2)
    desk.window.context.select_territory(NORTH)
    desk.until(lambda: titles(queue) == ["Utara"])
    assert "Esc" in queue.foot.note
    desk.press(Key.Key_Escape)
    desk.until(lambda: len(titles(queue)) == 2)


def test_enter_in_the_queue_opens_the_detail(desk):
    subject = desk.open("Kebakaran")
    queue = desk.go("situasi")["QueuePanel"]
    desk.until(lambda: titles(queue) == ["Kebakaran"])
    queue.list.setFocus()
    desk.select(subject)
    desk.press(Key.Key_Return)
    assert desk.window.workspace == "kejadian"
    detail = desk.go("kejadian")["DetailPanel"]
    desk.until(lambda: detail.detail is not None and detail.detail.incident.subject == subject)


def test_the_story_tells_who_what_and_what_the_centre_does_not_know(desk, clock):
    subject = desk.open("<b>Kebakaran</b>")
    clock.advance(60_000)
    desk.do(desk.room.note(subject, "api <img src=x> besar"))
    detail = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: len(detail.story.lines) == 2)
    opened, noted = detail.story.lines
    assert opened.head == "dibuka" and noted.body == "api <img src=x> besar"
    assert noted.foot == "Operator Uji · ruang ini · belum sampai di pusat"
    assert detail.title.text() == "<b>Kebakaran</b>"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in detail.findChildren(QLabel))


def test_the_clocks_run_and_say_when_they_are_missed(desk, clock):
    subject = desk.open("Kebakaran")
    detail = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: detail.detail is not None)
    first, second = detail.clocks.steps
    assert detail.clocks.words(first) == "sisa 2 mnt" and detail.clocks.token(first) == "text"
    clock.advance(100_000)
    detail.clocks.tick(clock.now())
    assert detail.clocks.token(first) == "p2"
    clock.advance(60_000)
    detail.clocks.tick(clock.now())
    assert detail.clocks.token(first) == "p1" and detail.clocks.words(first).startswith("lewat")
    assert detail.clocks.words(second).startswith("sisa")


def test_a_number_decides_between_sides(desk):
    subject = desk.open("Kebakaran")
    detail = desk.go("kejadian")["DetailPanel"]
    desk.select(subject)
    desk.until(lambda: detail.detail is not None)
    known = desk.detail(subject)
    sides = (Candidate('"baru"', "x-1", "op-1", 0), Candidate('"terverifikasi"', "y-1", "op-2", 0))
    detail.on_detail(IncidentDetail(known.incident, known.story, {"status": sides}))
    assert detail.decisions.isVisibleTo(detail)
    desk.window.page("kejadian").focus_next()
    detail._area.setFocus()
    desk.press(Key.Key_2)
    desk.until(lambda: desk.detail(subject).incident.status == "terverifikasi")
    assert desk.detail(subject).story[-1].kind == "incident.decided"


def test_ten_thousand_rows_draw_only_what_is_seen(desk):
    import msgspec

    from console.domain.views import IncidentPage

    subject = desk.open("Kebakaran")
    one = desk.detail(subject).incident
    queue = desk.go("situasi")["QueuePanel"]
    many = tuple(msgspec.structs.replace(one, subject=f"s{n}", title=f"Kejadian {n}") for n in range(10_000))
    queue.list.show_page(IncidentPage(many, len(many), 0))
    painted = []
    paint = queue.list._row.paint
    queue.list._row.paint = lambda *args: (painted.append(1), paint(*args))
    queue.list.scrollTo(queue.list.rows.index(9_000, 0))
    queue.list.viewport().repaint()
    assert 0 < len(painted) < 60


def test_escape_lets_go_and_the_list_does_not_choose_again(desk):
    subject = desk.open("Gudang terbakar", "D01")
    panel = desk.go("kejadian")["IncidentsPanel"]
    desk.until(lambda: desk.window.context.incident == subject)
    desk.press(Key.Key_Escape)
    assert desk.window.context.incident == ""
    # The list is shown anew, and a ghost's key finds nothing to close.
    desk.open("Lampu mati", "A02")
    desk.until(lambda: len(titles(panel)) == 2)
    assert desk.window.context.incident == ""
    desk.press(Key.Key_G)
    assert desk.detail(subject).incident.status == "baru"


def test_coming_to_a_list_by_keyboard_selects_nothing_and_the_first_step_takes_the_first_row(desk):
    subject = desk.open("Gudang terbakar", "D01")
    queue = desk.go("situasi")["QueuePanel"]
    desk.until(lambda: titles(queue) == ["Gudang terbakar"])
    desk.window.context.select_incident(subject)
    desk.window.header.setFocus()
    desk.window.context.clear()
    queue.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert queue.list.hasFocus()
    assert desk.window.context.incident == ""
    desk.press(Key.Key_Down)
    assert desk.window.context.incident == subject


def test_f2_brings_the_keyboard_to_the_list_so_that_letters_are_commands(desk):
    desk.open("Gudang terbakar")
    desk.press(Qt.Key.Key_F2)
    desk.until(lambda: len(desk.window.page("kejadian").panels()) == 2)
    [panel] = [one for one in desk.window.page("kejadian").panels() if type(one).__name__ == "IncidentsPanel"]
    for _time in range(2):
        desk.until(lambda: panel.isAncestorOf(QApplication.focusWidget() or desk.window))
        assert not isinstance(QApplication.focusWidget(), QLineEdit)
        desk.press(Qt.Key.Key_F1)
        desk.press(Qt.Key.Key_F2)
