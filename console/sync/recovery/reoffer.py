"""When the centre has lost something: finds where the orders part, offers the centre its own signed order back, and takes
this room back to what both share, so that the rest is offered again. Also gets a new token where the old one was lost.

Nothing is ever dropped here: what is not shared any more is kept as a lost order, and its entries wait for a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from console.domain.clock import Clock
from console.domain.entry import short
from console.domain.keys import DeviceKey
from console.domain.order import Cursor, OrderHead
from console.log import logger
from console.store import order, recovery
from console.sync.client import Client, measured
from console.sync.line.link import Link
from console.sync.ports import CURSOR, RoomStore
from console.wire.guard import Garbled, Received, Unauthorized
from console.wire.messages import EntryRun
from console.wire.recovery import OrderReply, OrderRequest, Witness
from console.wire.runs import pack_links, pack_runs, unpack_links

T = TypeVar("T", bound=msgspec.Struct)
Mended = Literal["shared", "adopted", "fell"]
"""Nothing was wrong; the centre has our order again; or this room had to fall back."""
BATCH, BATCH_BYTES = 1_000, 512 * 1024
"""What one offer holds at most: some seconds of a thin line, so that a cut loses little."""
POINTS = 32
"""How many numbers are asked about at once when looking for where orders part."""
ROUNDS = 8
_log = logger("sync")


class Unmendable(Exception):
    """The centre's answers lead nowhere; somebody has to look."""


