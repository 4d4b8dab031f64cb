"""One workspace on screen: a strip along the top, and its panels, docked side by side once the window stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.shell.foyer import Foyer, Place
from widgets.shell.host import GAP, PanelHost
from widgets.shell.workspaces import Dock, Workspace, make_panel

if TYPE_CHECKING:
    from console.room import Room
    from widgets.shell.docks import Docks

STRIP_PX = 92


class WorkspacePage(QWidget):
    """A workspace's strip and panels. Signals: `panelBuilt(panel)` for each panel as it comes to life."""

    panelBuilt = Signal(QWidget)

    def __init__(
        self, workspace: Workspace, room: Room, bridge: Bridge, context: Selection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.workspace = workspace
        self._room, self._bridge, self._context = room, bridge, context
        self._layout, self._locked, self._covered = b"", False, False
        self._foyer: Foyer | None = None
        self._docks: Docks | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        self._strip = self._place_strip(column)
        self._hosts = {dock.id: PanelHost(dock, self) for dock in workspace.docks}
        for host in self._all_hosts():
            host.built.connect(self.panelBuilt)
            host.setVisible(host is self._strip)

    @property
    def docks(self) -> Docks:
        """The docks, made when they are first asked for; panels that stand already move into them."""
        if self._docks is None:
            from widgets.shell.docks import Docks

            focus = QApplication.focusWidget() if self.focused else None
            self._docks = Docks(self.workspace.docks, self._hosts, self)
            self._docks.set_locked(self._locked)
            self._docks.set_covered(self._covered)
            if self._layout:
                self._docks.restore_layout(self._layout)
            self._column.addWidget(self._docks, 1)
            self._leave_foyer()
            if focus is not None:
                focus.setFocus()
        return self._docks

    @property
    def docked(self) -> bool:
        """Whether the docks are made."""
        return self._docks is not None

    def build_first(self, places: Mapping[str, Place] | None = None) -> None:
        """Build the panels that the first paint must show; without docks yet when it is said where they stood."""
        if places is not None and not self.docked and self._foyer is None:
            first = [host for host in self._hosts.values() if host.dock.first]
            self._foyer = Foyer(first, self.workspace.docks, places, self)
            self._column.addWidget(self._foyer, 1)
            for host in first:
                host.show()
        elif places is None:
            self.docks.show()
        for host in self._waiting():
            if host.dock.first:
                host.build(self._make)

    async def build_rest(self) -> None:
        """Build the other panels one by one, letting the window answer in between."""
        self.docks.show()
        for host in self._waiting():
            await asyncio.sleep(0)
            host.build(self._make)

    def panels(self) -> list[QWidget]:
        """The panels built so far."""
        return [host.panel for host in self._all_hosts() if host.panel is not None]

    def first_places(self) -> dict[str, Place]:
        """Where the panels of the first paint stand now, for the next start."""
        return {dock.id: place for dock in self.workspace.docks if dock.first and (place := self.docks.place(dock.id))}

    def save_layout(self) -> bytes:
        """The layout as it stands."""
        return self.docks.save_layout()

    def restore_layout(self, saved: bytes) -> bool:
        """Lay out as saved. A layout that does not fit leaves the default; then False."""
        return self.docks.restore_layout(saved)

    def restore_later(self, saved: bytes) -> None:
        """Lay out as saved when the docks are made."""
        self._layout = saved

    def reset_layout(self) -> None:
        """Go back to where the panels stood at first."""
        self.docks.reset_layout()

    def set_locked(self, locked: bool) -> None:
        """Let panels be moved and floated, or not; sizes stay free to drag."""
        self._locked = locked
        if self._docks is not None:
            self._docks.set_locked(locked)

    def set_covered(self, covered: bool) -> None:
        """Hide what panels show that float, or show it again."""
        self._covered = covered
        if self._docks is not None:
            self._docks.set_covered(covered)

    def share_out(self, shares: Sequence[int]) -> None:
        """Give the panels these parts of the room, in the order of the docks."""
        self.docks.share_out(shares)

    @property
    def focused(self) -> bool:
        """Whether the keyboard is in one of the panels."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def focus_next(self, step: int = 1) -> None:
        """Move the keyboard to the next panel (or the one before, with -1)."""
        panels = [host.panel for host in self._hosts.values() if host.panel is not None]
        focused = self.focusWidget()
        inside = next((i for i, panel in enumerate(panels) if focused and panel.isAncestorOf(focused)), -1)
        if panels:
            _enter(panels[(inside + step) % len(panels) if inside >= 0 else 0])

    def _place_strip(self, column: QVBoxLayout) -> PanelHost | None:
        if not self.workspace.strip:
            return None
        host = PanelHost(Dock("strip", "", self.workspace.strip), self)
        host.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        host.setFixedHeight(STRIP_PX)
        column.addWidget(host)
        return host

    def _leave_foyer(self) -> None:
        if self._foyer is not None:
            self._foyer.hide()
            self._foyer.deleteLater()
            self._foyer = None

    def _make(self, path: str, parent: QWidget) -> QWidget:
        return make_panel(path, self._room, self._bridge, self._context, parent)

    def _all_hosts(self) -> list[PanelHost]:
        return [*((self._strip,) if self._strip else ()), *self._hosts.values()]

    def _waiting(self) -> list[PanelHost]:
        return [host for host in self._all_hosts() if host.panel is None]


def _enter(panel: QWidget) -> None:
    """Give the keyboard to the panel, or to the first thing in it that takes it; a panel may know better which."""
    if (enter := getattr(panel, "enter", None)) is not None:
        enter()
        return
    takers = [panel, *panel.findChildren(QWidget)]
    takes = (t for t in takers if t.focusPolicy() & Qt.FocusPolicy.TabFocus and t.isVisibleTo(panel))
    next(takes, panel).setFocus(Qt.FocusReason.TabFocusReason)
