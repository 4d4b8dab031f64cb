"""What is looked at in a picture before it is kept: how many pixels it has, and the thumbnail that goes first on a thin line.

The file itself is never changed and never run. Pillow is imported when the first picture comes.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from types import ModuleType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 320
"""Pixels of a thumbnail's longer side, at most."""
MOST_BYTES = 12 * 1024
QUALITIES = (70, 55, 40, 25)
MAX_MEGAPIXELS = 64
"""More than this is refused: a picture is laid out in memory with 4 bytes a pixel wherever it is shown."""
_PAPER = (255, 255, 255, 255)
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
"""The EXIF tag that says how the camera was held, and its values for "on its side"."""
_BROKEN = (
    OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, MemoryError, struct.error,
)  # fmt: skip
"""What Pillow's readers raise for broken files is not one family; the file is kept whatever they say."""
_importing = threading.Lock()


class TooManyPixels(Exception):
    """A picture that would fill the memory of whoever opens it."""


class Looked(msgspec.Struct, frozen=True):
    """What a picture turned out to be: pixels as it is shown upright (0 when it cannot be read) and the thumbnail's bytes
    (JPEG, b"" for none)."""

    width: int = 0
    height: int = 0
    thumb: bytes = b""


def look(data: bytes) -> Looked:
    """Read a JPEG, PNG or WebP. One that cannot be decoded has no pixels and no thumbnail; raises TooManyPixels before
    anything large is laid out."""
    pillow = _pillow()
    try:
        return _look(pillow, data)
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning) as bomb:
        raise TooManyPixels from bomb
    except _BROKEN:
        return Looked()


def _pillow() -> ModuleType:
    from PIL import Image

    with _importing:
        Image.MAX_IMAGE_PIXELS = MAX_MEGAPIXELS * 1_000_000
        warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    return Image


def _look(pillow: ModuleType, data: bytes) -> Looked:
    from PIL import ImageOps

    with pillow.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
        width, height = opened.size
        if opened.getexif().get(_ORIENTATION) in _LYING:
            width, height = height, width
        # Scaled before it is turned: a JPEG is then not even decoded in full.
        opened.thumbnail((SIDE, SIDE))
        upright = ImageOps.exif_transpose(opened)
    return Looked(width, height, _jpeg(_on_paper(pillow, upright)))


def _on_paper(pillow: ModuleType, picture: Image) -> Image:
    """Without transparency, which JPEG has not."""
    seen = picture.convert("RGBA")
    paper: Image = pillow.new("RGBA", seen.size, _PAPER)
    paper.alpha_composite(seen)
    return paper.convert("RGB")


def _jpeg(picture: Image) -> bytes:
    """Only pixels: place, time and camera of the original stay in the original."""
    made = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        made = out.getvalue()
        if len(made) <= MOST_BYTES:
            break
    return made
