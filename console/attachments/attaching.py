"""Attaching a photo or a document: what is looked at before it is kept, and the order in which it is kept."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from console.attachments.pictures import MAX_MEGAPIXELS, Looked, TooManyPixels, look
from console.domain.attachment import ATTACHED, MAX_MB, MAX_SIZE, PICTURES, Thumb, body, sniff
from console.domain.drafts import Draft
from console.domain.refusals import Refused
from console.store.blobs.blob_file import sha256

if TYPE_CHECKING:
    from console.store.store import Store

T = TypeVar("T")


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


async def keep(store: Store, parcel: Parcel, write: Callable[[Draft], Awaitable[T]]) -> T:
    """Keep a parcel: the bytes first, then the entry that names them, by `write`; what that gives. Raises StoreFull."""
    with store.blobs.holding(parcel.blobs):
        await store.blobs.put(*parcel.blobs.values())
        return await write(parcel.said)


async def read_file(path: Path) -> bytes:
    """A file's bytes, off the caller's thread. Raises Refused for one that is too big, before it is read, and for what is
    no file or cannot be read."""
    return await asyncio.to_thread(_read, path)


def _read(path: Path) -> bytes:
    try:
        # Not even opening may wait: a pipe has no other end.
        place = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(place, "rb") as file:
            about = os.fstat(place)
            if not stat.S_ISREG(about.st_mode):
                raise Refused("unreadable")
            # One that grows meanwhile is not believed either.
            data = file.read(MAX_SIZE + 1) if about.st_size <= MAX_SIZE else b""
    except (OSError, ValueError) as error:
        raise Refused("unreadable") from error
    if len(data) > MAX_SIZE or about.st_size > MAX_SIZE:
        raise Refused("too_big", str(MAX_MB))
    return data


def _pack(subject: str, name: str, data: bytes, note: str) -> Parcel:
    media = sniff(data)
    if not media:
        raise Refused("bad_type")
    looked = _look(data) if media in PICTURES else Looked()
    sha, named = sha256(data), sha256(looked.thumb)
    thumb = Thumb(named, len(looked.thumb)) if looked.thumb else None
    said = Draft(ATTACHED, subject, body(sha, len(data), media, name, thumb, (looked.width, looked.height), note))
    return Parcel({sha: data, **({named: looked.thumb} if thumb else {})}, said)


def _look(data: bytes) -> Looked:
    try:
        return look(data)
    except TooManyPixels as bomb:
        raise Refused("too_many_pixels", str(MAX_MEGAPIXELS)) from bomb
