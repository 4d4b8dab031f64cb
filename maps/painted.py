"""The painted map: the same map without a web engine, for walls, weak machines and where the engine cannot run."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QThreadPool, QTimer
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from console.domain.city import City
from maps.coats import Coats, hatch
from maps.furniture import Furniture
from maps.ground import Coat, Ground, Plot
from maps.labels import NEARER, Label, label_font, place_labels
from maps.marks import RANK, SPRITE, Sprites
from maps.plots import PlotReading, ReadPlots
from maps.scene import MARKER_LAYERS, TERRITORY, Marker
from maps.steered import SteeredMap
from maps.theme import MapTheme
from maps.viewport import unit_point

REACH = 11.0
"""Pixels around a mark that still count as on it."""
EDGE = 16
CROWD, SMALL = 60, 0.6
"""More sensors than CROWD over the whole city are drawn so much smaller: they say where they are, no more."""
CALM_MS = 250


class PaintedMap(SteeredMap):
    """Paints land from tiles and everything else on top at each frame."""

    def __init__(self, city: City, theme: MapTheme, parent: QWidget | None = None) -> None:
        super().__init__(city, theme, parent)
        self.state = "idle"
        self._plots: dict[str, Plot] = {}
        self._ground: Ground | None = None
        self._sprites = Sprites(theme, self.devicePixelRatioF())
        self._places: list[tuple[str, Marker, QPointF]] = []
        self._labels: list[Label] = []
        self._labels_due, self._dirty = True, True
        self._whole_zoom = city.map_view.zoom
        self._legend_box = QRectF()
        self._sentence = ""
        self._hatch = hatch(theme)
        self._dress()
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._relabel)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # ---- starting

    def showEvent(self, event: QShowEvent) -> None:
        """The first time it is seen, the boundaries are read, in a thread."""
        super().showEvent(event)
        if self.state == "idle":
            self.start()

    def start(self) -> None:
        """Read the boundaries. Does nothing while already under way."""
        if self.state not in ("idle", "failed"):
            return
        self.state = "loading"
        self._reading = PlotReading()
        self._reading.done.connect(self._on_plots)
        self._reading.failed.connect(self._on_failed)
        QThreadPool.globalInstance().start(ReadPlots(self.city.boundaries, self._reading))

    def _on_plots(self, plots: list[Plot]) -> None:
        self._plots = {plot.code: plot for plot in plots}
        self._dress()
        self._ground = Ground(plots, self._coat)
        self.state = "live"
        self.show_whole()
        self._refresh()
        self.ready.emit()

    def _on_failed(self, reason: str) -> None:
        self.state = "failed"
        self._sentence = self.tr("Peta tidak dapat disusun ({0}).").format(reason)
        self.update()
        self.failed.emit(self._sentence)
        self._settle()

    # ---- what the interface asks for

    def is_settled(self) -> bool:
        """Whether the last change has been painted, or waits unseen until the map is shown."""
        return self.state == "failed" or (self.state == "live" and (not self._dirty or not self.isVisible()))

    def _refresh(self) -> None:
        self._dirty = True
        self._order()
        if self._ground is not None:
            code = self.scene.chosen(TERRITORY)
            self._dress()
            self._ground.raise_plot(code)
            self._ground.dress()
            self._reveal()
            if not self.wandered and self._furniture().box(self.view.size) != self._legend_box:
                self.show_whole()
            self._calm.start()
        self.update()

    def set_theme(self, theme: MapTheme) -> None:
        """Other colours, at once."""
        self._sprites = Sprites(theme, self.devicePixelRatioF())
        self._hatch = hatch(theme)
        self._labels_due = True
        super().set_theme(theme)

    def select(self, layer: str, thing: str | None) -> None:
        """Highlight one thing, moved into view if it lies outside; None takes the highlight away. Emits nothing."""
        self._labels_due = True
        super().select(layer, thing)

    def _focus_on(self, code: str) -> None:
        plot = self._plots.get(code)
        if plot is None:
            self.show_whole()
        else:
            self.wandered = True
            self.view.fit(plot.bounds, QRectF(self.rect()).adjusted(48, 48, -48, -48))
        self._moved()

    # ---- looks

    def _dress(self) -> None:
        self._coats = Coats(self.scene, self._plots, self._hatch)

    def _coat(self, plot: Plot) -> Coat:
        return self._coats.of(plot)

    def _order(self) -> None:
        """Marks in the order of painting, the gravest and then the chosen one last."""
        marks = [(layer, m) for layer in MARKER_LAYERS for m in self.scene.markers[layer].values()]
        marks.sort(key=lambda each: (self.scene.selection == (each[0], each[1].id), RANK[each[1].shape]))
        self._places = [(layer, m, unit_point(m.lat, m.lon)) for layer, m in marks]

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Land, labels, marks, then what is written on the map."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.scene.theme.panel))
        if self._ground is None:
            self._paint_waiting(painter)
            return
        ratio = self.devicePixelRatioF()
        self._ground.draw(painter, QRectF(self.view.corner(), self.view.size), self.view.scale, ratio)
        self._paint_labels(painter)
        self._paint_marks(painter)
        self._furniture().draw(painter, self.view.size)
        if self.ringed:
            painter.setPen(QPen(QColor(self.scene.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        self._dirty = False
        QTimer.singleShot(0, self, self._settle)

    def _paint_waiting(self, painter: QPainter) -> None:
        painter.setPen(QColor(self.scene.theme.muted))
        words = self._sentence or self.tr("Peta sedang disiapkan…")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def _paint_labels(self, painter: QPainter) -> None:
        if self._labels_due:
            self._labels_due = False
            boxes = [_around(self.view.to_pixel(unit), layer) for layer, _, unit in self._places]
            chosen = self.scene.chosen(TERRITORY)
            self._labels = place_labels(self._plots.values(), boxes, chosen, self.view, self._whole_zoom, self.font())
        theme, steps = self.scene.theme, self.scene.theme.inks()
        inks = {code: steps[c] for code, c in self.scene.fills().items()}
        halo = QColor(theme.land)
        halo.setAlphaF(0.6)
        for label in self._labels:
            painter.setFont(label_font(self.font(), label.chosen))
            at = self.view.to_pixel(label.at)
            box = QRectF(at.x() - 150, at.y() - 10, 300, 20)
            painter.setPen(halo)
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                painter.drawText(box.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, label.text)
            painter.setPen(QColor(theme.text if label.chosen else inks.get(label.code, theme.muted)))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)

    def _paint_marks(self, painter: QPainter) -> None:
        seen = QRectF(self.rect()).adjusted(-SPRITE, -SPRITE, SPRITE, SPRITE)
        half = QPointF(SPRITE / 2, SPRITE / 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        crowded = len(self.scene.markers["sensor"]) > CROWD and self.view.zoom < self._whole_zoom + NEARER
        scale, corner = self.view.scale, self.view.corner()
        for layer, mark, unit in self._places:
            at = unit * scale - corner
            if not seen.contains(at):
                continue
            picked = self.scene.selection == (layer, mark.id)
            if picked:
                painter.setPen(QPen(QColor(self.scene.theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, 13, 13)
            picture = self._sprites.of(mark.shape, mark.stale)
            if crowded and layer == "sensor" and not picked:
                painter.drawPixmap(_centred(at, SPRITE * SMALL), picture, QRectF(picture.rect()))
            else:
                painter.drawPixmap(at - half, picture)

    def _furniture(self) -> Furniture:
        return Furniture(self.scene.theme, self.font(), self._hatch, self.legend(), self.note(), self.badge())

    def _relabel(self) -> None:
        self._labels_due = True
        self.update()

    # ---- moving about

    def show_whole(self) -> None:
        """Show the whole city, clear of the legend."""
        self.wandered = False
        bounds = QRectF()
        for plot in self._plots.values():
            bounds = bounds.united(plot.bounds)
        room = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)
        self.view.fit(bounds, room)
        legend = self._furniture().box(self.view.size)
        corner = self.view.to_pixel(bounds.bottomLeft())
        if corner.y() > legend.top() and corner.x() < legend.right() and not legend.isEmpty():
            rooms = (
                room.adjusted(0, 0, 0, -(room.bottom() - legend.top()) - EDGE / 2),
                room.adjusted(legend.right() + EDGE / 2 - room.left(), 0, 0, 0),
            )
            fitting = [r for r in rooms if r.width() > 100 and r.height() > 100]
            if fitting and not bounds.isEmpty():
                best = max(fitting, key=lambda r: min(r.width() / bounds.width(), r.height() / bounds.height()))
                self.view.fit(bounds, best)
        self._whole_zoom, self._legend_box = self.view.zoom, legend
        self._labels_due = True

    def _moved(self) -> None:
        self._labels_due = True
        self._dirty = True
        self.update()

    def _reveal(self) -> None:
        """Bring what is chosen into view, when it lies outside."""
        if self.scene.selection is None:
            return
        layer, thing = self.scene.selection
        if layer == TERRITORY and thing in self._plots:
            unit = self._plots[thing].label
        else:
            found = [u for kind, m, u in self._places if (kind, m.id) == (layer, thing)]
            if not found:
                return
            unit = found[0]
        if not QRectF(self.rect()).contains(self.view.to_pixel(unit)):
            self.wandered = True
            self.view.middle = QPointF(unit)
            self._labels_due = True

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hint away."""
        super().leaveEvent(event)
        QToolTip.hideText()

    def _hover(self, at: QPointF, where: QPoint) -> None:
        mark = self._mark_at(at)
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        if mark is not None and mark[1].label:
            # A tool tip guesses whether its text is markup; escaped, it shows the text as it was written.
            QToolTip.showText(where, f"<span>{html.escape(mark[1].label)}</span>", self)
        else:
            QToolTip.hideText()

    def thing_at(self, at: QPointF) -> tuple[str, str] | None:
        """The (layer, id) of the uppermost mark, else of the territory, at a pixel."""
        mark = self._mark_at(at)
        if mark is not None:
            return mark[0], mark[1].id
        unit, fine = self.view.to_unit(at), self._coats.fine
        inside = (
            p for p in self._plots.values() if p.fine == fine and p.bounds.contains(unit) and p.path.contains(unit)
        )
        plot = next(inside, None)
        return (TERRITORY, plot.code) if plot else None

    def _mark_at(self, at: QPointF) -> tuple[str, Marker] | None:
        scale, corner = self.view.scale, self.view.corner()
        for layer, mark, unit in reversed(self._places):
            away = unit * scale - corner - at
            if away.x() ** 2 + away.y() ** 2 <= REACH**2:
                return layer, mark
        return None

    def neighbour(self, arrow: QPointF) -> tuple[str, str] | None:
        """The nearest territory in the arrow's direction; sideways distance counts double."""
        here = self._plots.get(self.scene.chosen(TERRITORY))
        start = here.label if here else self.view.middle
        best, least, fine = None, float("inf"), self._coats.fine
        for plot in self._plots.values():
            way = plot.label - start
            ahead = way.x() * arrow.x() + way.y() * arrow.y()
            cost = ahead + 2 * (abs(way.x() * arrow.y()) + abs(way.y() * arrow.x()))
            if plot.fine == fine and plot is not here and ahead > 0 and cost < least:
                best, least = plot, cost
        return (TERRITORY, best.code) if best else None


def _around(at: QPointF, layer: str) -> QRectF:
    wide, high = (18, 16) if layer == "incident" else (9, 9)
    return QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)


def _centred(at: QPointF, side: float) -> QRectF:
    return QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