class Recovery:
    """Mends one room's orders with a centre. `on_token` is told a new token, to be kept before it is used."""

    def __init__(self, store: RoomStore, client: Client, link: Link, key: DeviceKey, clock: Clock, city: str) -> None:
        self._store = store
        self._client = client
        self._link = link
        self._key = key
        self._clock = clock
        self._city = city
        self._ahead = 0
        self._told: dict[str, int] = {}
        self.on_token: Callable[[str], None] = lambda token: None

    async def readmit(self) -> None:
        """Get a new token from a centre that does not know the old one. Raises Trouble: Unauthorized when it knows this
        device no more either, Revoked when it has taken its right; and Unmendable."""
        await self._set_clock()
        try:
            await self._new_token()
        except Unauthorized as refused:
            if refused.code != "unknown_device":
                raise
            # The city's journal, offered again, names this device.
            await self._mend(self._city)
            await self._new_token()

    async def _new_token(self) -> None:
        received = await self._client.new_token(self._key, self._centre_time())
        self.on_token(received.value.token)
        self._client.use_token(received.value.token)
        _log.info("the centre gave a new token")

    async def mend(self, territories: Sequence[str]) -> dict[str, Mended]:
        """Bring these territories back to an order that the centre shares, the city's journal first; says what it took.
        Raises Trouble, and Unmendable when nothing helps."""
        if not territories:
            return {}
        await self._set_clock()
        first_the_city = sorted(territories, key=lambda t: (t != self._city, t))
        return {t: await self._mend(t) for t in first_the_city}

    async def _mend(self, territory: str) -> Mended:
        mended: Mended = "shared"
        for _ in range(ROUNDS):
            here = (await self._store.cursors()).get(territory, Cursor())
            reply = await self._find_common(territory, here)
            if reply.judgement == "shared":
                if reply.cursor:
                    await self._store.set_meta(CURSOR, reply.cursor)
                return mended
            common = reply.common_n
            head = await self._store.read(lambda db: recovery.signed_head(db, territory, common))  # noqa: B023 - awaited here
            if head is not None:
                reply = await self._offer(territory, here, head, reply)
            _log.info("order mended", territory=territory, judgement=reply.judgement, common=reply.common_n)
            if reply.judgement == "adopted":
                mended = "fell" if mended == "fell" else "adopted"
            else:
                await self._store.fall_back(territory, reply.common_n, reply.cursor)
                mended = "fell"
        raise Unmendable(territory)

    # ---- where the orders part

    async def _find_common(self, territory: str, here: Cursor) -> OrderReply:
        """Ask at growing distances back, then ever closer, until the last shared number is known."""
        asked = [n for n, _ in await self._store.read(lambda db: order.trail(db, territory))]
        reply = await self._ask(territory, here, asked)
        high = min([n for n in asked if n > reply.common_n], default=here.n)
        while reply.judgement != "shared" and (high := min(high, reply.n + 1)) - reply.common_n > 1:
            low = reply.common_n
            step = max(1, (high - low) // (POINTS + 1))
            asked = [low, *range(low + step, high, step)]
            reply = await self._ask(territory, here, asked)
            high = min([n for n in asked if n > reply.common_n], default=high)
        return reply

    async def _ask(self, territory: str, here: Cursor, numbers: Sequence[int]) -> OrderReply:
        said = await self._store.read(lambda db: recovery.names(db, territory, numbers))
        return await self._say(OrderRequest(territory, here, said, await self._since()))

    # ---- offering

    async def _offer(self, territory: str, here: Cursor, head: OrderHead, reply: OrderReply) -> OrderReply:
        """Offer what is above the last shared number, from where the centre has it already."""
        common = reply.common_n
        epochs = await self._store.read(lambda db: list(recovery.epochs(db, territory)))
        said = await self._store.read(lambda db: recovery.names(db, territory, [common]))
        bare = OrderRequest(territory, here, said, await self._since(), head, epochs)
        reply = await self._say(bare)
        while reply.judgement == "more":
            n = reply.from_n
            batch = await self._stretch(territory, n, head.n)
            request = msgspec.structs.replace(
                bare, links=pack_links(territory, batch.links), runs=_runs(batch), bases=batch.bases,
                checkpoints=list(batch.checkpoints),
            )  # fmt: skip
            reply = await self._say(request)
            if reply.judgement == "more" and not n < reply.from_n <= head.n:
                raise Unmendable(territory)
        return reply

    async def _stretch(self, territory: str, first: int, last: int) -> recovery.Suffix:
        return await self._store.read(lambda db: recovery.suffix(db, territory, first, last, BATCH, BATCH_BYTES))

    async def _say(self, request: OrderRequest) -> OrderReply:
        if request.territory == self._city:
            entries, checkpoints = await self._store.read(lambda db: recovery.witness(db, self._city, self._key.id))
            request = msgspec.structs.replace(request, witness=Witness(pack_runs(entries), checkpoints))
        received = await self._client.order(request, self._key, self._centre_time())
        return self._heard(received)

    def _heard(self, received: Received[T]) -> T:
        self._link.done(measured(received.reply))
        return received.value

    async def _since(self) -> str:
        return await self._store.get_meta(CURSOR) or ""

    async def _set_clock(self) -> None:
        """Calls are signed with the centre's time, since this machine's clock may be off by years."""
        self._ahead = (await self._client.health()).value.now - round(self._clock.monotonic() * 1000)

    def _centre_time(self) -> int:
        return self._ahead + round(self._clock.monotonic() * 1000)

    # ---- lost orders

    def hear_lost(self, told: Mapping[str, int]) -> None:
        """The centre told the numbers of its last lost orders."""
        self._told.update(told)

    async def fetch_lost(self) -> None:
        """Take the lost orders that are new here; one that cannot be proven yet is asked for again next time."""
        for territory, last in list(self._told.items()):
            if await self._take_lost(territory) >= last:
                self._told.pop(territory)

    async def _take_lost(self, territory: str) -> int:
        known = await self._store.read(lambda db: recovery.lost_known(db, territory))
        if known >= self._told[territory]:
            return known
        whole = True
        for lost in (await self._client.lost(territory, known)).value.orders:
            try:
                links = [x for run in lost.links for x in unpack_links(run)]
            except ValueError as error:
                raise Garbled(str(error)) from error
            # Behind one that is not proven, the others are taken, and all of them asked for again.
            number = lost.number if whole else known
            if await self._store.take_lost(number, lost.head, (lost.common_n, lost.common), links):
                known = number
            else:
                whole = False
                _log.info("lost order not proven yet", territory=territory, order=short(lost.head.hash))
        return known


def _runs(batch: recovery.Suffix) -> list[EntryRun]:
    return pack_runs(sorted(batch.entries, key=lambda e: (e.stream, e.seq)))
