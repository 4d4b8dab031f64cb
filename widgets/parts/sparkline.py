"""A line as small as a word: the shape of the last hours, without axes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF


def paint_sparkline(painter: QPainter, box: QRectF, values: Sequence[float], colour: QColor) -> None:
    """Draw `values` (oldest first, NaN for a gap) from the left to the right edge of `box`, lowest at its foot."""
    filled = [value for value in values if value == value]
    if len(filled) < 2:
        return
    low, high = min(filled), max(filled)
    step = box.width() / (len(values) - 1)
    scale = box.height() / (high - low) if high > low else 0.0
    # A level line stands in the middle: it says "no change", not "none".
    foot = box.bottom() if scale else box.center().y()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    run: list[QPointF] = []
    for place, value in enumerate([*values, float("nan")]):
        if value == value:
            run.append(QPointF(box.left() + place * step, foot - (value - low) * scale))
        else:
            painter.drawPolyline(QPolygonF(run))
            run = []
    painter.restore()
