"""How this room likes its window: theme, language, last workspace and the layout of each, in one small file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.log import logger

FILE = "window.json"
LARGEST = 1_000_000
"""Bytes; a layout takes a few thousand, so anything larger is not ours."""


class Preferences(msgspec.Struct):
    """Attributes: `theme`, `language`, `workspace` (id), `locked` (panels cannot be moved), `motion` (what changed may fade),
    `geometry` and `layouts` (workspace id -> layout) as Qt wrote them, `places` (workspace id -> dock id -> where it stood,
    for the first paint)."""

    theme: str = "dark"
    language: str = "id"
    workspace: str = "situasi"
    locked: bool = False
    motion: bool = True
    geometry: bytes = b""
    layouts: dict[str, bytes] = {}
    places: dict[str, dict[str, tuple[float, float, float, float]]] = {}


def read_preferences(folder: Path) -> Preferences:
    """What was saved in the folder; the defaults when nothing was, or when it cannot be read."""
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        return msgspec.json.decode(path.read_bytes(), type=Preferences)
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError) as error:
        logger().warning("window_preferences_unreadable", path=str(path), why=str(error))
        return Preferences()


def write_preferences(folder: Path, preferences: Preferences) -> None:
    """Save, whole or not at all. A folder that cannot be written is logged; the window closes all the same."""
    path = folder / FILE
    partial = path.with_suffix(".partial")
    try:
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(preferences)))
        partial.replace(path)
    except OSError as error:
        logger().warning("window_preferences_unwritten", path=str(path), why=str(error))
