"""A drawn picture in place of a photo, which says in its own pixels that it is one. Pillow is imported when it is drawn."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIZE = (1280, 960)
MARK = "SIMULASI"
_SKY, _GROUND, _WALLS, _INK, _BAND = (148, 160, 172), (84, 88, 90), (112, 116, 120), (245, 245, 245), (20, 23, 27)


def draw_photo(title: str, seed: str) -> bytes:
    """A street of plain blocks with the word SIMULASI across it and `title` under it (JPEG); the same for the same seed."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", SIZE, _SKY)
    draw = ImageDraw.Draw(picture)
    _draw_street(draw, random.Random(seed))
    wide, high = SIZE
    draw.rectangle((0, high * 2 // 5, wide, high * 3 // 5), fill=_BAND)
    draw.text((wide / 2, high / 2), MARK, _INK, ImageFont.load_default(170), anchor="mm")
    draw.rectangle((0, high - 90, wide, high), fill=_BAND)
    draw.text((wide / 2, high - 45), title[:60], _INK, ImageFont.load_default(38), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _draw_street(draw: ImageDraw, chance: random.Random) -> None:
    wide, high = SIZE
    left = 0
    while left < wide:
        right, top = left + chance.randint(110, 230), chance.randint(high // 6, high // 2)
        shade = chance.randint(-24, 24)
        draw.rectangle((left, top, right, high * 3 // 4), fill=tuple(part + shade for part in _WALLS))
        left = right
    draw.rectangle((0, high * 3 // 4, wide, high), fill=_GROUND)
