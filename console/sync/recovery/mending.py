"""What a room does when the centre's order is not its own, or the centre no longer knows it: the territories stop, are
compared and mended (console.sync.recovery.reoffer), and go on once everything that the centre has is here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from console.domain.clock import Clock
from console.domain.exchange import Forked, Stops
from console.log import logger
from console.store.recovery import apart
from console.sync.first_journal import FirstJournal
from console.sync.ports import RoomStore
from console.sync.pull import Pulled
from console.sync.push import Pusher
from console.sync.recovery.reoffer import Recovery, Unmendable
from console.sync.troubles import FORKED, RECOVERING
from console.wire.guard import Garbled, Rejected, Revoked, Trouble, Unauthorized

CHECK_EVERY_S = 3600.0
_log = logger("sync")


class Mending:
    """Keeps what is apart between one room and its centre.

    `first` gets the journals of a room that begins from nothing. `on_lost` is called when the centre may have lost what it
    once had.
    """

    def __init__(self, store: RoomStore, recovery: Recovery, pusher: Pusher, clock: Clock) -> None:
        self._store = store
        self._recovery = recovery
        self._pusher = pusher
        self._clock = clock
        self.first: FirstJournal | None = None
        self.on_lost: Callable[[], None] = lambda: None
        self._one_at_a_time = asyncio.Lock()
        self._recovering = self._unmendable = self._mismatch = False
        self._unshared: dict[str, Forked] = {}
        self._doubted: set[str] = set()
        self._checked: float | None = None
        self._admissions = 0

    async def begin(self) -> None:
        """A room that begins from nothing gets its journals as files, and goes on behind them. Raises Trouble."""
        async with self._one_at_a_time:
            if self.first is not None:
                came = await self.first.fetch()
                await self._recovery.mend(came)
                self.first = None

    # ---- noticing

    @property
    def due(self) -> bool:
        """Whether to ask where every order stands: at the beginning, after trouble, and now and then. What a centre has lost
        does not show by itself in a territory where nothing is written any more."""
        return self._checked is None or self._clock.monotonic() - self._checked > CHECK_EVERY_S

    def doubt(self) -> None:
        """A call failed: whoever answers next may be another centre than before."""
        self._checked = None

    async def apart(self, pulled: Pulled, asked_from: Mapping[str, int] | None) -> set[str]:
        """Territories whose order the centre does not share, from anything that it said. `asked_from`: how far each was held
        here when the centre was asked where every order stands, None when it was not asked."""
        self._mismatch = bool(pulled.taken.mismatch)
        least = dict(asked_from or {})
        heads = pulled.page.incoming.heads if least else ()
        suspects = await self._store.read(lambda db: apart(db, heads, least))
        if asked_from is not None:
            self._checked = self._clock.monotonic()
        found = {*(f.territory for f in pulled.page.forks), *suspects, *pulled.taken.mismatch, *self._pusher.refused()}
        if not found:
            self._doubted = set()
        return found

    # ---- mending

    async def stop(self, territories: Collection[str]) -> None:
        """Offer nothing of these until they are mended."""
        await self._pusher.set_forks((self._unshared | {t: Forked(t, 0) for t in territories}).values())

    async def mend(self, territories: Collection[str], mismatch: Collection[str]) -> bool:
        """Mend these, of which `mismatch` are those whose numbers did not follow on what is here; False when that is not
        to be done. Raises Trouble."""
        try:
            async with self._one_at_a_time:
                mended = await self._recovery.mend(sorted(territories))
        except (Rejected, Garbled, Unmendable) as error:
            return self._beyond(str(error), territories)
        again = self._doubted & set(mismatch)
        self._doubted = {t for t in mismatch if mended[t] == "shared"}
        if again & self._doubted:
            # The centre says that our orders are one, and once more sends numbers that do not follow on it.
            return self._beyond("shared, yet its numbers do not follow", again)
        self._recovering |= any(how != "shared" for how in mended.values())
        self._unmendable = self._mismatch = False
        self._unshared.update({t: Forked(t, 0) for t, how in mended.items() if how == "fell"})
        await self._pusher.set_forks(self._unshared.values())
        self.on_lost()
        return True

    def _beyond(self, why: str, territories: Collection[str]) -> bool:
        self._unmendable = True
        _log.info("the centre's order could not be mended", said=why, territories=sorted(territories))
        return False

    async def go_on(self) -> bool:
        """Everything that the centre has is here: mended territories go on. Returns whether anything was to be mended."""
        again, self._unshared, self._unmendable = bool(self._unshared), {}, False
        await self._pusher.set_forks(())
        return again or self._recovering

    def settled(self, stops: Stops) -> None:
        """This room is current and has nothing to send: what was being recovered is."""
        if not (stops.forked or self._unshared):
            self._recovering = False

    async def readmit(self, told: Unauthorized) -> Unauthorized | None:
        """The centre does not know the token: it may have lost it. None once there is a new one, else what the centre said of
        this device. Two lanes that are told so ask once."""
        if isinstance(told, Revoked):
            return told
        before = self._admissions
        async with self._one_at_a_time:
            if before == self._admissions:
                try:
                    await self._recovery.readmit()
                except (Trouble, Unmendable) as error:
                    _log.info("no new token", said=str(error))
                    return error if isinstance(error, Unauthorized) else told
                self._admissions += 1
        self._recovering, self._checked = True, None
        self.on_lost()
        return None

    def problem(self, stops: Stops) -> str:
        """The code of what is wrong between the two orders (console.sync.troubles), "" for nothing."""
        if self._mismatch or (stops.forked and self._unmendable):
            return FORKED
        return RECOVERING if self._recovering or stops.forked else ""
