"""What the line can carry: a model fed with real exchanges, from which follow the mode, the pauses and the forecast.

Pure: no network, no waiting, time from a Clock and chance from a Random that are passed in. Round trips and rates are
exponentially weighted means (weight 1/8 for the new sample, as TCP smooths its round trip, RFC 6298 section 2).
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Literal

import msgspec

from console.domain.clock import Clock
from console.sync.line.budget import Budget, Spending
from console.wire.meter import Carried

Mode = Literal["belum", "langsung", "hemat", "putus", "internet_palsu", "tak_dipercaya"]
Reach = Literal["unknown", "open", "cut", "fake", "untrusted"]

SMOOTHING = 0.125
SLOW_RTT_MS = 1_500.0
"""A round trip above which single live edits are not worth their own request (a satellite hop takes about 600 ms)."""
SLOW_RATE = 8_000.0
"""Bytes per second (64 kbit/s) below which lanes are throttled."""
LOSSY = 0.25
"""Share of exchanges on a working line that fail, above which lanes are throttled."""
PATIENCE_S, SLOW_PATIENCE_S, LONGEST_PATIENCE_S = 8.0, 20.0, 120.0
ENTRY_BYTES = 100.0
"""Bytes on the wire for each entry in a batch, to begin with (measured: 9 to 30, a single one about 500)."""
LEAVE = 0.7
"""A line must be this much better than the bounds above before it counts as good again."""
TRIP_SAMPLE, RATE_SAMPLE = 2_000, 4_000
"""Bytes sent below which an exchange tells the round trip and above which it tells the rate, and bytes received from which it
tells the rate of the other way."""
LARGEST_BATCH = 5_000
"""Entries that go at once at most."""
FIRST_BATCHES = 2
"""Batches before a long queue has a forecast: the first one opens the connection, which hides how fast the line is."""
FADING = 0.5
"""How much of what an estimate rests on still counts at the next sample."""
BATCH_S = 10.0
"""Seconds of the line that one batch is meant to take."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
DAY_MS = 24 * 3600 * 1000
KEPT_CHANGES = 500
PACKET, PACKET_HEADERS = 1400, 52
"""Bytes of load and of headers in a full packet."""


class Exchange(msgspec.Struct, frozen=True):
    """One finished call: bytes with headers, seconds from sending to the first byte and to the last. `waited`: the other
    end held it back on purpose (long-poll), so that its times say nothing."""

    sent: int
    received: int
    first_byte: float
    seconds: float
    waited: bool = False


class LineMemory(msgspec.Struct, frozen=True):
    """What survives a restart. Times in ms since epoch UTC; the centre asked at `asked_at` not to be called before
    `not_before`, and said last that it was `centre_at`."""

    last_contact: int | None = None
    bytes_up: int = 0
    bytes_down: int = 0
    history: tuple[tuple[int, str], ...] = ()
    asked_at: int = 0
    not_before: int = 0
    rtt_ms: float | None = None
    up: float | None = None
    down: float | None = None
    entry_bytes: float | None = None
    name: str = ""
    spending: dict[str, tuple[tuple[int, int], ...]] = {}
    centre_at: int | None = None


