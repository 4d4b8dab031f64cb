"""One live chart: a head with value, age and origin, and a plot with fixed ranges that a timer repaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsItem

from widgets.parts.age import CLOCK_SIGN
from widgets.parts.chart_columns import Columns, Floats
from widgets.parts.chart_head import HeadItem
from widgets.parts.chart_items import Band, CrosshairItem, CurvesItem, GroundItem, Mark
from widgets.parts.chart_range import time_ticks, value_range
from widgets.parts.plain import plain_tip
from widgets.parts.theme import Theme, font
from widgets.parts.times import age, moment
from widgets.parts.words import number

AXIS_PX = 40
MARK_PX = 9
HEAD_MS = 500
"""The head's figures change at most twice a second: faster than that nobody reads them."""


class Subject(NamedTuple):
    """What a chart shows: a series' name and unit, its decimals, its interval in ms, and its threshold bands.

    `unset` says that no thresholds are set for it; `source` is read on hover.
    """

    name: str
    unit: str
    decimals: int
    interval_ms: int
    bands: tuple[Band, ...] = ()
    unset: bool = False
    source: str = ""


class Chart(QObject):
    """One series (or several in one plot) over a window that ends now or stands still.

    Data only fills columns; `tick` moves the window and repaints what changed. Attributes: `columns`, `newest`
    (at, value) or None, `simulated`, `head` and `plot` (the graphics items that a stack lays out).
    """

    def __init__(self, theme: Theme, zone: tzinfo, curves: int = 1, scale: float = 1.0, ruled: bool = False) -> None:
        super().__init__()
        self.theme, self.zone, self.scale = theme, zone, scale
        self.subject = Subject("", "", 0, 1000)
        self.columns = Columns(3 * 3_600_000, 300, curves)
        self.newest: tuple[int, float] | None = None
        self.simulated = False
        self.live = True
        self._moment: int | None = None
        self._marks: tuple[Mark, ...] = ()
        self._range = (0.0, 1.0)
        self._outgrown, self._ground_dirty, self._dirty = False, True, True
        self._said = 0
        self.head = HeadItem(theme, scale, ruled)
        self.plot = _plot()
        self._add_items()

    def _add_items(self) -> None:
        self.ground = GroundItem(self.theme.qcolor("line", 0.6), self.theme.qcolor("muted"), font(11, scale=self.scale))
        self.curves = CurvesItem(self.columns, [])
        self.cross = CrosshairItem(self.theme.qcolor("accent"))
        self.cross.setVisible(False)
        for item in (self.ground, self.curves, self.cross):
            self.plot.getViewBox().addItem(item, ignoreBounds=True)
        self._axis = self.plot.getAxis("left")
        self._axis.setWidth(round(AXIS_PX * self.scale))
        self._axis.setStyle(tickLength=0, hideOverlappingLabels=False, tickAlpha=0, tickFont=font(10, scale=self.scale),
                            tickTextOffset=8)  # fmt: skip
        self._axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.set_theme(self.theme)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self.theme = self.head.theme = theme
        self._axis.setPen(None)
        self._axis.setTextPen(QPen(theme.qcolor("muted")))
        self.ground.grid, self.ground.text = theme.qcolor("line", 0.6), theme.qcolor("muted")
        self.cross.colour = theme.qcolor("accent")
        self.curves.pens = [_pen(theme, curve) for curve in range(self.columns.curves)]
        self.ground.update()
        self.head.update()
        self._dirty = True

    def set_subject(self, subject: Subject) -> None:
        """Show another series; its data comes with `load`."""
        self.subject = subject
        self.newest, self.simulated = None, False
        self.head.setToolTip(plain_tip(subject.source))
        self.plot.setToolTip(plain_tip(subject.source))
        self._dirty = True

    def set_window(self, span_ms: int, end: int, live: bool, count: int) -> None:
        """Show `span_ms` up to `end` (ms since epoch UTC) in `count` columns, following the clock when `live`.

        The columns start out empty.
        """
        self.live = live
        self.columns = Columns(span_ms, count, self.columns.curves, end - 1)
        self.curves.set_columns(self.columns, self._bridge())
        self._fit()

    def load(self, at: Sequence[float], low: Sequence[float], high: Sequence[float], curve: int = 0) -> None:
        """Put a curve's history in place: column starts (ms), extremes in physical units, NaN for a gap."""
        self.columns.load(curve, *_spread(np.asarray(at, float), np.asarray(low), np.asarray(high), self.columns.step))
        self._fit()
        # At once: any paint shows the curve from now on, and the ground may say that there is none.
        self._refresh_ground()

    def append(self, at: int, value: float, simulated: bool = False, curve: int = 0) -> None:
        """Take one new value; it is drawn at the next tick."""
        if self.newest is None or at >= self.newest[0]:
            self._said = 0 if self.newest is None else self._said
            self.newest, self.simulated = (at, value), simulated
        if self.live and at < self.columns.end + self.columns.window_ms:
            self.columns.append(curve, at, value)
            self._outgrown = self._outgrown or not self._range[0] <= value <= self._range[1]
        self._dirty = True

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Mark these moments at the foot of the plot."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._dirty = self._ground_dirty = True

    def read(self, at: int | None) -> None:
        """Put the crosshair at `at` (ms since epoch UTC), or take it away."""
        self._moment = at
        self.cross.x = None if at is None else float(at - self.columns.end)
        self.cross.setVisible(at is not None or self.cross.span is not None)
        self._dirty = True

    def select(self, span: tuple[int, int] | None) -> None:
        """Show the span that a drag selects (ms since epoch UTC), or none."""
        end = self.columns.end
        self.cross.span = None if span is None else (float(span[0] - end), float(span[1] - end))
        self.cross.setVisible(span is not None or self.cross.x is not None)
        self._dirty = True

    def tick(self, now: int) -> None:
        """Move a live window to `now` and repaint what changed; called by the stack's timer."""
        moved = self.live and self.columns.advance(now)
        wait = now - self._said
        if wait >= 2 * HEAD_MS or (self._dirty and (wait >= HEAD_MS or self._reading_moved())):
            self._say(now)
        if not (moved or self._dirty):
            return
        self._dirty = False
        if self._outgrown:
            self._fit()
            self._dirty = False
        if moved or self._ground_dirty:
            self._refresh_ground()
        if self._moment is not None:
            self.cross.x = float(self._moment - self.columns.end)
        # Through the scene like every other change, so that a tick never paints twice.
        self.curves.update()

    def value_at(self, at: int, curve: int = 0) -> tuple[float, float] | None:
        """The extremes at a moment (ms since epoch UTC), None in a gap."""
        return self.columns.at(curve, at, self.curves.bridge)

    def y_range(self) -> tuple[float, float]:
        """What the y axis spans, in physical units."""
        return self._range

    def _bridge(self) -> int:
        # A series is broken when more than two of its own intervals are missing.
        return int(2.5 * self.subject.interval_ms // self.columns.step)

    def _fit(self) -> None:
        self.curves.bridge = self._bridge()
        self._outgrown = False
        extremes = self.columns.extremes() or (0.0, 1.0)
        self._apply(value_range(*extremes, [b.start for b in self.subject.bands], 4 * 10.0**-self.subject.decimals))

    def _apply(self, span: tuple[float, float]) -> None:
        self._range = span
        width = float(self.columns.window_ms)
        # A little air, so that a curve on the lowest or highest line is not cut in half.
        air = (span[1] - span[0]) * 0.03
        rect = QRectF(-width, span[0] - air, width, span[1] - span[0] + 2 * air)
        for item in (self.ground, self.curves, self.cross):
            item.set_rect(rect)
        self.plot.getViewBox().setRange(rect, padding=0, disableAutoRange=True)
        middle = (span[0] + span[1]) / 2
        digits = 0 if all(v == int(v) for v in (*span, middle)) else max(1, self.subject.decimals)
        # A scale without values would be made up.
        known = (span[0], middle, span[1]) if self.columns.extremes() is not None else ()
        self._axis.setTicks([[(v, number(v, digits)) for v in known]])
        self._dirty = self._ground_dirty = True

    def _refresh_ground(self) -> None:
        self._ground_dirty = False
        end, step = self.columns.end, self.columns.step
        lines = [float((t // step) * step - end) for t in time_ticks(end - self.columns.window_ms, end, self.zone)]
        marks = [(float(m.at - end), m) for m in self._thinned(end)]
        self.ground.show(self.subject.bands, lines, marks, self._ground_note())

    def _ground_note(self) -> str:
        if self.columns.extremes() is None:
            return self.tr("belum ada nilai pada rentang ini")
        return self.tr("ambang belum diatur") if self.subject.unset else ""

    def _reading_moved(self) -> bool:
        return self.head.reading or self._moment is not None

    def _thinned(self, end: int) -> list[Mark]:
        """The marks inside the window, the gravest (first given) of those that would lie on one another."""
        room = self.columns.step * MARK_PX
        kept: list[Mark] = []
        for mark in self._marks:
            inside = end - self.columns.window_ms <= mark.at <= end
            if inside and all(abs(mark.at - other.at) >= room for other in kept):
                kept.append(mark)
        return kept

    def _say(self, now: int) -> None:
        self._said = now
        decimals = self.subject.decimals
        if self._moment is not None:
            found = self.value_at(self._moment)
            value = "–" if found is None else _extent(*found, decimals)
            self.head.say(
                self.subject.name, value, self.subject.unit, moment(self._moment, self.zone, now), False, True
            )
            return
        value = "–" if self.newest is None else number(self.newest[1], decimals)
        self.head.say(self.subject.name, value, self.subject.unit, self._note(now), self._stale(now), False)

    def _stale(self, now: int) -> bool:
        return self.newest is not None and now - self.newest[0] > 2 * self.subject.interval_ms

    def _note(self, now: int) -> str:
        if self.newest is None:
            return self.tr("menunggu data")
        old = age(self.newest[0], now)
        said = f"{CLOCK_SIGN} " + self.tr("basi {0}").format(old) if self._stale(now) else old
        return f"{said} · " + self.tr("SIMULASI") if self.simulated else said


def _spread(at: Floats, low: Floats, high: Floats, step: int) -> tuple[Floats, Floats, Floats]:
    """Columns as wide as several pixels, as two points each: a step up and down inside one pixel would look like teeth."""
    width = float(at[1] - at[0]) if len(at) > 1 else 0.0
    if width < 3 * step:
        return at, low, high
    middle = low + high
    falling = np.concatenate(([False], middle[1:] < middle[:-1]))
    pairs = np.stack([np.where(falling, high, low), np.where(falling, low, high)], axis=1).ravel()
    moments = np.stack([at + width / 4, at + width * 3 / 4], axis=1).ravel()
    return moments, pairs, pairs


def _plot() -> pg.PlotItem:
    plot = pg.PlotItem()
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.hideAxis("bottom")
    plot.layout.setContentsMargins(0, 6, 0, 8)
    view = plot.getViewBox()
    view.disableAutoRange()
    view.setMouseEnabled(False, False)
    view.setDefaultPadding(0)
    return plot


def _pen(theme: Theme, curve: int) -> QPen:
    # Width 1 and cosmetic: a wider pen falls back to a path that is slower by two orders.
    colour = theme.qcolor("trace" if curve == 0 else ("accent", "muted", "ok")[(curve - 1) % 3])
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    return pen


def _extent(low: float, high: float, decimals: int) -> str:
    one, other = number(low, decimals), number(high, decimals)
    return one if one == other else f"{one}–{other}"
