"""The photos and documents of one incident as a Qt model: what is named, how much of it is here, and its small pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from console.domain.attachment import PICTURES, Attachment, BlobHere

Index = QModelIndex | QPersistentModelIndex
ATTACHMENT = Qt.ItemDataRole.UserRole
MOST_THUMBS = 300
"""Small pictures kept at once; more are read again when they come into view."""


class AttachmentModel(QAbstractListModel):
    """One row per attachment. Attributes: `items`, `here` (how much is in this room, by SHA-256) and `thumbs` (small
    pictures by the SHA-256 of what they were drawn from; a null one cannot be drawn)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: tuple[Attachment, ...] = ()
        self.here: dict[str, BlobHere] = {}
        self.thumbs: dict[str, QImage] = {}

    def show(self, items: Sequence[Attachment]) -> None:
        """Show these; the rows are laid out anew only when other ones are attached."""
        items = tuple(items)
        if [one.entry for one in items] != [one.entry for one in self.items]:
            self.beginResetModel()
            self.items = items
            self.endResetModel()
        elif items != self.items:
            self.items = items
            self._changed()
        known = {name for one in items for name in (one.sha256, one.thumb)}
        self.thumbs = {name: thumb for name, thumb in self.thumbs.items() if name in known}

    def show_here(self, here: Mapping[str, BlobHere]) -> None:
        """Say anew how much is here."""
        if here != self.here:
            self.here = dict(here)
            self._changed()

    def keep_thumb(self, sha256: str, thumb: QImage) -> None:
        """Take in a small picture."""
        while len(self.thumbs) >= MOST_THUMBS:
            del self.thumbs[next(iter(self.thumbs))]
        self.thumbs[sha256] = thumb
        self._changed()

    def names(self) -> set[str]:
        """Every blob that is spoken of."""
        return {name for one in self.items for name in (one.sha256, one.thumb) if name}

    def lying(self, one: Attachment) -> BlobHere:
        """How much of its bytes is here."""
        return self.here.get(one.sha256, BlobHere(size=one.size))

    def drawn_from(self, one: Attachment) -> str:
        """The blob that its small picture is drawn from: the thumbnail, else the picture itself; "" while neither is here."""
        sources = (one.thumb, one.sha256 if one.media in PICTURES else "")
        return next((name for name in sources if name and self.here.get(name, BlobHere()).complete), "")

    def thumb(self, one: Attachment) -> QImage | None:
        """Its small picture, None while it has not been drawn."""
        return self.thumbs.get(self.drawn_from(one))

    def row_of(self, entry: str) -> int:
        """The row of what an entry attached, -1 when it is not here."""
        return next((row for row, one in enumerate(self.items) if one.entry == entry), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The attachment; its name for whoever cannot see it."""
        if not index.isValid() or index.row() >= len(self.items):
            return None
        one = self.items[index.row()]
        return one if role == ATTACHMENT else one.name if role == Qt.ItemDataRole.AccessibleTextRole else None

    def _changed(self) -> None:
        if self.items:
            self.dataChanged.emit(self.index(0), self.index(len(self.items) - 1))
