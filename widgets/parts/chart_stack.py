"""Charts above each other on one time bar: one scene, one timer, one crosshair for all."""

from __future__ import annotations

from datetime import tzinfo

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from console.domain.clock import Clock
from widgets.parts.chart import AXIS_PX, Chart
from widgets.parts.chart_scale import TimeScaleItem
from widgets.parts.theme import Theme

PERIOD_MS = 100
SMOOTH_UP_TO = 8
"""With more charts than this, curves are drawn without smoothing, which costs half as much again."""
DRAG_PX = 6
GUTTER_PX = 24
RESIZE_MS = 150


class ChartStack(pg.GraphicsLayoutWidget):
    """Stacked charts that share window, crosshair and repaint timer.

    Attributes: `charts`, `span_ms`, `end` (ms since epoch UTC), `live`.
    Signals: `read(ms or None)` the crosshair moved; `zoomed(from ms, to ms)` a drag or key chose a span;
    `returned()` the whole window is wanted back; `columnsChanged()` the plots' width changed, so data should be asked anew.
    """

    read = Signal(object)
    zoomed = Signal(object, object)
    returned = Signal()
    columnsChanged = Signal()

    def __init__(self, theme: Theme, zone: tzinfo, clock: Clock, parent: QWidget | None = None, columns: int = 1,
                 scale: float = 1.0) -> None:  # fmt: skip
        super().__init__(parent)
        self.theme, self.zone, self.clock, self.scale_factor = theme, zone, clock, scale
        self.charts: list[Chart] = []
        self.span_ms, self.end, self.live = 3 * 3_600_000, clock.now(), True
        self._columns = columns
        self._moment: int | None = None
        self._from: QPointF | None = None
        self._count = 0
        self.scale_item: TimeScaleItem | None = None
        self._prepare()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.tick)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(RESIZE_MS)
        self._resized.timeout.connect(self._on_resized)

    def _prepare(self) -> None:
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackground(self.theme.qcolor("panel"))
        self.ci.layout.setContentsMargins(GUTTER_PX // 2, 0, GUTTER_PX // 2, 0)
        self.ci.layout.setSpacing(0)
        self.ci.layout.setHorizontalSpacing(GUTTER_PX)

    def set_charts(self, number: int, curves: int = 1, time_scale: bool = False) -> list[Chart]:
        """Lay out this many charts in place of those before; `time_scale` writes the hours below the last."""
        self.ci.clear()
        self.charts = [Chart(self.theme, self.zone, curves, self.scale_factor, place >= self._columns)
                       for place in range(number)]  # fmt: skip
        for place, chart in enumerate(self.charts):
            row, column = divmod(place, self._columns)
            self.ci.addItem(chart.head, 2 * row, column)
            self.ci.addItem(chart.plot, 2 * row + 1, column)
        rows = -(-number // self._columns)
        for row in range(rows):
            self.ci.layout.setRowStretchFactor(2 * row + 1, 1)
        self.scale_item = TimeScaleItem(self.theme, self.zone, AXIS_PX, self.scale_factor) if time_scale else None
        if self.scale_item is not None:
            self.ci.addItem(self.scale_item, 2 * rows, 0)
        self.ci.setGeometry(self.range)
        self.setRenderHint(QPainter.RenderHint.Antialiasing, number * curves <= SMOOTH_UP_TO)
        self.set_window(self.span_ms, self.end, self.live)
        return self.charts

    def set_window(self, span_ms: int, end: int, live: bool) -> None:
        """Show `span_ms` up to `end` (ms since epoch UTC) in every chart; empties them, so load them again."""
        self.span_ms, self.end, self.live = span_ms, end, live
        self._count = self.columns()
        for chart in self.charts:
            chart.set_window(span_ms, end, live, self._count)
        self._set_moment(None)

    def columns(self) -> int:
        """How many columns a chart has: one a pixel of its plot."""
        width = self.viewport().width() / self._columns - GUTTER_PX - AXIS_PX * self.scale_factor
        return max(50, min(int(width), 3000))

    def times(self) -> tuple[int, int]:
        """The times that the charts span, ms since epoch UTC."""
        if not self.charts:
            return self.end - self.span_ms, self.end
        columns = self.charts[0].columns
        return columns.end - columns.window_ms, columns.end

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self.theme = theme
        self.setBackground(theme.qcolor("panel"))
        for chart in self.charts:
            chart.set_theme(theme)
        if self.scale_item is not None:
            self.scale_item.set_theme(theme)

    def tick(self) -> None:
        """Move live windows to the clock and repaint what changed."""
        now = self.clock.now()
        for chart in self.charts:
            chart.tick(now)
        if self.scale_item is not None and self.charts:
            self.scale_item.show_span(*self.times(), now)

    def showEvent(self, event: QShowEvent) -> None:
        """Tick only while somebody can see it."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for data in the new width once the resizing has come to rest."""
        super().resizeEvent(event)
        if getattr(self, "_resized", None) is not None and self.columns() != self._count:
            self._resized.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self.setFocus()
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the crosshair and the end of a drag."""
        moment = self._time_at(event.position())
        self._set_moment(moment)
        if self._from is not None and moment is not None:
            self._select(self._time_at(self._from), moment)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag: its span becomes the window."""
        begun, self._from = self._from, None
        self._select(None, None)
        if begun is not None and abs(event.position().x() - begun.x()) >= DRAG_PX:
            self._zoom(self._time_at(begun), self._time_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole window back."""
        self._from = None
        self.returned.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whoever scrolls around the charts."""
        event.ignore()

    def leaveEvent(self, event: object) -> None:
        """Take the crosshair away."""
        self._set_moment(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the crosshair (with Shift ten columns), + and - zoom around it, 0 returns, Escape lets go."""
        step = (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1) * self._column_ms()
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(step if key == Qt.Key.Key_Right else -step)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom_around(2.0 if key == Qt.Key.Key_Minus else 0.5)
        elif key == Qt.Key.Key_0:
            self.returned.emit()
        elif key == Qt.Key.Key_Escape and self._moment is not None:
            self._set_moment(None)
        else:
            event.ignore()

    def _column_ms(self) -> int:
        return self.charts[0].columns.step if self.charts else 1000

    def _step(self, ms: int) -> None:
        start, end = self.times()
        self._set_moment(min(max((self._moment or end - 1) + ms, start), end - 1))

    def _zoom_around(self, factor: float) -> None:
        start, end = self.times()
        middle = self._moment or (start + end) // 2
        self._zoom(int(middle - (middle - start) * factor), int(middle + (end - middle) * factor))

    def _zoom(self, one: int | None, other: int | None) -> None:
        if one is None or other is None:
            return
        start, end = min(one, other), min(max(one, other), self.clock.now())
        if end - start >= 10_000:
            self.zoomed.emit(start, end)

    def _set_moment(self, moment: int | None) -> None:
        self._moment = moment
        for chart in self.charts:
            chart.read(moment)
        self.read.emit(moment)

    def _select(self, one: int | None, other: int | None) -> None:
        span = None if one is None or other is None else (min(one, other), max(one, other))
        for chart in self.charts:
            chart.select(span)

    def _time_at(self, spot: QPointF) -> int | None:
        scene = self.mapToScene(spot.toPoint())
        for chart in self.charts:
            box = chart.plot.getViewBox().sceneBoundingRect()
            if self._columns == 1 or box.left() <= scene.x() <= box.right():
                share = min(max((scene.x() - box.left()) / max(1.0, box.width()), 0.0), 1.0)
                start, end = self.times()
                return int(start + share * (end - start))
        return None

    def _on_resized(self) -> None:
        if self.columns() != self._count:
            self.set_window(self.span_ms, self.end, self.live)
            self.columnsChanged.emit()
