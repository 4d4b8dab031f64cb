"""Whether this machine can run the web engine at all. Chromium ends the whole process when its sandbox cannot start,
so this is asked before the engine is loaded."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from enum import StrEnum


class EngineFault(StrEnum):
    """Why the web engine will not be started."""

    MISSING = "missing"
    ROOT = "root"
    SANDBOX = "sandbox"


def engine_fault() -> EngineFault | None:
    """The reason against starting the engine, or None."""
    if importlib.util.find_spec("PySide6.QtWebEngineCore") is None:
        return EngineFault.MISSING
    if not sys.platform.startswith("linux") or _unboxed():
        return None
    if os.geteuid() == 0:
        return EngineFault.ROOT
    return None if _can_sandbox() else EngineFault.SANDBOX


def _unboxed() -> bool:
    off = os.environ.get("QTWEBENGINE_DISABLE_SANDBOX", "") not in ("", "0")
    return off or "--no-sandbox" in os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split()


def _can_sandbox() -> bool:
    """Try the user namespace that Chromium's sandbox needs; some kernels and distributions forbid it."""
    try:
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "true"], check=False, capture_output=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
