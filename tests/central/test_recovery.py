"""Signed orders offered to a centre that lost them: only what is proven is taken, wherever it stopped before, and first
verdicts stand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import psycopg
import pytest

from console.central.backup import backup, restore
from console.central.postgres import EmbeddedPostgres
from console.central.serve import revoke
from console.domain.entry import Entry
from console.domain.keys import DeviceKey
from console.domain.order import FIRST_ORDER, Cursor, Link, OrderHead, next_order
from console.wire.guard import Rejected, Unauthorized
from console.wire.messages import EntryRun, Health
from console.wire.recovery import (
    ORDER_PATH,
    SIGNED_HEADER,
    TOKEN_PATH,
    LostOrders,
    OrderReply,
    OrderRequest,
    TokenReply,
    TokenRequest,
    sign_call,
)
from console.wire.runs import pack_links, pack_runs, unpack_run
from tests.central.desk import Stream, everything, links_of, send
from tests.servers import CentralServer, Enrolled, central_server, short_folder

CITY, HERE, THERE = "12.75", "12.75.01", "12.75.02"


class Held:
    """A room's copy of one territory's order, as it was pulled: what it may offer."""

    def __init__(self, device: Enrolled, streams: list[Stream]) -> None:
        pages = list(everything(device))
        self.territory = streams[0].territory
        self.links: list[Link] = links_of(pages, self.territory)
        entries = [e for page in pages for run in page.runs for e in unpack_run(run) if e.territory == self.territory]
        self.entries: dict[object, Entry] = {e.id: e for e in entries}
        self.hashes = {e.id: h for s in streams for e, h in zip(s.entries, s.hashes, strict=True)}
        self.head: OrderHead = [h for page in pages for h in page.heads if h.territory == self.territory][-1]
        self.orders = [FIRST_ORDER]
        for x in self.links:
            self.orders.append(next_order(self.orders[-1], x.n, self.hashes[x.id], x.accepted_at, x.void))

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.head.n, self.head.hash, self.head.epoch)

    def offer(self, first: int, last: int, common: int = 0) -> OrderRequest:
        links = self.links[first - 1 : last]
        rows = sorted((self.entries[x.id] for x in links), key=lambda e: (e.stream, e.seq))
        bases = {}
        for e in rows:
            if e.seq > 1:
                bases.setdefault(e.stream, self.hashes[msgspec.structs.replace(e.id, seq=e.seq - 1)])
        names = [(common, self.orders[common][:8].hex())] if common else []
        return OrderRequest(
            self.territory,
            self.cursor,
            names,
            "",
            self.head,
            [(1, 1)],
            pack_links(self.territory, links),
            _runs(rows),
            bases,
        )


def _runs(rows: list[Entry]) -> list[EntryRun]:
    return pack_runs(rows)


def centre_now(device: Enrolled) -> int:
    with device.guard() as guard:
        return guard.call("GET", f"{device.url}/v1/health", Health).value.now


def ask(device: Enrolled, request: OrderRequest, key: DeviceKey | None = None) -> OrderReply:
    said = sign_call(key or device.key, "POST", ORDER_PATH, msgspec.json.encode(request), centre_now(device))
    with device.guard() as guard:
        return guard.call("POST", f"{device.url}{ORDER_PATH}", OrderReply, request, said).value


def token(device: Enrolled, said: dict[str, str]) -> TokenReply:
    with device.guard() as guard:
        return guard.call("POST", f"{device.url}{TOKEN_PATH}", TokenReply, TokenRequest(device.key.id), said).value


def go_back(server: CentralServer, file: Path) -> None:
    server.stop()
    restore(server.data, file)
    server.start()


def in_database(server: CentralServer, query: str) -> list[tuple]:
    postgres = EmbeddedPostgres(server.data)
    with psycopg.connect(postgres.start(own=False)) as db:
        return db.execute(query).fetchall()


@pytest.fixture
def yesterday(pack: Path) -> Iterator[tuple[CentralServer, Path]]:
    """A centre with two devices in two territories, and a backup of it."""
    with short_folder() as folder, central_server(folder / "central", pack) as server:
        yield server, folder / "kemarin.pusat"


def test_calls_must_be_signed_by_a_known_device_once_and_now(server: CentralServer) -> None:
    device = server.enrol(HERE)
    message = msgspec.json.encode(TokenRequest(device.key.id))
    now = centre_now(device)
    good = sign_call(device.key, "POST", TOKEN_PATH, message, now)
    assert token(device, good).token
    for said, code in (
        (good, "replayed"),
        (sign_call(device.key, "POST", TOKEN_PATH, message, now - 3_600_000), "stale"),
        (sign_call(device.key, "POST", TOKEN_PATH, message + b" ", now), "unsigned"),
        (sign_call(device.key, "POST", ORDER_PATH, message, now), "unsigned"),
        (sign_call(DeviceKey.generate(), "POST", TOKEN_PATH, message, now), "unknown_device"),
        ({SIGNED_HEADER: "[1,2,3,4]"}, "unsigned"),
        ({}, "unsigned"),
    ):
        with pytest.raises(Unauthorized) as refused:
            token(device, said)
        assert refused.value.code == code
    assert revoke(server.data, server.pack, device.key.id)
    with pytest.raises(Unauthorized) as refused:
        token(device, sign_call(device.key, "POST", TOKEN_PATH, message, now))
    assert refused.value.code == "revoked"


def test_a_new_token_ends_the_old_one(server: CentralServer) -> None:
    device = server.enrol(HERE)
    message = msgspec.json.encode(TokenRequest(device.key.id))
    token(device, sign_call(device.key, "POST", TOKEN_PATH, message, centre_now(device)))
    with pytest.raises(Unauthorized):
        list(everything(device))


def test_an_order_is_taken_up_again_in_pieces_by_whoever_brings_them_and_never_when_changed(
    yesterday: tuple[CentralServer, Path],
) -> None:
    server, file = yesterday
    writer, other = server.enrol(HERE), server.enrol(CITY)
    stream = Stream(writer.key, HERE)
    stream.open_incidents(9)
    send(writer, stream.push())
    backup(server.data, file)
    stream.open_incidents(90)
    send(writer, stream.push(11))
    held = Held(other, [stream])
    assert ask(writer, held.offer(1, 0)).judgement == "shared"
    go_back(server, file)

    forged = DeviceKey.generate()
    bare = msgspec.structs.replace(held.head, signature=forged.sign(held.head.message()))
    assert ask(writer, msgspec.structs.replace(held.offer(11, 100, 10), head=bare)).judgement == "apart"

    changed = held.offer(11, 100, 10)
    run = msgspec.structs.replace(changed.links[0], voids=[(3, "revoked")])
    assert ask(writer, msgspec.structs.replace(changed, links=[run])).judgement == "apart"
    assert in_database(server, "SELECT count(*) FROM offers") == [(0,)]

    assert ask(writer, held.offer(11, 40, 10)).from_n == 41
    assert ask(writer, held.offer(61, 80, 10)).from_n == 41
    assert ask(other, held.offer(30, 70, 10)).from_n == 71
    server.kill()
    server.start()
    reply = ask(other, held.offer(71, 100, 10))
    assert (reply.judgement, reply.n, reply.epoch) == ("adopted", 100, 1)
    again = Held(other, [stream])
    assert (again.links, again.head.hash) == (held.links, held.head.hash)
    stream.open_incidents(1)
    assert send(writer, stream.push(101)).answers[0].outcome == "accepted"


def test_a_centre_that_went_on_numbers_the_rest_anew_and_keeps_first_verdicts(
    yesterday: tuple[CentralServer, Path],
) -> None:
    server, file = yesterday
    writer, partner, other = server.enrol(HERE), server.enrol(HERE), server.enrol(CITY)
    mine, theirs, late = Stream(writer.key, HERE), Stream(partner.key, HERE), Stream(writer.key, HERE)
    send(partner, theirs.push())
    backup(server.data, file)
    mine.open_incidents(5)
    send(writer, mine.push())
    held = Held(other, [mine, theirs])
    go_back(server, file)
    theirs.open_incidents(2)
    send(partner, theirs.push(2))
    assert revoke(server.data, server.pack, writer.key.id)

    reply = ask(other, held.offer(2, 7, 1))
    assert (reply.judgement, reply.common_n, reply.n, reply.epoch) == ("numbered", 1, 9, 2)
    now = Held(other, [mine, theirs])
    assert [x.id.stream for x in now.links] == [theirs.id] * 3 + [mine.id] * 6
    assert {x.void for x in now.links} == {""}
    assert all(a.accepted_at <= b.accepted_at for a, b in pairwise(now.links))
    assert (now.head.epoch, now.head.n) == (2, 9)
    # Told again, by a room that is late: no new epoch, nothing doubled.
    again = ask(partner, held.offer(2, 7, 1))
    assert (again.judgement, again.n, again.epoch) == ("numbered", 9, 2)
    # What was not numbered before the revocation is void now.
    with other.guard() as guard:
        lost = guard.call("GET", f"{other.url}/v1/lost/{HERE}?after=0", LostOrders).value.orders
    assert [(x.common_n, x.head) for x in lost] == [(1, held.head)]
    send(other, late.push())
    assert Held(other, [mine, theirs, late]).links[-1].void == "revoked"


def test_thousands_of_entries_are_taken_up_in_seconds(yesterday: tuple[CentralServer, Path]) -> None:
    server, file = yesterday
    writer, other = server.enrol(HERE), server.enrol(CITY)
    stream = Stream(writer.key, HERE)
    backup(server.data, file)
    stream.open_incidents(4_999)
    send(writer, stream.push())
    held = Held(other, [stream])
    go_back(server, file)
    began = time.monotonic()
    for first in range(1, 5_001, 1_000):
        reply = ask(other, held.offer(first, first + 999))
    assert reply.judgement == "adopted"
    assert time.monotonic() - began < 60


def test_an_unreadable_offer_is_refused(server: CentralServer) -> None:
    device = server.enrol(HERE)
    head = OrderHead(THERE, 1, 5, bytes(32), bytes(64))
    nowhere = OrderRequest("99.99", Cursor(5, bytes(32)), head=head)
    with pytest.raises(Rejected):
        ask(device, nowhere)
    assert ask(device, OrderRequest(THERE, Cursor(5, bytes(32)), head=head)).judgement == "apart"
