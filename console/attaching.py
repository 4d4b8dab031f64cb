"""Attaching a photo or a document: what is looked at before it is kept, and the order in which it is kept."""

from __future__ import annotations

import asyncio

import msgspec

from console.domain.attachment import ATTACHED, MAX_MB, MAX_SIZE, PICTURES, Thumb, body, sniff
from console.domain.drafts import Draft
from console.domain.refusals import Refused
from console.pictures import MAX_MEGAPIXELS, Looked, TooManyPixels, look
from console.store import blobs


class Parcel(msgspec.Struct, frozen=True):
    """A file ready to be kept: the blobs by name (its bytes, then its thumbnail's where it has one), and the entry to be
    that names them."""

    blobs: dict[str, bytes]
    said: Draft


async def pack(subject: str, name: str, data: bytes, note: str) -> Parcel:
    """Look at a file, off the caller's thread. Raises Refused for one that is too big or of a type that is not taken."""
    if len(data) > MAX_SIZE:
        raise Refused("too_big", str(MAX_MB))
    return await asyncio.to_thread(_pack, subject, name, data, note)


def _pack(subject: str, name: str, data: bytes, note: str) -> Parcel:
    media = sniff(data)
    if not media:
        raise Refused("bad_type")
    looked = _look(data) if media in PICTURES else Looked()
    sha, named = blobs.sha256(data), blobs.sha256(looked.thumb)
    thumb = Thumb(named, len(looked.thumb)) if looked.thumb else None
    said = Draft(ATTACHED, subject, body(sha, len(data), media, name, thumb, (looked.width, looked.height), note))
    return Parcel({sha: data, **({named: looked.thumb} if thumb else {})}, said)


def _look(data: bytes) -> Looked:
    try:
        return look(data)
    except TooManyPixels as bomb:
        raise Refused("too_many_pixels", str(MAX_MEGAPIXELS)) from bomb
