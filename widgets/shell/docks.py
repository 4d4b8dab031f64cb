"""The docks of a workspace: panels side by side, movable unless locked, remembered between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import PySide6QtAds as QtAds
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from console.log import logger
from widgets.parts.overlay import Overlay
from widgets.shell.foyer import Place
from widgets.shell.host import GAP, PanelHost
from widgets.shell.workspaces import Dock

LAYOUT_VERSION = 1
"""Raised when a layout saved by an older program no longer fits."""
_SIDES = {
    "centre": QtAds.CenterDockWidgetArea,
    "tab": QtAds.CenterDockWidgetArea,
    "left": QtAds.LeftDockWidgetArea,
    "right": QtAds.RightDockWidgetArea,
    "top": QtAds.TopDockWidgetArea,
    "bottom": QtAds.BottomDockWidgetArea,
}


@cache
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


class Docks(QWidget):
    """Takes the hosts of a workspace's panels in, each as a dock."""

    def __init__(self, docks: Sequence[Dock], hosts: Mapping[str, PanelHost], parent: QWidget) -> None:
        super().__init__(parent)
        configure_docking()
        self._listed = docks
        self._docks: dict[str, QtAds.CDockWidget] = {}
        self._manager = QtAds.CDockManager(self)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._manager)
        for dock in docks:
            self._place(dock, hosts[dock.id])
        self._shares = {dock.id: dock.share for dock in docks}
        self._default = self._manager.saveState(LAYOUT_VERSION)
        self._sized, self._covered = False, False
        # A layout that is restored while the screen is locked must not show anything either.
        self._manager.floatingWidgetCreated.connect(lambda floating: _cover(floating, self._covered))

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
            logger().warning("layout_not_restored", docks=list(self._docks))
        self.reset_layout()
        return False

    def reset_layout(self) -> None:
        """Go back to where the panels stood at first."""
        self._manager.restoreState(self._default, LAYOUT_VERSION)
        self.share_out([dock.share for dock in self._listed])

    def set_locked(self, locked: bool) -> None:
        """Let panels be moved and floated, or not; sizes stay free to drag."""
        feature = QtAds.CDockWidget.DockWidgetFeature
        held = feature.DockWidgetMovable | feature.DockWidgetFloatable if locked else feature.NoDockWidgetFeatures
        self._manager.lockDockWidgetFeaturesGlobally(held)

    def set_covered(self, covered: bool) -> None:
        """Hide what panels show that float as windows of their own, or show it again."""
        self._covered = covered
        for floating in self._manager.floatingWidgets():
            _cover(floating, covered)

    def share_out(self, shares: Sequence[int]) -> None:
        """Give the panels these parts of the room, in the order of the docks."""
        self._shares = {dock.id: share for dock, share in zip(self._listed, shares, strict=True)}
        self._share_out()

    def place(self, dock: str) -> Place | None:
        """Where a dock stands; None for one that floats or lies under another's tab."""
        widget = self._docks[dock]
        area = widget.dockAreaWidget()
        if widget.isInFloatingContainer() or area is None or not widget.isCurrentTab() or not self.width():
            return None
        at, width, height = area.mapTo(self, QPoint(0, 0)), self.width(), self.height()
        return (at.x() / width, at.y() / height, area.width() / width, area.height() / height)

    def showEvent(self, event: QShowEvent) -> None:
        """Share out the room the first time that the sizes are known."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            parent = self.parentWidget()
            if parent is not None and (layout := parent.layout()) is not None:
                layout.activate()
            self._column.activate()
            self._share_out()

    def _place(self, dock: Dock, host: PanelHost) -> None:
        widget = QtAds.CDockWidget(self._manager, dock.title)
        widget.setObjectName(dock.id)
        feature = QtAds.CDockWidget.DockWidgetFeature
        widget.setFeatures(feature.DockWidgetMovable | feature.DockWidgetFloatable | feature.DockWidgetFocusable)
        widget.setMinimumSizeHintMode(QtAds.CDockWidget.MinimumSizeHintFromContent)
        widget.setWidget(host, QtAds.CDockWidget.ForceNoScrollArea)
        host.show()
        label = QLabel(host.subtitle, widget.tabWidget())
        label.setObjectName("subtitle")
        label.setTextFormat(Qt.TextFormat.PlainText)
        # In the tab, which moves with its panel, and not in the title bar, which is made anew with every layout.
        widget.tabWidget().layout().insertWidget(1, label)
        host.subtitleChanged.connect(label.setText)
        beside = self._docks[dock.beside].dockAreaWidget() if dock.beside else None
        self._manager.addDockWidget(_SIDES[dock.area], widget, *((beside,) if beside else ()))
        self._docks[dock.id] = widget

    def _complete(self) -> bool:
        return all(dock.dockAreaWidget() is not None and not dock.isClosed() for dock in self._docks.values())

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


def _cover(floating: QtAds.CFloatingDockContainer, covered: bool) -> None:
    """Hide what a floating window shows, or show it again. The window itself stays: hiding it would close its docks."""
    laid_over = floating.findChildren(Overlay, options=Qt.FindChildOption.FindDirectChildrenOnly)
    veil = next((one for one in laid_over if isinstance(one, Veil)), None) or Veil(floating)
    if covered and (held := floating.focusWidget()) is not None:
        # Hidden it would still take keys.
        held.clearFocus()
    floating.dockContainer().setVisible(not covered)
    # A photo that is open large lies over the window, not in the dock.
    for one in laid_over:
        if one is not veil and (not one.isHidden() or one.property("covered")):
            one.setProperty("covered", covered)
            one.setVisible(not covered)
    # Plainly hidden, since the window itself may be out of sight just then.
    (veil.open if covered else veil.hide)()


class Veil(Overlay):
    """Covers a floating window while nobody is logged in."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "veil")
        said = QLabel(self.tr("Layar dikunci."), self)
        said.setProperty("role", "muted")
        QVBoxLayout(self).addWidget(said, 0, Qt.AlignmentFlag.AlignCenter)
