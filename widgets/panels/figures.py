"""The six headline figures: value, target, age, and the shape of the last hours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.views import Figure, Situation
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.models.situation_feed import situation_of
from widgets.parts.sparkline import paint_sparkline
from widgets.parts.theme import RADIUS, font
from widgets.parts.times import MINUTE, age
from widgets.parts.words import number, unit

if TYPE_CHECKING:
    from console.room import Room

TILES = 6
STALE_MS = 2 * MINUTE
LESS_IS_WORSE = frozenset({"within_limit", "sensors"})


class FigureTile(QWidget):
    """One figure, drawn: title and age on top, the value, its note, and the line of the last hours."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure: Figure | None = None
        self.now = 0
        self._selection = selection
        selection.themeChanged.connect(lambda _theme: self.update())

    def show_figure(self, figure: Figure, now: int) -> None:
        """Show another value."""
        self.figure, self.now = figure, now
        self.setAccessibleName(f"{self.title()}: {self.value()} {self.unit()}, {self.note()}")
        self.update()

    def title(self) -> str:
        """What is counted, in words."""
        words = {
            "open": self.tr("Kejadian terbuka"),
            "first_response": self.tr("Tanggap pertama (P1–P2)"),
            "within_limit": self.tr("Dalam batas waktu, 30 hari"),
            "overdue": self.tr("Lewat batas waktu"),
            "sensors": self.tr("Sensor hidup"),
            "queue": self.tr("Belum sampai di pusat"),
        }
        return words.get(self.figure.key, self.figure.key) if self.figure else ""

    def short_title(self) -> str:
        """The same where there is little room."""
        words = {"first_response": self.tr("Tanggapan P1–P2"), "within_limit": self.tr("Tepat waktu, 30 hari")}
        return words.get(self.figure.key, self.title()) if self.figure else ""

    def value(self) -> str:
        """The value as it is written here, a dash when it is not known."""
        if self.figure is None or self.figure.value is None:
            return "–"
        return number(self.figure.value, 0 if self.figure.value == int(self.figure.value) else 1)

    def unit(self) -> str:
        """What it is counted in, in the screen's language."""
        return unit(self.figure.unit) if self.figure else ""

    def age(self) -> str:
        """How long ago the room heard what it is made of."""
        return age(self.figure.at, self.now) if self.figure else ""

    def note(self) -> str:
        """Target, number of cases, or why there is no value."""
        figure = self.figure
        if figure is None:
            return ""
        if figure.value is None:
            return self.tr("belum ada kasus")
        target = ""
        if figure.target is not None and figure.key not in ("queue", "overdue"):
            target = self.tr("target {0}").format(number(figure.target))
        hints = {
            "overdue": self.tr("dari yang masih terbuka"),
            "queue": self.tr("tersimpan di ruang ini") if figure.value else self.tr("semua bernomor pusat"),
            "open": self.tr("dibuka per jam, 12 jam"),
            "sensors": self.tr("bicara dalam dua selang"),
        }
        return " · ".join(part for part in (target, figure.note or hints.get(figure.key, "")) if part)

    def short_note(self) -> str:
        """The same where there is little room."""
        words = {"open": self.tr("per jam, 12 jam"), "sensors": self.tr("dalam 2 selang")}
        return words.get(self.figure.key, self.note()) if self.figure else ""

    def missed(self) -> bool:
        """Whether the value misses its target; then it wears a colour."""
        figure = self.figure
        if figure is None or figure.value is None or figure.target is None or figure.key == "queue":
            return False
        return figure.value < figure.target if figure.key in LESS_IS_WORSE else figure.value > figure.target

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile."""
        theme, painter = self._selection.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.qcolor("line"), 1))
        painter.setBrush(theme.qcolor("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self.figure is None:
            return
        box = self.rect().adjusted(14, 10, -14, -10)
        self._paint_top(painter, box)
        self._paint_value(painter, box)
        painter.setFont(font(11))
        painter.setPen(theme.qcolor("muted"))
        share = 0.62 if len(self.figure.trend) > 1 else 1.0
        foot = QRect(box.left(), box.bottom() - 16, round(box.width() * share), 16)
        painter.drawText(foot, _LEFT, _fit(font(11), foot.width(), self.note(), self.short_note()))
        line = QRectF(box.right() - box.width() * 0.34, box.bottom() - 30, box.width() * 0.34, 26)
        paint_sparkline(painter, line, self.figure.trend, theme.qcolor("muted"))

    def _paint_top(self, painter: QPainter, box: QRect) -> None:
        theme, old = self._selection.theme, self.age()
        painter.setFont(font(11))
        painter.setPen(theme.qcolor("muted"))
        painter.drawText(QRect(box.left(), box.top(), box.width(), 16), _RIGHT, old)
        painter.setFont(font(12))
        room = box.width() - QFontMetrics(font(11)).horizontalAdvance(old) - 8
        painter.drawText(
            QRect(box.left(), box.top(), room, 16), _LEFT, _fit(font(12), room, self.title(), self.short_title())
        )

    def _paint_value(self, painter: QPainter, box: QRect) -> None:
        theme, bold = self._selection.theme, font(24, QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(theme.qcolor("p2" if self.missed() else "text"))
        base = box.top() + 42
        painter.drawText(box.left(), base, self.value())
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.setPen(theme.qcolor("muted"))
        painter.drawText(box.left() + QFontMetrics(bold).horizontalAdvance(self.value()) + 6, base, self.unit())


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _fit(face: QFont, width: int, long: str, short: str) -> str:
    metrics = QFontMetrics(face)
    return (
        long
        if metrics.horizontalAdvance(long) <= width
        else metrics.elidedText(short, Qt.TextElideMode.ElideRight, width)
    )


class FiguresPanel(QWidget):
    """The strip of tiles along the top of Situasi."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded = asyncio.Event()
        self._bridge = bridge
        self.tiles = [FigureTile(selection, self) for _ in range(TILES)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for tile in self.tiles:
            row.addWidget(tile, 1)
        self._feed = situation_of(bridge)
        self._feed.changed.connect(self.on_situation)
        bridge.ticker.ticked.connect(self._on_tick)
        self._asked = bridge.ticker.now()
        if self._feed.latest is not None:
            self.on_situation(self._feed.latest)

    async def settled(self) -> None:
        """Returns once the figures are shown."""
        await self._loaded.wait()

    def on_situation(self, situation: Situation) -> None:
        """Show the figures."""
        now = self._asked = self._bridge.ticker.now()
        for tile, figure in zip(self.tiles, situation.figures, strict=False):
            tile.show_figure(figure, now)
        self._loaded.set()

    def _on_tick(self, now: int) -> None:
        if not self.isVisible():
            return
        for tile in self.tiles:
            tile.now = now
            tile.update()
        # Clocks run out and sensors fall silent without anything being written.
        if now - self._asked > STALE_MS / 4:
            self._asked = now
            self._feed.again()
