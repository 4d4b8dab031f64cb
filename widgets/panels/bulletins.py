"""Warnings and forecasts that are valid now, in a low panel: quakes, then the next hours of the places that matter here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from console.domain.bulletin import FORECAST, BulletinLine, current
from console.domain.city import journal_of
from console.domain.incident import IncidentDetail
from widgets.models.bridge import Bridge
from widgets.models.refresh import Refresh
from widgets.models.selection import Selection
from widgets.panels.bulletin_rows import Row, Teller
from widgets.parts.theme import font
from widgets.parts.times import SECOND

if TYPE_CHECKING:
    from console.room import Room

LINE_PX, GAP_PX, MARGIN_PX = 17, 10, 16
HOUR_PX = 52
RETELL_MS = 10 * SECOND
"""Ages here are told in minutes and hours, so that telling them again this often is enough."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class Board(QWidget):
    """The rows, one below the other, as high as they need to be. Arrows walk, Enter chooses the row's kecamatan.

    Attributes: `rows`, `at` (the row that the keyboard is on), `why` (said when there are none).
    Signals: `chosen(code)`, `walked(top, height)` in pixels.
    """

    chosen = Signal(str)
    walked = Signal(int, int)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.at = 0
        self.why = ""
        self._selection = selection
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_rows(self, rows: list[Row], why: str) -> None:
        """Show other rows; without any, say `why`."""
        if (rows, why) == (self.rows, self.why):
            return
        self.rows, self.why = rows, why
        self.at = min(self.at, max(0, len(rows) - 1))
        self.setMinimumHeight(sum(_height(row) for row in rows))
        self.setAccessibleDescription("\n".join(row.spoken for row in rows) or why)
        self.update()

    def tops(self) -> list[int]:
        """Where each row begins."""
        return [sum(_height(row) for row in self.rows[:k]) for k in range(len(self.rows))]

    def walk(self, step: int) -> None:
        """Put the keyboard on another row."""
        if self.rows:
            self.at = min(max(self.at + step, 0), len(self.rows) - 1)
            self.walked.emit(self.tops()[self.at], _height(self.rows[self.at]))
            self.update()

    def choose(self) -> None:
        """Choose the kecamatan of the row that the keyboard is on, if it is about one."""
        if self.rows and self.rows[self.at].place:
            self.chosen.emit(self.rows[self.at].place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk; Enter chooses."""
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Home: -len(self.rows),
            Qt.Key.Key_End: len(self.rows),
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.walk(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        y = event.position().y()
        under = [
            k for k, (top, row) in enumerate(zip(self.tops(), self.rows, strict=True)) if top <= y < top + _height(row)
        ]
        if under:
            self.at = under[0]
            self.choose()
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that can be seen, or why there are none."""
        painter = QPainter(self)
        if not self.rows:
            painter.setFont(font(12))
            painter.setPen(self._selection.theme.qcolor("muted"))
            centred = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(MARGIN_PX, 4, -MARGIN_PX, -4), centred, self.why)
        for place, (top, row) in enumerate(zip(self.tops(), self.rows, strict=True)):
            box = QRect(0, top, self.width(), _height(row))
            if box.intersects(event.rect()):
                self._paint_row(painter, box, row, place == self.at and self.hasFocus())

    def _paint_row(self, painter: QPainter, box: QRect, row: Row, here: bool) -> None:
        theme = self._selection.theme
        if here:
            painter.fillRect(box, theme.qcolor("raised"))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), theme.qcolor("accent"))
        if row.lines > 1:
            painter.fillRect(QRect(box.left(), box.top(), box.width(), 1), theme.qcolor("line"))
        line = QRect(
            MARGIN_PX, box.top() + GAP_PX // 2 if row.lines > 1 else box.top() + 2, box.width() - 2 * MARGIN_PX, LINE_PX
        )
        self._paint_head(painter, line, row)
        for text, mark in ((row.note, ""), (row.foot, row.mark)):
            if text or mark:
                line = line.translated(0, LINE_PX)
                small = font(11) if text == row.foot else font(12)
                room = self._write(painter, line, mark, font(11), "muted", _RIGHT)
                self._write(
                    painter, line.adjusted(0, 0, -room, 0), text, small, "muted" if text == row.foot else "text"
                )

    def _paint_head(self, painter: QPainter, line: QRect, row: Row) -> None:
        strong = font(13, QFont.Weight.DemiBold)
        room = self._write(painter, line, row.figure, font(12, QFont.Weight.DemiBold), _token(row), _RIGHT)
        line = line.adjusted(0, 0, -room, 0)
        used = self._write(
            painter, line, row.head, strong if row.foot else font(12), "p2" if row.grave else _token(row)
        )
        # Hours stand in a column of their own.
        used = max(used, HOUR_PX) if row.head and not row.foot else used
        self._write(painter, line.adjusted(used, 0, 0, 0), row.words, font(12), _token(row))

    def _write(self, painter: QPainter, box: QRect, text: str, face: QFont, token: str, flags: int = _LEFT) -> int:
        """Write a line, shortened to its box; returns the width that it takes, with a gap after it."""
        if not text or box.width() <= 0:
            return 0
        metrics = QFontMetrics(face)
        shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(face)
        painter.setPen(self._selection.theme.qcolor(token))
        painter.drawText(box, flags, shown)
        return metrics.horizontalAdvance(shown) + 8


