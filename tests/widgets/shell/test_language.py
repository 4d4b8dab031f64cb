"""English is complete: every word that the screens say has its translation, and it is the one shown."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QLineEdit

from widgets.parts.times import span
from widgets.shell.language import TRANSLATIONS, read_linguist, set_locale, translator
from widgets.shell.states import sentence

ROOT = Path(__file__).resolve().parents[3]
LUPDATE = Path(sys.executable).with_name("pyside6-lupdate")
ENGLISH = TRANSLATIONS / "simpul_en.ts"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Every (context, text) in the code, as Qt's own extractor finds them."""
    fresh = tmp_path_factory.mktemp("linguist") / "fresh.ts"
    sources = sorted(str(path) for folder in ("widgets", "maps") for path in (ROOT / folder).rglob("*.py"))
    subprocess.run([LUPDATE, *sources, "-ts", str(fresh)], check=True, capture_output=True, timeout=120)
    from xml.etree import ElementTree

    found = set()
    for context in ElementTree.parse(fresh).getroot().iter("context"):
        name = context.findtext("name", "")
        found |= {(name, message.findtext("source", "")) for message in context.iter("message")}
    return found


def test_english_lacks_nothing_and_keeps_nothing_old(said: set[tuple[str, str]]) -> None:
    english = set(read_linguist(ENGLISH))
    assert said - english == set()
    assert english - said == set()
    assert len(said) > 100


def test_translations_keep_their_holes() -> None:
    for (_context, text), word in read_linguist(ENGLISH).items():
        assert sorted(re.findall(r"\{\d", text)) == sorted(re.findall(r"\{\d", word)), text
        assert text.count("\n") == word.count("\n"), text


@pytest.fixture
def english(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    set_locale("en")
    made = translator("en", qapp)
    assert made is not None
    qapp.installTranslator(made)
    yield
    qapp.removeTranslator(made)
    QLocale.setDefault(before)


def test_screens_speak_english(english: None) -> None:
    from console.domain.views import RoomState

    assert span(14 * 60_000) == "14 min"
    assert sentence(RoomState("locked")).text == "The screen is locked."
    assert QCoreApplication.translate("Header", "Belum masuk") == "Not logged in"
    assert QLocale().decimalPoint() == "."


def test_what_has_no_translation_stands_as_written(english: None) -> None:
    assert QCoreApplication.translate("Header", "kata yang tidak ada") == "kata yang tidak ada"


def test_indonesian_writes_a_comma_and_translates_qts_own_menu(qapp: QApplication) -> None:
    set_locale("id")
    made = translator("id", qapp)
    assert made is not None
    qapp.installTranslator(made)
    try:
        field = QLineEdit("isi")
        menu = field.createStandardContextMenu()
        assert any("Salin" in action.text() for action in menu.actions())
        assert QLocale().toString(2.5) == "2,5"
    finally:
        qapp.removeTranslator(made)
        QLocale.setDefault(QLocale.c())
