"""The talks that a door has going: begun, joined, and forgotten again. Used by several threads at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from console.domain.keys import DeviceKey, KeyRing
from console.sync.door.session import AnsweringSide, Hello, Join, Seal, Stranger, Welcome, member

PENDING, JOINED = 32, 256
"""How many talks may be begun, and how many going; the oldest makes room."""
TALK_S = 600.0
"""After this long a caller introduces itself again."""
TALK_HEADER = "Simpul-Talk"
"""`talk:number` of a sealed call."""


class _Going(msgspec.Struct):
    """A talk: who may seal in it, until when, and the highest number that was used."""

    seal: Seal
    ends: float
    number: int = 0


class Talks:
    """`ring` gives the city's key ring as it is now: who was revoked is out at the next call, not at the next talk."""

    def __init__(self, key: DeviceKey, ring: Callable[[], KeyRing], now: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._ring = ring
        self._now = now
        self._lock = threading.Lock()
        self._begun: dict[str, tuple[AnsweringSide, float]] = {}
        self._going: dict[str, _Going] = {}

    def begin(self, hello: Hello) -> Welcome:
        """Somebody introduces itself; Stranger when it is nobody of this city."""
        answerer = AnsweringSide(hello, self._key, self._ring())
        with self._lock:
            while len(self._begun) >= PENDING:
                self._begun.pop(next(iter(self._begun)))
            self._begun[answerer.welcome.talk] = (answerer, self._now() + TALK_S)
        return answerer.welcome

    def join(self, join: Join) -> None:
        """The caller has signed; Stranger when it was somebody else, or nobody introduced itself."""
        with self._lock:
            # Whatever comes of it: a talk is joined once.
            answerer, ends = self._begun.pop(join.talk, (None, 0.0))
        if answerer is None or ends < self._now():
            raise Stranger("no such talk")
        seal = answerer.joined(join)
        with self._lock:
            while len(self._going) >= JOINED:
                self._going.pop(next(iter(self._going)))
            self._going[join.talk] = _Going(seal, ends)

    def open(self, header: str, path: str, sealed: bytes) -> tuple[Seal, int, bytes]:
        """The plain body of a sealed call, once; Stranger when it does not open, came before, or its device is out."""
        name, _, text = header.partition(":")
        going = self._going.get(name)
        if going is None or going.ends < self._now() or not (text.isdecimal() and text.isascii() and len(text) < 12):
            raise Stranger("no such talk")
        number = int(text)
        plain = going.seal.asked(number, path, sealed)
        member(self._ring(), going.seal.device, self._key.id)
        with self._lock:
            if number <= going.number:
                raise Stranger("said before")
            going.number = number
        return going.seal, number, plain