def _token(row: Row) -> str:
    return "muted" if row.quiet else "text"


def _height(row: Row) -> int:
    return row.lines * LINE_PX + (GAP_PX if row.lines > 1 else 4)


class BulletinsPanel(QWidget):
    """The board in its panel. A chosen place or incident scopes it. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._bridge, self._selection = room, bridge, selection
        self._loaded = asyncio.Event()
        self._lines: tuple[BulletinLine, ...] = ()
        self._scope = journal_of(selection.territory or room.territory)
        self._told_at = 0
        self._teller = Teller(room.city, ZoneInfo(room.city.time_zone))
        self.board = Board(selection, self)
        self._area = QScrollArea(self)
        self._area.setWidget(self.board)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.board.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self.setFocusProxy(self.board)
        self._refresh = Refresh(bridge, room.bulletins, self.on_bulletins, self)
        self._connect()
        self._refresh.again()
        self.on_incident(selection.incident)

    def _connect(self) -> None:
        bridge, selection = self._bridge, self._selection
        self.board.chosen.connect(selection.select_territory)
        self.board.walked.connect(lambda top, high: self._area.ensureVisible(0, top + high // 2, 0, high // 2 + 1))
        bridge.incidentsChanged.connect(self._refresh.again)
        bridge.linkChanged.connect(self.tell)
        bridge.ticker.ticked.connect(self.on_tick)
        selection.territorySelected.connect(self.on_scope)
        selection.incidentSelected.connect(self.on_incident)
        selection.cleared.connect(self.on_scope)

    async def settled(self) -> None:
        """Returns once the first answer is shown."""
        await self._loaded.wait()

    def minimumSizeHint(self) -> QSize:
        """Two rows of two lines."""
        return QSize(160, 2 * (2 * LINE_PX + GAP_PX))

    def on_bulletins(self, lines: tuple[BulletinLine, ...]) -> None:
        """Show what is valid now."""
        self._lines = lines
        self.tell()
        self._loaded.set()

    def on_scope(self, *_changed: object) -> None:
        """Tell for the place that is selected, or for the room's own."""
        self._scope = journal_of(self._selection.territory or self._room.territory)
        self._area.verticalScrollBar().setValue(0)
        self.tell()

    def on_incident(self, subject: str) -> None:
        """Tell for the place of the incident that is selected."""
        if subject:
            self._bridge.ask(self._room.incident(subject), self._on_detail, self)

    def on_tick(self, now: int) -> None:
        """Let ages go on, and what is over go."""
        if self.isVisible() and now - self._told_at >= RETELL_MS:
            self.tell()

    def tell(self) -> None:
        """Put the bulletins into rows, as of now."""
        now = self._told_at = self._bridge.ticker.now()
        valid = current(self._lines, now, len(self._lines))
        self.board.show_rows(self._rows(valid, now), self._why_empty())
        self.subtitleChanged.emit(self._subtitle(valid))

    def _on_detail(self, detail: IncidentDetail | None) -> None:
        if detail is not None and detail.incident.subject == self._selection.incident:
            self._scope = journal_of(detail.incident.place)
            self.tell()

    def _rows(self, valid: tuple[BulletinLine, ...], now: int) -> list[Row]:
        rows = self._teller.rows(valid, self._scope, now)
        forecasts, own = sum(line.type == FORECAST for line in valid), len(self._teller.own(valid, self._scope))
        if own and self._scope != journal_of(self._room.territory) and forecasts > own:
            hidden = self.tr("{0} prakiraan lain disembunyikan · Esc lepas saring").format(forecasts - own)
            rows.append(Row("", hidden, quiet=True))
        return rows

    def _subtitle(self, valid: tuple[BulletinLine, ...]) -> str:
        place = self._room.city.territory(self._scope)
        if place is not None and self._teller.own(valid, self._scope):
            return self.tr("{0}, 24 jam").format(place.name)
        return self.tr("hujan 12 jam ke depan") if any(line.type == FORECAST for line in valid) else ""

    def _why_empty(self) -> str:
        mode = self._room.link().mode
        if mode == "mandiri" and not self._room.feeds():
            return self.tr(
                "Tidak ada peringatan atau prakiraan: ruang ini mandiri dan tidak membaca BMKG.\n"
                "Daftarkan ke pusat, atau beri ruang ini sumber BMKG."
            )
        if mode in ("putus", "internet_palsu", "tak_dipercaya"):
            return self.tr(
                "Tidak ada peringatan atau prakiraan yang masih berlaku; yang baru belum sampai dari pusat.\n"
                "F10 untuk melihat sambungan ke pusat."
            )
        if mode == "belum":
            return self.tr("Belum ada peringatan atau prakiraan: ruang ini belum pernah sinkron.")
        return self.tr("Tidak ada peringatan atau prakiraan yang masih berlaku.\nBMKG dibaca oleh agen kota.")
