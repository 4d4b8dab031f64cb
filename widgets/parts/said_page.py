"""A page with nothing to look at: an icon, and under it what is to be said."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class SaidPage(QWidget):
    """Says one thing in its middle. Attribute: `text`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._icon, self._line = QLabel(self), QLabel(self)
        self._line.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for label in (self._icon, self._line):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)

    def say(self, text: str, icon: QPixmap) -> None:
        """Say this."""
        self.text = text
        self._icon.setPixmap(icon)
        self._line.setText(text)
