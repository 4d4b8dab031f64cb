"""How the centre is, and which city it is the centre of."""

from __future__ import annotations

from litestar import MediaType, Response, get
from litestar.datastructures import State

from console.central.calls.call import Call, centre_of
from console.central.heads import read_heads
from console.wire.messages import MEDIA_TYPE, PACK_TYPE, SIGNATURE_HEADER, Health


@get("/v1/health", opt={"open": True}, media_type=MEDIA_TYPE, sync_to_thread=True)
def health(state: State) -> Health:
    """Liveness, and how far the journals are."""
    centre = centre_of(state)
    with centre.database() as db:
        total = sum(h.n for h in read_heads(db).values())
    return Health("ok", centre.city, centre.pack.version, centre.clock.now(), total)


@get("/v1/metrics", media_type=MediaType.TEXT, sync_to_thread=True)
def metrics(state: State) -> str:
    """Counters and gauges as Prometheus text."""
    with centre_of(state).database() as db:
        return centre_of(state).metrics.text(db)


@get("/v1/city", media_type=PACK_TYPE, sync_to_thread=False)
def city(state: State, request: Call) -> Response[bytes]:
    """The signed city pack, by ETag."""
    pack = centre_of(state).pack
    headers = {"ETag": f'"{pack.version}"', SIGNATURE_HEADER: pack.signature.hex()}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers, media_type=PACK_TYPE)
    return Response(pack.data, headers=headers, media_type=PACK_TYPE)


ROUTES = (health, metrics, city)
