"""Something laid over a widget without being a window: nothing below is blocked from running, nothing pops up."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget


class Overlay(QWidget):
    """Covers `over` (its parent) and follows its size. Signals: `closed()`. Gives the focus back when it goes."""

    closed = Signal()

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self.setObjectName(name)
        # Without it a plain QWidget ignores the stylesheet's background.
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = over
        self._before: QWidget | None = None
        over.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Lay it over, in front of everything."""
        if self.isVisible():
            return
        self._before = QApplication.focusWidget()
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def shut(self) -> None:
        """Take it away."""
        if not self.isVisible():
            return
        self.hide()
        # What had the focus may be gone by now.
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what it covers."""
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self.setGeometry(self._over.rect())
        return False
