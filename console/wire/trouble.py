"""What can go wrong with an outside reply, one exception per thing that a caller must treat differently."""

from __future__ import annotations


class Trouble(Exception):
    """A reply that is no answer. The text says what was found, never a secret."""


class Unreachable(Trouble):
    """No connection: name not found, refused, no route, or dropped before any reply."""


class TimedOut(Trouble):
    """The whole reply was not there by its deadline."""


class TlsProblem(Trouble):
    """The other end's certificate or encryption is not acceptable."""


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
        super().__init__(f"{status} {reason}".strip())
        self.status, self.reason, self.code = status, reason, code


class Unauthorized(Answered):
    """401: the token is not, or no longer, good."""


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
