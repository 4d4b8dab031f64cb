"""How one photo or document looks in the strip: its small picture, name, size, age, who, and where its bytes are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.domain.attachment import Attachment
from widgets.models.attachment_model import ATTACHMENT, AttachmentModel
from widgets.panels.attached_words import kind_icon, lying, shown_name
from widgets.parts.icons import pixmap
from widgets.parts.theme import RADIUS, Theme, font
from widgets.parts.times import age
from widgets.parts.words import size, who

TILE = QSize(188, 176)
PICTURE_PX = 108
ICON_PX = 40
GAP = 8


class AttachedTile(QStyledItemDelegate):
    """Draws the tiles. Attributes: `theme`; `ask` is called for an attachment whose small picture is to be drawn."""

    def __init__(
        self,
        model: AttachmentModel,
        now: Callable[[], int],
        name_of: Callable[[str], str],
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.ask: Callable[[Attachment], None] = lambda one: None
        self._model, self._now, self._name_of = model, now, name_of
        self._strong, self._small = font(12, QFont.Weight.DemiBold), font(11)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every tile is as large as every other."""
        return TILE

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one tile."""
        one = index.data(ATTACHMENT)
        if one is None:
            return
        # Without a scroll bar the list makes its row higher.
        box = QRect(option.rect.topLeft(), TILE - QSize(GAP, 0))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, box, option.state)
        self._paint_picture(painter, QRect(box.left() + 1, box.top() + 1, box.width() - 2, PICTURE_PX), one)
        self._paint_words(painter, box.adjusted(8, PICTURE_PX + 7, -8, 0), one)
        painter.restore()

    def lines(self, one: Attachment) -> tuple[str, str, str]:
        """The name, what is known of it, and where its bytes are."""
        facts = (size(one.size), age(one.at, self._now()), who(self._name_of(one.actor)))
        return shown_name(one), " · ".join(facts), lying(one, self._model.lying(one)).words

    def _paint_frame(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        chosen = state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(self.theme.qcolor("accent" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(self.theme.qcolor("raised"))
        painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, box: QRect, one: Attachment) -> None:
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(QRectF(box).adjusted(2, 2, -2, 0), RADIUS - 2, RADIUS - 2)
        painter.fillPath(path, self.theme.qcolor("ground"))
        thumb = self._model.thumb(one)
        if thumb is None or thumb.isNull():
            if thumb is None and self._model.drawn_from(one):
                self.ask(one)
            self._paint_icon(painter, box, one, broken=thumb is not None)
        else:
            painter.setClipPath(path)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(box), thumb, _middle(thumb, box))
        painter.restore()

    def _paint_icon(self, painter: QPainter, box: QRect, one: Attachment, broken: bool) -> None:
        broken = broken or self._model.lying(one).damaged
        ratio = painter.device().devicePixelRatio()
        drawn = pixmap(kind_icon(one.media, broken), self.theme, ratio, "muted", ICON_PX)
        painter.drawPixmap(box.center().x() - ICON_PX // 2, box.center().y() - ICON_PX // 2, drawn)

    def _paint_words(self, painter: QPainter, box: QRect, one: Attachment) -> None:
        abnormal = lying(one, self._model.lying(one)).abnormal
        looks = ((self._strong, "text"), (self._small, "muted"), (self._small, "p2" if abnormal else "muted"))
        for place, (text, (face, token)) in enumerate(zip(self.lines(one), looks, strict=True)):
            painter.setFont(face)
            painter.setPen(self.theme.qcolor(token))
            line = QRect(box.left(), box.top() + 17 * place, box.width(), 17)
            # The end of a name tells more than its middle.
            how = Qt.TextElideMode.ElideMiddle if place == 0 else Qt.TextElideMode.ElideRight
            painter.drawText(
                line, int(Qt.AlignmentFlag.AlignVCenter), QFontMetrics(face).elidedText(text, how, box.width())
            )


def _middle(picture: QImage, box: QRect) -> QRectF:
    """The part of a picture that fills a box of another shape."""
    share = min(picture.width() / box.width(), picture.height() / box.height())
    wide, high = box.width() * share, box.height() * share
    return QRectF((picture.width() - wide) / 2, (picture.height() - high) / 2, wide, high)
