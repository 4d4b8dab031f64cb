"""A small form laid over the window: nothing below stops, Escape puts it away, a refusal is said inside it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from console.domain.refusals import NotPermitted, Refused
from widgets.models.bridge import Bridge
from widgets.models.refusals import sentence
from widgets.models.selection import Selection
from widgets.parts.keys import form_key, keep_plain_keys
from widgets.parts.overlay import Overlay

WIDTH_PX = 480


class Sheet(Overlay):
    """A titled form. Subclasses fill `column`, and `submit` gives `keep` what is to be done.

    While it is open every plain key is its own, so that no single-letter command runs from inside a form.
    """

    def __init__(self, over: QWidget, bridge: Bridge, selection: Selection, title: str, hint: str) -> None:
        super().__init__(over, "scrim")
        self._bridge, self._selection = bridge, selection
        self._busy = False
        frame = QFrame(self)
        frame.setObjectName("sheet")
        frame.setFixedWidth(WIDTH_PX)
        self.column = QVBoxLayout(frame)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(8)
        self.title = self._label(title, "title")
        self.column.addWidget(self.title)
        self.refusal = self._label("", "p1")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        self.hint = self._label(hint, "small")
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        self.closed.connect(self.deleteLater)
        bridge.peopleChanged.connect(self._on_people)

    def finish(self) -> None:
        """Put refusal and hint at the foot, and open; subclasses call it when filled."""
        self.column.addWidget(self.refusal)
        self.column.addWidget(self.hint)
        self.open()

    def submit(self) -> None:
        """Do it; each sheet knows what."""
        raise NotImplementedError

    def keep(self, action: Coroutine[Any, Any, Any], said: str) -> None:
        """Have the room do `action`; when it is on disk say `said` and go, when it is refused say why and stay."""
        if self._busy:
            action.close()
            return
        self._busy = True
        self._bridge.ask(action, lambda done: self._on_kept(done, said), self, self._on_refused)

    def event(self, event: QEvent) -> bool:
        """Keep plain keys from reaching the window's shortcuts."""
        return keep_plain_keys(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts it away, Enter does it."""
        form_key(event, self.shut, self.submit)

    def _on_people(self) -> None:
        """Lie hidden, with what was written in it, while the screen is locked: it is about a citizen's report."""
        self.setVisible(self._bridge.room.operator is not None)

    def _on_kept(self, done: object, said: str) -> None:
        self._selection.said.emit(said)
        self.shut()

    def _on_refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Refused | NotPermitted):
            self.refusal.setText(sentence(error))
            self.refusal.show()
        else:
            self._bridge.failed.emit(error)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        return label
