"""Choosing files to read and a place to write: Qt's own file form, which blocks nothing and goes when the screen locks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.models.bridge import Bridge

if TYPE_CHECKING:
    from console.room import Room

SIZE = (820, 520)
_last = {"open": "", "save": ""}
"""Where somebody was last, for reading and for writing, while the program runs."""


def ask_files(over: QWidget, room: Room, bridge: Bridge, chosen: Callable[[list[str]], None]) -> QFileDialog:
    """Let several files be chosen; `chosen` gets their paths."""
    translate = QCoreApplication.translate
    form = _Form(over, room, bridge, translate("Files", "Lampirkan foto atau berkas"), "open")
    form.setFileMode(QFileDialog.FileMode.ExistingFiles)
    form.setNameFilters(
        [
            translate("Files", "Foto dan dokumen (*.jpg *.jpeg *.png *.webp *.pdf *.txt)"),
            translate("Files", "Semua berkas (*)"),
        ]
    )
    form.ask("open", chosen)
    return form


def ask_place(over: QWidget, room: Room, bridge: Bridge, name: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let a place for a file be chosen, `name` being offered; `chosen` gets its path."""
    form = _Form(over, room, bridge, QCoreApplication.translate("Files", "Simpan salinan"), "save")
    form.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    form.selectFile(name)
    form.ask("save", lambda paths: chosen(Path(paths[0])))
    return form


class _Form(QFileDialog):
    """A file form that leaves with whoever is logged in: it shows what lies on this machine."""

    def __init__(self, over: QWidget, room: Room, bridge: Bridge, title: str, what: str) -> None:
        super().__init__(over, title, _last[what] or str(Path.home()))
        self._room = room
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        bridge.peopleChanged.connect(self.on_people)

    def on_people(self) -> None:
        """Go when nobody is at the desk."""
        if self._room.operator is None:
            self.reject()

    def ask(self, what: str, chosen: Callable[[list[str]], None]) -> None:
        """Open it; `chosen` is called when the window beneath has the keyboard again."""
        self.finished.connect(lambda result: self._on_finished(result, what, chosen))
        self.open()

    def _on_finished(self, result: int, what: str, chosen: Callable[[list[str]], None]) -> None:
        paths = self.selectedFiles()
        self.parentWidget().activateWindow()
        if result == QFileDialog.DialogCode.Accepted and paths:
            _last[what] = str(Path(paths[0]).parent)
            chosen(paths)
