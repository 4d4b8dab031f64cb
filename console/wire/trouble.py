"""What can go wrong with an outside reply, one exception per thing that a caller must treat differently."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"
SHORTEST_SECRET = 8
"""Letters below which a text is a word like others."""
LONGEST_REASON = 300
"""Letters of what the other end says about itself that are kept."""


class Trouble(Exception):
    """A reply that is no answer. The text says what was found, never a secret."""

    def hide(self, secrets: Iterable[str]) -> None:
        """Blank these wherever the other end echoed them: what it says ends in logs and on screens."""
        self.args = tuple(_without(secrets, arg) if isinstance(arg, str) else arg for arg in self.args)


class Unreachable(Trouble):
    """No connection: name not found, refused, no route, or dropped before any reply."""


class TimedOut(Trouble):
    """The whole reply was not there by its deadline."""


class TlsProblem(Trouble):
    """The other end does not prove who it is. Of this very class: it speaks no TLS, or none that is safe enough."""


class UntrustedIssuer(TlsProblem):
    """Its certificate is signed by nobody whom this room trusts."""


class WrongHost(TlsProblem):
    """Its certificate is for another address."""


class OutOfDate(TlsProblem):
    """By this machine's clock its certificate is not valid now. `start` and `end` (ms since epoch UTC) say when it is, None
    where that could not be read; `early`: it is not valid yet, else no more."""

    def __init__(self, early: bool, start: int | None = None, end: int | None = None) -> None:
        super().__init__("not valid yet" if early else "expired")
        self.early, self.start, self.end = early, start, end


class Truncated(Trouble):
    """The reply was cut in the middle."""


class TooLarge(Trouble):
    """The reply is larger, or unpacks to more, than the cap."""


class Garbled(Trouble):
    """The right content type, but not what it should hold: broken, a key twice, NaN, or not the schema."""


class WrongType(Trouble):
    """Another content type than any that was asked for."""


class Portal(Trouble):
    """A web page where data was asked for: a captive portal, "internet palsu"."""


class Redirected(Trouble):
    """Sent to another host, or in circles."""


class Answered(Trouble):
    """The other end answered, and said no. `status` is HTTP's, `code` the centre's own ("" when it gave none)."""

    def __init__(self, status: int, reason: str, code: str = "") -> None:
        reason = reason[:LONGEST_REASON]
        super().__init__(f"{status} {reason}".strip())
        self.status, self.reason, self.code = status, reason, code[:LONGEST_REASON]

    def hide(self, secrets: Iterable[str]) -> None:
        """Blank these wherever the other end echoed them."""
        secrets = tuple(secrets)
        super().hide(secrets)
        self.reason, self.code = _without(secrets, self.reason), _without(secrets, self.code)


class Unauthorized(Answered):
    """401: the token is not, or no longer, good."""


class Revoked(Unauthorized):
    """401 from a centre that knows this device and has taken its right away."""


class Rejected(Answered):
    """Any other 4xx: asking again the same way is no use."""


class RequestTooLarge(Rejected):
    """413: what was sent is larger than the other end takes; send less at once."""


class ServerError(Answered):
    """5xx: the other end has trouble of its own; ask again later."""


class Throttled(Answered):
    """429 or 503: ask again after `retry_after` seconds."""

    def __init__(self, status: int, reason: str, code: str, retry_after: float) -> None:
        super().__init__(status, reason, code)
        self.retry_after = retry_after


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in (each for each in secrets if len(each) >= SHORTEST_SECRET):
        text = re.sub(re.escape(secret), HIDDEN, text, flags=re.IGNORECASE)
    return text
