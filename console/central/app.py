"""The centre's calls: each route says what it takes and gives, and hands the work to one function elsewhere.

Every call but `health` and `enrol` needs a device's token. OpenAPI comes from the same structs.
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Annotated, Any

import anyio.to_thread
import msgspec
import psycopg
from litestar import Litestar, MediaType, Request, Response, get, post, put
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import Body, Parameter
from litestar.types import ASGIApp

from console.central import blob_names, limits
from console.central.blobs import BadBlob, NotNamed, OutOfStep, OverQuota, blob_state, prove, read_blob, take_piece
from console.central.centre import Centre
from console.central.changes import MAX_ENTRIES, Ask
from console.central.enrol import NotEnrolled, device_of, enrol, issue_token
from console.central.envelope import Envelope
from console.central.exchange import BadPush, TooMany, push
from console.central.frames import Stretch, frame_page, history, take_frames
from console.central.heads import Head, orders_at, read_heads
from console.central.journal import StreamTaken
from console.central.lost import read_lost
from console.central.offer import BadOffer
from console.central.recovery import take_order
from console.central.signed import NotProven, caller
from console.domain.attachment import SHA
from console.domain.keys import Device
from console.log import logger
from console.wire.journal_file import JOURNAL_TYPE, PIECE
from console.wire.messages import (
    BLOB_TYPE,
    MEDIA_TYPE,
    PACK_TYPE,
    SIGNATURE_HEADER,
    BlobState,
    Changes,
    EnrolReply,
    EnrolRequest,
    FramePage,
    FramesReply,
    FramesRequest,
    Health,
    HistoryPage,
    MissingBlobs,
    Problem,
    PushReply,
    PushRequest,
)
from console.wire.recovery import (
    ORDER_PATH,
    TOKEN_PATH,
    LostOrders,
    OrderReply,
    OrderRequest,
    TokenReply,
    TokenRequest,
)

MAX_WAIT_S = 300.0
_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_ASKED = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")

_log = logger(__name__)

Call = Request[Device, str, State]
Sent = Body(media_type=RequestEncodingType.JSON)


class Refused(HTTPException):
    """A call that is not done; `code` for programs, `detail` for people, seconds to wait where that helps."""

    def __init__(self, status: int, code: str, reason: str, retry_after: float = 0) -> None:
        super().__init__(status_code=status, detail=reason)
        self.code, self.retry_after = code, retry_after


class TokenMiddleware(AbstractAuthenticationMiddleware):
    """Finds the device whose bearer token a call carries; without one, only what is marked open is served."""

    def __init__(self, app: ASGIApp, centre: Centre) -> None:
        super().__init__(app, exclude_from_auth_key="open")
        self._centre = centre

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """The device, or 401."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        device = await anyio.to_thread.run_sync(self._device, token) if scheme.lower() == "bearer" and token else None
        if device is None:
            raise NotAuthorizedException("Token tidak dikenal atau sudah dicabut.")
        _within(self._centre.rates.wait("calls", device.id, limits.CALLS))
        return AuthenticationResult(user=device, auth=None)

    def _device(self, token: str) -> Device | None:
        with self._centre.database() as db:
            device = device_of(db, token, self._centre.keeper)
            if device is not None:
                self._centre.stand(db, self._centre.keeper.last)
            return device


def _within(seconds: float) -> None:
    if seconds > 0:
        raise Refused(429, "rate", "terlalu banyak permintaan", seconds)


def _centre(state: State) -> Centre:
    centre: Centre = state["centre"]
    return centre


@get("/v1/health", opt={"open": True}, media_type=MEDIA_TYPE, sync_to_thread=True)
def health(state: State) -> Health:
    """Liveness, and how far the journals are."""
    centre = _centre(state)
    with centre.database() as db:
        total = sum(h.n for h in read_heads(db).values())
    return Health("ok", centre.city, centre.pack.version, centre.clock.now(), total)


