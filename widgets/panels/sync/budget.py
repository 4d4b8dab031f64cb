"""Sinkron's byte budget: what the line carried this hour and day against what it may, set in a small form in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from console.domain.refusals import Refused
from console.domain.views import LineBudget, LinkState
from widgets.models.bridge import Bridge
from widgets.models.commands import Command
from widgets.models.line_words import link_name
from widgets.models.refresh import Refresh
from widgets.models.refusals import sentence
from widgets.models.selection import Selection
from widgets.panels.sync.section import Section, button, label
from widgets.parts.keys import form_key, keep_plain_keys
from widgets.parts.words import number, size

if TYPE_CHECKING:
    from console.room import Room

_UNITS = {"": 1_000_000, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_WRITTEN = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))
_AMOUNT = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s*([kmg]?b?)", re.IGNORECASE)
LARGEST = 10**15


def read_amount(text: str) -> int | None:
    """Bytes as people write them: `5` (MB), `2,5 GB`, `500 kB`; nothing is 0, no limit. None when it cannot be read."""
    if not text.strip():
        return 0
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    unit = found[2].casefold()
    factor = _UNITS.get(unit if not unit or unit.endswith("b") else f"{unit}b")
    amount = None if factor is None else round(float(found[1].replace(",", ".")) * factor)
    return amount if amount is not None and amount <= LARGEST else None


def write_amount(amount: int) -> str:
    """Bytes as `read_amount` reads them again, to the byte; nothing for no limit."""
    unit, factor = next(((u, f) for u, f in _WRITTEN if amount >= f and amount % (f // 1000) == 0), ("B", 1))
    return f"{amount / factor:.3f}".rstrip("0").rstrip(".").replace(".", ",") + f" {unit}" if amount else ""


class Bar(QWidget):
    """How much of a budget is used, as a bar; beyond it the bar is hatched in the colour of what is not normal."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = 0.0
        self._selection = selection
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_share(self, share: float) -> None:
        """Show another share; 1 is all of it."""
        if share != self.share:
            self.share = share
            self.update()

    def sizeHint(self) -> QSize:
        """Thin."""
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is used, and where the budget ends once it is used up."""
        painter, theme = QPainter(self), self._selection.theme
        box = QRectF(0, 0, self.width(), self.height())
        painter.fillRect(box, theme.qcolor("raised"))
        if self.share <= 1:
            painter.fillRect(QRectF(0, 0, box.width() * self.share, box.height()), theme.qcolor("muted"))
            return
        end = box.width() / self.share
        painter.fillRect(QRectF(0, 0, end, box.height()), theme.qcolor("muted"))
        over = QRectF(end, 0, box.width() - end, box.height())
        painter.fillRect(over, QBrush(theme.qcolor("p2"), Qt.BrushStyle.BDiagPattern))
        painter.fillRect(QRectF(end, 0, 2, box.height()), theme.qcolor("p2"))


class BudgetForm(QWidget):
    """Which link, and what it may carry per hour and per day, in a row. Enter keeps it, Escape puts the form away.

    Signals: `closed()`.
    """

    closed = Signal()

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._rows: tuple[LineBudget, ...] = ()
        self.link, self.hour, self.day = QComboBox(self), QLineEdit(self), QLineEdit(self)
        self.fault = label("p1", self, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.link.setAccessibleName(self.tr("Saluran"))
        row.addWidget(self.link)
        for text, field in ((self.tr("Per jam"), self.hour), (self.tr("Per hari"), self.day)):
            field.setPlaceholderText(self.tr("tanpa batas"))
            field.setAccessibleName(text)
            row.addWidget(label("muted", self, text))
            row.addWidget(field, 1)
        self.save = button(self.tr("Simpan  Enter"), self.submit, self, "primary")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.save)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Batal  Esc"), self.shut, self, "flat"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.fault)
        column.addLayout(foot)
        self.link.currentIndexChanged.connect(self._fill)
        self.hide()

    def show_links(self, rows: Sequence[LineBudget]) -> None:
        """The links that there are. While somebody writes, only what is said of them changes."""
        self._rows = tuple(rows)
        if self.isVisible():
            for row in rows:
                if (k := self.link.findData(row.link)) >= 0:
                    self.link.setItemText(k, link_words(row))
        else:
            self._list()

    def open(self) -> None:
        """Show it with what holds now, on the link in use."""
        if not self.isVisible():
            self._list()
        self._fill()
        self._say("")
        self.show()
        self.hour.setFocus()
        self.hour.selectAll()

    def shut(self) -> None:
        """Put it away."""
        self.hide()
        self.closed.emit()

    def submit(self) -> None:
        """Keep what the fields say, or say what cannot be read."""
        hour, day = (read_amount(field.text()) for field in (self.hour, self.day))
        if hour is None or day is None:
            self._say(self.tr("Tulis jumlah seperti 500 kB, 5 MB atau 2 GB; kosong berarti tanpa batas."))
            (self.hour if hour is None else self.day).setFocus()
            return
        said = self.tr("Anggaran bita disimpan di ruang ini")
        action = self._room.set_line_budget(hour, day, self.link.currentData() or "")
        self._bridge.ask(action, lambda _done: self._on_kept(said), self, self._on_refused)

    def _list(self) -> None:
        self.link.blockSignals(True)
        self.link.clear()
        for row in self._rows:
            self.link.addItem(link_words(row), row.link)
        self.link.setCurrentIndex(next((k for k, row in enumerate(self._rows) if row.active), 0))
        self.link.blockSignals(False)

    def _fill(self) -> None:
        row = next((row for row in self._rows if row.link == (self.link.currentData() or "")), None)
        for field, amount in ((self.hour, row.per_hour if row else 0), (self.day, row.per_day if row else 0)):
            field.setText(write_amount(amount))

    def event(self, event: QEvent) -> bool:
        """Keep plain keys from the window's shortcuts."""
        return keep_plain_keys(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts it away, Enter keeps."""
        form_key(event, self.shut, self.submit)

    def _on_kept(self, said: str) -> None:
        self._selection.said.emit(said)
        self.shut()

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._say(sentence(error))
        else:
            self._bridge.failed.emit(error)

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))


class BudgetSection(Section):
    """Bytes against the budget of the link in use. Attributes: `bars` and `figures` by "hour" and "day", `others` (the other
    links, a line each), `form`."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Anggaran bita"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.bars = {key: Bar(selection, self) for key in ("hour", "day")}
        self.figures = {key: label("", self) for key in self.bars}
        self.others = label("small", self, wrap=True)
        self.form = BudgetForm(room, bridge, selection, self)
        opener = button(self.tr("Atur  B"), self.form.open, self)
        self.form.closed.connect(opener.setFocus)
        self.tools.addWidget(opener)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        names = {"hour": self.tr("Jam ini"), "day": self.tr("24 jam")}
        for row, (key, bar) in enumerate(self.bars.items()):
            grid.addWidget(label("muted", self, names[key]), row, 0)
            grid.addWidget(bar, row, 1)
            grid.addWidget(self.figures[key], row, 2)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)
        self.column.addWidget(self.others)
        self.column.addWidget(self.form)
        self._refresh = Refresh(bridge, room.line_budgets, self.on_budgets, self)
        bridge.linkChanged.connect(self._refresh.again)
        self._refresh.again()

    def commands(self) -> list[Command]:
        """The key that sets it."""
        return [Command("sync.budget", self.tr("Atur anggaran bita"), self.form.open, "B", self.tr("Sinkron"), "panel")]

    def on_budgets(self, rows: Sequence[LineBudget]) -> None:
        """Show the links that are not in use and have carried something or may not carry all, a line each."""
        self.form.show_links(rows)
        told = [row for row in rows if not row.active and row.link]
        self.others.setText("\n".join(self._line(row) for row in told))
        self.others.setVisible(bool(told))

    def show_link(self, link: LinkState) -> None:
        """Show what the link in use carried, against what it may."""
        self.summary.setText(link_name(link.link))
        pairs = {"hour": (link.bytes_hour, link.budget_hour), "day": (link.bytes_day, link.budget_day)}
        for key, (used, budget) in pairs.items():
            self.bars[key].show_share(used / budget if budget else 0.0)
            self.figures[key].setText(against(used, budget))
        over = any(budget and used > budget for used, budget in pairs.values())
        gone = any(budget and used >= budget for used, budget in pairs.values())
        self.note.setProperty("role", "p2" if over else "muted")
        self.note.style().polish(self.note)
        self.say(
            self.tr("Anggaran habis: yang mendesak tetap lewat, bacaan dan wilayah lain menunggu.") if gone else ""
        )

    def _line(self, row: LineBudget) -> str:
        hour, day = against(row.bytes_hour, row.per_hour), against(row.bytes_day, row.per_day)
        return self.tr("{0}: jam ini {1}; 24 jam {2}").format(link_name(row.link), hour, day)


def link_words(row: LineBudget) -> str:
    """A link in words, and whether it is in use."""
    if not row.link:
        return QCoreApplication.translate("Budget", "saluran lain")
    name = link_name(row.link)
    return QCoreApplication.translate("Budget", "{0} (dipakai)").format(name) if row.active else name


def against(used: int, budget: int) -> str:
    """Bytes used against a budget, in words; 0 is no budget."""
    if not budget:
        return QCoreApplication.translate("Budget", "{0}, tanpa batas").format(size(used))
    said = QCoreApplication.translate("Budget", "{0} dari {1} · {2} %")
    return said.format(size(used), size(budget), number(100 * used / budget))
