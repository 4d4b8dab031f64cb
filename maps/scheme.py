"""The `console://` scheme and the flags of the web engine, set before the engine is loaded.

Nothing here imports the web engine: `register()` costs nothing at start-up, `declare()` is called by the first map.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt

SCHEME = b"console"
HOST = "map"
PAGE_URL = "console://map/page.html"

SHUT_IN = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-pings",
)
"""Flags that leave the engine without any address to reach (names and IP literals alike), without WebRTC sockets and
without calls of its own. They alone stop `rel=preconnect`, which neither content policy nor interceptor sees."""


def register(software: bool = False) -> None:
    """Prepare the process for a map. Call before QApplication is made.

    `software` leaves the GPU out, for machines without one and for offscreen runs.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    _add_flags((*SHUT_IN, "--disable-gpu") if software else SHUT_IN)
    if software:
        os.environ.setdefault("QT_QUICK_BACKEND", "software")


def _add_flags(wanted: Sequence[str]) -> None:
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    missing = [_quoted(flag) for flag in wanted if flag not in flags]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join([flags, *missing]).strip()


def _quoted(flag: str) -> str:
    return f'"{flag}"' if " " in flag else flag


def declare() -> None:
    """Make the scheme known to the engine, and see that its flags stand; must come before the first profile.
    Imports the web engine."""
    _add_flags(SHUT_IN)
    from PySide6.QtWebEngineCore import QWebEngineUrlScheme

    if QWebEngineUrlScheme.schemeByName(SCHEME).name().data() == SCHEME:
        return
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
    QWebEngineUrlScheme.registerScheme(scheme)