@get("/v1/metrics", media_type=MediaType.TEXT, sync_to_thread=True)
def metrics(state: State) -> str:
    """Counters and gauges as Prometheus text."""
    with _centre(state).database() as db:
        return _centre(state).metrics.text(db)


@post("/v1/enrol", opt={"open": True}, status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def take_enrolment(state: State, request: Request[Any, Any, State], data: Annotated[EnrolRequest, Sent]) -> EnrolReply:
    """A one-time code becomes a device token."""
    centre = _centre(state)
    who = request.client.host if request.client else ""
    _within(centre.rates.wait("enrol", who, limits.WRONG_CODES))
    try:
        with centre.database() as db:
            centre.stand(db, centre.keeper.current(db))
            token, device = enrol(db, data, centre.keeper, centre.writer, centre.clock.now())
    except NotEnrolled as e:
        raise Refused(403, "not_enrolled", str(e)) from e
    centre.rates.give_back("enrol", who)
    return EnrolReply(
        token, device.territory, device.role, centre.city, centre.city_key, centre.key.public, centre.clock.now()
    )


@get("/v1/city", media_type=PACK_TYPE, sync_to_thread=False)
def city(state: State, request: Call) -> Response[bytes]:
    """The signed city pack, by ETag."""
    pack = _centre(state).pack
    headers = {"ETag": f'"{pack.version}"', SIGNATURE_HEADER: pack.signature.hex()}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers, media_type=PACK_TYPE)
    return Response(pack.data, headers=headers, media_type=PACK_TYPE)


