"""The strip under the header that says what is abnormal and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from widgets.parts.plain import plain_tip
from widgets.parts.theme import Theme
from widgets.shell.states import STOP, TELL, WARN, Sentence

ROW_HEIGHT = 36


class BannerRow(QFrame):
    """One sentence with its next step. Signals: `asked(command)`, `putAway(code)`."""

    asked = Signal(str)
    putAway = Signal(str)

    def __init__(self, said: Sentence, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = said
        self.setFixedHeight(ROW_HEIGHT)
        row = self._line = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        edge = QFrame(self)
        token = {STOP: "p1", WARN: "p2", TELL: "muted"}[said.grade]
        edge.setFixedSize(4, 16)
        edge.setStyleSheet(f"background: {getattr(theme.colour, token)}; border-radius: 2px;")
        text = QLabel(said.text, self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        text.setToolTip(plain_tip(said.text))
        row.addWidget(edge)
        row.addWidget(text, 1)
        if said.step:
            row.addWidget(self._step())
        if said.grade == TELL:
            row.addWidget(self._closer())

    def add(self, button: QPushButton) -> None:
        """Put a button right after the sentence."""
        self._line.insertWidget(2, button)

    def _step(self) -> QWidget:
        if not self.said.command:
            step = QLabel(self.said.step, self)
            step.setProperty("role", "muted")
            return step
        button = QPushButton(self)
        button.setText(self.said.step)
        button.setProperty("role", "link")
        button.clicked.connect(lambda: self.asked.emit(self.said.command))
        return button

    def _closer(self) -> QPushButton:
        button = QPushButton(self)
        button.setText("×")
        button.setProperty("role", "flat")
        button.setFixedWidth(36)
        button.setToolTip(self.tr("Sembunyikan sampai keadaan berubah"))
        button.setAccessibleName(button.toolTip())
        button.clicked.connect(lambda: self.putAway.emit(self.said.code))
        return button


class Banner(QFrame):
    """The gravest sentence, and the others on demand. Signals: `asked(command)`."""

    asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._theme = theme
        self._said: list[Sentence] = []
        self._away: set[str] = set()
        self._open = False
        self._rows: list[BannerRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 1)
        self._column.setSpacing(0)
        self.hide()

    def show_states(self, said: Sequence[Sentence]) -> None:
        """Show these, gravest first; nothing when the list is empty."""
        if list(said) != self._said:
            # What was put away comes back once it has gone and come again.
            self._away &= {one.code for one in said}
            self._said = list(said)
            self._fill()

    def toggle(self) -> None:
        """Show all sentences, or the gravest alone."""
        self._open = not self._open
        self._fill()

    def put_away(self, code: str) -> None:
        """Hide a sentence until its state has gone and come again."""
        self._away.add(code)
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self._fill()

    def texts(self) -> list[str]:
        """The sentences on screen."""
        return [row.said.text for row in self._rows]

    def _fill(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        wanted = [said for said in self._said if said.code not in self._away]
        shown = wanted if self._open else wanted[:1]
        self._rows = [self._row(said) for said in shown]
        for row in self._rows:
            self._column.addWidget(row)
        if len(wanted) > 1:
            self._rows[0].add(self._more(len(wanted) - 1))
        self.setVisible(bool(wanted))

    def _row(self, said: Sentence) -> BannerRow:
        row = BannerRow(said, self._theme, self)
        row.asked.connect(self.asked)
        row.putAway.connect(self.put_away)
        return row

    def _more(self, others: int) -> QPushButton:
        button = QPushButton(self)
        button.setText(self.tr("Ringkas") if self._open else self.tr("+{0} lagi").format(others))
        button.setProperty("role", "flat")
        button.clicked.connect(self.toggle)
        return button
