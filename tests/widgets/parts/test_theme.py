"""The colours can be read, and the font has figures of one width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from widgets.parts.file_form import BUTTONS, ask_folder
from widgets.parts.theme import THEMES as THEMES_FOLDER
from widgets.parts.theme import contrast, font, font_missing, read_theme
from widgets.shell.theme import SIGNS, palette, stylesheet

THEMES = ("dark", "light")
SURFACES = ("ground", "panel", "raised", "hover", "accent_ground", "alarm_ground")


def test_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("token", ["text", "muted"])
def test_text_is_legible_on_every_surface(name: str, surface: str, token: str) -> None:
    colour = read_theme(name).colour
    assert contrast(getattr(colour, token), getattr(colour, surface)) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", ["p1", "p2", "p3", "p4", "accent", "ok"])
def test_marks_stand_out_and_carry_their_number(name: str, token: str) -> None:
    colour = read_theme(name).colour
    for surface in (*SURFACES, "land"):
        assert contrast(getattr(colour, token), getattr(colour, surface)) >= 3
    assert contrast(getattr(colour, token), colour.mark_ink) >= 4.5
    for step in colour.ramp:
        assert contrast(colour.text, step) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", ["p1", "p2", "accent", "ok"])
def test_coloured_words_are_legible_on_panels(name: str, token: str) -> None:
    colour = read_theme(name).colour
    for surface in ("ground", "panel", "raised", "alarm_ground"):
        assert contrast(getattr(colour, token), getattr(colour, surface)) >= 4.5


def test_figures_have_one_width(qtbot: object) -> None:
    if font_missing():
        pytest.skip("the font Inter is not on this machine (Debian: fonts-inter)")
    metrics = QFontMetricsF(font())
    assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("sign", "token", "surfaces"),
    [
        ("down", "muted", ("ground", "panel", "raised")),
        ("up", "muted", ("panel",)),
        ("check", "mark_ink", ("accent",)),
    ],
)
def test_drawn_signs_have_the_colour_of_their_theme_and_stand_out(
    name: str, sign: str, token: str, surfaces: tuple[str, ...]
) -> None:
    theme = read_theme(name)
    assert sign in SIGNS
    [stroke] = re.findall(r'stroke="(#[0-9A-F]{6})"', (THEMES_FOLDER / f"{name}-{sign}.svg").read_text())
    assert stroke == getattr(theme.colour, token)
    assert all(contrast(stroke, getattr(theme.colour, surface)) >= 3 for surface in surfaces)


@pytest.mark.parametrize("name", THEMES)
def test_a_drop_down_shows_its_arrow(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    theme = read_theme(name)
    box = QComboBox()
    qtbot.addWidget(box)
    box.setPalette(palette(theme))
    box.setStyleSheet(stylesheet(theme))
    box.resize(160, 30)
    seen = box.grab(QRect(136, 0, 24, 30)).toImage()
    colours = {seen.pixelColor(x, y).name().upper() for x in range(4, 20) for y in range(4, 26)}
    assert max(contrast(colour, theme.colour.ground) for colour in colours) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_the_buttons_of_a_file_form_stand_out_and_it_blocks_nothing(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    theme = read_theme(name)
    before = qapp.palette()
    qapp.setPalette(palette(theme))
    over = QWidget()
    qtbot.addWidget(over)
    form = ask_folder(over, "Folder", str(tmp_path), lambda _folder: None)
    assert form.isVisible() and not form.isModal() and form.windowModality() == Qt.WindowModality.NonModal
    found = [form.findChild(QToolButton, each) for each in BUTTONS]
    assert all(found)
    for button in found:
        drawn = button.icon().pixmap(QSize(18, 18), QIcon.Mode.Normal).toImage()
        inks = [drawn.pixelColor(x, y) for x in range(drawn.width()) for y in range(drawn.height())]
        strongest = max(inks, key=lambda colour: colour.alpha())
        assert contrast(strongest.name().upper(), theme.colour.raised) >= 3
    other = ask_folder(over, "Folder", str(tmp_path), lambda _folder: None)
    assert other.isVisible() and not form.isVisible(), "one form at a time"
    qapp.setPalette(before)
