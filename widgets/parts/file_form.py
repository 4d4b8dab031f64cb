"""Qt's own file form, dressed as the console is. It blocks nothing: work goes on beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHeaderView, QToolButton, QTreeView, QWidget

SIZE = (820, 520)
BUTTONS = {
    "backButton": "arrow-left",
    "forwardButton": "arrow-right",
    "toParentButton": "arrow-up",
    "newFolderButton": "folder-plus-outline",
    "listModeButton": "view-list-outline",
    "detailModeButton": "view-headline",
}
"""The buttons as Qt names them; its own pictures of them are made for a light ground."""


class FileForm(QFileDialog):
    """Asks which file or folder, and goes. One at a time: another that is open in the same window gives way."""

    def __init__(self, over: QWidget, title: str, start: str) -> None:
        super().__init__(over, title, start or str(Path.home()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(*SIZE)
        self._draw_buttons()
        self._fit_columns()

    def ask(self, chosen: Callable[[list[str]], None]) -> None:
        """Open it; `chosen` gets the paths when the window beneath has the keyboard again."""
        for other in self.parentWidget().window().findChildren(FileForm):
            if other is not self:
                other.reject()
        self.finished.connect(lambda result: self._on_finished(result, chosen))
        self.show()

    def _on_finished(self, result: int, chosen: Callable[[list[str]], None]) -> None:
        paths = self.selectedFiles()
        self.parentWidget().activateWindow()
        if result == QFileDialog.DialogCode.Accepted and paths:
            chosen(paths)

    def _draw_buttons(self) -> None:
        import qtawesome

        palette = self.palette()
        colour, off = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        for name, picture in BUTTONS.items():
            # Where the desktop has a file form of its own, there are no buttons to draw.
            if (button := self.findChild(QToolButton, name)) is not None:
                button.setIcon(qtawesome.icon(f"mdi6.{picture}", color=colour, color_disabled=off))

    def _fit_columns(self) -> None:
        if (tree := self.findChild(QTreeView, "treeView")) is not None:
            tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def ask_folder(over: QWidget, title: str, start: str, chosen: Callable[[str], None]) -> FileForm:
    """Let a folder be chosen."""
    form = FileForm(over, title, start)
    form.setFileMode(QFileDialog.FileMode.Directory)
    form.ask(lambda paths: chosen(paths[0]))
    return form


def ask_bundle(over: QWidget, title: str, start: str, chosen: Callable[[str], None]) -> FileForm:
    """Let a bundle be chosen."""
    form = FileForm(over, title, start)
    form.setFileMode(QFileDialog.FileMode.ExistingFile)
    form.setNameFilter(QCoreApplication.translate("Files", "Bundel Simpul (*.simpul)"))
    form.ask(lambda paths: chosen(paths[0]))
    return form
