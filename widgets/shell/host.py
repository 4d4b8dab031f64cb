"""The place of a panel: empty until the panel is built, and carried from where it stands at first into its dock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.shell.workspaces import Dock

GAP = 12
"""Between panels and around them, in pixels."""


class PanelHost(QWidget):
    """Holds the place of a panel until it is built. Attributes: `panel`, None before; `subtitle`, what it says of itself.

    Signals: `built(panel)`; `subtitleChanged(text)`.
    """

    built = Signal(QWidget)
    subtitleChanged = Signal(str)

    def __init__(self, dock: Dock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dock = dock
        self.panel: QWidget | None = None
        self.subtitle = ""
        box = self._box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)

    def build(self, make: Callable[[str, QWidget], QWidget]) -> None:
        """Build the panel with `make`, once."""
        if self.panel is None:
            self.panel = make(self.dock.panel, self)
            self._box.addWidget(self.panel)
            if hasattr(self.panel, "subtitleChanged"):
                self.panel.subtitleChanged.connect(self._on_subtitle)
            self.built.emit(self.panel)

    def minimumSizeHint(self) -> QSize:
        """The least that its dock says; panels scroll or shorten in it."""
        return QSize(160, self.dock.least)

    def _on_subtitle(self, text: str) -> None:
        self.subtitle = text
        self.subtitleChanged.emit(text)
