"""Answers `console://map/…`: a fixed list of files from memory and installed packages, never a path on disk."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler

from maps.policy import POLICY
from maps.scheme import HOST

_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "png": "image/png"}

HEADERS = {
    b"Content-Security-Policy": POLICY.encode(),
    b"X-Content-Type-Options": b"nosniff",
    b"Referrer-Policy": b"no-referrer",
    b"X-DNS-Prefetch-Control": b"off",
}


def assets() -> dict[str, bytes]:
    """Every file the page may ask for, by name: our script and dress, Leaflet 1.9 (BSD-2) and Qt's channel script."""
    leaflet = resources.files("xstatic.pkg.leaflet") / "data"
    ours = resources.files("maps")
    found: dict[str, Traversable] = {name: leaflet / name for name in ("leaflet.js", "leaflet.css")}
    found |= {name: ours / name for name in ("folio.js", "folio.css")}
    found |= {f"images/{image.name}": image for image in (leaflet / "images").iterdir()}
    return {name: file.read_bytes() for name, file in found.items()} | {"qwebchannel.js": _channel_script()}


def _multi(headers: Mapping[bytes, bytes]) -> Any:
    """Headers as PySide wants a QMultiMap (its annotation leaves out the lists)."""
    return {QByteArray(name): [QByteArray(value)] for name, value in headers.items()}


def _channel_script() -> bytes:
    import PySide6.QtWebChannel  # noqa: F401  (brings the script into Qt's resources)

    script = QFile(":/qtwebchannel/qwebchannel.js")
    if not script.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError("qwebchannel.js is not in Qt's resources")
    return bytes(script.readAll().data())


class PageServer(QWebEngineUrlSchemeHandler):
    """Serves the page and its assets. `refused` counts requests for anything else."""

    def __init__(self, page: Mapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = {name: text.encode() for name, text in page.items()} | assets()
        self.refused = 0

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request by exact name; GET only."""
        url, name = job.requestUrl(), job.requestUrl().path().removeprefix("/")
        if url.host() != HOST or job.requestMethod() != b"GET" or name not in self._files:
            self.refused += 1
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)
        buffer.setData(self._files[name])
        job.setAdditionalResponseHeaders(_multi(HEADERS))
        job.reply(_TYPES[name.rpartition(".")[2]].encode(), buffer)
