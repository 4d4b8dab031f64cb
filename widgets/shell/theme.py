"""Dressing the application: one palette and one stylesheet, both made from the tokens of a theme."""

from __future__ import annotations

from pathlib import Path
from string import Template

import msgspec
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from widgets.parts.theme import RADIUS, THEMES, Theme, font

SIGNS = ("down", "up", "check")
"""What the stylesheet draws from a file: a colour cannot be filled into a picture."""


def dress(application: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Give every widget of the application this theme; `scale` multiplies the size of type (1.0 is 13 px)."""
    application.setFont(font(scale=scale))
    application.setPalette(palette(theme))
    application.setStyleSheet(stylesheet(theme, scale))


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's own roles, for whatever the stylesheet does not reach."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "p1",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "mark_ink",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Mid: "line",
        QPalette.ColorRole.Dark: "ground",
        QPalette.ColorRole.Shadow: "ground",
    }
    for role, token in roles.items():
        made.setColor(role, theme.qcolor(token))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.qcolor("muted"))
    return made


def stylesheet(theme: Theme, scale: float = 1.0, folder: Path = THEMES) -> str:
    """The stylesheet with every token filled in. Raises `KeyError` for a token that no theme has."""
    words: dict[str, object] = dict(msgspec.structs.asdict(theme.colour))
    ground = QColor(theme.colour.ground)
    words |= {
        "small": round(11 * scale),
        "large": round(15 * scale),
        "figure": round(24 * scale),
        "radius": RADIUS,
        "scrim": f"rgba({ground.red()}, {ground.green()}, {ground.blue()}, 170)",
        **{sign: (folder / f"{theme.name}-{sign}.svg").as_posix() for sign in SIGNS},
    }
    return Template((folder / "console.qss").read_text("utf-8")).substitute(words)
