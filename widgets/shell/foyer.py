"""Where the first panels stand before there are docks: loading the docking library would keep the first paint waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.shell.host import GAP, PanelHost
from widgets.shell.workspaces import Dock

Place = tuple[float, float, float, float]
"""Left, top, width and height as parts of the whole, 0 to 1."""
_ROW = ("centre", "left", "right")


def default_place(dock: Dock, docks: Sequence[Dock], width: int, height: int) -> QRect:
    """Where a dock of the top row stands in a workspace of this size that nobody has laid out otherwise."""
    row = [each for each in docks if each.area in _ROW]
    below = [each for each in docks if each.area == "bottom" and each.beside == dock.id]
    at = row.index(dock)
    across = (width - GAP * (len(row) - 1)) / sum(each.share for each in row)
    down = (height - GAP * len(below)) / sum(each.share for each in (dock, *below))
    left = sum(each.share for each in row[:at]) * across + GAP * at
    return QRect(round(left), 0, round(dock.share * across), round(dock.share * down))


class Foyer(QWidget):
    """The first panels of a workspace, each framed and titled as its dock will be, at the place that the dock will have.

    `places` has where they stood when the window was closed, by dock; one that is missing stands where it did at first.
    """

    def __init__(
        self, hosts: Sequence[PanelHost], docks: Sequence[Dock], places: Mapping[str, Place], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._docks, self._places = docks, places
        self._areas = {host.dock.id: Area(host, self) for host in hosts}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put every panel where its dock will be."""
        width, height = self.width(), self.height()
        for dock in self._docks:
            if area := self._areas.get(dock.id):
                if place := self._places.get(dock.id):
                    left, top, across, down = place
                    area.setGeometry(
                        round(left * width), round(top * height), round(across * width), round(down * height)
                    )
                else:
                    area.setGeometry(default_place(dock, self._docks, width, height))


class Area(QFrame):
    """A panel with its title, looking like a dock that is alone in its place."""

    def __init__(self, host: PanelHost, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("area")
        title = QFrame(self)
        title.setObjectName("areaTitle")
        row = QHBoxLayout(title)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(0)
        subtitle = QLabel(host.subtitle, title)
        subtitle.setObjectName("subtitle")
        subtitle.setTextFormat(Qt.TextFormat.PlainText)
        host.subtitleChanged.connect(subtitle.setText)
        for part in (QLabel(host.dock.title, title), subtitle):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(host, 1)
