"""The key sheet (?): every key that does something now, by group."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.models.commands import Command, Commands
from widgets.parts.overlay import Overlay

COLUMNS = 3


class KeySheet(Overlay):
    """Lists the commands that have a key, laid over the window; made anew each time it opens."""

    def __init__(self, over: QWidget, commands: Commands) -> None:
        super().__init__(over, "scrim")
        self._commands = commands
        self._frame: QFrame | None = None
        self._row = QHBoxLayout(self)

    def open(self) -> None:
        """Show the keys as they are now."""
        if self._frame is not None:
            self._frame.hide()
            self._frame.deleteLater()
        self._frame = self._make_frame()
        self._row.addWidget(self._frame, 0, Qt.AlignmentFlag.AlignCenter)
        super().open()
        self.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click puts it away."""
        self.shut()

    def _make_frame(self) -> QFrame:
        frame = QFrame(self)
        frame.setObjectName("sheet")
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(16)
        title = QLabel(self.tr("Tombol"), frame)
        title.setProperty("role", "title")
        column.addWidget(title)
        blocks = QHBoxLayout()
        blocks.setSpacing(40)
        column.addLayout(blocks)
        keyed = [command for command in self._commands.all() if command.shortcut]
        lanes = [QVBoxLayout() for _ in range(COLUMNS)]
        for lane in lanes:
            lane.setSpacing(20)
            blocks.addLayout(lane)
        heights = [0] * COLUMNS
        for group, members in groupby(keyed, key=lambda command: command.group):
            shortest = heights.index(min(heights))
            block = _rows(members)
            lanes[shortest].addLayout(self._block(group, block, frame))
            heights[shortest] += len(block) + 2
        for lane in lanes:
            lane.addStretch(1)
        return frame

    def _block(self, group: str, rows: list[tuple[str, str]], frame: QFrame) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        head = QLabel(group, frame)
        head.setProperty("role", "muted")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, (keys, title) in enumerate(rows, 1):
            key = QLabel(keys, frame)
            key.setProperty("role", "badge")
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(title, frame), row, 1)
        grid.setColumnStretch(1, 1)
        return grid


def _rows(commands: Iterable[Command]) -> list[tuple[str, str]]:
    """Keys and what they do; a family from its first key to its last."""
    rows = []
    for family, members in groupby(commands, key=lambda command: command.family or command.id):
        block = list(members)
        first, last = block[0], block[-1]
        keys = first.keys if first is last else f"{first.keys} … {last.keys}"
        rows.append((keys, first.title if family == first.id else family))
    return rows
