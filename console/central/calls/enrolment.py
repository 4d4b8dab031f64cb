"""A device becomes known: by a one-time code, or anew by its own signature."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from litestar import post
from litestar.datastructures import State

from console.central import limits
from console.central.calls.call import Open, Refused, Sent, address_of, centre_of, within
from console.central.centre import Centre
from console.central.enrol import NotEnrolled, enrol, issue_token
from console.central.signed import NotProven, caller
from console.wire.messages import MEDIA_TYPE, EnrolReply, EnrolRequest
from console.wire.recovery import TOKEN_PATH, TokenReply, TokenRequest


@post("/v1/enrol", opt={"open": True}, status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
def take_enrolment(state: State, request: Open, data: Annotated[EnrolRequest, Sent]) -> EnrolReply:
    """A one-time code becomes a device token."""
    centre = centre_of(state)
    who = address_of(request)
    within(centre.rates.wait("enrol", who, limits.WRONG_CODES))
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


@post(TOKEN_PATH, opt={"open": True}, status_code=200, media_type=MEDIA_TYPE)
async def post_token(state: State, request: Open, data: Annotated[TokenRequest, Sent]) -> TokenReply:
    """A new token for a device whose old one this centre has lost. Signed by the device itself."""
    body = await request.body()
    return await anyio.to_thread.run_sync(_new_token, centre_of(state), request, body)


def _new_token(centre: Centre, request: Open, body: bytes) -> TokenReply:
    within(centre.rates.wait("order", address_of(request), limits.SIGNED_CALLS))
    try:
        with centre.database() as db:
            centre.stand(db, centre.keeper.current(db))
            device, _ = caller(centre, db, request.headers, TOKEN_PATH, body, None)
            return TokenReply(issue_token(db, device, centre.clock.now()))
    except NotProven as e:
        raise Refused(401, e.code, str(e)) from e


ROUTES = (take_enrolment, post_token)
