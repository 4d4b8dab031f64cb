"""A room's neighbours on the LAN: its own door for them, and a loop for each of their doors.

Off until `arrange` says otherwise. Neighbours compare heads every few seconds, and at once after something was written or
came in; each then takes and gives what is missing. Only the centre numbers: what came from a neighbour waits for its number
here as there, and whoever reaches the centre first brings it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.domain.keys import DeviceKey
from console.log import logger
from console.store.store import Store
from console.sync.door.neighbour import Neighbour

if TYPE_CHECKING:
    from console.sync.door.finding import Finding
    from console.sync.door.server import DoorServer

_log = logger("sync")


class Neighbourhood:
    """Every neighbour of one room, and its own door. `on_change` is called on the loop's thread when `count` changes;
    `territory` gives where the room is."""

    def __init__(
        self, store: Store, key: DeviceKey, on_change: Callable[[], None], territory: Callable[[], str] = lambda: ""
    ) -> None:
        self._store = store
        self._key = key
        self._on_change = on_change
        self._territory = territory
        self._door: int | None = None
        self._lan = ""
        self._find = False
        self._addresses: tuple[str, ...] = ()
        self._server: DoorServer | None = None
        self._neighbours: list[Neighbour] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._finding: Finding | None = None

    def arrange(self, door: int | None, addresses: Sequence[str], lan: str = "", find: bool = False) -> None:
        """Before `start`: open a door on this port (0: any; None: no door) and say on the LAN that it is there; call at these
        addresses (host:port), and, to `find`, at every door of this city that is heard of. `lan` is the address of the one
        interface to do so on, "" for all."""
        self._door, self._addresses, self._lan, self._find = door, tuple(addresses), lan, find

    @property
    def count(self) -> int:
        """How many neighbours answered at the last try."""
        return len({n.client.device for n in self._all() if n.present})

    @property
    def port(self) -> int | None:
        """Where this room's door is, None while it has none."""
        return self._server.port if self._server is not None else None

    def _all(self) -> list[Neighbour]:
        return [*self._neighbours, *(self._finding.neighbours if self._finding is not None else ())]

    async def start(self) -> None:
        """Open the door and begin calling, as arranged. Idempotent. A port that is taken keeps nobody from work."""
        if self._door is not None and self._server is None:
            self._open(self._door)
        if self._addresses and not self._tasks:
            self._call()
        if self._finding is None and (self._server is not None or self._find):
            self._begin_finding()

    def _open(self, port: int) -> None:
        from console.sync.door.door import Door
        from console.sync.door.server import DoorServer

        door = Door(self._store, self._key, asyncio.get_running_loop())
        try:
            self._server = DoorServer((self._lan, port), door)
        except OSError as error:
            _log.error("door closed", port=port, why=str(error))
            return
        _log.info("door open", port=self._server.port)

    def _call(self) -> None:
        from console.sync.door.client import NeighbourClient

        for address in self._addresses:
            client = NeighbourClient(address, self._key, lambda: self._store.ring, self._store.city.code)
            neighbour = Neighbour(self._store, client, self._on_change)
            self._neighbours.append(neighbour)
            self._tasks.append(asyncio.create_task(neighbour.run(), name=f"neighbour-{address}"))

    def _begin_finding(self) -> None:
        from console.sync.door.finding import Finding

        passed_over = frozenset(self._addresses)
        self._finding = Finding(self._store, self._key, self._territory, self._on_change, passed_over, self._lan)
        self._finding.start(self.port, self._find)

    def wake(self) -> None:
        """Something was written here, or came in."""
        for neighbour in self._all():
            neighbour.wake()

    def people_changed(self) -> None:
        """Other devices may take part now."""
        if self._finding is not None:
            self._finding.look_again()

    async def stop(self) -> None:
        """Close the door and end every call. Idempotent."""
        finding, self._finding = self._finding, None
        if finding is not None:
            await finding.stop()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        neighbours, self._neighbours = self._neighbours, []
        for neighbour in neighbours:
            await asyncio.to_thread(neighbour.client.close)
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.close)
