"""The workspaces of a window, one on screen at a time, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.shell.page import WorkspacePage
from widgets.shell.preferences import Preferences
from widgets.shell.workspaces import Workspace

if TYPE_CHECKING:
    from console.room import Room


class Pages(QStackedWidget):
    """Holds the pages and where their panels stand. Attributes: `listed` (id -> workspace), `preferences`.

    Signals: `panelBuilt(panel)`; `shown(workspace id)`.
    """

    panelBuilt = Signal(QWidget)
    shown = Signal(str)

    def __init__(
        self,
        listed: Sequence[Workspace],
        room: Room,
        bridge: Bridge,
        context: Selection,
        preferences: Preferences,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.listed = {workspace.id: workspace for workspace in listed}
        self.preferences = preferences
        self._room, self._bridge, self._context = room, bridge, context
        self._made: dict[str, WorkspacePage] = {}
        self._covered = False

    @property
    def current(self) -> str:
        """The id of the workspace on screen, or of the first when none is yet."""
        wanted = self.preferences.workspace
        return wanted if wanted in self.listed else next(iter(self.listed))

    def page(self, workspace: str) -> WorkspacePage:
        """A workspace's page. Raises `KeyError` when there is no such workspace."""
        if workspace not in self._made:
            self._made[workspace] = self._make(self.listed[workspace])
        return self._made[workspace]

    def show_page(self, workspace: str, docked: bool = True) -> None:
        """Put a workspace on screen, with the panels that its first paint must show; `docked` or where docks will be."""
        page = self.page(workspace)
        self.preferences.workspace = workspace
        page.build_first(None if docked else self.preferences.places.get(workspace, {}))
        self.setCurrentWidget(page)
        self.shown.emit(workspace)

    def set_covered(self, covered: bool) -> None:
        """Hide what panels show that float as windows of their own, or show it again."""
        self._covered = covered
        for page in self._made.values():
            page.set_covered(covered)

    def set_locked(self, locked: bool) -> None:
        """Let panels be moved, or not."""
        self.preferences.locked = locked
        for page in self._made.values():
            page.set_locked(locked)

    def remember(self) -> None:
        """Take the layout of every page that has one into the preferences."""
        for name, page in self._made.items():
            if page.docked:
                self.preferences.layouts[name] = page.save_layout()
                self.preferences.places[name] = page.first_places()

    def focus(self, step: int = 1) -> None:
        """Move the keyboard to the next panel on screen, or the one before with -1."""
        self.page(self.current).focus_next(step)

    def enter(self) -> None:
        """Give the keyboard to the page on screen, unless it has it."""
        if not self.page(self.current).focused:
            self.focus()

    def _make(self, workspace: Workspace) -> WorkspacePage:
        page = WorkspacePage(workspace, self._room, self._bridge, self._context, self)
        page.panelBuilt.connect(self.panelBuilt)
        self.addWidget(page)
        if saved := self.preferences.layouts.get(workspace.id):
            page.restore_later(saved)
        page.set_locked(self.preferences.locked)
        page.set_covered(self._covered)
        return page
