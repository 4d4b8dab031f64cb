"""Every colour, size and font that a widget may use, read from one file per theme (JSON: a reader of TOML would keep the
first paint waiting)."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QPainter

THEMES = Path(__file__).resolve().parents[2] / "resources" / "themes"
FAMILY = "Inter"
BASE_PX = 13
STEP = 4
"""Spacing goes in steps of this many pixels."""
RADIUS = 6
"""Corners of panels, fields and buttons, in pixels."""
ICON_PX = 18


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours as `#RRGGBB`, named by what they are for. `ramp` runs from no load on the map and in
    ranked strips to much: data, not alarm."""

    ground: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    accent: str
    accent_ground: str
    p1: str
    p2: str
    p3: str
    p4: str
    mark_ink: str
    alarm_ground: str
    ok: str
    trace: str
    stale_hatch: str
    land: str
    land_line: str
    ramp: tuple[str, ...]


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One look of the whole console: its name, whether it is dark, and its colours."""

    name: str
    dark: bool
    colour: Colours

    def qcolor(self, token: str, alpha: float = 1.0) -> QColor:
        """The colour of a token ("panel", "p1", …) with an opacity from 0 to 1."""
        found = QColor(getattr(self.colour, token))
        found.setAlphaF(alpha)
        return found

    def fill(self, painter: QPainter, box: QRect | QRectF, token: str) -> None:
        """Fill a box with the colour of a token. (`fillRect`, and a brush made from a colour, have Qt for Python load 182
        named gradients, to find that it is none.)"""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.qcolor(token))
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def priority(self, priority: int) -> QColor:
        """The colour of priority 1 (gravest) to 4; anything else looks like 4."""
        return self.qcolor(f"p{priority}" if 1 <= priority <= 4 else "p4")


def read_theme(name: str, folder: Path = THEMES) -> Theme:
    """The theme of that name ("dark", "light"). Raises `FileNotFoundError` or `msgspec.ValidationError`."""
    return msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Theme)


def font(px: int = BASE_PX, weight: QFont.Weight = QFont.Weight.Normal, scale: float = 1.0) -> QFont:
    """The console's font with tabular figures, `px` pixels high times `scale`."""
    made = QFont(FAMILY)
    made.setPixelSize(round(px * scale))
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def font_missing() -> bool:
    """Whether the machine lacks the console's font, so that another stands in."""
    return QFontInfo(QFont(FAMILY)).family() != FAMILY


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours, 1 to 21 (WCAG 2.2, definition of "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
