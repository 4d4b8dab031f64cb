"""How much one device, or one unknown caller, may ask: token buckets, kept in this process only."""

from __future__ import annotations

import threading

import msgspec

from console.domain.clock import Clock

MAX_ENTRIES = 5000
"""Entries in one push."""
REQUEST_WIRE = 8 * 1024 * 1024
REQUEST_PLAIN = 32 * 1024 * 1024
"""Bytes of a request as it travels, and unpacked."""
_FORGET = 10_000
"""Buckets kept at most; full ones are dropped first, as they say nothing."""


class Rate(msgspec.Struct, frozen=True):
    """`burst` at once, refilled by `per_second`."""

    per_second: float
    burst: float


CALLS = Rate(100, 500)
ENTRIES = Rate(5_000, 50_000)
BYTES = Rate(4 * 1024 * 1024, 64 * 1024 * 1024)
PROOFS = Rate(1 / 10, 20)
"""Whole blobs that are hashed again on request."""
WRONG_CODES = Rate(1 / 6, 10)
"""Enrolments that fail, per address: a city's rooms may all come from one."""
SIGNED_CALLS = Rate(20, 400)
"""Calls that devices sign themselves, per address: each costs some signatures to check."""


class Rates:
    """Buckets by (what, who); thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, what: str, who: str, rate: Rate, cost: float = 1.0) -> float:
        """Take `cost` from a bucket; the seconds to wait instead when it does not hold that much (0: taken)."""
        now = self._clock.monotonic()
        with self._lock:
            level, then = self._buckets.get((what, who), (rate.burst, now))
            level = min(rate.burst, level + (now - then) * rate.per_second)
            missing = min(cost, rate.burst) - level
            self._buckets[what, who] = (level if missing > 0 else level - cost, now)
            if len(self._buckets) > _FORGET:
                self._forget()
        return max(missing, 0.0) / rate.per_second

    def give_back(self, what: str, who: str, cost: float = 1.0) -> None:
        """Undo a `wait` that took, for a call that turned out to be free."""
        with self._lock:
            level, then = self._buckets.get((what, who), (0.0, self._clock.monotonic()))
            self._buckets[what, who] = (level + cost, then)

    def _forget(self) -> None:
        oldest = sorted(self._buckets, key=lambda k: self._buckets[k][1])[: _FORGET // 2]
        for name in oldest:
            del self._buckets[name]
