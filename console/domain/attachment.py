"""Photos and documents on an incident: what an entry says of one, which files are taken, and the names they may carry.

An entry names the bytes by their SHA-256; the bytes travel apart. What a file is follows from its first bytes, never from
its name, and a name is text to read: nothing is ever opened by it.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Annotated

import msgspec

from console.domain.entry import Entry, read_json
from console.domain.journal import counting
from console.domain.order import OrderView

ATTACHED = "incident.attached"
MAX_MB = 16
MAX_SIZE = MAX_MB * 1024 * 1024
MAX_THUMB = 64 * 1024
"""A thumbnail is about 10 kB; an entry that names a larger one is folded as if it named none."""
MAX_NAME = 120
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PDF, TEXT = "application/pdf", "text/plain"
TAKEN = PICTURES | {PDF, TEXT}
UNKNOWN = "application/octet-stream"
"""What a type that is none of these reads as: kept, and shown by nothing."""
SHA = re.compile(r"[0-9a-f]{64}")
_PATHS = re.compile(r"[\\/:]")

Sha = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Side = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Thumb(msgspec.Struct, frozen=True):
    """The small picture of a larger one: its SHA-256 and bytes."""

    sha256: Sha
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_THUMB)]


class _Named(msgspec.Struct):
    """What an entry must say for there to be an attachment at all."""

    sha256: Sha
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_SIZE)]


class Attachment(msgspec.Struct, frozen=True):
    """One photo or document of an incident: the entry that names it, the bytes' SHA-256 and how many they are, the type,
    the name to show, the thumbnail's SHA-256 ("" for none), pixels (0: no picture), when it was attached (ms since epoch
    UTC) and by whom, and the centre's number (None while the centre has not confirmed the entry)."""

    entry: str
    sha256: str
    size: int
    media: str
    name: str
    thumb: str
    width: int
    height: int
    at: int
    actor: str
    n: int | None
    note: str = ""


class Naming(msgspec.Struct, frozen=True):
    """One blob that one entry names: for the list of what this room ought to have. `counts` is False for a void entry."""

    entry: str
    thumb: bool
    sha256: str
    size: int
    media: str
    counts: bool


class BlobHere(msgspec.Struct, frozen=True):
    """How much of a blob this room holds: bytes `have` of `size` (0: nothing here names it), whether it is whole, whether
    it waits to be fetched because somebody asked, whether the centre is known to have it, whether any entry names it, and
    whether what lay here turned out to be damaged and nothing good has come in its place."""

    have: int = 0
    size: int = 0
    complete: bool = False
    wanted: bool = False
    central: bool = False
    named: bool = False
    damaged: bool = False


class BlobCount(msgspec.Struct, frozen=True):
    """Blobs and their bytes."""

    count: int = 0
    size: int = 0


class BlobQueue(msgspec.Struct, frozen=True):
    """What still has to move: to the centre, and to this room."""

    thumbs_up: BlobCount = BlobCount()
    originals_up: BlobCount = BlobCount()
    thumbs_down: BlobCount = BlobCount()
    originals_down: BlobCount = BlobCount()

    @property
    def unsent(self) -> int:
        """Bytes that the centre is not known to have."""
        return self.thumbs_up.size + self.originals_up.size


def attachments(entries: Sequence[Entry], order: OrderView) -> tuple[Attachment, ...]:
    """What counts as attached among one subject's entries, as written in time. Total: an entry that names no bytes is
    folded around, an impossible detail of it left out."""
    if not any(e.kind == ATTACHED for e in entries):
        return ()
    found = (_attachment(c.by, c.origin, order) for c in counting(entries, order) if c.origin.kind == ATTACHED)
    return tuple(sorted((a for a in found if a is not None), key=lambda a: (a.at, a.entry)))


def _attachment(by: Entry, e: Entry, order: OrderView) -> Attachment | None:
    named = read_json(e.body, _Named)
    if named is None:
        return None
    said = e.fields()
    thumb = read_json(said.get("thumb"), Thumb)
    media = read_json(said.get("media"), str)
    return Attachment(
        entry=str(e.id),
        sha256=named.sha256,
        size=named.size,
        media=media if media in TAKEN else UNKNOWN,
        name=clean_name(read_json(said.get("name"), str) or ""),
        thumb=thumb.sha256 if thumb else "",
        width=read_json(said.get("width"), Side) or 0,
        height=read_json(said.get("height"), Side) or 0,
        at=e.true_at,
        actor=e.actor,
        n=order.number(by.id),
        note=read_json(said.get("text"), str) or "",
    )


def namings(entries: Sequence[Entry], order: OrderView) -> list[Naming]:
    """Every blob that these entries name, void ones too: a void entry may yet be adopted, and must find its bytes then."""
    attached = [e for e in entries if e.kind == ATTACHED]
    counted = {c.origin.id for c in counting(entries, order)} if attached else ()
    return [naming for e in attached for naming in named_by(e, e.id in counted)]


def named_by(e: Entry, counts: bool) -> list[Naming]:
    """The blobs that one attaching entry names: its bytes and its thumbnail."""
    named = read_json(e.body, _Named)
    if named is None:
        return []
    media = read_json(e.fields().get("media"), str)
    thumb = read_json(e.fields().get("thumb"), Thumb)
    entry = str(e.id)
    out = [Naming(entry, False, named.sha256, named.size, media if media in TAKEN else UNKNOWN, counts)]
    if thumb is not None and thumb.sha256 != named.sha256:
        out.append(Naming(entry, True, thumb.sha256, thumb.size, "image/jpeg", counts))
    return out


def body(
    sha256: str, size: int, media: str, name: str, thumb: Thumb | None, pixels: tuple[int, int], note: str
) -> bytes:
    """The body of the entry that attaches these bytes; the random bytes keep the hash of what it says unguessable."""
    said: dict[str, object] = {"sha256": sha256, "size": size, "media": media, "name": clean_name(name)}
    if thumb is not None:
        said["thumb"] = thumb
    if any(pixels):
        said["width"], said["height"] = pixels
    if note:
        said["text"] = note
    return msgspec.json.encode({**said, "nonce": secrets.token_hex(8)})


def sniff(data: bytes) -> str:
    """The type of a file by its first bytes, "" for one that is not taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return PDF
    return TEXT if data and _plain(data) else ""


def _plain(data: bytes) -> bool:
    """Whether it is UTF-8 text without anything that steers a terminal or a page."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in set(text))


def clean_name(name: str) -> str:
    """A file's name as text to show: without a path, without what cannot be seen or turns the writing direction, and not
    longer than a line."""
    last = _PATHS.split(name[-4096:].encode(errors="replace").decode())[-1]
    return " ".join(visible(last).split()).lstrip(".")[:MAX_NAME]


def visible(text: str, keep: str = "") -> str:
    """Text without what cannot be seen or turns the writing direction, but for the characters in `keep`."""
    return "".join(c for c in text if c in keep or (unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029"))
