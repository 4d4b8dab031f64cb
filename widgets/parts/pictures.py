"""Pictures from anywhere, drawn safely: by the type that their bytes say, never by a name, within a bound of memory.

Call these off the window's thread; Qt lets other threads run while it decodes.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLoggingCategory, QSize
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from console.attachments.pictures import MAX_MEGAPIXELS
from console.domain.attachment import MAX_SIZE, sniff

FORMATS = {"image/jpeg": b"jpeg", "image/png": b"png", "image/webp": b"webp"}
MOST_MB = MAX_MEGAPIXELS * 4
"""What one picture may take in memory: as many pixels as a room attaches, with 4 bytes each."""
MOST_SHOWN = 24_000_000
"""Pixels of the sharpest picture that is laid out; a larger one is scaled down to it while it is read."""
THUMB_PX = 320


class Picture(NamedTuple):
    """A picture as far as it was decoded: the pixels laid out (null when it cannot be drawn), its true size upright, and
    whether the file ends before the picture does."""

    image: QImage
    size: QSize
    cut: bool = False

    @property
    def drawn(self) -> bool:
        """Whether there is anything to show."""
        return not self.image.isNull()


NOTHING = Picture(QImage(), QSize())


def decode(data: bytes, bound: int) -> Picture:
    """Lay out a picture so that its longer side has at most `bound` pixels. What cannot or must not be drawn is NOTHING."""
    named = FORMATS.get(sniff(data))
    if named is None:
        return NOTHING
    QImageReader.setAllocationLimit(MOST_MB)
    # What is wrong with a citizen's file is said on screen; in the diary it would be noise.
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false")
    held = QByteArray(data)
    device = QBuffer(held)
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device, QByteArray(named))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    lying = reader.size()
    if not lying.isValid() or _area(lying) > MAX_MEGAPIXELS * 1_000_000:
        return NOTHING
    scaled = _within(lying, bound)
    if scaled != lying:
        reader.setScaledSize(scaled)
    image = reader.read()
    turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
    return Picture(image, lying.transposed() if turned else lying, named == b"jpeg" and _cut(data))


def thumbnail(data: bytes) -> QImage:
    """A small picture (a null one when it cannot be drawn)."""
    return decode(data, THUMB_PX).image


def as_png(image: QImage) -> bytes:
    """A picture without a file, as a clipboard gives it, as one: PNG, or JPEG where that would be too large to attach."""
    made = _written(image, "PNG", -1)
    return made if len(made) <= MAX_SIZE else _written(image, "JPEG", 92)


def _cut(jpeg: bytes) -> bool:
    """Whether no end follows the last scan: neither mark can stand inside a scan (ITU-T T.81, B.1.1)."""
    return jpeg.rfind(b"\xff\xd9") < jpeg.rfind(b"\xff\xda")


def _written(image: QImage, kind: str, quality: int) -> bytes:
    held = QByteArray()
    device = QBuffer(held)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(device, kind, quality)  # type: ignore[call-overload]
    return bytes(held.data())


def _within(size: QSize, bound: int) -> QSize:
    share = min(1.0, bound / max(size.width(), size.height(), 1), (MOST_SHOWN / max(_area(size), 1)) ** 0.5)
    return QSize(max(1, round(size.width() * share)), max(1, round(size.height() * share)))


def _area(size: QSize) -> int:
    return size.width() * size.height()
