"""Photos and documents: pieces in, states and bytes out."""

from __future__ import annotations

import re
from typing import Annotated

import anyio.to_thread
from litestar import Response, get, put
from litestar.datastructures import State
from litestar.params import Parameter

from console.central import blob_names, limits
from console.central.blobs import BadBlob, NotNamed, OutOfStep, OverQuota, blob_state, prove, read_blob, take_piece
from console.central.calls.call import ASKED, Call, Refused, centre_of, within
from console.central.centre import Centre
from console.domain.attachment import SHA
from console.wire.messages import BLOB_TYPE, MEDIA_TYPE, BlobState, MissingBlobs

_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")


@put("/v1/blobs/{name:str}", status_code=200, media_type=MEDIA_TYPE)
async def put_blob(state: State, request: Call, name: str) -> Response[BlobState]:
    """A piece of a blob, placed by Content-Range; 409 tells where to go on."""
    piece = await request.body()
    place = _RANGE.fullmatch(request.headers.get("content-range", f"bytes 0-{len(piece) - 1}/{len(piece)}"))
    if place is None or int(place[2]) - int(place[1]) + 1 != len(piece):
        raise Refused(400, "range", "Content-Range tidak cocok dengan isi")
    within(centre_of(state).rates.wait("bytes", request.user.id, limits.BYTES, len(piece)))
    return await anyio.to_thread.run_sync(
        _keep_piece, centre_of(state), name, int(place[1]), int(place[3]), piece, request.user.id
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
        within(centre_of(state).rates.wait("proofs", request.user.id, limits.PROOFS))
    with centre_of(state).database() as db:
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
    with centre_of(state).database() as db:
        found = blob_names.missing(db, after)
    return MissingBlobs(b"".join(map(bytes.fromhex, found)), len(found) == blob_names.PAGE)


@get("/v1/blobs/{name:str}", media_type=BLOB_TYPE, sync_to_thread=True)
def get_blob(state: State, request: Call, name: str) -> Response[bytes]:
    """A blob, or the Range of it that is asked for; long ones come in pieces (206) in any case."""
    with centre_of(state).database() as db:
        found = blob_state(db, name, "") if SHA.fullmatch(name) else None
        if found is None or not found.complete:
            raise Refused(404, "no_blob", "berkas tidak ada atau belum lengkap")
        asked = ASKED.fullmatch(request.headers.get("range", "bytes=0-"))
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


ROUTES = (put_blob, get_blob, get_blob_state, get_missing)
