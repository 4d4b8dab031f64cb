"""Forms keep plain keys to themselves, so that no single-letter command runs from inside one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

_PASS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keep_plain_keys(event: QEvent) -> bool:
    """Take a key that would run a shortcut, unless Ctrl or Alt is held; True when it was taken. For `QWidget.event`."""
    overridable = isinstance(event, QKeyEvent) and not event.modifiers() & _PASS
    if overridable and event.type() == QEvent.Type.ShortcutOverride:
        event.accept()
        return True
    return False


def form_key(event: QKeyEvent, escape: Callable[[], object], submit: Callable[[], object]) -> None:
    """Escape goes back, Enter does it. For `QWidget.keyPressEvent`."""
    if event.key() == Qt.Key.Key_Escape:
        escape()
    elif event.key() in _ENTER:
        submit()
