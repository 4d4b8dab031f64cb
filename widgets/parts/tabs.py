"""The order in which Tab goes: Qt's own is that of making, which is not that of reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

LINE_PX = 12
"""Widgets whose tops are closer than this stand in one line."""


def tab_as_read(parts: Sequence[QWidget]) -> None:
    """Let Tab go through the parts in this order, and within each from the top left to the bottom right."""
    for before, after in pairwise(taker for part in parts for taker in _takers(part)):
        QWidget.setTabOrder(before, after)


def _takers(part: QWidget) -> list[QWidget]:
    # The list of a drop-down is a window of its own, and a box of figures takes the keyboard for its inner field.
    inside = (each for each in part.findChildren(QWidget) if each.window() is part.window())
    whole = (each for each in inside if not isinstance(each.parentWidget(), QAbstractSpinBox))
    found = (each for each in whole if each.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return sorted(found, key=lambda taker: _place(taker, part))


def _place(taker: QWidget, part: QWidget) -> tuple[int, int]:
    at = taker.mapTo(part, QPoint(0, 0))
    return at.y() // LINE_PX, at.x()
