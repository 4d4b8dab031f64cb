"""The foot of a panel: its keys, and what would otherwise go unsaid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.models.selection import Selection
from widgets.parts.theme import font

FOOT_PX = 36


class Foot(QWidget):
    """Keys with what they do ("Enter buka") from the left, as many as fit, and a sentence at the right."""

    def __init__(self, keys: Sequence[tuple[str, str]], selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = list(keys)
        self.note = ""
        self._selection = selection
        self.setFixedHeight(FOOT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        selection.themeChanged.connect(lambda _theme: self.update())

    def say(self, note: str) -> None:
        """Say something at the right, "" for nothing."""
        if note != self.note:
            self.note = note
            self.setAccessibleName(note)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rule above, the note, then the keys that still fit."""
        theme, painter = self._selection.theme, QPainter(self)
        theme.fill(painter, QRect(0, 0, self.width(), 1), "line")
        face = font(12)
        metrics = QFontMetrics(face)
        painter.setFont(face)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        room = self.width() - 16 - (metrics.horizontalAdvance(self.note) + 24 if self.note else 0)
        painter.setPen(theme.qcolor("muted"))
        painter.drawText(self.rect().adjusted(16, 1, -16, 0), middle | int(Qt.AlignmentFlag.AlignRight), self.note)
        x = 16
        for key, words in self.keys:
            wide = metrics.horizontalAdvance(key) + 6 + metrics.horizontalAdvance(words)
            if x + wide > room:
                break
            painter.setPen(theme.qcolor("text"))
            painter.drawText(QRect(x, 1, wide, self.height()), middle, key)
            painter.setPen(theme.qcolor("muted"))
            painter.drawText(QRect(x + metrics.horizontalAdvance(key) + 6, 1, wide, self.height()), middle, words)
            x += wide + 20
