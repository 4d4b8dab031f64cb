"""Saving a copy of a photo or document where a person says; the copy is never opened by this program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.attachments.copies import copy_name, save_copy
from console.domain.attachment import Attachment
from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.panels.files import ask_place
from widgets.panels.zone import zone_of

if TYPE_CHECKING:
    from console.room import Room


class CopySaver(QObject):
    """Asks for a place and writes the copy, saying what came of it."""

    def __init__(self, room: Room, bridge: Bridge, selection: Selection, over: QWidget) -> None:
        super().__init__(over)
        self._room, self._bridge, self._selection, self._over = room, bridge, selection, over

    def save(self, one: Attachment) -> None:
        """Save a copy of what is here whole."""
        self._bridge.ask(self._room.blob(one.sha256), lambda data: self._choose(one, data), self)

    def _choose(self, one: Attachment, data: bytes | None) -> None:
        if data is None:
            self._selection.said.emit(self.tr("Belum ada di ruang ini; buka dahulu agar diminta"))
            return
        name = copy_name(data, one.sha256, one.at, zone_of(self._room.city))
        ask_place(self._over.window(), name, lambda path: self._write(path, data))

    def _write(self, path: Path, data: bytes) -> None:
        said = self.tr("Salinan tersimpan: {0}").format(path.name)
        self._bridge.ask(save_copy(path, data), lambda _d: self._selection.said.emit(said), self, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, OSError):
            why = error.strerror or type(error).__name__
            self._selection.said.emit(self.tr("Salinan tidak tersimpan: {0}").format(why))
        else:
            self._bridge.failed.emit(error)
