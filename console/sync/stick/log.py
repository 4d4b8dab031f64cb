"""What went out and came in by stick, one line a bundle, and which bundles are known to have arrived.

Kept as one text in the store's meta. Nothing of it is needed for truth: it is what people look up.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from console.domain.entry import read_json
from console.store.store import Store
from console.sync.stick.memory import Receipt
from console.sync.stick.notes import Note
from console.wire.bundle import Range

KEY = "stick.log"
KEPT = 100
"""Lines that are kept; older ones are forgotten."""


class LogLine(msgspec.Struct, frozen=True):
    """One bundle, or a receipt alone (`kind`), that went `out` or came `in` at `at`; times in ms since epoch UTC.

    `other` is for whom it went out (a device, a territory, "*") or the device that it came from, `name` what that is called.
    `ranges` says what of which journal was inside. `file` is where it was written or read, `receipt` where the receipt for it
    lies. `arrived`: devices that said by a receipt that they have it, and when they said so.
    """

    way: Literal["out", "in"]
    kind: str
    sha256: str
    other: str
    name: str
    sequence: int
    at: int
    created: int
    expires: int
    ranges: dict[str, Range]
    entries: int
    frames: int
    bytes: int
    file: str
    receipt: str = ""
    notes: tuple[Note, ...] = ()
    arrived: dict[str, int] = {}
    blobs: int = 0


class _Lines(msgspec.Struct, frozen=True):
    lines: tuple[LogLine, ...] = ()


class StickLog:
    """Reads and writes these lines."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def lines(self) -> tuple[LogLine, ...]:
        """All lines, the newest first."""
        said = await self._store.get_meta(KEY)
        kept = read_json(said.encode(), _Lines) if said else None
        return kept.lines if kept else ()

    async def note(self, line: LogLine) -> None:
        """Remember one more; a bundle that came before keeps its first line."""
        lines = await self.lines()
        if all((known.way, known.sha256) != (line.way, line.sha256) for known in lines):
            await self._keep((line, *lines)[:KEPT])

    async def note_arrived(self, device: str, receipt: Receipt) -> None:
        """A device says by its receipt which bundles came to it."""
        came = frozenset(receipt.came)
        lines = await self.lines()
        told = tuple(
            msgspec.structs.replace(x, arrived={**x.arrived, device: receipt.created})
            if x.way == "out" and x.sha256 in came and device not in x.arrived
            else x
            for x in lines
        )
        if told != lines:
            await self._keep(told)

    async def _keep(self, lines: tuple[LogLine, ...]) -> None:
        await self._store.set_meta(KEY, msgspec.json.encode(_Lines(lines)).decode())
