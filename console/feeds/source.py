"""Where a feed's bytes come from: an address, read through the guard, or a file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import msgspec
import requests

from console.wire.guard import Guard, Limits
from console.wire.line import cut_calls, new_session

TYPES = frozenset(
    {
        "application/json", "application/geo+json", "application/xml", "text/xml", "text/json", "text/plain",
        "application/octet-stream", "binary/octet-stream",
    }
)  # fmt: skip
"""Content types that open-data servers give to JSON and XML. A web page is none of them."""


class FileUnreadable(Exception):
    """The file named as a source is not there, cannot be opened, or is larger than the cap."""


class Source(msgspec.Struct, frozen=True):
    """An address (http, https) or the path of a file; `{since}` in an address is filled in at each call.

    `seconds` bounds the whole reply, `max_bytes` its size before and after decompression.
    """

    where: str
    seconds: float = 20.0
    max_bytes: int = 16 * 1024 * 1024

    @property
    def is_file(self) -> bool:
        """Whether this is a file on this machine."""
        return urlsplit(self.where).scheme not in ("http", "https")

    def at(self, since: str) -> str:
        """The address to call now, with `since` (an ISO 8601 time) filled in."""
        return self.where.replace("{since}", quote(since, safe=""))


class Fetched(msgspec.Struct, frozen=True):
    """What a source gave: `data` is None when nothing changed since the `etag` that was sent."""

    data: bytes | None
    etag: str
    where: str


class Fetcher:
    """Reads sources, one at a time. Blocks its thread; `stop` ends a call in progress, from any thread."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._session = session or new_session()
        self._guard = Guard(self._session)

    def fetch(self, source: Source, etag: str = "", since: str = "") -> Fetched:
        """Read a source. Raises `console.wire.trouble.Trouble` for an address, `FileUnreadable` for a file."""
        return _read_file(source) if source.is_file else self._call(source, source.at(since), etag)

    def follow(self, source: Source, here: str, link: str) -> Fetched | None:
        """The next page that a page at `here` names; None when it lies on another host, where no page of ours is."""
        target = urljoin(here, link)
        if urlsplit(target)[:2] != urlsplit(here)[:2]:
            return None
        return self._call(source, target, "")

    def stop(self) -> None:
        """End the call in progress, as if the line broke."""
        cut_calls(self._session)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _call(self, source: Source, address: str, etag: str) -> Fetched:
        limits = Limits(seconds=source.seconds, wire=source.max_bytes, plain=source.max_bytes)
        headers = {"If-None-Match": etag} if etag else {}
        reply = self._guard.fetch("GET", address, TYPES, headers=headers, limits=limits)
        if reply.status == 304:
            return Fetched(None, etag, address)
        return Fetched(reply.body, reply.headers.get("ETag", ""), address)


def _read_file(source: Source) -> Fetched:
    path = Path(source.where.removeprefix("file://"))
    try:
        with path.open("rb") as file:
            data = file.read(source.max_bytes + 1)
    except OSError as e:
        raise FileUnreadable(f"{path.name}: {e.strerror}") from e
    if len(data) > source.max_bytes:
        raise FileUnreadable(f"{path.name}: more than {source.max_bytes} bytes")
    return Fetched(data, "", str(path))
