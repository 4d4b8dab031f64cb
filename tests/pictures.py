"""Small real files of every type that a room takes, made as they are needed."""

from __future__ import annotations

import io

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
SECRET = "Kamera Uji 12"


def photo(width: int = 640, height: int = 480, *, turned: bool = False, grain: int = 0) -> bytes:
    """A JPEG with what cameras write into it: who made it and where. `turned` lies on its side, `grain` makes it large and
    unlike any other."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    if grain:
        picture = Image.effect_noise((width, height), 40 + grain % 50).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = SECRET
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825)[2] = (6.0, 54.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def drawn(kind: str, size: tuple[int, int] = (400, 300)) -> bytes:
    """A picture of another type ("PNG", "WEBP"), half seen through."""
    out = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(out, kind)
    return out.getvalue()
