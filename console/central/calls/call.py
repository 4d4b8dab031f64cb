"""What every call has: the centre that it reaches, who makes it, and how it is turned down."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.params import Body

from console.central.centre import Centre
from console.domain.keys import Device

ASKED = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
"""A Range of a body."""

Call = Request[Device, str, State]
Open = Request[Any, Any, State]
"""A call that needs no token."""
Sent = Body(media_type=RequestEncodingType.JSON)


class Refused(HTTPException):
    """A call that is not done; `code` for programs, `detail` for people, seconds to wait where that helps."""

    def __init__(self, status: int, code: str, reason: str, retry_after: float = 0) -> None:
        super().__init__(status_code=status, detail=reason)
        self.code, self.retry_after = code, retry_after


def within(seconds: float) -> None:
    """Turn a call down that would have to wait so long for its turn."""
    if seconds > 0:
        raise Refused(429, "rate", "terlalu banyak permintaan", seconds)


def centre_of(state: State) -> Centre:
    """The centre that the call reaches."""
    centre: Centre = state["centre"]
    return centre


def address_of(request: Open) -> str:
    """Where the call comes from."""
    return request.client.host if request.client else ""
