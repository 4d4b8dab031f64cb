"""One workspace on screen: its panels docked side by side, movable unless locked, remembered between runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import PySide6QtAds as QtAds
import structlog
from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from widgets.models.bridge import Bridge
from widgets.models.selection import Selection
from widgets.shell.workspaces import Dock, Workspace, make_panel

if TYPE_CHECKING:
    from console.room import Room

LAYOUT_VERSION = 1
"""Raised when a layout saved by an older program no longer fits."""
GAP = 12
_SIDES = {
    "centre": QtAds.CenterDockWidgetArea,
    "tab": QtAds.CenterDockWidgetArea,
    "left": QtAds.LeftDockWidgetArea,
    "right": QtAds.RightDockWidgetArea,
    "top": QtAds.TopDockWidgetArea,
    "bottom": QtAds.BottomDockWidgetArea,
}


def configure_docking() -> None:
    """Set what QtAds wants to know before its first use: quiet title bars without buttons, live resizing."""
    manager, flag = QtAds.CDockManager, QtAds.CDockManager.eConfigFlag
    manager.setConfigFlags(manager.DefaultOpaqueConfig)
    for off in (
        flag.DockAreaHasCloseButton,
        flag.DockAreaHasUndockButton,
        flag.DockAreaHasTabsMenuButton,
        flag.ActiveTabHasCloseButton,
        flag.AllTabsHaveCloseButton,
    ):
        manager.setConfigFlag(off, False)
    # Its own built-in stylesheet would win over the theme's.
    manager.setConfigFlag(flag.DisableStylesheet, True)


class PanelHost(QWidget):
    """Holds the place of a panel until it is built. Attribute: `panel`, None before. Signals: `built(panel)`."""

    built = Signal(QWidget)

    def __init__(self, dock: Dock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dock = dock
        self.panel: QWidget | None = None
        box = self._box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)

    def build(self, make: Callable[[str, QWidget], QWidget]) -> None:
        """Build the panel with `make`, once."""
        if self.panel is None:
            self.panel = make(self.dock.panel, self)
            self._box.addWidget(self.panel)
            self.built.emit(self.panel)

    def minimumSizeHint(self) -> QSize:
        """The least that its dock says; panels scroll or shorten in it."""
        return QSize(160, self.dock.least)


class DockedWorkspace(QWidget):
    """A workspace's strip and docks. Signals: `panelBuilt(panel)` for each panel as it comes to life."""

    panelBuilt = Signal(QWidget)

    def __init__(
        self, workspace: Workspace, room: Room, bridge: Bridge, context: Selection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.workspace = workspace
        self._room, self._bridge, self._context = room, bridge, context
        self._hosts: dict[str, PanelHost] = {}
        self._docks: dict[str, QtAds.CDockWidget] = {}
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        self._strip = self._place_strip(column)
        self._manager = QtAds.CDockManager(self)
        column.addWidget(self._manager, 1)
        for dock in workspace.docks:
            self._place(dock)
        self._shares = {dock.id: dock.share for dock in workspace.docks}
        self._default = self._manager.saveState(LAYOUT_VERSION)
        self._sized = False

    def build_first(self) -> None:
        """Build the panels that the first paint must show."""
        for host in self._waiting():
            if host.dock.first:
                host.build(self._make)

    async def build_rest(self) -> None:
        """Build the other panels one by one, letting the window answer in between."""
        for host in self._waiting():
            await asyncio.sleep(0)
            host.build(self._make)

    def panels(self) -> list[QWidget]:
        """The panels built so far."""
        return [host.panel for host in self._all_hosts() if host.panel is not None]

    def save_layout(self) -> bytes:
        """The layout as it stands."""
        return bytes(self._manager.saveState(LAYOUT_VERSION).data())

    def restore_layout(self, saved: bytes) -> bool:
        """Lay out as saved. A layout that does not fit (broken, older, other panels) leaves the default; then False."""
        if saved and self._manager.restoreState(QByteArray(saved), LAYOUT_VERSION) and self._complete():
            self._sized = True
            self._space()
            return True
        if saved:
            structlog.get_logger().warning("layout_not_restored", workspace=self.workspace.id)
        self.reset_layout()
        return False

    def reset_layout(self) -> None:
        """Go back to where the panels stood at first."""
        self._manager.restoreState(self._default, LAYOUT_VERSION)
        self.share_out([dock.share for dock in self.workspace.docks])

    def set_locked(self, locked: bool) -> None:
        """Let panels be moved and floated, or not; sizes stay free to drag."""
        feature = QtAds.CDockWidget.DockWidgetFeature
        held = feature.DockWidgetMovable | feature.DockWidgetFloatable if locked else feature.NoDockWidgetFeatures
        self._manager.lockDockWidgetFeaturesGlobally(held)

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

    def showEvent(self, event: QShowEvent) -> None:
        """Share out the room the first time that the sizes are known."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            self._column.activate()
            self._share_out()

    def _place_strip(self, column: QVBoxLayout) -> PanelHost | None:
        if not self.workspace.strip:
            return None
        host = PanelHost(Dock("strip", "", self.workspace.strip), self)
        host.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        host.setFixedHeight(92)
        column.addWidget(host)
        return host

    def _place(self, dock: Dock) -> None:
        host = PanelHost(dock)
        widget = QtAds.CDockWidget(self._manager, dock.title)
        widget.setObjectName(dock.id)
        feature = QtAds.CDockWidget.DockWidgetFeature
        widget.setFeatures(feature.DockWidgetMovable | feature.DockWidgetFloatable | feature.DockWidgetFocusable)
        widget.setMinimumSizeHintMode(QtAds.CDockWidget.MinimumSizeHintFromContent)
        widget.setWidget(host, QtAds.CDockWidget.ForceNoScrollArea)
        host.built.connect(lambda panel: self._on_built(widget, panel))
        beside = self._docks[dock.beside].dockAreaWidget() if dock.beside else None
        self._manager.addDockWidget(_SIDES[dock.area], widget, *((beside,) if beside else ()))
        self._hosts[dock.id], self._docks[dock.id] = host, widget

    def _make(self, path: str, parent: QWidget) -> QWidget:
        return make_panel(path, self._room, self._bridge, self._context, parent)

    def _on_built(self, widget: QtAds.CDockWidget, panel: QWidget) -> None:
        if hasattr(panel, "subtitleChanged"):
            label = QLabel(widget.tabWidget())
            label.setObjectName("subtitle")
            label.setTextFormat(Qt.TextFormat.PlainText)
            # In the tab, which moves with its panel, and not in the title bar, which is made anew with every layout.
            widget.tabWidget().layout().insertWidget(1, label)
            panel.subtitleChanged.connect(label.setText)
        self.panelBuilt.emit(panel)

    def _all_hosts(self) -> list[PanelHost]:
        return [*((self._strip,) if self._strip else ()), *self._hosts.values()]

    def _waiting(self) -> list[PanelHost]:
        return [host for host in self._all_hosts() if host.panel is None]

    def _complete(self) -> bool:
        return all(dock.dockAreaWidget() is not None and not dock.isClosed() for dock in self._docks.values())

    def share_out(self, shares: Sequence[int]) -> None:
        """Give the panels these parts of the room, in the order of the docks."""
        self._shares = {dock.id: share for dock, share in zip(self.workspace.docks, shares, strict=True)}
        self._share_out()

    def _share_out(self) -> None:
        self._space()
        for splitter in self._manager.findChildren(QSplitter):
            shares = [self._share_of(splitter.widget(i)) for i in range(splitter.count())]
            total = splitter.width() if splitter.orientation() == Qt.Orientation.Horizontal else splitter.height()
            splitter.setSizes([round(total * share / (sum(shares) or 1)) for share in shares])

    def _space(self) -> None:
        # Every layout makes its splitters anew.
        for splitter in self._manager.findChildren(QSplitter):
            splitter.setHandleWidth(GAP)

    def _share_of(self, part: QWidget) -> int:
        inside = [share for name, share in self._shares.items() if part.isAncestorOf(self._docks[name])]
        return max(inside, default=1)


def _enter(panel: QWidget) -> None:
    """Give the keyboard to the panel, or to the first thing in it that takes it."""
    takers = [panel, *panel.findChildren(QWidget)]
    takes = (t for t in takers if t.focusPolicy() & Qt.FocusPolicy.TabFocus and t.isVisibleTo(panel))
    next(takes, panel).setFocus(Qt.FocusReason.TabFocusReason)
