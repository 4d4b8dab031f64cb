"""Marks differ in shape, not in colour alone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from widgets.parts.mark import PriorityMark
from widgets.parts.theme import read_theme

SAMPLES = ((6, 6), (5, 27), (4, 16))
"""Points of a mark of 32 pixels that lie inside a different set of the four shapes each."""


def test_every_priority_has_its_own_colour_and_outline(qtbot: QtBot) -> None:
    theme = read_theme("dark")
    outlines, colours = set(), set()
    for priority in (1, 2, 3, 4):
        mark = PriorityMark(priority, theme, size=32)
        qtbot.addWidget(mark)
        mark.resize(32, 32)
        image = mark.grab().toImage()
        outlines.add(tuple(image.pixelColor(x, y) == theme.priority(priority) for x, y in SAMPLES))
        colours.add(image.pixelColor(16, 5).name())
    assert len(outlines) == 4
    assert len(colours) == 4
