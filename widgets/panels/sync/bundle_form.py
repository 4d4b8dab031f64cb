"""What the two bundle forms share: they lie in the page, work without blocking it, can be stopped, and say in place what
came of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.sticks import Stopped, Watched
from console.wire.bundle import BundleRefused
from widgets.models.bridge import Bridge
from widgets.models.bundle_words import refusal_words, step_words
from widgets.panels.sync.section import button, label
from widgets.parts.keys import form_key, keep_plain_keys

T = TypeVar("T")
FULL = 1000


class BundleForm(QFrame):
    """A form in the page. Attributes: `fault` and `result` (sentences), `bar` (how far), `working`, `file` (what can be
    copied, "" for nothing). Signals: `opened()`, `grew()` while the keyboard is in it, `closed()`, `done()` after something
    went out or came in.

    Subclasses fill `grid` and `buttons`, and say what `submit` does.
    """

    opened = Signal()
    grew = Signal()
    closed = Signal()
    done = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "raised")
        self._bridge = bridge
        self._watch: Watched | None = None
        self.file = ""
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 1)
        self.buttons = QHBoxLayout()
        self.fault, self.result = label("p1", self, wrap=True), label("", self, wrap=True)
        self.bar, self.step = QProgressBar(self), label("muted", self)
        self.bar.setRange(0, FULL)
        self.bar.setTextVisible(False)
        self.copy = button(QCoreApplication.translate("BundleForm", "Salin lokasi"), self._on_copy, self)
        self.put_away = button(QCoreApplication.translate("BundleForm", "Tutup  Esc"), self.escape, self, "flat")
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(self.grid)
        for part in (self.fault, self.result, self.bar, self.step):
            column.addWidget(part)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addLayout(self.buttons)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        foot.addWidget(self.put_away)
        column.addLayout(foot)

    @property
    def working(self) -> bool:
        """Whether something is on its way."""
        return self._watch is not None

    def open(self) -> None:
        """Show it, as it was left when something is on its way."""
        if not self.working:
            self.tell()
        self.show()
        self.opened.emit()
        self.first().setFocus()

    def first(self) -> QWidget:
        """The field that the keyboard goes to first."""
        raise NotImplementedError

    def submit(self) -> None:
        """Do it; each form knows what."""
        raise NotImplementedError

    def escape(self) -> None:
        """Stop what is on its way; put the form away when nothing is."""
        if self._watch is not None:
            self._watch.stop()
            self.step.setText(QCoreApplication.translate("BundleForm", "Menghentikan…"))
            return
        self.hide()
        self.closed.emit()

    def tell(self, fault: str = "", result: str = "", file: str = "") -> None:
        """Say in place what came of it; `file` can then be copied."""
        self.file = file
        for part, text in ((self.fault, fault), (self.result, result)):
            part.setText(text)
            part.setVisible(bool(text))
        self.copy.setVisible(bool(file))
        self._show_working(False)

    def work(self, act: Callable[[Watched], Coroutine[Any, Any, T]], show: Callable[[T], None]) -> None:
        """Run `act` with progress; give what it came to to `show`. One at a time."""
        if self.working:
            return
        self.tell()
        self._watch = Watched(self._on_progress)
        self._show_working(True)
        self._bridge.ask(act(self._watch), lambda found: self._on_done(found, show), self, self._on_failed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is said in it takes room."""
        super().resizeEvent(event)
        if self.isAncestorOf(QApplication.focusWidget() or self.window()):
            self.grew.emit()

    def event(self, event: QEvent) -> bool:
        """Keep plain keys from the window's shortcuts."""
        return keep_plain_keys(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back; Enter does it, or presses the button that has the keyboard."""
        form_key(event, self.escape, self._enter)

    def _enter(self) -> None:
        focused = self.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()
        elif not self.working:
            self.submit()

    def _on_progress(self, fraction: float, what: str) -> None:
        self.bar.setValue(round(FULL * fraction))
        self.step.setText(step_words(what))

    def _on_done(self, found: T, show: Callable[[T], None]) -> None:
        self._watch = None
        show(found)
        self.done.emit()

    def _on_failed(self, error: Exception) -> None:
        self._watch = None
        if isinstance(error, Stopped):
            self.tell(result=self.stopped_words())
        elif isinstance(error, BundleRefused):
            self.tell(refusal_words(error))
        else:
            self.tell()
            self._bridge.failed.emit(error)
        self.first().setFocus()

    def stopped_words(self) -> str:
        """What it means that it was stopped."""
        raise NotImplementedError

    def _show_working(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.step.setVisible(working)
        self.bar.setValue(0)
        self.step.setText("")
        self.put_away.setText(
            QCoreApplication.translate("BundleForm", "Hentikan  Esc")
            if working
            else QCoreApplication.translate("BundleForm", "Tutup  Esc")
        )
        for place in range(self.buttons.count()):
            self.buttons.itemAt(place).widget().setEnabled(not working)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.file)

    def path_row(self, row: int, text: str, field: QLineEdit, pick: Callable[[], object]) -> None:
        """A field for a path, with a button that looks for it."""
        held = QHBoxLayout()
        held.setSpacing(8)
        held.addWidget(field, 1)
        held.addWidget(button(QCoreApplication.translate("BundleForm", "Pilih…"), pick, self))
        field.setAccessibleName(text)
        self.grid.addWidget(label("muted", self, text), row, 0)
        self.grid.addLayout(held, row, 1)

    def row(self, row: int, text: str, field: QWidget) -> None:
        """A field beside its name."""
        field.setAccessibleName(text)
        self.grid.addWidget(label("muted", self, text), row, 0)
        self.grid.addWidget(field, row, 1)
