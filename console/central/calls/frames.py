"""Telemetry in columnar frames, in and out."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.datastructures import State
from litestar.params import Parameter

from console.central.calls.call import Call, Sent, centre_of
from console.central.frames import Stretch, frame_page, history, take_frames
from console.wire.messages import MEDIA_TYPE, FramePage, FramesReply, FramesRequest, HistoryPage


@post("/v1/frames", status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def post_frames(state: State, request: Call, data: Annotated[FramesRequest, Sent]) -> FramesReply:
    """Telemetry in columnar frames."""
    centre = centre_of(state)
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
    with centre_of(state).database() as db:
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
    with centre_of(state).database() as db:
        return history(db, Stretch(above, upto, (minute, n), since), limit, request.user.id)


ROUTES = (post_frames, get_frames, get_history)