@post("/v1/entries", status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def take_push(state: State, request: Call, data: Annotated[PushRequest, Sent]) -> PushReply:
    """Entries and checkpoints, answered in ranges."""
    centre, device = _centre(state), request.user
    _within(centre.rates.wait("entries", device.id, limits.ENTRIES, sum(len(run.at) for run in data.runs)))
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
    centre = _centre(state)
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


@post(ORDER_PATH, opt={"open": True}, status_code=200, media_type=MEDIA_TYPE)
async def post_order(
    state: State, request: Request[Any, Any, State], data: Annotated[OrderRequest, Sent]
) -> OrderReply:
    """A room's signed order, which this centre may have lost. Signed by the device itself."""
    body = await request.body()
    return await anyio.to_thread.run_sync(_take_order, _centre(state), request, data, body)


def _take_order(centre: Centre, request: Request[Any, Any, State], data: OrderRequest, body: bytes) -> OrderReply:
    _within(centre.rates.wait("order", _address(request), limits.SIGNED_CALLS))
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


@post(TOKEN_PATH, opt={"open": True}, status_code=200, media_type=MEDIA_TYPE)
async def post_token(
    state: State, request: Request[Any, Any, State], data: Annotated[TokenRequest, Sent]
) -> TokenReply:
    """A new token for a device whose old one this centre has lost. Signed by the device itself."""
    body = await request.body()
    return await anyio.to_thread.run_sync(_new_token, _centre(state), request, body)


def _new_token(centre: Centre, request: Request[Any, Any, State], body: bytes) -> TokenReply:
    _within(centre.rates.wait("order", _address(request), limits.SIGNED_CALLS))
    try:
        with centre.database() as db:
            centre.stand(db, centre.keeper.current(db))
            device, _ = caller(centre, db, request.headers, TOKEN_PATH, body, None)
            return TokenReply(issue_token(db, device, centre.clock.now()))
    except NotProven as e:
        raise Refused(401, e.code, str(e)) from e


def _address(request: Request[Any, Any, State]) -> str:
    return request.client.host if request.client else ""


@get("/v1/lost/{territory:str}", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_lost(state: State, territory: str, after: Annotated[int, Parameter(ge=0, lt=2**62)] = 0) -> LostOrders:
    """Orders of a territory that were signed once and lost."""
    with _centre(state).database() as db:
        return read_lost(db, territory.replace("\0", ""), after)


@get("/v1/journal/{territory:str}", media_type=JOURNAL_TYPE, sync_to_thread=True)
def get_journal(
    state: State, request: Call, territory: str, n: Annotated[int, Parameter(ge=0, lt=2**62)] = 0
) -> Response[bytes]:
    """A territory's journal as one compressed file up to `n` (by default all there is; the ETag names it), or the Range of
    it that is asked for; in pieces (206) in any case."""
    centre = _centre(state)
    asked = _ASKED.fullmatch(request.headers.get("range", "bytes=0-"))
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


def _look(centre: Centre, ask: Ask, device: Device) -> Changes:
    with centre.database() as db:
        return centre.changes.read(db, ask, device)


@post("/v1/frames", status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def post_frames(state: State, request: Call, data: Annotated[FramesRequest, Sent]) -> FramesReply:
    """Telemetry in columnar frames."""
    centre = _centre(state)
    with centre.database() as db:
        return take_frames(db, data.frames, request.user, centre.city)


@get("/v1/frames", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_frames(
    state: State,
    territory: Annotated[str, Parameter(max_length=32, pattern=r"^[0-9.]*$")] = "",
    source: Annotated[str, Parameter(max_length=64, pattern=r"^[^\x00]*$")] = "",
    since: Annotated[int, Parameter(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=2000)] = 500,
) -> FramePage:
    """Frames by number."""
    with _centre(state).database() as db:
        return frame_page(db, territory, source, since, limit)


@get("/v1/frames/history", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_history(
    state: State,
    request: Call,
    above: Annotated[int, Parameter(ge=0, lt=2**62)],
    upto: Annotated[int, Parameter(ge=0, lt=2**62)],
    minute: Annotated[int, Parameter(ge=0, lt=2**62)] = 2**61,
    n: Annotated[int, Parameter(ge=0, lt=2**62)] = 0,
    since: Annotated[int, Parameter(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=2000)] = 500,
) -> HistoryPage:
    """Frames numbered `above` to `upto`, newest minute first, below (`minute`, `n`) and not before the minute `since`."""
    with _centre(state).database() as db:
        return history(db, Stretch(above, upto, (minute, n), since), limit, request.user.id)


@put("/v1/blobs/{name:str}", status_code=200, media_type=MEDIA_TYPE)
async def put_blob(state: State, request: Call, name: str) -> Response[BlobState]:
    """A piece of a blob, placed by Content-Range; 409 tells where to go on."""
    piece = await request.body()
    place = _RANGE.fullmatch(request.headers.get("content-range", f"bytes 0-{len(piece) - 1}/{len(piece)}"))
    if place is None or int(place[2]) - int(place[1]) + 1 != len(piece):
        raise Refused(400, "range", "Content-Range tidak cocok dengan isi")
    _within(_centre(state).rates.wait("bytes", request.user.id, limits.BYTES, len(piece)))
    return await anyio.to_thread.run_sync(
        _keep_piece, _centre(state), name, int(place[1]), int(place[3]), piece, request.user.id
    )


def _keep_piece(centre: Centre, name: str, start: int, size: int, piece: bytes, device: str) -> Response[BlobState]:
    try:
        with centre.database() as db:
            state = take_piece(db, name, start, size, piece, device, centre.clock.now())
        return Response(state, media_type=MEDIA_TYPE)
    except OutOfStep as e:
        return Response(e.state, status_code=409, media_type=MEDIA_TYPE)
    except NotNamed as e:
        raise Refused(403, "unnamed", "tidak ada entri yang menyebut berkas ini") from e
    except OverQuota as e:
        raise Refused(403, "quota", "perangkat ini sudah mengunggah terlalu banyak hari ini") from e
    except BadBlob as e:
        raise Refused(422, "bad_blob", str(e)) from e


@get("/v1/blobs/{name:str}/state", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_blob_state(state: State, request: Call, name: str, proved: bool = False) -> BlobState:
    """How much of a blob the centre has, or of the device's own part. `proved`: look at its bytes first; wrong ones go."""
    if proved:
        _within(_centre(state).rates.wait("proofs", request.user.id, limits.PROOFS))
    with _centre(state).database() as db:
        if proved and SHA.fullmatch(name):
            prove(db, name)
        found = blob_state(db, name, request.user.id) if SHA.fullmatch(name) else None
    if found is None:
        raise Refused(404, "no_blob", "berkas tidak ada")
    return found


@get("/v1/missing", media_type=MEDIA_TYPE, sync_to_thread=True)
def get_missing(
    state: State, after: Annotated[str, Parameter(max_length=64, pattern=r"^[0-9a-f]*$")] = ""
) -> MissingBlobs:
    """Blobs that entries name and that the centre does not have."""
    with _centre(state).database() as db:
        found = blob_names.missing(db, after)
    return MissingBlobs(b"".join(map(bytes.fromhex, found)), len(found) == blob_names.PAGE)


@get("/v1/blobs/{name:str}", media_type=BLOB_TYPE, sync_to_thread=True)
def get_blob(state: State, request: Call, name: str) -> Response[bytes]:
    """A blob, or the Range of it that is asked for; long ones come in pieces (206) in any case."""
    with _centre(state).database() as db:
        found = blob_state(db, name, "") if SHA.fullmatch(name) else None
        if found is None or not found.complete:
            raise Refused(404, "no_blob", "berkas tidak ada atau belum lengkap")
        asked = _ASKED.fullmatch(request.headers.get("range", "bytes=0-"))
        start = int(asked[1]) if asked else 0
        end = min(int(asked[2]) + 1, found.size) if asked and asked[2] else found.size
        if not start < end:
            raise Refused(416, "range", "di luar berkas")
        data = read_blob(db, name, start, end)
    whole = len(data) == found.size
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{name}"'}
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{start + len(data) - 1}/{found.size}"
    return Response(data, status_code=200 if whole else 206, headers=headers, media_type=BLOB_TYPE)


def _problem(status: int, code: str, reason: str, retry_after: float = 0) -> Response[Problem]:
    headers = {"Retry-After": str(max(1, round(retry_after)))} if retry_after else {}
    return Response(Problem(code, reason, retry_after), status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _on_http(_: Request[Any, Any, Any], e: HTTPException) -> Response[Problem]:
    if isinstance(e, Refused):
        return _problem(e.status_code, e.code, e.detail, e.retry_after)
    # The framework's own words name the whole address, cursor included, and end in the caller's log.
    reason = e.detail if isinstance(e, NotAuthorizedException) else HTTPStatus(e.status_code).phrase
    return _problem(e.status_code, f"http_{e.status_code}", reason)


def _on_database(_: Request[Any, Any, Any], e: psycopg.OperationalError | StreamTaken) -> Response[Problem]:
    """The database is away or busy (or two journals raced for a stream id): ask again."""
    return _problem(503, "busy", "pusat sedang sibuk; coba lagi", 2.0)


def _on_fault(request: Request[Any, Any, Any], e: Exception) -> Response[Problem]:
    """A fault of the centre's own: the log gets it, the caller does not."""
    _log.error("call failed", path=request.url.path, method=request.method, exc_info=e)
    return _problem(500, "failed", "kesalahan di pusat; sudah dicatat")


def create_app(centre: Centre) -> ASGIApp:
    """The centre as an ASGI app."""
    app = Litestar(
        route_handlers=[
            health, metrics, take_enrolment, city, take_push, changes, post_frames, get_frames, get_history, put_blob,
            get_blob, get_blob_state, get_missing, post_order, post_token, get_lost, get_journal,
        ],
        middleware=[DefineMiddleware(TokenMiddleware, centre=centre)],
        exception_handlers={
            HTTPException: _on_http, psycopg.OperationalError: _on_database, StreamTaken: _on_database,
            Exception: _on_fault,
        },
        openapi_config=OpenAPIConfig(
            title="Simpul", version="1", path="/v1/schema", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
        ),
        state=State({"centre": centre}),
        request_max_body_size=limits.REQUEST_PLAIN,
        on_startup=[centre.wakeups.start],
        logging_config=None,
    )  # fmt: skip
    return Envelope(app, centre.metrics)
