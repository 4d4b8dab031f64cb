"""The journals: entries in, news out, each journal whole, and orders that were lost."""

from __future__ import annotations

import asyncio
from typing import Annotated

import anyio.to_thread
import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.params import Parameter

from console.central import limits
from console.central.calls.call import ASKED, Call, Open, Refused, Sent, address_of, centre_of, within
from console.central.centre import Centre
from console.central.changes import MAX_ENTRIES, Ask
from console.central.exchange import BadPush, TooMany, push
from console.central.heads import Head, orders_at, read_heads
from console.central.lost import read_lost
from console.central.offer import BadOffer
from console.central.recovery import take_order
from console.central.signed import NotProven, caller
from console.domain.keys import Device
from console.log import logger
from console.wire.journal_file import JOURNAL_TYPE, PIECE
from console.wire.messages import MEDIA_TYPE, Changes, PushReply, PushRequest
from console.wire.recovery import ORDER_PATH, LostOrders, OrderReply, OrderRequest

_log = logger(__name__)
MAX_WAIT_S = 300.0


@post("/v1/entries", status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def take_push(state: State, request: Call, data: Annotated[PushRequest, Sent]) -> PushReply:
    """Entries and checkpoints, answered in ranges."""
    centre, device = centre_of(state), request.user
    within(centre.rates.wait("entries", device.id, limits.ENTRIES, sum(len(run.at) for run in data.runs)))
    try:
        with centre.database() as db:
            return push(centre, db, data, device)
    except BadPush as e:
        raise Refused(400, "malformed", str(e)) from e
    except TooMany as e:
        raise Refused(413, "too_many", str(e)) from e


@get("/v1/changes", media_type=MEDIA_TYPE)
async def changes(
    state: State,
    request: Call,
    since: Annotated[str, Parameter(max_length=4096)] = "",
    wait: Annotated[float, Parameter(ge=0)] = 0.0,
    limit: Annotated[int, Parameter(ge=1, le=MAX_ENTRIES)] = 2000,
    lanes: Annotated[str, Parameter(max_length=100)] = "journal,frames",
    echo: bool = False,
    heads: bool = False,
) -> Changes:
    """What is new after `since`; waits up to `wait` seconds for something to be."""
    centre = centre_of(state)
    ask = Ask(since, limit, frozenset(lanes.split(",")), echo, heads)
    return await _wait_for_changes(centre, ask, request.user, min(wait, MAX_WAIT_S))


async def _wait_for_changes(centre: Centre, ask: Ask, device: Device, seconds: float) -> Changes:
    """Look, and look again at every wake until there is something. A wake by what the asking device itself has just pushed
    ends no wait: its push was answered with the same links."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    first = True
    centre.metrics.add("simpul_waiting", amount=1)
    try:
        while True:
            version = centre.wakeups.version
            found = await anyio.to_thread.run_sync(_look, centre, ask, device)
            left = ends - loop.time()
            news = found.runs or found.frames or found.forks or (found.cursor and first)
            if news or left <= 0 or centre.wakeups.closed:
                return found
            first = False
            await centre.wakeups.wait(version, left)
    finally:
        centre.metrics.add("simpul_waiting", amount=-1)


def _look(centre: Centre, ask: Ask, device: Device) -> Changes:
    with centre.database() as db:
        return centre.changes.read(db, ask, device)


@post(ORDER_PATH, opt={"open": True}, status_code=200, media_type=MEDIA_TYPE)
async def post_order(state: State, request: Open, data: Annotated[OrderRequest, Sent]) -> OrderReply:
    """A room's signed order, which this centre may have lost. Signed by the device itself."""
    body = await request.body()
    return await anyio.to_thread.run_sync(_take_order, centre_of(state), request, data, body)


def _take_order(centre: Centre, request: Open, data: OrderRequest, body: bytes) -> OrderReply:
    within(centre.rates.wait("order", address_of(request), limits.SIGNED_CALLS))
    witness = data.witness if data.territory == centre.city else None
    with centre.database() as db:
        try:
            device, ring = caller(centre, db, request.headers, ORDER_PATH, body, witness)
        except NotProven as e:
            raise Refused(401, e.code, str(e)) from e
        if data.territory not in centre.territories:
            raise Refused(400, "territory", "kota ini tidak mengenal wilayah itu")
        try:
            reply = take_order(centre, db, data, ring)
        except BadOffer as e:
            raise Refused(400, "malformed", str(e)) from e
    _log.info("order offered", territory=data.territory, device=device.id, judgement=reply.judgement, n=reply.n)
    return reply


@get("/v1/lost/{territory:str}", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_lost(state: State, territory: str, after: Annotated[int, Parameter(ge=0, lt=2**62)] = 0) -> LostOrders:
    """Orders of a territory that were signed once and lost."""
    with centre_of(state).database() as db:
        return read_lost(db, territory.replace("\0", ""), after)


@get("/v1/journal/{territory:str}", media_type=JOURNAL_TYPE, sync_to_thread=True)
def get_journal(
    state: State, request: Call, territory: str, n: Annotated[int, Parameter(ge=0, lt=2**62)] = 0
) -> Response[bytes]:
    """A territory's journal as one compressed file up to `n` (by default all there is; the ETag names it), or the Range of
    it that is asked for; in pieces (206) in any case."""
    centre = centre_of(state)
    asked = ASKED.fullmatch(request.headers.get("range", "bytes=0-"))
    start = int(asked[1]) if asked else 0
    with centre.database() as db:
        head = read_heads(db).get(territory.replace("\0", ""), Head(territory))
        if n:
            orders = orders_at(db, [(head.territory, n)])
            head = msgspec.structs.replace(head, n=n, order=orders.get((head.territory, n), b""))
        if not (head.n and head.order):
            raise Refused(404, "no_journal", "jurnal itu tidak ada atau belum sejauh itu")
        ring = centre.keeper.current(db)
        authorities = [d.id for d in ring.devices.values() if ring.trusts(d.id)]
        data, size = centre.files.read(db, head, start, PIECE, authorities)
    if start >= size:
        raise Refused(416, "range", "di luar berkas")
    headers = {
        "Accept-Ranges": "bytes", "ETag": f'"{head.n}-{head.epoch}-{head.order[:8].hex()}"',
        "Content-Range": f"bytes {start}-{start + len(data) - 1}/{size}",
    }  # fmt: skip
    return Response(data, status_code=206, headers=headers, media_type=JOURNAL_TYPE)


ROUTES = (take_push, changes, get_journal, post_order, get_lost)
