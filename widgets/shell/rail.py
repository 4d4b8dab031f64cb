"""The rail: one button per workspace, with key, icon, word, and a count only when it needs eyes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from widgets.parts.theme import ICON_PX, Theme, font
from widgets.shell.workspaces import Workspace

WIDTH = 88
ITEM_HEIGHT = 60


class RailItem(QAbstractButton):
    """One workspace in the rail. Attributes: `workspace`, `count` (0 shows none)."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.count = workspace, 0
        self._theme = theme
        self._icons: dict[bool, QPixmap] = {}
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(workspace.title)
        self.setToolTip(f"{workspace.title} ({workspace.key})")
        self.setAccessibleName(workspace.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def load_icon(self) -> None:
        """Fetch the icon; until then the word stands alone, so that the first paint waits for nothing."""
        from widgets.parts.icons import pixmap

        # Never coarser than a dense screen, so that pictures for one are sharp, too.
        ratio = max(2.0, self.devicePixelRatioF())
        self._icons = {
            on: pixmap(self.workspace.icon, self._theme, ratio, "text" if on else "muted") for on in (False, True)
        }
        self.update()

    def set_count(self, count: int) -> None:
        """Show how many things need eyes."""
        if count != self.count:
            self.count = count
            self.setAccessibleDescription(str(count) if count else "")
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme
        self.load_icon()

    def sizeHint(self) -> QSize:
        """As wide as the rail."""
        return QSize(WIDTH, ITEM_HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for the hover."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Repaint without the hover."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, key, icon, word and count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        painter.setFont(font(9))
        painter.setPen(self._theme.qcolor("muted"))
        painter.drawText(QRect(8, 5, 30, 12), Qt.AlignmentFlag.AlignLeft, self.workspace.key)
        shown = self._icons.get(self.isChecked())
        if shown is not None:
            painter.drawPixmap((self.width() - ICON_PX) // 2, 14, shown)
        painter.setFont(font(11, QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal))
        painter.setPen(self._theme.qcolor("text" if self.isChecked() else "muted"))
        painter.drawText(QRect(0, 36, self.width(), 16), Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_count(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        if self.isChecked():
            self._theme.fill(painter, self.rect(), "raised")
            self._theme.fill(painter, QRect(0, 0, 3, self.height()), "accent")
        elif self.underMouse():
            self._theme.fill(painter, self.rect(), "hover")
        if self.hasFocus():
            painter.setPen(self._theme.qcolor("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_count(self, painter: QPainter) -> None:
        if not self.count:
            return
        text = str(self.count) if self.count < 100 else "99+"
        painter.setFont(font(10, QFont.Weight.DemiBold))
        width = max(18, painter.fontMetrics().horizontalAdvance(text) + 10)
        box = QRectF(self.width() - width - 10, 8, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.qcolor("line"))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(self._theme.qcolor("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QFrame):
    """All workspaces that exist. Signals: `chosen(workspace id)`."""

    chosen = Signal(str)

    def __init__(self, workspaces: Sequence[Workspace], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 1, 8)
        column.setSpacing(0)
        self._items: dict[str, RailItem] = {}
        for workspace in workspaces:
            item = RailItem(workspace, theme, self)
            item.clicked.connect(lambda _checked=False, name=workspace.id: self.chosen.emit(name))
            column.addWidget(item)
            self._items[workspace.id] = item
        column.addStretch(1)

    def show_current(self, workspace: str) -> None:
        """Mark the workspace that is on screen."""
        self._items[workspace].setChecked(True)

    def set_count(self, workspace: str, count: int) -> None:
        """Show how many things need eyes in a workspace (0: none)."""
        if workspace in self._items:
            self._items[workspace].set_count(count)

    def count(self, workspace: str) -> int:
        """The count that a workspace shows."""
        return self._items[workspace].count

    def load_icons(self) -> None:
        """Fetch the icons, after the first paint."""
        for item in self._items.values():
            item.load_icon()

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        for item in self._items.values():
            item.set_theme(theme)
