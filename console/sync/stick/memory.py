"""What a room remembers of its sticks: what it sent to whom, what came from whom, and what others said they hold.

Kept as texts in the store's meta; nothing of it is needed for truth, only for shorter bundles and for naming gaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from console.domain.entry import read_json
from console.domain.order import Link, OrderHead
from console.store.carried import Held
from console.store.recovery import Lost
from console.store.store import Store
from console.wire.recovery import LostOrder, LostOrders

T = TypeVar("T", bound=msgspec.Struct)
_MANY = 200
"""Bundles, missing numbers and the like that are remembered; older ones are forgotten."""
_MOST_WAITING = 50_000
_TOLD = 20
"""Bundles of one sender that a receipt names as arrived."""


class Receipt(msgspec.Struct, frozen=True):
    """What a copy holds, told by its device at `created` (ms since epoch UTC): journals, the version of its city pack, the
    bundles (SHA-256 in hex) whose readings it takes on to the centre, the photos and documents that are whole there (the
    first 8 bytes of each SHA-256, one behind the other), the last bundles that came, and the lost orders
    that it knows, by their ends."""

    created: int
    held: dict[str, Held]
    pack: str = ""
    taken_on: tuple[str, ...] = ()
    blobs: bytes = b""
    came: tuple[str, ...] = ()
    lost: Lost = {}


class Sent(msgspec.Struct, frozen=True):
    """The last bundle made for one target."""

    sequence: int = 0
    sha256: str = ""
    created: int = 0


class Got(msgspec.Struct, frozen=True):
    """What came from one sender for one target: the highest sequence, those below it that never came, the bundles."""

    sequence: int = 0
    missing: tuple[int, ...] = ()
    bundles: tuple[str, ...] = ()

    def with_bundle(self, sequence: int, sha256: str, previous: str) -> Got:
        """After one more came, which names the one before it by its hash."""
        gap = list(range(self.sequence + 1, sequence)[-_MANY:])
        if not gap and sequence > self.sequence > 0 and previous not in self.bundles:
            # Of this number another bundle came here: the sender's copy was set back, or it wrote one twice.
            gap = [sequence - 1]
        missing = tuple(k for k in (*self.missing, *gap) if k != sequence)[-_MANY:]
        bundles = (*(b for b in self.bundles if b != sha256), sha256)[-_MANY:]
        return Got(max(self.sequence, sequence), missing, bundles)


class Waiting(msgspec.Struct, frozen=True):
    """Signed order that came before what joins it to the order here."""

    links: tuple[Link, ...] = ()
    heads: tuple[OrderHead, ...] = ()

    def joined(self, links: Iterable[Link], heads: Iterable[OrderHead]) -> Waiting:
        """With more of it; of two links for one number the newer counts."""
        by_number = {link.n: link for link in (*self.links, *links)}
        by_place = {(h.epoch, h.n): h for h in (*self.heads, *heads)}
        return Waiting(tuple(by_number[n] for n in sorted(by_number)), tuple(by_place.values()))

    def above(self, n: int) -> Waiting:
        """What of it lies above number `n`."""
        return Waiting(tuple(x for x in self.links if x.n > n), tuple(h for h in self.heads if h.n > n))


class _Handed(msgspec.Struct, frozen=True):
    upto: dict[str, int] = {}


class _TakenOn(msgspec.Struct, frozen=True):
    bundles: tuple[str, ...] = ()


class Memory:
    """Reads and writes these texts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def _get(self, key: str, shape: type[T]) -> T | None:
        said = await self._store.get_meta(key)
        return read_json(said.encode(), shape) if said else None

    async def _set(self, key: str, value: msgspec.Struct) -> None:
        await self._store.set_meta(key, msgspec.json.encode(value).decode())

    async def receipt(self, device: str) -> Receipt | None:
        """What a device said last that it holds."""
        return await self._get(f"stick.receipt.{device}", Receipt)

    async def note_receipt(self, device: str, receipt: Receipt) -> bool:
        """Remember a receipt, unless a later one is known; a later one counts even if it says less, since that room may
        have been restored from an older copy."""
        known = await self.receipt(device)
        if known is not None and known.created >= receipt.created:
            return False
        await self._set(f"stick.receipt.{device}", receipt)
        return True

    async def sent(self, target: str) -> Sent:
        """The last bundle made for a target."""
        return await self._get(f"stick.sent.{target}", Sent) or Sent()

    async def note_sent(self, target: str, sent: Sent, frames_upto: int) -> None:
        """Remember a bundle that was written, and which of the room's own readings went with it."""
        await self._set(f"stick.sent.{target}", sent)
        if frames_upto:
            handed = await self._get("stick.handed", _Handed) or _Handed()
            kept = list(handed.upto.items())[-_MANY:]
            await self._set("stick.handed", _Handed(dict([*kept, (sent.sha256, frames_upto)])))

    async def handed(self, bundles: Iterable[str]) -> int:
        """Up to which of the room's readings somebody took them on, when these of its bundles arrived."""
        handed = await self._get("stick.handed", _Handed) or _Handed()
        return max((handed.upto.get(b, 0) for b in bundles), default=0)

    async def got(self, device: str, target: str) -> Got:
        """What came from a device for a target."""
        return await self._get(f"stick.got.{device}.{target}", Got) or Got()

    async def note_got(self, device: str, target: str, got: Got) -> None:
        """Remember that."""
        await self._set(f"stick.got.{device}.{target}", got)

    async def came(self, device: str, targets: Iterable[str]) -> tuple[str, ...]:
        """The last bundles of a device that came here, for any of these targets."""
        got = [await self.got(device, target) for target in targets]
        return tuple(sha256 for one in got for sha256 in one.bundles[-_TOLD:])

    async def taken_on(self, device: str) -> tuple[str, ...]:
        """Bundles of a device whose readings this room takes on."""
        return (await self._get(f"stick.taken_on.{device}", _TakenOn) or _TakenOn()).bundles

    async def note_taken_on(self, device: str, bundle: str) -> None:
        """Remember one more."""
        known = await self.taken_on(device)
        await self._set(f"stick.taken_on.{device}", _TakenOn((*(b for b in known if b != bundle), bundle)[-_MANY:]))

    async def waiting(self, territory: str) -> Waiting:
        """Order of a journal that could not be joined yet."""
        return await self._get(f"stick.waiting.{territory}", Waiting) or Waiting()

    async def note_waiting(self, territory: str, waiting: Waiting) -> None:
        """Remember order for later (an empty one: nothing waits); what is too much is left to the next bundle."""
        if len(waiting.links) <= _MOST_WAITING and waiting != await self.waiting(territory):
            await self._set(f"stick.waiting.{territory}", waiting)

    async def lost(self) -> list[LostOrder]:
        """Lost orders that could not be proven yet."""
        known = await self._get("stick.lost", LostOrders)
        return known.orders if known else []

    async def note_lost(self, orders: Iterable[LostOrder]) -> None:
        """Remember those for later, and no others; what is too much is left to the next bundle."""
        kept: list[LostOrder] = []
        free = _MOST_WAITING
        for order in orders:
            free -= sum(run.count for run in order.links)
            if free < 0 or len(kept) == _MANY:
                break
            kept.append(order)
        if kept != await self.lost():
            await self._set("stick.lost", LostOrders(kept))
