"""The kecamatan in a ranked strip: who carries most, and from whom nothing has come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from console.domain.views import DistrictLoad, Situation
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.models.situation_feed import situation_of
from widgets.parts.mark import paint_mark
from widgets.parts.theme import font
from widgets.parts.times import HOUR, age

if TYPE_CHECKING:
    from console.room import Room

CELL_PX = 128
"""The least that a cell takes; cells grow so that whole ones fill the strip."""
SILENT_MS = 2 * HOUR


class Strip(QWidget):
    """One cell per kecamatan, most open incidents first. Signals: `chosen(code)`."""

    chosen = Signal(str)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.districts: tuple[DistrictLoad, ...] = ()
        self.now = 0
        self.cell, self._seen = CELL_PX, 0
        self._selection = selection
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        selection.themeChanged.connect(lambda _theme: self.update())
        selection.territorySelected.connect(lambda _code: self.update())
        selection.cleared.connect(self.update)

    def show_districts(self, districts: tuple[DistrictLoad, ...], now: int) -> None:
        """Show another ranking."""
        self.districts, self.now = districts, now
        self.fit(self._seen)
        self.update()

    def fit(self, width: int) -> None:
        """Let as many whole cells as can stand side by side fill `width`, in pixels."""
        self._seen = width
        self.cell = max(CELL_PX, width // max(1, width // CELL_PX))
        self.setMinimumWidth(len(self.districts) * self.cell)

    def seen(self) -> int:
        """How many cells stand side by side."""
        return min(len(self.districts), self._seen // self.cell)

    def note(self, district: DistrictLoad) -> str:
        """What has to be said about the data of a kecamatan: nothing, or how long it has been silent."""
        if district.last_contact is None:
            return self.tr("belum diterima")
        silent = self.now - district.last_contact
        return self.tr("kontak {0} lalu").format(age(district.last_contact, self.now)) if silent > SILENT_MS else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the kecamatan under the pointer."""
        place = int(event.position().x()) // self.cell
        if place < len(self.districts):
            self.chosen.emit(self.districts[place].code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk along the ranking."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None or not self.districts:
            event.ignore()
            return
        codes = [d.code for d in self.districts]
        here = codes.index(self._selection.territory) if self._selection.territory in codes else -1
        self.chosen.emit(codes[min(max(here + step, 0), len(codes) - 1)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells that can be seen."""
        painter = QPainter(self)
        first, last = event.rect().left() // self.cell, event.rect().right() // self.cell
        for place in range(first, min(last + 1, len(self.districts))):
            self._paint_cell(painter, QRect(place * self.cell, 0, self.cell, self.height()), self.districts[place])

    def _paint_cell(self, painter: QPainter, box: QRect, district: DistrictLoad) -> None:
        theme = self._selection.theme
        if district.code == self._selection.territory:
            painter.fillRect(box, theme.qcolor("raised"))
            painter.fillRect(QRect(box.left(), box.top(), box.width(), 2), theme.qcolor("accent"))
        painter.fillRect(QRect(box.right(), box.top(), 1, box.height()), theme.qcolor("line"))
        inner = box.adjusted(12, 6, -8, -6)
        painter.setFont(font(12))
        painter.setPen(theme.qcolor("muted"))
        name = QFontMetrics(font(12)).elidedText(district.name, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), 16), _LEFT, name)
        second = QRect(inner.left(), inner.top() + 17, inner.width(), 18)
        x = second.left()
        if district.worst is not None:
            paint_mark(painter, QRectF(x, second.top() + 3, 12, 12), district.worst, theme)
            x += 18
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.setPen(theme.qcolor("text" if district.open else "muted"))
        painter.drawText(QRect(x, second.top(), inner.right() - x, 18), _LEFT, str(district.open))
        painter.setFont(font(11))
        painter.setPen(theme.qcolor("muted"))
        x += QFontMetrics(font(13, QFont.Weight.DemiBold)).horizontalAdvance(str(district.open)) + 8
        note = QFontMetrics(font(11)).elidedText(self.note(district), Qt.TextElideMode.ElideRight, inner.right() - x)
        painter.drawText(QRect(x, second.top(), inner.right() - x, 18), _LEFT, note)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class RankingPanel(QWidget):
    """The strip in its panel, scrolled sideways. Signals: `subtitleChanged(text)`."""

    subtitleChanged = Signal(str)

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded = asyncio.Event()
        self._bridge, self._selection = bridge, selection
        self.strip = Strip(selection, self)
        self._area = QScrollArea(self)
        self._area.setWidget(self.strip)
        self._area.setWidgetResizable(True)
        self.strip.setAutoFillBackground(False)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        # Arrows, the wheel and the keys of the strip move it; what lies outside is counted in the title.
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self.setFocusProxy(self.strip)
        self.strip.chosen.connect(self.on_chosen)
        feed = situation_of(bridge)
        feed.changed.connect(self.on_situation)
        if feed.latest is not None:
            self.on_situation(feed.latest)

    async def settled(self) -> None:
        """Returns once the ranking is shown."""
        await self._loaded.wait()

    def on_situation(self, situation: Situation) -> None:
        """Show the ranking."""
        self.strip.show_districts(situation.districts, self._bridge.ticker.now())
        self._say()
        self._loaded.set()

    def _say(self) -> None:
        districts = self.strip.districts
        silent = sum(district.last_contact is None for district in districts)
        parts = [self.tr("kejadian terbuka, terbanyak dahulu")]
        if (seen := self.strip.seen()) < len(districts):
            parts.append(self.tr("{0} dari {1}").format(seen, len(districts)))
        if silent:
            parts.append(self.tr("{0} belum diterima").format(silent))
        self.subtitleChanged.emit(" · ".join(parts))

    def on_chosen(self, code: str) -> None:
        """Scope the room to a kecamatan, and keep its cell in sight."""
        self._selection.select_territory(code)
        codes = [district.code for district in self.strip.districts]
        self._show_cell(codes.index(code))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the strip by whole cells."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        bar = self._area.horizontalScrollBar()
        bar.setValue(round(bar.value() / self.strip.cell - (1 if turn > 0 else -1)) * self.strip.cell)
        event.accept()

    def _show_cell(self, place: int) -> None:
        bar, cell = self._area.horizontalScrollBar(), self.strip.cell
        first = round(bar.value() / cell)
        last = first + max(1, self.strip.seen()) - 1
        bar.setValue((first + min(0, place - first) + max(0, place - last)) * cell)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the strip as high as what is seen of it, in whole cells."""
        if event.type() == QEvent.Type.Resize and watched is self._area.viewport():
            self.strip.setMinimumHeight(self._area.viewport().height())
            self.strip.fit(self._area.viewport().width())
            self._say()
        return False
