"""Waiting for the program's own windows, and for what they do, on a running loop; and the room that they left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.cities.read import read_city
from console.domain.clock import SystemClock
from console.room import Room, known_pack, open_room
from widgets.shell.window import ConsoleWindow

PATIENCE_S = 20


async def shown_window(qapp: QApplication, beside: ConsoleWindow | None = None) -> ConsoleWindow:
    """The window that is shown, other than the one it may be `beside`."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for one in qapp.topLevelWidgets():
                if isinstance(one, ConsoleWindow) and one.isVisible() and one is not beside:
                    return one
            await asyncio.sleep(0.02)


async def holding(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.02)


def opened(folder: Path) -> Room:
    """The room of a folder."""
    pack = known_pack(folder)
    assert pack is not None
    return open_room(folder, read_city(pack), SystemClock())
