"""A map moved by hand: dragging, the wheel and the keys, over a viewport. What is drawn is left to the painted map."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from console.domain.city import City
from maps.district_map import DistrictMap
from maps.theme import MapTheme
from maps.viewport import Viewport, unit_point

STILL = 4
"""Pixels the pointer may move in a click."""
WHEEL_LEVEL = 240
"""Eighths of a degree of the wheel for one zoom level: two notches."""
ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
ZOOM_KEYS = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: -0.5}
SHOWN_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class SteeredMap(DistrictMap):
    """Holds `view` and lets pointer and keys move it. `wandered`: someone looked elsewhere than at the whole city.
    `ringed`: the focus came by key and is shown. Subclasses implement `show_whole`, `_moved`, `_hover`, `thing_at` and
    `neighbour`."""

    def __init__(self, city: City, theme: MapTheme, parent: QWidget | None = None) -> None:
        super().__init__(city, theme, parent)
        middle = unit_point(city.map_view.lat, city.map_view.lon)
        self.view = Viewport(middle, city.map_view.zoom, QSizeF(self.size()))
        self.wandered = self.ringed = False
        self._held: QPointF | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole city in view unless someone looked elsewhere."""
        super().resizeEvent(event)
        self.view.size = QSizeF(self.size())
        if not self.wandered:
            self.show_whole()
        self._moved()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus when it came by key."""
        self.ringed = event.reason() in SHOWN_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The focus has gone on."""
        self.ringed = False
        super().focusOutEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.wandered = True
        self.view.zoom_at(event.position(), event.angleDelta().y() / WHEEL_LEVEL)
        self._moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press may become a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._held, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map while the button is held; else say what is under the pointer."""
        at = event.position()
        if self._held is None:
            self._hover(at, event.globalPosition().toPoint())
        elif self._dragged or (at - self._held).manhattanLength() > STILL:
            self.wandered = self._dragged = True
            self.view.move(self._held - at)
            self._held = at
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        if event.button() is not Qt.MouseButton.LeftButton or self._held is None:
            return
        self._held = None
        if self._dragged:
            self._moved()
        elif (found := self.thing_at(event.position())) is not None:
            self.selected.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk from territory to territory, with Shift they move the view; + and - zoom, 0 shows the whole city."""
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
            return
        arrow = ARROWS.get(Qt.Key(event.key()))
        if arrow is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.wandered = True
            self.view.move(arrow * 80)
            self._moved()
        elif arrow is not None:
            self._walk(arrow)
        elif not self._zoom_key(event) and not self._enter_key(event):
            super().keyPressEvent(event)

    def _zoom_key(self, event: QKeyEvent) -> bool:
        if (by := ZOOM_KEYS.get(Qt.Key(event.key()))) is not None:
            self.wandered = True
            self.view.zoom_at(QPointF(self.rect().center()), by)
        elif event.key() in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.show_whole()
        else:
            return False
        self._moved()
        return True

    def _enter_key(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.scene.selection is None:
            return False
        self.selected.emit(*self.scene.selection)
        return True

    def _walk(self, arrow: QPointF) -> None:
        if (found := self.neighbour(arrow)) is not None:
            self.selected.emit(*found)

    def show_whole(self) -> None:
        """Show the whole city."""
        raise NotImplementedError

    def thing_at(self, at: QPointF) -> tuple[str, str] | None:
        """The (layer, id) at a pixel."""
        raise NotImplementedError

    def neighbour(self, arrow: QPointF) -> tuple[str, str] | None:
        """What an arrow leads to from what is chosen."""
        raise NotImplementedError

    def _moved(self) -> None:
        raise NotImplementedError

    def _hover(self, at: QPointF, where: QPoint) -> None:
        raise NotImplementedError
