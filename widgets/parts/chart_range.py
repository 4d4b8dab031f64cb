"""Round ranges and ticks: what a chart's axes span, chosen once and kept until the data leaves them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, tzinfo

from widgets.parts.times import DAY, HOUR, MINUTE, SECOND, local

_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_EVEN = (2.0, 4.0, 6.0, 8.0)
_TIME_STEPS = (
    SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY,
)  # fmt: skip


def value_range(low: float, high: float, rungs: Iterable[float] = (), floor: float = 0.1) -> tuple[float, float]:
    """A round range around `low`..`high` that also shows the next threshold above, if it lies within reach.

    `rungs` are the starts of threshold bands, `floor` the smallest height worth drawing; all in physical units.
    """
    bottom, top = low, max(high, low + floor)
    ahead = [rung for rung in rungs if rung > high]
    if ahead and min(ahead) - bottom < 4 * max(top - bottom, abs(high) * 0.5):
        top = min(ahead) + (min(ahead) - bottom) * 0.25
    elif any(rung <= high for rung in rungs):
        top += (top - bottom) * 0.15
    return _rounded(bottom, top)


def _rounded(bottom: float, top: float) -> tuple[float, float]:
    power = 10.0 ** math.floor(math.log10((top - bottom) / 2))
    for size in (*_STEPS, *(10 * s for s in _STEPS)):
        step = size * power
        # Even steps may begin halfway, which still gives round numbers: 40, 60, 80 as well as 60, 120, 180.
        grain = step / 2 if size in _EVEN or size / 10 in _EVEN else step
        start = math.floor(bottom / grain + 1e-9) * grain
        if start + 2 * step >= top - 1e-9:
            return start, start + 2 * step
    return bottom, top


def time_ticks(start: int, end: int, zone: tzinfo, most: int = 7) -> list[int]:
    """Round local times between `start` and `end` (ms since epoch UTC), at most `most` of them."""
    step = next((s for s in _TIME_STEPS if (end - start) / s <= most), _TIME_STEPS[-1])
    ticks, moment = [], _first_tick(start, step, zone)
    while moment <= end:
        ticks.append(moment)
        moment += step
    return ticks


def _first_tick(start: int, step: int, zone: tzinfo) -> int:
    midnight = datetime.combine(local(start, zone).date(), datetime.min.time(), zone)
    origin = int(midnight.timestamp() * 1000)
    return origin + -(-(start - origin) // step) * step
