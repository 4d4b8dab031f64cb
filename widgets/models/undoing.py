"""How taking back is offered and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from widgets.parts.words import field, status

if TYPE_CHECKING:
    from console.domain.views import Undone
    from console.room import Room


def with_offer(room: Room, subject: str, said: str) -> str:
    """What was just done, and that Ctrl+Z takes it back where it does."""
    if not room.can_undo(subject):
        return said
    return f"{said} · " + QCoreApplication.translate("Undo", "Ctrl+Z membatalkan · 10 dtk")


def undone_words(undone: Undone) -> str:
    """What stands again."""
    if "status" in undone.fields:
        back = status(undone.fields["status"].strip('"'))
        return QCoreApplication.translate("Undo", "Dibatalkan: {0} kembali {1}").format(undone.title, back)
    names = ", ".join(field(name) for name in sorted(undone.fields))
    return QCoreApplication.translate("Undo", "Dibatalkan: {0}, {1} seperti semula").format(undone.title, names)
