"""A desk for tests: a writer with a key and streams of its own, and the calls it makes to the centre."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec

from console.domain.entry import FIRST_HASH, Checkpoint, Entry, Seen, chain_hash
from console.domain.keys import DeviceKey
from console.domain.order import Link
from console.domain.stream import OPENED, StreamOpened, new_stream
from console.wire.guard import Received
from console.wire.messages import Changes, PushReply, PushRequest
from console.wire.runs import pack_runs, unpack_links
from tests.servers import Enrolled


def now_ms() -> int:
    """The real time, as the server's process sees it."""
    return time.time_ns() // 1_000_000


class Stream:
    """One writer's stream in one territory, chained as it is written."""

    def __init__(self, key: DeviceKey, territory: str) -> None:
        self.key, self.territory, self.id = key, territory, new_stream()
        self.entries: list[Entry] = []
        self.hashes: list[bytes] = []
        self.write(OPENED, "", StreamOpened(key.id))

    def write(self, kind: str, subject: str, body: object, at: int | None = None) -> Entry:
        """Append an entry."""
        seq, at = len(self.entries) + 1, at or now_ms()
        e = Entry(
            self.territory, self.id, seq, at, 0, "op-1", Seen(), kind, subject, msgspec.json.encode(body),
        )  # fmt: skip
        self.entries.append(e)
        self.hashes.append(chain_hash(self.hashes[-1] if self.hashes else FIRST_HASH, e))
        return e

    def open_incidents(self, count: int) -> None:
        """Append that many incidents."""
        for k in range(count):
            self.write("incident.opened", "", {"title": f"Pohon tumbang {k}", "category": "pohon_tumbang"})

    def checkpoint(self, seq: int = 0, key: DeviceKey | None = None) -> Checkpoint:
        """The signed head, or the signature at an earlier `seq`."""
        seq = seq or len(self.entries)
        return (key or self.key).checkpoint(self.territory, self.id, seq, self.hashes[seq - 1])

    def push(self, first: int = 1, last: int = 0) -> PushRequest:
        """A request with entries `first`..`last` (to the end) and the checkpoint over them."""
        last = last or len(self.entries)
        return PushRequest(
            now_ms(), runs=pack_runs(self.entries[first - 1 : last]), checkpoints=[self.checkpoint(last)]
        )


def send(device: Enrolled, request: PushRequest) -> PushReply:
    """Push."""
    with device.guard() as guard:
        return guard.call("POST", f"{device.url}/v1/entries", PushReply, request).value


def changes(device: Enrolled, since: str = "", **more: object) -> Changes:
    """One page of changes."""
    return ask(device, since, **more).value


def ask(device: Enrolled, since: str = "", **more: object) -> Received[Changes]:
    """One page of changes, with the reply it came in."""
    query = "".join(f"&{k}={v}" for k, v in more.items())
    with device.guard() as guard:
        return guard.call("GET", f"{device.url}/v1/changes?since={since}{query}", Changes)


def everything(device: Enrolled, since: str = "", limit: int = 2000) -> Iterator[Changes]:
    """All pages after a place."""
    while True:
        page = changes(device, since, limit=limit, echo="true")
        yield page
        if not page.more:
            return
        since = page.cursor or since


def links_of(pages: list[Changes], territory: str) -> list[Link]:
    """The links of one territory on these pages, in the order they came."""
    return [link for page in pages for run in page.links if run.territory == territory for link in unpack_links(run)]
