"""The least that a panel can be, for tests of the frame around it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from widgets.models.commands import Command


class PlainPanel(QWidget):
    subtitleChanged = Signal(str)
    mapMissing = Signal(str)

    def __init__(self, room: object, bridge: object, context: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.pressed = 0
        self.field = QLineEdit(self)
        QVBoxLayout(self).addWidget(self.field)

    def commands(self) -> list[Command]:
        return [Command("plain.press", "Tekan", self._on_press, "Ctrl+J", "Panel")]

    def _on_press(self) -> None:
        self.pressed += 1
