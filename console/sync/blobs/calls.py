"""The calls that move photos and documents to and from the centre, piece by piece, on a lane of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import msgspec

from console.domain.attachment import MAX_SIZE
from console.sync.client import Client
from console.wire import codec
from console.wire.guard import Garbled, Guard, Limits, Received, Rejected, Reply
from console.wire.messages import BLOB_TYPE, MEDIA_TYPE, BlobState, MissingBlobs

CALL_S = 60.0
"""A piece is meant to take two seconds; a call that takes this long is not going to be answered."""
_SPARE = 4096
_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_DIGEST = 32


class Piece(msgspec.Struct, frozen=True):
    """Bytes of a blob of `size` bytes, and the reply that they came in, where the line is measured."""

    data: bytes
    size: int
    reply: Reply | None = None


class Source(Protocol):
    """Whoever may have a blob."""

    async def piece(self, name: str, start: int, length: int) -> Piece | None:
        """At most `length` bytes from `start` on; None when it has no such blob. Raises Trouble."""


class BlobCalls:
    """The centre's side of blobs, as one room's client asks for it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def state(self, name: str, proved: bool = False) -> Received[BlobState] | None:
        """How much of a blob the centre has, None when nothing. `proved`: it is to look at the bytes first, since they came
        wrong."""
        url = f"{self._client.url}/v1/blobs/{name}/state" + ("?proved=true" if proved else "")
        try:
            return await self._client.bulk.run(
                lambda guard: guard.call("GET", url, BlobState, None, self._client.said(), _limits(0))
            )
        except Rejected as rejected:
            if rejected.status == 404:
                return None
            raise

    async def put(self, name: str, start: int, size: int, piece: bytes) -> Received[BlobState]:
        """Send a piece; where the centre is then, also when it is elsewhere than `start`."""
        last = start + len(piece) - 1
        said = {"Content-Type": BLOB_TYPE, "Content-Range": f"bytes {start}-{last}/{size}", **self._client.said()}
        url = f"{self._client.url}/v1/blobs/{name}"
        try:
            return await self._client.bulk.run(lambda guard: _put(guard, url, piece, said))
        except Rejected as rejected:
            found = await self.state(name) if rejected.status == 409 else None
            if found is None:
                raise
            return found

    async def piece(self, name: str, start: int, length: int) -> Piece | None:
        """See Source."""
        said = {"Range": f"bytes={start}-{start + length - 1}", "Accept": BLOB_TYPE, **self._client.said()}
        url = f"{self._client.url}/v1/blobs/{name}"
        try:
            reply = await self._client.bulk.run(
                lambda guard: guard.fetch("GET", url, frozenset({BLOB_TYPE}), b"", said, _limits(length))
            )
        except Rejected as rejected:
            if rejected.status == 404:
                return None
            raise
        return Piece(reply.body, _whole_size(reply, start), reply)

    async def missing(self, after: str) -> Received[MissingBlobs]:
        """What entries name and the centre does not have."""
        url = f"{self._client.url}/v1/missing" + (f"?after={after}" if after else "")
        return await self._client.bulk.run(
            lambda guard: guard.call("GET", url, MissingBlobs, None, self._client.said(), _limits(0))
        )


def names_in(page: MissingBlobs) -> list[str]:
    """The names on a page of missing ones; Garbled when it is cut."""
    if len(page.names) % _DIGEST:
        raise Garbled("half a name")
    return [page.names[k : k + _DIGEST].hex() for k in range(0, len(page.names), _DIGEST)]


def _limits(length: int) -> Limits:
    most = max(length + _SPARE, codec.MAX_WIRE if not length else 0)
    return Limits(seconds=CALL_S, wire=most, plain=most)


def _put(guard: Guard, url: str, piece: bytes, said: Mapping[str, str]) -> Received[BlobState]:
    reply = guard.fetch("PUT", url, frozenset({MEDIA_TYPE}), piece, said, _limits(0))
    try:
        return Received(codec.parse(reply.body, BlobState), reply)
    except codec.Malformed as error:
        raise Garbled(str(error)) from error


def _whole_size(reply: Reply, start: int) -> int:
    """How large the whole blob is, from a reply that must begin where it was asked to."""
    if reply.status == 200 and start == 0 and reply.body:
        return len(reply.body)
    place = _RANGE.fullmatch(reply.headers.get("Content-Range", ""))
    if place is None or reply.status != 206:
        raise Garbled("no range")
    first, last, size = (int(part) for part in place.groups())
    if (first, last) != (start, start + len(reply.body) - 1) or not last < size <= MAX_SIZE:
        raise Garbled("another range")
    return size
