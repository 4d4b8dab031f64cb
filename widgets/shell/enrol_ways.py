"""The two ways to be enrolled, one at a time: over a line with a code, or by stick."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from widgets.shell.enrol_form import EnrolForm
from widgets.shell.stick_form import StickForm


class EnrolWays(QWidget):
    """Both forms under two tabs. Attributes: `line`, `stick` (the forms), `by_line`, `by_stick` (the tabs)."""

    def __init__(self, parent: QWidget, named: bool = False) -> None:
        super().__init__(parent)
        self.by_line, self.by_stick = (
            self._tab(text) for text in (self.tr("Lewat &sambungan"), self.tr("Le&wat stik"))
        )
        self.line, self.stick = EnrolForm(self, named), StickForm(self)
        self._group = QButtonGroup(self)
        self._forms = QStackedWidget(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(4)
        for tab, form in ((self.by_line, self.line), (self.by_stick, self.stick)):
            self._group.addButton(tab)
            self._forms.addWidget(form)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(tabs)
        column.addWidget(self._forms, 1)
        self.by_line.setChecked(True)
        self.by_stick.toggled.connect(lambda stick: self._forms.setCurrentIndex(int(stick)))

    def choose_stick(self, stick: bool) -> None:
        """Show one of both forms."""
        (self.by_stick if stick else self.by_line).setChecked(True)

    def focus_first(self) -> None:
        """Give the keyboard to the first empty field of the form on screen."""
        (self.stick if self.by_stick.isChecked() else self.line).focus_first()

    def _tab(self, text: str) -> QPushButton:
        tab = QPushButton(text, self)
        tab.setCheckable(True)
        tab.setProperty("role", "toggle")
        return tab
