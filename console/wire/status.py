"""What a reply's status and content type say, before anybody reads its body."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import requests

from console.wire import codec
from console.wire.messages import REVOKED, Problem
from console.wire.trouble import (
    Portal,
    Rejected,
    RequestTooLarge,
    Revoked,
    ServerError,
    Throttled,
    Unauthorized,
    WrongType,
)

_HTML = ("text/html", "application/xhtml+xml")
_RETRY_DEFAULT = 30.0
_RETRY_MAX = 24 * 3600.0


def judge_type(answer: requests.Response, plain: bytes, types: frozenset[str]) -> None:
    """Portal for a web page, WrongType for anything but one of `types` (empty: anything but a web page)."""
    said = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if answer.status_code == 511:
        raise Portal("a log-in page of the network stands in the way")
    if answer.status_code >= 500 or not plain or said in types:
        return
    if said in _HTML or plain[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise Portal("a web page instead of data")
    if answer.status_code < 400 and types:
        raise WrongType(said or "none")


def judge_status(answer: requests.Response, plain: bytes) -> None:
    """Pass what was done; for the rest the Answered that says how to treat it, with the centre's own reason."""
    status = answer.status_code
    if status in (200, 201, 204, 206, 304):
        return
    problem = _problem(plain, answer.reason or "")
    if status in (429, 503):
        raise Throttled(status, problem.reason, problem.code, _retry_after(answer, problem))
    if status == 401:
        raise (Revoked if problem.code == REVOKED else Unauthorized)(status, problem.reason, problem.code)
    if status == 413:
        raise RequestTooLarge(status, problem.reason, problem.code)
    kind = ServerError if status >= 500 else Rejected
    raise kind(status, problem.reason, problem.code)


def _problem(plain: bytes, reason: str) -> Problem:
    try:
        return codec.parse(plain, Problem)
    except codec.Malformed:
        return Problem("", reason)


def _retry_after(answer: requests.Response, problem: Problem) -> float:
    """Seconds to wait (RFC 9110 section 10.2.3: seconds or a date, the date being read by the sender's own clock)."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return min(float(text), _RETRY_MAX)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError):
        return problem.retry_after or _RETRY_DEFAULT
    return min(max(wait.total_seconds(), 0.0), _RETRY_MAX)
