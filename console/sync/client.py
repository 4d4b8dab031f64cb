"""The calls that a room makes to the centre: enrol, city, entries, changes, frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from console.domain.keys import DeviceKey, verify
from console.sync.caller import Caller
from console.sync.line.link import Exchange
from console.sync.parcel import Page, page
from console.wire.enrolment import names_city
from console.wire.guard import Guard, Limits, Received, Reply
from console.wire.journal_file import JOURNAL_TYPE
from console.wire.messages import (
    PACK_TAG,
    PACK_TYPE,
    SIGNATURE_HEADER,
    Changes,
    EnrolReply,
    EnrolRequest,
    FramesReply,
    FramesRequest,
    Health,
    HistoryPage,
    PushReply,
    PushRequest,
)
from console.wire.meter import Carried
from console.wire.recovery import (
    ORDER_PATH,
    TOKEN_PATH,
    LostOrders,
    OrderReply,
    OrderRequest,
    TokenReply,
    TokenRequest,
    sign_call,
)

T = TypeVar("T")
CALL = Limits(seconds=60.0)
JOURNAL = Limits(seconds=300.0)
PACK = Limits(seconds=600.0, wire=64 * 1024 * 1024, plain=64 * 1024 * 1024)


class BadPack(Exception):
    """The city pack that came is not signed by the city's key."""


