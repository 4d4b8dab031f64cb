"""What a photo or document is, and where its bytes are, in words that claim no more than this room knows."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from console.domain.attachment import PDF, PICTURES, TEXT, Attachment, BlobHere
from widgets.parts.words import size

ICONS = {PDF: "file-pdf-box", TEXT: "file-document-outline"}


class Lying(NamedTuple):
    """Where the bytes are, in words, and whether that needs eyes."""

    words: str
    abnormal: bool = False


def kind(media: str) -> str:
    """What it is, by its type."""
    if media in PICTURES:
        return QCoreApplication.translate("Attached", "foto")
    return {
        PDF: QCoreApplication.translate("Attached", "dokumen PDF"),
        TEXT: QCoreApplication.translate("Attached", "teks"),
    }.get(media, QCoreApplication.translate("Attached", "berkas"))


def kind_icon(media: str, broken: bool = False) -> str:
    """The icon that stands where there is no picture."""
    if media in PICTURES:
        return "image-broken-variant" if broken else "image-outline"
    return ICONS.get(media, "file-outline")


def shown_name(one: Attachment) -> str:
    """Its name; one that came without any is called by what it is."""
    return one.name or QCoreApplication.translate("Attached", "{0} tanpa nama").format(kind(one.media))


def lying(one: Attachment, here: BlobHere) -> Lying:
    """Where the bytes are. At the centre only once it has the entry and the bytes."""
    translate = QCoreApplication.translate
    if here.complete and here.central and one.n is not None:
        return Lying(translate("Attached", "tersimpan di pusat"))
    if here.complete:
        return Lying(translate("Attached", "tersimpan di ruang ini"))
    coming = _coming(here, one.size)
    if here.damaged:
        damaged = translate("Attached", "rusak")
        return Lying(f"{damaged} · {coming}" if coming else damaged, abnormal=True)
    return Lying(coming or translate("Attached", "belum diunduh · {0}").format(size(one.size)))


def arrived(here: BlobHere, said: int) -> str:
    """How much of it is here: `40 % dari 2,3 MB`, or only how large it is said to be (bytes)."""
    if not here.have:
        return size(here.size or said)
    return QCoreApplication.translate("Attached", "{0} % dari {1}").format(_share(here, said), size(here.size or said))


def _coming(here: BlobHere, said: int) -> str:
    if here.have:
        return QCoreApplication.translate("Attached", "mengunduh {0} %").format(_share(here, said))
    return QCoreApplication.translate("Attached", "diminta · {0}").format(size(said)) if here.wanted else ""


def _share(here: BlobHere, said: int) -> int:
    """Per cent, rounded down: it is not all here before it is."""
    return min(99, 100 * here.have // max(here.size or said, 1))
