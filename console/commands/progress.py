"""How far a long command is, on a terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_PATIENCE_S = 1.0
_WIDTH = 24


class ProgressLine:
    """One line on a terminal that says how far something is, once it takes more than a second; silent elsewhere."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._began = time.monotonic()
        self._shown = False

    def __call__(self, fraction: float, what: str) -> None:
        """Show how far it is (0 to 1); at 1 the line goes away."""
        if not self._out.isatty() or (not self._shown and time.monotonic() - self._began < _PATIENCE_S):
            return
        if fraction >= 1:
            self._out.write("\r\x1b[K")
        else:
            bar = "#" * round(fraction * _WIDTH)
            self._out.write(f"\r\x1b[K[{bar:<{_WIDTH}}] {fraction:4.0%} {what}")
        self._shown = fraction < 1
        self._out.flush()