class Client:
    """Calls to one centre with one device's token. Pushing and polling run side by side, each on a lane of its own; `bulk` is
    the one for what is large and not urgent. `authority`: the PEM file of the city's own certificate authority, where it has
    one. `on_carried` is told what each call carried, on the loop's thread."""

    def __init__(self, url: str, token: str, authority: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self.on_carried: Callable[[Carried], None] = lambda carried: None
        self._token = token
        self.since = ""
        self._authority = authority
        self._lanes: list[Caller] = []
        self._talk, self._listen = self._lane("sync-push"), self._lane("sync-poll")
        self._aside, self._last = self._lane("sync-once"), self._lane("sync-history")
        self.bulk = self._lane("sync-blobs")

    def _lane(self, name: str) -> Caller:
        """One more lane of calls, counted with the others and closed with them. `name` is its thread's."""
        made = Caller(name, CALL, self._authority, self._secrets, lambda carried: self.on_carried(carried))
        self._lanes.append(made)
        return made

    async def push(self, make: Callable[[], PushRequest], seconds: float = CALL.seconds) -> Received[PushReply]:
        """Offer what `make` packs (on the lane's thread); Trouble (console.wire.trouble) when there is no answer within
        `seconds`."""
        limits = msgspec.structs.replace(CALL, seconds=seconds)
        return await self._talk.run(
            lambda guard: guard.call("POST", f"{self.url}/v1/entries", PushReply, make(), self.said(), limits)
        )

    async def frames(self, request: FramesRequest) -> Received[FramesReply]:
        """Offer telemetry."""
        return await self._talk.run(
            lambda guard: guard.call("POST", f"{self.url}/v1/frames", FramesReply, request, self.said())
        )

    async def changes(
        self,
        since: str,
        wait: float,
        limit: int,
        seconds: float,
        echo: bool = False,
        aside: bool = False,
        heads: bool = False,
        lanes: str = "",
    ) -> Received[Page]:
        """What came after the cursor `since`, at most about `limit` entries; the centre may hold an empty answer back
        for `wait` seconds, `seconds` is for the whole reply. `echo`: own entries too. `aside`: beside a poll that is in
        progress. `heads`: where every order stands, too. `lanes`: those asked for, all when empty."""
        self.since = since
        asked = {
            "since": since,
            "wait": f"{wait:g}",
            "limit": str(limit),
            "echo": "1" if echo else "",
            "heads": "1" if heads else "",
            "lanes": lanes,
        }
        url = f"{self.url}/v1/changes?{urlencode({k: v for k, v in asked.items() if v})}"
        limits = msgspec.structs.replace(CALL, seconds=seconds)
        lane = self._aside if aside else self._listen
        return await lane.run(lambda guard: _unpacked(guard.call("GET", url, Changes, None, self.said(), limits)))

    async def history(
        self, above: int, upto: int, before: tuple[int, int], since: int, limit: int
    ) -> Received[HistoryPage]:
        """At most `limit` frames numbered above `above` and up to `upto`, newest first, below `before` (minute, number), not
        before the minute `since`."""
        minute, n = before
        asked = urlencode({"above": above, "upto": upto, "minute": minute, "n": n, "since": since, "limit": limit})
        url = f"{self.url}/v1/frames/history?{asked}"
        return await self._last.run(lambda guard: guard.call("GET", url, HistoryPage, None, self.said()))

    async def health(self) -> Received[Health]:
        """Whether the centre is alive, and its time."""
        return await self._aside.run(lambda guard: guard.call("GET", f"{self.url}/v1/health", Health))

    async def order(self, request: OrderRequest, key: DeviceKey, at: int) -> Received[OrderReply]:
        """Compare an order with the centre's, or offer it; signed by the device, at the centre's time `at`."""
        return await self._signed(ORDER_PATH, OrderReply, request, key, at)

    async def new_token(self, key: DeviceKey, at: int) -> Received[TokenReply]:
        """Ask for a new token; signed by the device, at the centre's time `at`."""
        return await self._signed(TOKEN_PATH, TokenReply, TokenRequest(key.id), key, at)

    async def lost(self, territory: str, after: int) -> Received[LostOrders]:
        """Orders that were signed once and lost."""
        url = f"{self.url}/v1/lost/{territory}?after={after}"
        return await self._aside.run(lambda guard: guard.call("GET", url, LostOrders, None, self.said()))

    async def journal(self, territory: str, start: int, upto: int) -> Reply:
        """A piece of a territory's journal file from byte `start`, up to number `upto` (0: all there is)."""
        url = f"{self.url}/v1/journal/{territory}" + (f"?n={upto}" if upto else "")
        said = {**self.said(), "Accept": JOURNAL_TYPE, "Range": f"bytes={start}-"}
        return await self._listen.run(
            lambda guard: guard.fetch("GET", url, frozenset({JOURNAL_TYPE}), b"", said, JOURNAL)
        )

    async def _signed(self, path: str, kind: type[T], message: msgspec.Struct, key: DeviceKey, at: int) -> Received[T]:
        said = sign_call(key, "POST", path, msgspec.json.encode(message), at)
        return await self._aside.run(lambda guard: guard.call("POST", f"{self.url}{path}", kind, message, said))

    def use_token(self, token: str) -> None:
        """Call with this token from now on."""
        self._token = token

    def close(self) -> None:
        """End every call in progress, at once."""
        for lane in self._lanes:
            lane.close()

    def _secrets(self) -> tuple[str, ...]:
        return self._token, self.since

    def said(self) -> dict[str, str]:
        """The headers that say who calls."""
        return {"Authorization": f"Bearer {self._token}"}


class WrongCity(Exception):
    """What answered the enrolment is not the centre of the city that gave the code."""


def introduction(key: DeviceKey, name: str, code: str = "") -> EnrolRequest:
    """What a device says of itself when it wants to be enrolled; without a `code` somebody carries it to the centre."""
    bare = EnrolRequest(code, key.id, key.public, name, b"", key.seal)
    return msgspec.structs.replace(bare, proof=key.sign(bare.message()))


async def enrol(url: str, code: str, key: DeviceKey, name: str, authority: Path | None = None) -> EnrolReply:
    """Introduce this device to a centre with a one-time code; WrongCity when it is not the city that gave the code."""
    request, address = introduction(key, name, code), f"{url.rstrip('/')}/v1/enrol"
    received = await _alone(lambda guard: guard.call("POST", address, EnrolReply, request), authority, code)
    if not names_city(code, received.value.city_key):
        raise WrongCity("the centre does not belong to the city that gave this code")
    return received.value


async def fetch_city(
    url: str, token: str, city_key: bytes, etag: str = "", authority: Path | None = None
) -> tuple[bytes, str, bytes] | None:
    """The packed city, its ETag and the city's signature, or None when it is the one of `etag`; BadPack when the city's
    key did not sign it."""
    headers = {"Authorization": f"Bearer {token}", "Accept": PACK_TYPE}
    if etag:
        headers["If-None-Match"] = etag
    address = f"{url.rstrip('/')}/v1/city"
    types = frozenset({PACK_TYPE})
    reply = await _alone(lambda guard: guard.fetch("GET", address, types, b"", headers, PACK), authority, token)
    if reply.status == 304:
        return None
    if not verify(city_key, _signature(reply), PACK_TAG + hashlib.sha256(reply.body).digest()):
        raise BadPack("the city pack is not signed by the city's key")
    return reply.body, reply.headers.get("ETag", ""), _signature(reply)


async def _alone(call: Callable[[Guard], T], authority: Path | None, secret: str) -> T:
    caller = Caller("sync-first", CALL, authority, lambda: (secret,))
    try:
        return await caller.run(call)
    finally:
        caller.close()


def _signature(reply: Reply) -> bytes:
    try:
        return bytes.fromhex(reply.headers.get(SIGNATURE_HEADER, ""))
    except ValueError:
        return b""


def _unpacked(received: Received[Changes]) -> Received[Page]:
    return Received(page(received.value), received.reply)


def measured(reply: Reply, waited: bool = False) -> Exchange:
    """What an exchange says about the line."""
    return Exchange(reply.sent, reply.received, reply.first_byte, reply.seconds, waited)
