"""What a hand gives to attach: files chosen, and what a clipboard or a drag carries. Nothing is fetched from an address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtGui import QImage

from console.attachments.attaching import read_file
from widgets.models.attaching import Given
from widgets.parts.pictures import FORMATS, as_png


def from_files(paths: Sequence[str]) -> list[Given]:
    """Files on this machine."""
    return [Given(Path(path).name, _reader(Path(path))) for path in paths]


def carries(mime: QMimeData) -> bool:
    """Whether there may be something to attach in it."""
    return any(url.isLocalFile() for url in mime.urls()) or mime.hasImage()


def from_mime(mime: QMimeData) -> list[Given]:
    """The files that it names, else the picture that it holds."""
    files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    if files:
        return from_files(files)
    named = QCoreApplication.translate("Given", "Gambar tempelan")
    for media in FORMATS:
        data = bytes(mime.data(media).data()) if mime.hasFormat(media) else b""
        if data:
            return [Given(named, _ready(data))]
    image = mime.imageData() if mime.hasImage() else None
    return [Given(named, _written(image))] if isinstance(image, QImage) and not image.isNull() else []


def _reader(path: Path) -> Callable[[], Coroutine[Any, Any, bytes]]:
    return lambda: read_file(path)


def _ready(data: bytes) -> Callable[[], Coroutine[Any, Any, bytes]]:
    async def read() -> bytes:
        return data

    return read


def _written(image: QImage) -> Callable[[], Coroutine[Any, Any, bytes]]:
    return lambda: asyncio.to_thread(as_png, image)
