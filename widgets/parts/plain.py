"""Text from outside as text: Qt takes a tool tip that looks like markup for markup, and has no switch against it."""

from __future__ import annotations


def plain_tip(text: str) -> str:
    """The text for `setToolTip`, shown as it is whatever it holds; "" stays "" (no tool tip)."""
    # All that markup needs to be told from text; Python's own way loads 2,000 names of characters first.
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{shown}</span>" if shown else ""
