"""Telemetry: what sensors said. It travels in columnar frames and is never journalled."""

from __future__ import annotations

from typing import Literal

import msgspec

Quality = Literal[0, 1, 2]
GOOD, DOUBTFUL, BAD = 0, 1, 2


class Frame(msgspec.Struct, frozen=True):
    """One minute of readings from one source in one territory; a late value makes a higher `revision`, which replaces.

    `minute` is minutes since the epoch, UTC. `sensors` holds S sensor codes; `at` holds K offsets in ms from the start
    of the minute; `values` is S rows of K integers (physical value times 10**decimals) or None for a missing one;
    `quality` is S numbers (0 good, 1 doubtful, 2 bad). `simulated` marks data that no instrument measured.
    """

    territory: str
    source: str
    minute: int
    revision: int
    sensors: tuple[str, ...]
    at: tuple[int, ...]
    values: tuple[tuple[int | None, ...], ...]
    quality: tuple[int, ...]
    simulated: bool = False


class Latest(msgspec.Struct, frozen=True):
    """The newest value of one sensor: `value` in physical units, `at` in ms since epoch UTC."""

    sensor: str
    at: int
    value: float
    quality: int
    simulated: bool
    source: str


class Reading(msgspec.Struct, frozen=True):
    """One value on its way from a feed: `at` in ms since epoch UTC, `value` in the sensor's physical unit; `simulated` when
    the source says that no instrument measured it."""

    sensor: str
    at: int
    value: float | None
    quality: int = GOOD
    simulated: bool = False
