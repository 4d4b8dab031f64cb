"""Every state has its sentence, and the gravest comes first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.domain.refusals import NotPermitted, Refused
from console.domain.views import RoomState
from tests.widgets.shell.plain_panel import PlainPanel
from widgets.models.line_words import mode_words
from widgets.models.refusals import sentence as refusal_sentence
from widgets.models.refusals import sentences as refusal_sentences
from widgets.parts.theme import read_theme
from widgets.shell.banner import Banner
from widgets.shell.states import STOP, TELL, known_codes, ranked, sentence
from widgets.shell.window import ConsoleWindow


@pytest.mark.parametrize("code", known_codes())
def test_a_sentence_without_holes(code: str) -> None:
    for detail in ("", "7"):
        said = sentence(RoomState(code, detail))
        assert said.text.endswith(".")
        assert "{" not in said.text
        assert not said.text[0].islower()


def test_a_number_is_said_where_it_is_known() -> None:
    assert "12" in sentence(RoomState("clock_wrong", "12")).text
    assert "beberapa menit" in sentence(RoomState("clock_wrong")).text


def test_an_unknown_state_is_shown_and_not_dropped() -> None:
    assert sentence(RoomState("baru_sekali")).text == "baru_sekali"


def test_the_gravest_comes_first_and_twins_are_one() -> None:
    states = [RoomState("standalone"), RoomState("line_cut"), RoomState("disk_full"), RoomState("line_cut", "4")]
    said = ranked(states)
    assert [one.code for one in said] == ["disk_full", "line_cut", "standalone"]
    assert said[0].grade == STOP
    assert said[-1].grade == TELL
    assert "4 menunggu" in said[1].text


@pytest.mark.parametrize("mode", ["langsung", "hemat", "putus", "internet_palsu", "tak_dipercaya", "mandiri", "belum"])
def test_every_mode_of_the_line_has_a_word(mode: str) -> None:
    assert "_" not in mode_words(mode)


def test_every_refusal_is_said_in_the_operators_language() -> None:
    assert refusal_sentences() == Refused.SENTENCES
    assert "Utara" in refusal_sentence(Refused("other_journal", "Utara"))
    assert "camat" in refusal_sentence(NotPermitted("decide", ("camat",)))


def test_the_banner_shows_one_and_the_others_on_demand(qtbot: QtBot) -> None:
    banner = Banner(read_theme("dark"))
    qtbot.addWidget(banner)
    banner.show_states(ranked([RoomState("standalone"), RoomState("disk_full")]))
    assert len(banner.texts()) == 1
    assert "Cakram penuh" in banner.texts()[0]
    banner.toggle()
    assert len(banner.texts()) == 2
    banner.show_states([])
    assert banner.isHidden()


def test_what_was_put_away_comes_back_when_it_happens_again(qtbot: QtBot) -> None:
    banner = Banner(read_theme("dark"))
    qtbot.addWidget(banner)
    alone = ranked([RoomState("standalone")])
    banner.show_states(alone)
    banner.put_away("standalone")
    assert banner.texts() == []
    banner.show_states([])
    banner.show_states(alone)
    assert len(banner.texts()) == 1


def test_a_sentence_that_is_gone_at_once_never_becomes_a_window_of_its_own(qtbot: QtBot, qapp: QApplication) -> None:
    """It would take the keyboard from whoever types."""
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(read_theme("dark"), window)
    with qtbot.waitExposed(window):
        window.show()
    seen = WindowsShown()
    qapp.installEventFilter(seen)
    for code in ("standalone", "disk_full", "standalone"):
        banner.show_states(ranked([RoomState(code)]))
    QTest.qWait(50)
    qapp.removeEventFilter(seen)
    assert seen.windows == []
    assert len(banner.texts()) == 1


class WindowsShown(QObject):
    """Notes every widget that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_a_missing_map_is_told_with_its_reason_until_it_is_there(shown: ConsoleWindow) -> None:
    [panel, *_others] = shown.page("situasi").panels()
    assert isinstance(panel, PlainPanel)
    shown.banner.toggle()
    panel.mapMissing.emit("Mesin peta tidak terpasang")
    assert any("Peta tidak tersedia (Mesin peta tidak terpasang)" in said for said in shown.banner.texts())
    panel.mapMissing.emit("")
    assert not any("Peta" in said for said in shown.banner.texts())
