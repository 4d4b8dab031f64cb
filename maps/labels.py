"""Where the names of territories go, so that they neither cover each other nor, where it can be helped, the marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from maps.ground import Plot
from maps.viewport import Viewport

PIXELS = 11
NEARER = 0.9
"""So many zoom levels above the whole city, kelurahan are named and sensors get their full mark."""


class Label:
    """A name and the unit-square point of its middle."""

    __slots__ = ("at", "chosen", "code", "text")

    def __init__(self, code: str, text: str, at: QPointF, chosen: bool) -> None:
        self.code, self.text, self.at, self.chosen = code, text, at, chosen


def label_font(font: QFont, chosen: bool) -> QFont:
    """The font of a label, after the widget's own."""
    out = QFont(font)
    out.setPixelSize(PIXELS)
    out.setBold(chosen)
    return out


def place_labels(
    plots: Iterable[Plot], marks: Sequence[QRectF], chosen: str, view: Viewport, whole_zoom: float, font: QFont
) -> list[Label]:
    """Labels in order of weight: the chosen one, wider territories first, kelurahan last; what finds no room is left out.
    `marks` are boxes in pixels of the view."""
    metrics = {picked: QFontMetricsF(label_font(font, picked)) for picked in (False, True)}
    crowd = Crowd(marks)
    taken: list[QRectF] = []
    labels = []
    for plot in sorted(plots, key=lambda p: (p.code != chosen, p.fine, -p.bounds.width())):
        picked = plot.code == chosen
        width = metrics[picked].horizontalAdvance(plot.name)
        small = plot.bounds.width() * view.scale < width * 1.2 or view.zoom < whole_zoom + NEARER
        if plot.fine and not picked and small:
            continue
        box = _best_box(view.to_pixel(plot.label), width, taken, crowd)
        if box is not None:
            taken.append(box)
            labels.append(Label(plot.code, plot.name, view.to_unit(box.center()), picked))
    return labels


class Crowd:
    """Boxes sorted into square cells, so that counting those under a label does not look at all of them."""

    CELL = 48

    def __init__(self, boxes: Iterable[QRectF]) -> None:
        self._cells: dict[tuple[int, int], list[QRectF]] = {}
        for box in boxes:
            middle = box.center()
            self._cells.setdefault((int(middle.x() // self.CELL), int(middle.y() // self.CELL)), []).append(box)

    def under(self, box: QRectF) -> int:
        """How many boxes, each smaller than half a cell, intersect `box`."""
        half = self.CELL / 2
        columns = range(int((box.left() - half) // self.CELL), int((box.right() + half) // self.CELL) + 1)
        rows = range(int((box.top() - half) // self.CELL), int((box.bottom() + half) // self.CELL) + 1)
        near = (self._cells.get((column, row), ()) for column in columns for row in rows)
        return sum(box.intersects(each) for boxes in near for each in boxes)


def _best_box(at: QPointF, width: float, taken: Sequence[QRectF], crowd: Crowd) -> QRectF | None:
    best, least = None, 1 << 30
    third = width / 3
    for dx, dy in ((0, 0), (0, -14), (0, 14), (0, -24), (0, 24), (-third, -12), (third, 12)):
        box = QRectF(at.x() + dx - width / 2 - 3, at.y() + dy - 6.5, width + 6, 13)
        if any(box.intersects(other) for other in taken):
            continue
        covered = crowd.under(box)
        if covered < least:
            best, least = box, covered
        if covered == 0:
            break
    return best
