"""How the program starts without what the first paint need not wait for. Nothing of Qt is imported with this module."""

from __future__ import annotations

import builtins
import gc
import importlib
import sys
from functools import partial
from typing import Any


def start_lightly() -> None:
    """Leave out what the first paint need not wait for.

    That is: collecting cycles (the window does so once it stands); asyncio's own TLS, which nothing here uses (the line
    is `requests` in threads); what msgspec would take from typing_extensions and finds in `typing` just as well;
    and Qt for Python's look through the source text of every module imported after it, for a feature that nobody here asks
    for.
    """
    gc.disable()
    _load_without("ssl", "asyncio")
    _load_without("typing_extensions", "msgspec")
    plain = builtins.__import__
    importlib.import_module("PySide6.QtCore")
    builtins.__import__ = partial(_import_simply, plain, builtins.__import__)


def _load_without(left_out: str, module: str) -> None:
    """Load a module that does without another where that is missing."""
    if module not in sys.modules and left_out not in sys.modules:
        sys.modules[left_out] = None  # type: ignore[assignment]
        importlib.import_module(module)
        del sys.modules[left_out]


def _import_simply(plain: Any, featured: Any, name: str, *rest: Any, **named: Any) -> Any:
    # Only Qt for Python's own import knows all that `*` stands for in its modules: they fill themselves when asked.
    wanted = named.get("fromlist") or (rest[2] if len(rest) > 2 else None) or ()
    importing = featured if "*" in wanted and name.startswith("PySide6") else plain
    return importing(name, *rest, **named)
