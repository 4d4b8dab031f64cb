"""The neighbours that were found and not told: whoever announces a door of this city is called, as long as it proves that it
belongs here.

What is heard may be made up by anybody on the LAN, as often as they like. So only devices that the city enrolled are tried
at all, few doors for each and few in all; who proved itself is not crowded out by who did not, and a goodbye or another
address counts for nothing while the neighbour answers where it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from console.domain.keys import DeviceKey
from console.log import logger
from console.store.store import Store
from console.sync.door.client import NeighbourClient
from console.sync.door.nearby import Card, Heard, Nearby
from console.sync.door.neighbour import Neighbour
from console.sync.door.session import takes_part
from console.waiting import event_within

MOST, MOST_OF_ONE = 32, 3
"""How many doors are called: in all, and of those that are said to be one device's."""
LOOK_EVERY_S = 15.0
"""How often to follow what changed on this machine: interfaces, addresses."""
_log = logger("sync")


class _Found(msgspec.Struct):
    """A door that was heard of, and the loop that calls there."""

    heard: Heard
    neighbour: Neighbour
    task: asyncio.Task[None]


class Finding:
    """Announces one room's door and calls the doors that it hears of. `passed_over` are addresses that are called anyway;
    `territory` gives where this room is. Works on the loop's thread; `Nearby` has threads of its own."""

    def __init__(
        self,
        store: Store,
        key: DeviceKey,
        territory: Callable[[], str],
        on_change: Callable[[], None],
        passed_over: frozenset[str],
        lan: str,
    ) -> None:
        self._store = store
        self._key = key
        self._territory = territory
        self._on_change = on_change
        self._passed_over = passed_over
        self._lan = lan
        self._loop = asyncio.get_running_loop()
        self._nearby: Nearby | None = None
        self._found: dict[str, _Found] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._trouble = ""

    @property
    def neighbours(self) -> list[Neighbour]:
        """Who is called at present."""
        return [f.neighbour for f in self._found.values()]

    def start(self, port: int | None, listen: bool) -> None:
        """Announce the door at `port` (None: there is none) and, if told to `listen`, call the doors that are heard of."""
        self._watch = asyncio.create_task(self._keep(port, listen), name="finding")

    def look_again(self) -> None:
        """Other devices may take part now."""
        self._again.set()

    async def stop(self) -> None:
        """Say goodbye, and end every call."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        if self._nearby is not None:
            await asyncio.to_thread(self._nearby.close)
        for name in list(self._found):
            self._drop(name)
        await asyncio.gather(*self._ending, return_exceptions=True)

    # ---- the LAN

    async def _keep(self, port: int | None, listen: bool) -> None:
        while True:
            changed = self._again.is_set()
            self._again.clear()
            await self._look(port, listen, changed)
            await event_within(self._again, LOOK_EVERY_S)

    async def _look(self, port: int | None, listen: bool, changed: bool) -> None:
        """A room that the city does not know, or not any more, has nobody to find and says nothing of itself."""
        nearby, enrolled = self._nearby, takes_part(self._store.ring.devices.get(self._key.id))
        try:
            if nearby is not None and not enrolled:
                self._nearby = None
                await asyncio.to_thread(nearby.close)
            elif nearby is not None:
                await asyncio.to_thread(nearby.listen_anew if changed else nearby.refresh)
            elif enrolled:
                card = Card(self._store.city.code, self._territory(), self._key.id)
                self._nearby = Nearby(card, self._may_come, self._hear, self._lan)
                await asyncio.to_thread(self._nearby.begin, port, listen)
        except OSError as error:
            self._note(str(error))
        else:
            self._note("")

    def _note(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            _log.info("looking for neighbours", trouble=trouble)

    def _may_come(self, short: str) -> bool:
        return any(takes_part(device) for name, device in self._store.ring.devices.items() if name.startswith(short))

    def _hear(self, heard: Heard) -> None:
        # The loop may be gone by now; then nobody is called any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_heard, heard)

    # ---- who was heard of

    def _on_heard(self, heard: Heard) -> None:
        if self._watch is None:
            return
        known = self._found.get(heard.name)
        if known is not None and not heard.addresses:
            known.neighbour.leave()
        elif known is not None:
            known.neighbour.moved(heard.addresses)
        elif heard.addresses and not self._passed_over & set(heard.addresses) and self._room_for(heard):
            self._call(heard)

    def _room_for(self, heard: Heard) -> bool:
        """Whether one more may be called; the oldest that is not there makes room, of other territories first."""
        same = [f for f in self._found.values() if f.heard.short == heard.short]
        full = same if len(same) >= MOST_OF_ONE else list(self._found.values()) if len(self._found) >= MOST else []
        absent = [f for f in full if not f.neighbour.present]
        if full and absent:
            mine = self._territory()
            self._drop(min(absent, key=lambda f: f.heard.territory == mine).heard.name)
        return not full or bool(absent)

    def _call(self, heard: Heard) -> None:
        client = NeighbourClient(heard.addresses, self._key, lambda: self._store.ring, self._store.city.code)
        neighbour = Neighbour(self._store, client, self._changed, heard=True)
        task = asyncio.create_task(self._follow(heard.name, neighbour), name=f"neighbour-{heard.short}")
        self._found[heard.name] = _Found(heard, neighbour, task)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        _log.info("door heard of", device=heard.short, territory=heard.territory, addresses=heard.addresses)

    async def _follow(self, name: str, neighbour: Neighbour) -> None:
        try:
            await neighbour.run()
        finally:
            found = self._found.get(name)
            if found is not None and found.neighbour is neighbour:
                del self._found[name]
                self._on_change()
            await asyncio.to_thread(neighbour.client.close)

    def _drop(self, name: str) -> None:
        self._found.pop(name).task.cancel()

    def _changed(self) -> None:
        """A room that was started again is heard of under another name, while the old one still lingers: one is enough."""
        newest: dict[str, str] = {}
        for name, found in list(self._found.items()):
            if found.neighbour.present:
                older = newest.get(found.neighbour.client.device)
                newest[found.neighbour.client.device] = name
                if older is not None:
                    self._drop(older)
        self._on_change()
