"""Every message that travels between rooms and the centre, as msgspec structs: one place for both sides and for OpenAPI.

Calls carry JSON in these shapes, usually zstd-compressed (`console.wire.codec`). Times are ms since epoch UTC, bytes
are base64 text in JSON. Unknown fields are ignored, so a newer side may add some at the end.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from console.domain.entry import Checkpoint, Seen
from console.domain.order import Cursor, OrderHead
from console.domain.reading import Frame

MEDIA_TYPE = "application/vnd.simpul+json"
PACK_TYPE = "application/vnd.simpul.pack"
BLOB_TYPE = "application/octet-stream"
SIGNATURE_HEADER = "Simpul-Signature"
ENROL_TAG = b"simpul-enrol-1\0"
PACK_TAG = b"simpul-pack-1\0"
REVOKED = "revoked"
"""A `Problem`'s code with 401: the device is known, and its right was taken."""

Outcome = Literal["accepted", "known", "void", "gap", "refused"]


class EntryRun(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive entries of one stream, by columns; `console.wire.runs` packs and unpacks it, exactly.

    `at` holds the first time, then differences. `kinds`, `actors`, `subjects` and `bodies` hold what differs, `*_of` the
    index per row (empty: row k has index k, or all rows index 0 when there is one). `skews` and `seens` are steps:
    (first row, value) up to the next step. A body that is no JSON text or is withheld stands in `odd`:
    (row, its bytes or None, its hash when withheld).
    """

    territory: str
    stream: str
    seq: int
    at: list[int]
    kinds: list[str]
    kind_of: list[int]
    subjects: list[str]
    subject_of: list[int]
    bodies: list[str]
    body_of: list[int]
    actors: list[str]
    actor_of: list[int]
    seens: list[tuple[int, Seen]]
    skews: list[tuple[int, int]] = []
    odd: list[tuple[int, bytes | None, bytes | None]] = []


class LinkRun(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive numbers of one territory's order, from `n`: whose entries they are, when accepted, and which are void.

    `spans` are (stream, first seq, count); `accepted` are (count, accepted_at in ms); `voids` are (row, code);
    `clocks` are (first row, count, ms) where the writer's clock was more than 5 minutes off when it sent them.
    """

    territory: str
    n: int
    spans: list[tuple[str, int, int]]
    accepted: list[tuple[int, int]]
    voids: list[tuple[int, str]] = []
    clocks: list[tuple[int, int, int]] = []

    @property
    def count(self) -> int:
        """How many numbers it covers."""
        return sum(count for _, _, count in self.spans)


class Fork(msgspec.Struct, frozen=True):
    """The centre does not share a cursor. `common_n` is the greatest number known to be shared (from the cursor or its
    trail), `n` and `epoch` are the centre's own."""

    territory: str
    common_n: int
    n: int
    epoch: int


class PushRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Entries for the centre; `console.wire.runs.offer` says it shortest.

    `now` is the sender's clock; `since` its opaque changes cursor, to be advanced where nothing of others came between;
    `trails` are (n, first 8 bytes of O_n in hex) at growing distances back, to find where a fork began. A cursor's hash
    may be cut to 8 bytes, and a checkpoint's left empty: it then stands over the entry as it is sent.
    """

    now: int
    cursors: dict[str, Cursor] = {}
    runs: list[EntryRun] = []
    checkpoints: list[Checkpoint] = []
    since: str = ""
    trails: dict[str, list[tuple[int, str]]] = {}


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What became of `first`..`last` of one stream.

    accepted and known: their numbers stand in the reply's links. void: numbered, but does not count; `code` says why.
    gap: not taken, send from `from_seq` on. refused: nothing from `first` on is taken; `reason` says why.
    """

    territory: str
    stream: str
    first: int
    last: int
    outcome: Outcome
    code: str = ""
    from_seq: int = 0
    reason: str = ""


class PushReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's answer. `cursor` is `since` advanced over what was just numbered ("": unchanged); `now` its clock.

    With `forks` nothing of those territories was taken.
    """

    now: int
    answers: list[Answer] = []
    links: list[LinkRun] = []
    heads: list[OrderHead] = []
    forks: list[Fork] = []
    cursor: str = ""


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came after a cursor. `cursor` is the new one ("": nothing changed); `more`: ask again at once.

    Links of a territory continue the cursor without a gap; entries that the asking device wrote itself come as links
    only. `heads` are signed at the number reached. `epochs` gives (first n, epoch) where a territory has more than one,
    `lost` the number of its last order that was signed once and lost. `behind` counts what is still to come after this
    reply, also of lanes that were not asked for: entries (own, city, others) and frames (readings); a lane without any is
    not named. `skipped`: of the frames only the newest of each source came; those numbered above the first and up to the
    second are to be had as history.
    """

    now: int
    cursor: str = ""
    runs: list[EntryRun] = []
    checkpoints: list[Checkpoint] = []
    links: list[LinkRun] = []
    heads: list[OrderHead] = []
    forks: list[Fork] = []
    epochs: dict[str, list[tuple[int, int]]] = {}
    frames: list[Frame] = []
    more: bool = False
    lost: dict[str, int] = {}
    behind: dict[str, int] = {}
    skipped: tuple[int, int] | None = None


class EnrolRequest(msgspec.Struct, frozen=True):
    """A room introduces itself: one-time `code`, its device id (that of the key), Ed25519 public key
    (32 bytes) and name.

    `proof` is the device's signature over ENROL_TAG and the JSON array [code, device, public key in hex, name], with
    the `seal` in hex at its end where there is one (the X25519 key that bundles for the device are sealed to).
    """

    code: str
    device: str
    public_key: bytes
    name: str
    proof: bytes
    seal: bytes = b""

    def message(self) -> bytes:
        """The bytes that are signed."""
        said = [self.code, self.device, self.public_key.hex(), self.name, *([self.seal.hex()] if self.seal else [])]
        return ENROL_TAG + msgspec.json.encode(said)


class EnrolReply(msgspec.Struct, frozen=True):
    """Welcome: the device's bearer token (said once), the territory and role it has, and the keys to trust from now on."""

    token: str
    territory: str
    role: str
    city: str
    city_key: bytes
    centre_key: bytes
    now: int


class FramesRequest(msgspec.Struct, frozen=True):
    """Telemetry on its way to the centre."""

    frames: list[Frame]


class FramesReply(msgspec.Struct, frozen=True):
    """How many frames were new (the rest were known, or older revisions), and which were refused, by index and reason."""

    taken: int
    refused: list[tuple[int, str]] = []


class FramePage(msgspec.Struct, frozen=True):
    """Frames after a number; ask again from `next` while `more`. Those before the minute `kept_from` were given up."""

    frames: list[Frame]
    next: int
    more: bool
    kept_from: int = 0


class HistoryPage(msgspec.Struct, frozen=True):
    """Frames of a stretch of numbers, newest minute first; go on below (`minute`, `n`) while `more`. Those before the minute
    `kept_from` were given up."""

    frames: list[Frame]
    minute: int
    n: int
    more: bool
    kept_from: int = 0


class BlobState(msgspec.Struct, frozen=True):
    """How much of a blob the centre has: send on from byte `have`."""

    size: int
    have: int
    complete: bool


class MissingBlobs(msgspec.Struct, frozen=True):
    """Blobs that entries at the centre name and that it does not have: their SHA-256 (32 bytes each) one behind the other,
    in order; `more`: ask again after the last."""

    names: bytes
    more: bool = False


class Health(msgspec.Struct, frozen=True):
    """The centre is alive; `entries` is the sum of all heads' numbers."""

    status: str
    city: str
    pack: str
    now: int
    entries: int


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a call was not done: a `code` for programs, a sentence for people, and seconds to wait when asked to."""

    code: str
    reason: str
    retry_after: float = 0
