"""Everything an operator can do by name or key: one register feeds the palette, the shortcuts and the key sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Command(msgspec.Struct, frozen=True):
    """One thing to do: its id ("incident.new"), its title in the operator's words, its key ("Ctrl+N", "" for none) and
    what it runs. `group` heads it in the key sheet; `scope` "window" works everywhere, "panel" while its panel has the
    focus. Neighbours of one `family` share a row of the key sheet, under that title.
    """

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    group: str = ""
    scope: Literal["window", "panel"] = "window"
    family: str = ""

    @property
    def keys(self) -> str:
        """The key as the keyboard names it ("Ctrl+N")."""
        return QKeySequence(self.shortcut).toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")


class Commands(QObject):
    """The register. Signals: `changed()` when commands come or go. Attribute: `enabled`, False while nobody may act."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.enabled = True
        self._known: dict[str, Command] = {}
        self._always: set[str] = set()

    def add(self, command: Command, owner: QWidget, always: bool = False) -> None:
        """Take in a command whose key works in `owner` (its window, or the panel alone); goes when `owner` goes.

        `always` lets it run while nobody is logged in.
        """
        self._known[command.id] = command
        if always:
            self._always.add(command.id)
        owner.destroyed.connect(lambda: self._on_owner_gone(command))
        if command.shortcut:
            self._bind(command, owner)
        self.changed.emit()

    def run(self, command_id: str) -> bool:
        """Run a command by id; False when it is not known or nobody may act now."""
        command = self._known.get(command_id)
        if command is None or not (self.enabled or command_id in self._always):
            return False
        command.run()
        return True

    def all(self) -> list[Command]:
        """Every command that can be run now, by group, each in the order of its coming."""
        able = [c for c in self._known.values() if self.enabled or c.id in self._always]
        groups = list(dict.fromkeys(command.group for command in able))
        return sorted(able, key=lambda command: groups.index(command.group))

    def _bind(self, command: Command, owner: QWidget) -> None:
        keys = [command.shortcut]
        if "Return" in command.shortcut:
            # The Enter of the number pad is another key to Qt, not to a person.
            keys.append(command.shortcut.replace("Return", "Enter"))
        shortcut = QShortcut(owner)
        shortcut.setKeys([QKeySequence(key) for key in keys])
        shortcut.setContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if command.scope == "panel"
            else Qt.ShortcutContext.WindowShortcut
        )
        shortcut.activated.connect(lambda: self.run(command.id))

    def _on_owner_gone(self, command: Command) -> None:
        if self._known.get(command.id) is command:
            del self._known[command.id]
