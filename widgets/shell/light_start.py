"""How the program starts without what the first paint need not wait for. Nothing of Qt is imported with this module."""

from __future__ import annotations

import builtins
import gc
import importlib
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

HERE = Path(__file__).parent
QT_SUPPORT = "shibokensupport/"
STUB_WRITERS = (f"{QT_SUPPORT}signature/lib/pyi_generator.py", f"{QT_SUPPORT}signature/lib/enum_sig.py")
"""What Qt for Python writes its `.pyi` files with, and loads with every program."""


def start_lightly() -> None:
    """Leave out what the first paint need not wait for.

    That is: collecting cycles (the window does so once it stands); asyncio's own TLS, which nothing here uses (the line
    is `requests` in threads); what msgspec would take from typing_extensions and finds in `typing` just as well;
    compiling Qt for Python's support modules once more; and Qt for Python's look through the source text of every module
    imported after it, for a feature that nobody here asks for.
    """
    gc.disable()
    _load_without("ssl", "asyncio")
    _load_without("typing_extensions", "msgspec")
    plain = builtins.__import__
    with qt_support_kept():
        importlib.import_module("PySide6.QtCore")
    builtins.__import__ = partial(_import_simply, plain, builtins.__import__)


def _load_without(left_out: str, module: str) -> None:
    """Load a module that does without another where that is missing."""
    if module not in sys.modules and left_out not in sys.modules:
        sys.modules[left_out] = None  # type: ignore[assignment]
        importlib.import_module(module)
        del sys.modules[left_out]


@contextmanager
def qt_support_kept() -> Iterator[None]:
    """Let Qt for Python's support modules, which it carries as text and compiles at every start, be kept compiled beside
    this module, as Python keeps any other; its writers of stub files stay empty."""
    plain = builtins.compile

    def kept(source: bytes, name: str, mode: str, *rest: Any, **named: Any) -> Any:
        if not name.startswith(QT_SUPPORT):
            return plain(source, name, mode, *rest, **named)
        return compiled_once(name, b"" if name in STUB_WRITERS else source)

    builtins.compile = kept  # type: ignore[assignment]
    try:
        yield
    finally:
        builtins.compile = plain


def compiled_once(name: str, source: bytes) -> CodeType:
    """The code of a text that lies in no file of its own: as it is kept, or compiled and kept where that can be."""
    code = _Kept(name, source).get_code(name)
    assert code is not None
    return code


class _Kept(SourceFileLoader):
    """Keeps what it compiled for as long as the text stays the same."""

    def __init__(self, name: str, source: bytes) -> None:
        super().__init__(name, str(HERE / name.replace("/", ".")))
        self._source = source

    def path_stats(self, path: str) -> dict[str, int]:
        """What the kept file is known by: the text itself stands for the time of its change."""
        return {"mtime": zlib.crc32(self._source), "size": len(self._source)}

    def get_data(self, path: str) -> bytes:
        """The text, or what the kept file holds."""
        return self._source if path == self.path else super().get_data(path)


def _import_simply(plain: Any, featured: Any, name: str, *rest: Any, **named: Any) -> Any:
    # Only Qt for Python's own import knows all that `*` stands for in its modules: they fill themselves when asked.
    wanted = named.get("fromlist") or (rest[2] if len(rest) > 2 else None) or ()
    importing = featured if "*" in wanted and name.startswith("PySide6") else plain
    return importing(name, *rest, **named)
