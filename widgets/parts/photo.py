"""A picture as large as there is room, or nearer: zoomed and moved by keys, wheel and mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

STEP = 1.25
MOST = 8.0
"""Screen pixels per picture pixel, at most."""
NUDGE = 0.15
"""How much of the view one key moves a picture."""
SOFT = 1.05
"""A picture may be drawn this much larger than it was laid out before it is asked for sharper."""


class PhotoView(QWidget):
    """Shows one picture. Attribute: `scale`, screen pixels per picture pixel, None while it fits the view.

    Signals: `sharperWanted(pixels)` when the picture should be laid out with that many pixels on its longer side.
    """

    sharperWanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image, self.true = QImage(), QSize()
        self.scale: float | None = None
        self._centre = QPointF(0.5, 0.5)
        self._held: QPointF | None = None

    def show_picture(self, image: QImage, true: QSize, *, anew: bool) -> None:
        """Show an image that stands for a picture of the size `true`; `anew` for another picture, which fits the view."""
        self.image, self.true = image, true
        if anew:
            self.fit()
        self.update()

    def fit(self) -> None:
        """As large as there is room, but not larger than it is."""
        self.scale, self._centre = None, QPointF(0.5, 0.5)
        self.update()

    def zoom(self, factor: float) -> None:
        """Nearer or further, by a factor; not further than the whole."""
        self.zoom_to(self.shown_scale() * factor)

    def zoom_to(self, scale: float) -> None:
        """Draw so many screen pixels per picture pixel."""
        if scale <= self._fitting():
            self.fit()
            return
        self.scale = min(MOST, scale)
        self._settle()

    def shown_scale(self) -> float:
        """Screen pixels per picture pixel as it is shown."""
        return self._fitting() if self.scale is None else self.scale

    def move_by(self, across: float, down: float) -> bool:
        """Move the view over the picture by parts of the view; False when the whole is in view anyway."""
        if self.scale is None:
            return False
        box = self._box()
        self._centre += QPointF(across * self.width() / box.width(), down * self.height() / box.height())
        self._settle()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture."""
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._box(), self.image, QRectF(self.image.rect()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep to the picture."""
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        self.zoom(STEP ** (event.angleDelta().y() / 120))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it along."""
        if self._held is not None:
            gone, self._held = event.position() - self._held, event.position()
            self.move_by(-gone.x() / self.width(), -gone.y() / self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def _fitting(self) -> float:
        if self.true.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        return min(1.0, self.width() * ratio / self.true.width(), self.height() * ratio / self.true.height())

    def _box(self) -> QRectF:
        """Where the whole picture lies, in the view's own pixels."""
        size = QSizeF(self.true) * (self.shown_scale() / self.devicePixelRatioF())
        corner = QPointF(self._centre.x() * size.width(), self._centre.y() * size.height())
        return QRectF(QPointF(self.width() / 2, self.height() / 2) - corner, size)

    def _settle(self) -> None:
        """Keep the view inside the picture, and ask for what is sharper when this is not sharp enough."""
        box = self._box()
        self._centre = QPointF(
            _held_in(self._centre.x(), self.width() / max(box.width(), 1)),
            _held_in(self._centre.y(), self.height() / max(box.height(), 1)),
        )
        self.update()
        wanted = round(self.shown_scale() * max(self.true.width(), self.true.height()))
        laid_out = max(self.image.width(), self.image.height())
        if laid_out and wanted > laid_out * SOFT and laid_out < max(self.true.width(), self.true.height()):
            self.sharperWanted.emit(wanted)


def _held_in(centre: float, seen: float) -> float:
    """A centre that leaves no side empty, where `seen` of the picture's length is in view."""
    return 0.5 if seen >= 1 else min(max(centre, seen / 2), 1 - seen / 2)
