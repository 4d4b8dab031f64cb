"""The colours can be read, and the font has figures of one width."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from widgets.parts.theme import contrast, font, font_missing, read_theme

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
