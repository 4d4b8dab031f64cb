"""Choosing files to read and a place to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.parts.file_form import FileForm

_last = {"open": "", "save": ""}
"""Where somebody was last, for reading and for writing, while the program runs."""


def ask_files(over: QWidget, chosen: Callable[[list[str]], None]) -> QFileDialog:
    """Let several files be chosen; `chosen` gets their paths."""
    translate = QCoreApplication.translate
    form = _Form(over, translate("Files", "Lampirkan foto atau berkas"), "open")
    form.setFileMode(QFileDialog.FileMode.ExistingFiles)
    form.setNameFilters(
        [
            translate("Files", "Foto dan dokumen (*.jpg *.jpeg *.png *.webp *.pdf *.txt)"),
            translate("Files", "Semua berkas (*)"),
        ]
    )
    form.ask(chosen)
    return form


def ask_place(over: QWidget, name: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let a place for a file be chosen, `name` being offered; `chosen` gets its path."""
    form = _Form(over, QCoreApplication.translate("Files", "Simpan salinan"), "save")
    form.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    form.selectFile(name)
    form.ask(lambda paths: chosen(Path(paths[0])))
    return form


class _Form(FileForm):
    """A file form that begins where somebody was last, for "open" or for "save"."""

    def __init__(self, over: QWidget, title: str, what: str) -> None:
        super().__init__(over, title, _last[what])
        self._what = what

    def ask(self, chosen: Callable[[list[str]], None]) -> None:
        """Open it, and remember where somebody was."""
        super().ask(lambda paths: self._on_chosen(paths, chosen))

    def _on_chosen(self, paths: list[str], chosen: Callable[[list[str]], None]) -> None:
        _last[self._what] = str(Path(paths[0]).parent)
        chosen(paths)
