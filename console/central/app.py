"""The centre as an ASGI application: its calls, who may make them, and what is answered when one cannot be done.

Every call but `health` and `enrol` needs a device's token. OpenAPI comes from the same structs.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import anyio.to_thread
import psycopg
from litestar import Litestar, Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp

from console.central import limits
from console.central.calls import about, blobs, enrolment, frames, journal
from console.central.calls.call import Refused, within
from console.central.centre import Centre
from console.central.enrol import device_of
from console.central.envelope import Envelope
from console.central.journal import StreamTaken
from console.domain.keys import Device
from console.log import logger
from console.wire.messages import MEDIA_TYPE, Problem

_log = logger(__name__)


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
        within(self._centre.rates.wait("calls", device.id, limits.CALLS))
        return AuthenticationResult(user=device, auth=None)

    def _device(self, token: str) -> Device | None:
        with self._centre.database() as db:
            device = device_of(db, token, self._centre.keeper)
            if device is not None:
                self._centre.stand(db, self._centre.keeper.last)
            return device


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
            *about.ROUTES, *enrolment.ROUTES, *journal.ROUTES, *frames.ROUTES, *blobs.ROUTES,
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
