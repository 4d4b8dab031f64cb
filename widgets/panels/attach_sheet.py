"""The form that attaches files: what is given, for which incident, an optional note; Enter keeps them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.incident import Incident
from widgets.models.attaching import Batch, Given, Outcome
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.panels.sheet import WIDTH_PX, Sheet
from widgets.parts.roles import set_role
from widgets.parts.theme import font

INSIDE_PX = WIDTH_PX - 40
MOST_ROWS = 8
"""Files named one by one; more are counted."""
ORDER = (Outcome.REFUSED, Outcome.MOVES, Outcome.WAITS, Outcome.KEPT)


class AttachSheet(Sheet):
    """Keeps a batch of files. Closed early it keeps no more, and says what it did keep."""

    def __init__(self, over: QWidget, bridge: Bridge, selection: Selection, incident: Incident, batch: Batch) -> None:
        super().__init__(over, bridge, selection, "", "")
        self.batch = batch
        self.title.setText(self.tr("Lampirkan · {0}").format(incident.title))
        self.title.setWordWrap(True)
        self.rows = [self._label("", "") for _one in batch.given[:MOST_ROWS]]
        for row in self.rows:
            row.setWordWrap(True)
            self.column.addWidget(row)
        self.more = self._label("", "muted")
        self.column.addWidget(self.more)
        self.note = QLineEdit(self)
        self.note.setPlaceholderText(self.tr("Catatan (boleh kosong)"))
        self.column.addWidget(self.note)
        batch.changed.connect(self._show)
        batch.ended.connect(self._on_ended)
        self._show()
        self.finish()
        self.note.setFocus()

    def submit(self) -> None:
        """Keep what is not kept yet."""
        self.batch.start(self.note.text())
        self._show()

    def shut(self) -> None:
        """Go; the rest of the batch is not kept."""
        self.batch.stop()
        if not self.batch.running and self.batch.count(Outcome.KEPT):
            self._selection.said.emit(self.batch.words())
        super().shut()

    def _show(self) -> None:
        for row, one in zip(self.rows, self._first(), strict=True):
            name = QFontMetrics(font()).elidedText(one.name, Qt.TextElideMode.ElideMiddle, WIDTH_PX - 200)
            row.setText(f"{name} · {self._words(one.outcome, one.why)}" if one.outcome != Outcome.WAITS else name)
            set_role(row, "p2" if one.outcome == Outcome.REFUSED else "")
            # The sheet lays out what it holds by its first height.
            row.setFixedHeight(row.heightForWidth(INSIDE_PX))
        over = len(self.batch.given) - MOST_ROWS
        self.more.setText(self.tr("dan {0} berkas lagi").format(over))
        self.more.setVisible(over > 0)
        self.hint.setText(self._hint())

    def _first(self) -> list[Given]:
        """Those that are named: what was refused before anything else, when there are more than fit."""
        given = self.batch.given
        return given if len(given) <= MOST_ROWS else sorted(given, key=lambda one: ORDER.index(one.outcome))[:MOST_ROWS]

    def _hint(self) -> str:
        batch = self.batch
        if batch.running:
            return self.tr("Menyimpan {0} dari {1} · Esc hentikan sisanya").format(batch.at(), len(batch.given))
        if batch.count(Outcome.REFUSED):
            return self.tr("{0} · Enter coba lagi · Esc tutup").format(batch.words())
        return self.tr("Enter simpan · Esc batal · yang dilampirkan tidak dapat dihapus")

    def _words(self, outcome: Outcome, why: str) -> str:
        return {
            Outcome.MOVES: self.tr("menyimpan…"),
            Outcome.KEPT: self.tr("tersimpan di ruang ini"),
            Outcome.REFUSED: why,
        }.get(outcome, "")

    def _on_ended(self) -> None:
        self._show()
        if self.batch.count(Outcome.KEPT) == len(self.batch.given):
            self.shut()
