"""What travels when a centre lost something: a room's signed order on offer, the device's proof of who it is, and a new
token. Calls are signed by the device itself, since the centre's copy may lack its token, or even its enrolment.

The signature covers ``simpul-call-1 0x00`` and the JSON array [method, path, SHA-256 of the message in hex, device's public
key in hex, centre's time in ms, nonce]. A centre takes each nonce once, within `TOLERANCE_MS` of its own clock.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Literal

import msgspec

from console.domain.entry import Checkpoint
from console.domain.keys import DeviceKey, verify
from console.domain.order import Cursor, OrderHead
from console.wire.messages import EntryRun, LinkRun

CALL_TAG = b"simpul-call-1\0"
SIGNED_HEADER = "Simpul-Signed"
TOLERANCE_MS = 5 * 60_000
ORDER_PATH, TOKEN_PATH = "/v1/order", "/v1/token"

Judgement = Literal["shared", "apart", "more", "adopted", "numbered"]


class Witness(msgspec.Struct, frozen=True):
    """Streams of the city's journal, whole and signed, that lead from the city key to a device's enrolment."""

    runs: list[EntryRun] = []
    checkpoints: list[Checkpoint] = []


class OrderRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A room's order of one territory, as a question (where do we part?) or, with `head`, as an offer.

    `names` are (n, first 8 bytes of O_n in hex), ascending; `since` is the changes cursor, to be taken back to where the
    orders part. `head` is the last signed head on the room's order and `epochs` its (first n, epoch); `links` and `runs`
    bring numbers from the one that the centre asked for, and `bases` the chain hashes below the first entry of each stream in
    them. `witness` is needed while the centre's copy does not know the device.
    """

    territory: str
    cursor: Cursor
    names: list[tuple[int, str]] = []
    since: str = ""
    head: OrderHead | None = None
    epochs: list[tuple[int, int]] = []
    links: list[LinkRun] = []
    runs: list[EntryRun] = []
    bases: dict[str, bytes] = {}
    checkpoints: list[Checkpoint] = []
    witness: Witness | None = None


class OrderReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the centre makes of it.

    shared: it has the cursor too. apart: it does not, and nothing on offer can be taken (any more): fall back. more: send on
    from `from_n`. adopted: it has the offered order now, number for number. numbered: it had gone on, and has the offered
    entries under new numbers. `common_n` is the greatest number known to be shared, `n` and `epoch` are the centre's own,
    `cursor` is `since` taken back to `common_n`.
    """

    judgement: Judgement
    common_n: int
    n: int
    epoch: int
    from_n: int = 0
    cursor: str = ""


class TokenRequest(msgspec.Struct, frozen=True):
    """A device asks for a new token; who it is stands in the call's signature."""

    device: str


class TokenReply(msgspec.Struct, frozen=True):
    """The new token, said once."""

    token: str


class LostOrder(msgspec.Struct, frozen=True):
    """An order that the centre lost and could not take up again: what followed on `common_n` of the order then present, up
    to a signed head. Entries that were written meanwhile name it."""

    number: int
    territory: str
    common_n: int
    common: bytes
    head: OrderHead
    links: list[LinkRun]


class LostOrders(msgspec.Struct, frozen=True):
    """The lost orders of a territory after a number."""

    orders: list[LostOrder]


class CallSignature(msgspec.Struct, frozen=True, array_like=True):
    """A call's signature as its header carries it: public key, time, nonce and signature, the bytes in hex."""

    public_key: str
    at: int
    nonce: str
    signature: str


def sign_call(key: DeviceKey, method: str, path: str, message: bytes, at: int) -> dict[str, str]:
    """The header that signs a call; `at` is the centre's time in ms."""
    nonce = secrets.token_hex(16)
    signature = key.sign(_signed(method, path, message, key.public.hex(), at, nonce))
    said = msgspec.json.encode(CallSignature(key.public.hex(), at, nonce, signature.hex()))
    return {SIGNED_HEADER: said.decode()}


def read_signature(headers: Mapping[str, str], method: str, path: str, message: bytes) -> CallSignature | None:
    """The signature of a call, when there is one and it is that of the key it names."""
    try:
        said = msgspec.json.decode(headers.get(SIGNED_HEADER, ""), type=CallSignature)
        public, signature = bytes.fromhex(said.public_key), bytes.fromhex(said.signature)
    except ValueError:
        return None
    proven = verify(public, signature, _signed(method, path, message, said.public_key, said.at, said.nonce))
    return said if proven and len(said.nonce) == 32 else None


def _signed(method: str, path: str, message: bytes, public_key: str, at: int, nonce: str) -> bytes:
    digest = hashlib.sha256(message).hexdigest()
    return CALL_TAG + msgspec.json.encode((method, path, digest, public_key, at, nonce))
