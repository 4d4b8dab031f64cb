"""How an exchange stands: what waits, what is wrong, and whether what is patient may move. What screens see of it."""

from __future__ import annotations

from console.domain.clock import Clock
from console.domain.exchange import Queue, Stops
from console.domain.views import LaneKey, LinkState, RoomState
from console.sync.history import History
from console.sync.lane import Lane
from console.sync.lane_states import UNTOLD, LineNow, Load
from console.sync.line.link import Link
from console.sync.line.skew import Skew
from console.sync.line.turns import LONG_QUEUE, PATIENT, Turns
from console.sync.ports import RoomStore
from console.sync.push import TOOBIG, Pusher
from console.sync.recovery.mending import Mending
from console.sync.troubles import BUSY, CLOCK, REFUSED, TOO_LARGE, gravest_first, meaning


class Standing:
    """`queue` and `stops` are as last counted here, `behind` is what the centre last said that waits there. `current`: this
    room had all of it; `pushing`: entries or readings are on their way; `sent`: all entries were, and wait for numbers."""

    def __init__(
        self, store: RoomStore, link: Link, clock: Clock, pusher: Pusher, history: History, mending: Mending, skew: Skew
    ) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._pusher = pusher
        self._history = history
        self._mending = mending
        self._skew = skew
        self.push_lane, self.pull_lane = Lane(link), Lane(link)
        self.turns = Turns(link, clock)
        self.queue, self.stops = Queue(), Stops()
        self.behind: dict[str, int] | None = None
        self.current = self.pushing = self.sent = False

    def state(self, url: str) -> LinkState:
        """The line to the centre at `url` as it is now."""
        link = self._link
        waiting = self.queue.entries
        # What is refused does not go, however good the line is.
        going = max(0, waiting - self.stops.held)
        drain_s = self._pusher.drain_s(going) if going or not waiting else None
        return LinkState(
            link.mode, link.last_contact, waiting, drain_s, link.rtt_ms, link.bytes_up, link.bytes_down,
            tuple(link.history), self.problem, url, link.spent.hour(self._clock.now()),
            link.spent.day(self._clock.now()), link.budget.per_hour, link.budget.per_day,
            () if self.may_be_patient else PATIENT, link=link.name, rate_up=link.up, rate_down=link.down,
            loss=link.loss if link.last_contact is not None else None,
        )  # fmt: skip

    def line_now(self) -> LineNow:
        """What screens of the lanes need to know of the line."""
        return LineNow(
            self._link.mode, self.problem, self._link.asked_pause() > 0, False, self.turns.why(self.draining)
        )

    async def up(self) -> dict[LaneKey, Load]:
        """What waits here for the centre, by lane."""
        queue, stops = await self._store.queue(), await self._store.stops()
        frames, size = await self._store.frames_waiting()
        drain_s = self._pusher.drain_s(queue.entries)
        return {
            "outbox": Load(queue.entries, queue.bytes, stops.held, drain_s),
            "readings": Load(frames, size, left_out=await self._store.frames_left_out()),
            "history": Load(reached=self._history.reached),
        }

    def down(self) -> dict[LaneKey, int | None]:
        """What waits at the centre for this room, by lane, None where it is not known now."""
        if self.behind is None or not self._link.open:
            return UNTOLD
        told: dict[LaneKey, int | None] = {key: self.behind.get(key, 0) for key in UNTOLD}
        return told | {"history": None if self._history.pending else 0}

    def problems(self) -> list[RoomState]:
        """Everything that is wrong, gravest first (console.sync.troubles). Of what the two loops met, the graver counts."""
        lanes = [lane.problem for lane in (self.pull_lane, self.push_lane) if lane.problem is not None]
        found = [self._counted(state) for state in gravest_first(lanes)[:1]]
        if not found and self._link.asked_pause() > 0:
            found.append(RoomState(BUSY))
        if apart := self._mending.problem(self.stops):
            found.append(RoomState(apart))
        if self.stops.refused:
            too_large = all(r.reason == TOOBIG for r in self.stops.refused)
            found.append(RoomState(TOO_LARGE if too_large else REFUSED, str(self.stops.held)))
        if minutes := self._skew.minutes_off:
            found.append(RoomState(CLOCK, str(minutes)))
        return gravest_first(found)

    def _counted(self, state: RoomState) -> RoomState:
        counts = meaning(state.code).counts_queue
        return RoomState(state.code, str(self.queue.entries)) if counts else state

    @property
    def problem(self) -> str:
        """The code of the gravest thing that is wrong, "" when nothing is."""
        return next((state.code for state in self.problems()), "")

    @property
    def draining(self) -> bool:
        """Whether a long queue is on its way; one that is stopped, cannot be sent now, or was sent and waits for numbers that
        a pull must bring, holds nothing back."""
        stopped = self.stops.refused or self.stops.forked or self.push_lane.problem or self.push_lane.pausing
        return self.queue.entries > LONG_QUEUE and not (stopped or self.sent)

    @property
    def may_be_patient(self) -> bool:
        """Whether what is patient may move now."""
        return not self.turns.why(self.draining)

    @property
    def quiet(self) -> bool:
        """Whether this room is current and nothing of its own waits or moves."""
        return self.current and not self.pushing and self.queue.entries <= self.stops.held
