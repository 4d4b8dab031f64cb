"""Icons from one set (Material Design Icons 6), in the colours of a theme; the set is loaded when first needed."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap

from widgets.parts.theme import ICON_PX, Theme


def icon(name: str, theme: Theme, token: str = "text") -> QIcon:
    """The icon `name` ("map-outline") in the colour of a token. Needs a running QApplication."""
    # Loading the set takes about 0.15 s, which the first paint of the window must not wait for.
    import qtawesome

    return qtawesome.icon(f"mdi6.{name}", color=theme.qcolor(token), color_disabled=theme.qcolor("muted"))


def pixmap(name: str, theme: Theme, ratio: float, token: str = "text", px: int = ICON_PX) -> QPixmap:
    """The icon as a picture `px` high for a screen with that device pixel ratio."""
    return icon(name, theme, token).pixmap(QSize(px, px), ratio)
