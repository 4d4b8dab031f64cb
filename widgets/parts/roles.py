"""Giving a widget another role in the stylesheet while it is on screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def set_role(widget: QWidget, role: str) -> None:
    """Let it look as the stylesheet says of `role`; Qt looks at the role only when told to."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
