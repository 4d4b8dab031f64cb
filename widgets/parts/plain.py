"""Text from outside as text: Qt takes a tool tip that looks like markup for markup, and has no switch against it."""

from __future__ import annotations

import html


def plain_tip(text: str) -> str:
    """The text for `setToolTip`, shown as it is whatever it holds; "" stays "" (no tool tip)."""
    return f"<span>{html.escape(text)}</span>" if text else ""
