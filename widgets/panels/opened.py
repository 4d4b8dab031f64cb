"""What is found when a photo or document is opened: by its bytes, whatever was said of it, only to look at."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from console.domain.attachment import PDF, PICTURES, TEXT, Attachment, BlobHere, sniff, visible
from widgets.panels.attached_words import arrived, kind
from widgets.parts.pictures import NOTHING, Picture, decode
from widgets.parts.words import size

MOST_TEXT = 200_000
"""Bytes of a text that are shown; a copy has all."""


class Opened(NamedTuple):
    """What the bytes are: their type ("" for none that is known), the picture, the text as it is shown, and whether there
    is more of it."""

    media: str
    picture: Picture = NOTHING
    text: str = ""
    more: bool = False


async def open_up(data: bytes, bound: int) -> Opened:
    """Look into bytes, off the caller's thread; a picture gets `bound` pixels on its longer side at most."""
    return await asyncio.to_thread(_look, data, bound)


def _look(data: bytes, bound: int) -> Opened:
    media = sniff(data)
    if media in PICTURES:
        return Opened(media, decode(data, bound))
    if media == TEXT:
        text = visible(data[:MOST_TEXT].decode(errors="replace"), keep="\n\t")
        return Opened(media, text=text, more=len(data) > MOST_TEXT)
    return Opened(media)


def why_absent(one: Attachment, here: BlobHere, *, asked: bool, connected: bool) -> str:
    """What is to be said while the bytes are not here: whether they were asked for, and can come now."""
    translate = QCoreApplication.translate
    if not asked:
        said = translate("Opened", "Berkas asli belum ada di ruang ini · {0}")
    elif here.damaged and not connected:
        said = translate("Opened", "Berkas di ruang ini rusak dan disisihkan; datang lagi begitu tersambung · {0}")
    elif here.damaged:
        said = translate("Opened", "Berkas di ruang ini rusak dan disisihkan; diminta lagi dari pusat · {0}")
    elif connected:
        said = translate("Opened", "Berkas asli belum ada di ruang ini; diminta dari pusat · {0}")
    else:
        said = translate("Opened", "Berkas asli belum ada di ruang ini; datang begitu tersambung · {0}")
    return said.format(arrived(here, one.size))


def why_not_shown(one: Attachment, opened: Opened) -> str:
    """What is to be said of bytes that are here; "" for a picture or text as it was said to be, shown whole."""
    return " ".join(said for said in (_otherwise(one, opened), _unseen(opened)) if said)


def _otherwise(one: Attachment, opened: Opened) -> str:
    if opened.media == one.media:
        return ""
    return QCoreApplication.translate("Opened", "Dilampirkan sebagai {0}, isinya {1}.").format(
        one.media.rpartition("/")[2], opened.media.rpartition("/")[2] or kind("")
    )


def _unseen(opened: Opened) -> str:
    translate = QCoreApplication.translate
    if opened.media in PICTURES and not opened.picture.drawn:
        return translate(
            "Opened",
            "Gambar ini tidak dapat ditampilkan; berkasnya utuh seperti saat dilampirkan. Ctrl+S menyimpan salinan.",
        )
    if opened.picture.cut:
        return translate("Opened", "Gambar ini terpotong sejak dilampirkan; sebagian tidak terlihat.")
    if opened.media == PDF:
        return translate("Opened", "Dokumen PDF tidak dibuka di sini. Ctrl+S menyimpan salinan.")
    if opened.more:
        return translate("Opened", "Hanya {0} pertama yang ditampilkan; Ctrl+S menyimpan semuanya.").format(
            size(MOST_TEXT)
        )
    if opened.media in PICTURES or opened.media == TEXT:
        return ""
    return translate("Opened", "Berkas jenis ini tidak ditampilkan. Ctrl+S menyimpan salinan.")