class Link:
    """The line to the centre, as measured. `rtt_ms`, `up` and `down` (bytes per second), `entry_bytes` (on the wire for
    each entry sent) are None until measured; `loss` is the share of exchanges that failed. `name` is the network interface
    that it runs over ("" until known), `budgets` what each may carry ("": any other)."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self._reach: Reach = "unknown"
        self._saving = False
        self.budgets: dict[str, Budget] = {}
        self._metered = False
        self._packet_ms: float | None = None
        self._loads, self._loaded = 0, float("-inf")
        self.loss = 0.0
        self.recall(LineMemory())

    def recall(self, known: LineMemory) -> None:
        """Go on from what an earlier run remembered."""
        self._asked_at, self._not_before = known.asked_at, known.not_before
        self.last_contact = known.last_contact
        self.bytes_up, self.bytes_down = known.bytes_up, known.bytes_down
        self.history = list(known.history)
        self.rtt_ms, self.up, self.down = known.rtt_ms, known.up, known.down
        self.entry_bytes = known.entry_bytes
        self.name = known.name
        self._spending = {name: Spending(hours) for name, hours in known.spending.items()}
        self._centre_at, self._heard = known.centre_at, self._clock.monotonic()
        self._weighed = self._entries = 0.0
        self._batches = FIRST_BATCHES if known.up is not None else 0

    @property
    def mode(self) -> Mode:
        """The mode that follows from what was measured."""
        if self._reach == "fake":
            return "internet_palsu"
        if self._reach == "untrusted":
            return "tak_dipercaya"
        if self._reach == "cut" or (self._reach == "unknown" and self.last_contact is not None):
            return "putus"
        if self._reach == "unknown":
            return "belum"
        return "hemat" if self._saving else "langsung"

    @property
    def open(self) -> bool:
        """Whether the last exchange went through."""
        return self._reach == "open"

    def done(self, x: Exchange, entries: int = 0) -> None:
        """An exchange went through; `entries` were in what was sent."""
        self._reach = "open"
        self.last_contact = self._clock.now()
        if not self._metered:
            self._count(_with_headers(x.sent), _with_headers(x.received))
        self.loss += SMOOTHING * (0.0 - self.loss)
        if not x.waited:
            self._measure(x)
        if entries:
            self.entry_bytes = _smooth(self.entry_bytes, x.sent / entries, entries / (entries + self._entries))
            self._entries = self._entries * FADING + entries
        self._saving = self._is_slow(LEAVE if self._saving else 1.0)
        self._note()

    def carried(self, c: Carried) -> None:
        """A call ended, well or not, and carried this."""
        if c.link and c.link != self.name:
            self._go_over(c.link)
        self._metered, self._packet_ms = c.exact, c.trip_ms
        if c.up or c.down:
            self._count(c.up, c.down)

    @contextlib.contextmanager
    def load(self) -> Iterator[None]:
        """While a batch is under way: small calls beside it wait behind it, so that their times say nothing of the line."""
        self._loads += 1
        try:
            yield
        finally:
            self._loads -= 1
            self._loaded = self._clock.monotonic()

    @property
    def trip_s(self) -> float | None:
        """Seconds that a call takes however little it carries: that of bare packets where it is known, since a call may have
        waited behind others."""
        trip = self._packet_ms if self._packet_ms is not None else self.rtt_ms
        return None if trip is None else trip / 1000

    @property
    def budget(self) -> Budget:
        """What the link in use may carry."""
        return self.budget_of(self.name)

    def budget_of(self, name: str) -> Budget:
        """What a link may carry: its own budget, or the one for any other."""
        return self.budgets.get(name, self.budgets.get("", Budget()))

    @property
    def spent(self) -> Spending:
        """What the link in use carried."""
        return self.spent_on(self.name)

    def spent_on(self, name: str) -> Spending:
        """What a link carried."""
        return self._spending.setdefault(name, Spending())

    @property
    def names(self) -> list[str]:
        """Every link that has a budget or carried something in the last day, the one in use first."""
        now = self._clock.now()
        known = {*self.budgets, *(name for name, spent in self._spending.items() if spent.day(now))}
        return [name for name in dict.fromkeys([self.name, *sorted(known)]) if name]

    @property
    def within_budget(self) -> bool:
        """Whether the budget leaves something for lanes that may not overdraw it."""
        return self.spent.within(self.budget, self._clock.now())

    def heard(self, centre_at: int) -> None:
        """The centre said what time it is there, ms since epoch UTC."""
        self._centre_at, self._heard = centre_at, self._clock.monotonic()

    @property
    def now(self) -> int:
        """What this machine's clock says, ms since epoch UTC."""
        return self._clock.now()

    @property
    def centre_time(self) -> int | None:
        """The earliest that it can be at the centre now, by what it said last; ms since epoch UTC, None when it never did."""
        if self._centre_at is None:
            return None
        return self._centre_at + round(1000 * (self._clock.monotonic() - self._heard))

    def failed(self, reach: Reach) -> None:
        """An exchange did not go through: the line is "cut", who answers is no centre ("fake"), or does not prove to be
        the one ("untrusted")."""
        if self.open:
            # An outage counts once, however long it is probed: loss is what breaks between exchanges that work.
            self.loss += SMOOTHING * (1.0 - self.loss)
        self._reach = reach
        self._note()

    def held_off(self, seconds: float) -> None:
        """The centre asks not to be called for `seconds` (Retry-After)."""
        self._asked_at = self._clock.now()
        self._not_before = self._asked_at + int(seconds * 1000)

    def asked_pause(self) -> float:
        """Seconds left of what the centre asked for. A clock that was set back does not make it longer."""
        left = min(self._not_before - self._clock.now(), self._not_before - self._asked_at)
        return max(0.0, left / 1000)

    def back_off(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row: doubling, jittered so that rooms do not come all at once."""
        longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures, 20))
        return self._chance.uniform(longest / 2, longest)

    def patience(self, entries: int = 0) -> float:
        """Seconds after which a call that carries so many entries is not going to be answered any more: generous, yet
        short enough that a line which swallows everything is called dead while somebody still watches it."""
        least = SLOW_PATIENCE_S
        if self.rtt_ms is not None and not self._saving:
            least = max(PATIENCE_S, 10 * self.rtt_ms / 1000)
        carry = entries * (self.entry_bytes or ENTRY_BYTES) / (self.up or SLOW_RATE / 2)
        return min(LONGEST_PATIENCE_S, least + 3 * carry)

    def drain_s(self, entries: int, batch: int) -> float | None:
        """Seconds to send `entries`, beginning with batches of `batch`, or None when nothing can be said yet."""
        if not entries:
            return 0.0
        trip = self.trip_s
        if not self.open or trip is None:
            return None
        known = self.entry_bytes is not None and self._batches >= FIRST_BATCHES
        if not known and entries > batch:
            return None
        carry = entries * (self.entry_bytes or 0.0) / self.up if self.up else 0.0
        # Batches grow towards their share of the line, so that the present one does not tell how many there will be.
        batches = min(-(-entries // max(1, batch)), max(1 + carry / BATCH_S, -(-entries // LARGEST_BATCH)))
        return self.asked_pause() + (carry + batches * trip) / max(0.05, 1.0 - self.loss)

    def memory(self) -> LineMemory:
        """What to remember."""
        return LineMemory(
            self.last_contact, self.bytes_up, self.bytes_down, tuple(self.history), self._asked_at, self._not_before,
            self.rtt_ms, self.up, self.down, self.entry_bytes, self.name,
            {name: spent.memory() for name, spent in self._spending.items() if spent.day(self._clock.now())},
            self._centre_at,
        )  # fmt: skip

    def _go_over(self, name: str) -> None:
        """The line runs over another link from now on: what was measured on the last one says nothing of it."""
        if self.name:
            self.rtt_ms = self.up = self.down = self._packet_ms = None
            self.loss, self._saving, self._weighed, self._batches = 0.0, False, 0.0, 0
        self.name = name

    def _count(self, up: int, down: int) -> None:
        self.bytes_up += up
        self.bytes_down += down
        self.spent.add(self._clock.now(), up + down)

    def _measure(self, x: Exchange) -> None:
        """Small requests tell the round trip; what larger ones take beyond it tells the rates."""
        if x.sent < TRIP_SAMPLE:
            if not self._loads and self._clock.monotonic() - x.seconds >= self._loaded:
                self.rtt_ms = _smooth(self.rtt_ms, x.first_byte * 1000)
        else:
            carry = x.first_byte - (self.trip_s or 0.0)
            weight = x.sent / (x.sent + self._weighed)
            self.up = _smooth(self.up, x.sent / max(carry, 0.001), weight)
            self._weighed = self._weighed * FADING + x.sent
            self._batches += 1
        if x.received >= RATE_SAMPLE:
            self.down = _smooth(self.down, x.received / max(x.seconds - x.first_byte, 0.001))

    def _is_slow(self, scale: float) -> bool:
        rates = [r for r in (self.up, self.down) if r is not None]
        return (
            (self.rtt_ms is not None and self.rtt_ms > SLOW_RTT_MS * scale)
            or any(r < SLOW_RATE / scale for r in rates)
            or self.loss > LOSSY * scale
        )

    def _note(self) -> None:
        """Keep the changes of mode of the last day, and the one that held when it began."""
        now, mode = self._clock.now(), self.mode
        if not self.history or self.history[-1][1] != mode:
            self.history.append((now, mode))
        while len(self.history) > 1 and (self.history[1][0] < now - DAY_MS or len(self.history) > KEPT_CHANGES):
            self.history.pop(0)


def _with_headers(size: int) -> int:
    """About what so many bytes are on the wire, where nobody counts: full packets, and two without a load."""
    return size + (size // PACKET + 3) * PACKET_HEADERS


def _smooth(old: float | None, new: float, weight: float = 0.0) -> float:
    """The mean, moved towards a new sample; a large carry weighs more than a small one."""
    return new if old is None else old + min(0.9, max(SMOOTHING, weight)) * (new - old)
