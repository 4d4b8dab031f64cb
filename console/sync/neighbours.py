"""A room's neighbours on the LAN: its own door for them, and a loop for each of their doors.

Off until `arrange` says otherwise. Neighbours compare heads every few seconds, and at once after something was written or
came in; each then takes and gives what is missing. Only the centre numbers: what came from a neighbour waits for its number
here as there, and whoever reaches the centre first brings it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from console.domain.keys import DeviceKey
from console.store.carried import Held
from console.store.store import Store
from console.store.writer import StoreFull

if TYPE_CHECKING:
    # Imported when there are neighbours: a room without any starts without an HTTP library.
    from console.sync.door_blobs import BlobFlow
    from console.sync.door_server import DoorServer
    from console.sync.neighbours_client import NeighbourClient

EVERY_S = 3.0
LONGEST_S = 10.0
"""How long a neighbour that does not answer is left alone at most."""
AFTER_FAULT_S = 30.0
_log = structlog.get_logger("sync")


class Neighbour:
    """Keeps this room and one other in step. `present` says whether it answered at the last try."""

    def __init__(self, store: Store, client: NeighbourClient, address: str, on_change: Callable[[], None]) -> None:
        self._store = store
        self._client = client
        self._address = address
        self._on_change = on_change
        self._woken = asyncio.Event()
        self._settled: tuple[dict[str, Held], dict[str, Held]] | None = None
        self._pause = EVERY_S
        self._jitter = random.Random()
        self._blobs: BlobFlow | None = None
        self.present = False

    def wake(self) -> None:
        """Something may be new here."""
        if self.present:
            self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            await self._try()
            try:
                async with asyncio.timeout(self._pause * self._jitter.uniform(0.8, 1.2)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _try(self) -> None:
        from console.sync.door_session import Stranger
        from console.wire.guard import Trouble

        try:
            await self.meet()
            await self._photos()
        except (Trouble, Stranger, StoreFull) as trouble:
            self._note(False, str(trouble) or type(trouble).__name__)
            self._pause = min(LONGEST_S, self._pause * 2)
        except Exception as error:  # noqa: BLE001 - one neighbour's surprise ends neither its loop nor the others
            _log.error("exchange with a neighbour failed", address=self._address, exc_info=error)
            self._note(False, type(error).__name__)
            self._pause = AFTER_FAULT_S
        else:
            self._note(True, "")
            self._pause = EVERY_S

    def _note(self, present: bool, why: str) -> None:
        if present != self.present:
            self.present = present
            _log.info("neighbour", address=self._address, device=self._client.device, present=present, why=why)
            self._on_change()

    async def _photos(self) -> None:
        """Fetch the photos and documents that this room lacks and the neighbour has, until there is something to say."""
        from console.sync.door_blobs import BlobFlow

        self._blobs = self._blobs or BlobFlow(self._store, self._client)
        await self._blobs.fetch(self._woken.is_set)

    async def meet(self) -> None:
        """Compare heads; take what is missing here, give what is missing there."""
        from console.sync import door_content

        theirs, mine = await self._client.heads(), await door_content.held(self._store)
        if mine == theirs or (mine, theirs) == self._settled:
            return
        for territory in self._differing(theirs, mine):
            await self._take(territory, mine.get(territory, Held()))
        mine = await door_content.held(self._store)
        for territory in self._differing(mine, theirs):
            theirs = await self._give(territory, theirs.get(territory, Held()), theirs)
        # Copies may differ for good reasons (an order that one has lost); the same is not carried to and fro again.
        self._settled = (mine, theirs)

    def _differing(self, giver: dict[str, Held], taker: dict[str, Held]) -> list[str]:
        """Journals of which the giver may have more; the city's first, since it says whom to believe."""
        city = self._store.city.code
        ours = (t for t in giver if t == city or t.startswith(f"{city}."))
        return sorted((t for t in ours if giver[t] != taker.get(t)), key=lambda t: (t != city, t))

    async def _take(self, territory: str, have: Held) -> None:
        from console.sync import door_content

        page, more = 0, True
        while more:
            incoming, more = await self._client.part(territory, have, page)
            if incoming.entries or incoming.links:
                await door_content.take(self._store, incoming)
            page += 1

    async def _give(self, territory: str, have: Held, theirs: dict[str, Held]) -> dict[str, Held]:
        from console.sync import door_content

        number, more = 0, True
        while more:
            page = await door_content.page_for(self._store, territory, have, number)
            if not page.empty:
                theirs = await self._client.give(page)
            more = page.more
            number += 1
        return theirs


class Neighbourhood:
    """Every neighbour of one room, and its own door. `on_change` is called on the loop's thread when `count` changes."""

    def __init__(self, store: Store, key: DeviceKey, on_change: Callable[[], None]) -> None:
        self._store = store
        self._key = key
        self._on_change = on_change
        self._port: int | None = None
        self._host = ""
        self._addresses: tuple[str, ...] = ()
        self._server: DoorServer | None = None
        self._clients: list[NeighbourClient] = []
        self._neighbours: list[Neighbour] = []
        self._tasks: list[asyncio.Task[None]] = []

    def arrange(self, door: int | None, addresses: Sequence[str], host: str = "") -> None:
        """Before `start`: open a door on this port (0: any; None: no door), and call at these addresses (host:port)."""
        self._port, self._addresses, self._host = door, tuple(addresses), host

    @property
    def count(self) -> int:
        """How many neighbours answered at the last try."""
        return sum(n.present for n in self._neighbours)

    @property
    def port(self) -> int | None:
        """Where this room's door is, None while it has none."""
        return self._server.port if self._server is not None else None

    async def start(self) -> None:
        """Open the door and begin calling, as arranged. Idempotent. A port that is taken keeps nobody from work."""
        if self._port is not None and self._server is None:
            self._open(self._port)
        if self._addresses and not self._tasks:
            self._call()

    def _open(self, port: int) -> None:
        from console.sync.door import Door
        from console.sync.door_server import DoorServer

        door = Door(self._store, self._key, asyncio.get_running_loop())
        try:
            self._server = DoorServer((self._host, port), door)
        except OSError as error:
            _log.error("door closed", port=port, why=str(error))
            return
        _log.info("door open", port=self._server.port)

    def _call(self) -> None:
        from console.sync.neighbours_client import NeighbourClient

        for address in self._addresses:
            client = NeighbourClient(address, self._key, lambda: self._store.ring, self._store.city.code)
            neighbour = Neighbour(self._store, client, address, self._on_change)
            self._clients.append(client)
            self._neighbours.append(neighbour)
            self._tasks.append(asyncio.create_task(neighbour.run(), name=f"neighbour-{address}"))

    def wake(self) -> None:
        """Something was written here, or came in."""
        for neighbour in self._neighbours:
            neighbour.wake()

    async def stop(self) -> None:
        """Close the door and end every call. Idempotent."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        clients, self._clients, self._neighbours = self._clients, [], []
        for client in clients:
            await asyncio.to_thread(client.close)
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.close)
