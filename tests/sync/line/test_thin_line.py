"""The forecast and the count of bytes on a real thin line: two network namespaces with delay and rate between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.central import serve as central
from console.cities.pack import pack_path
from tests.benchmarks._line import Far, far_centre
from tests.faults.linkemu import Counts, missing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=f"no line can be made here: {missing()}")]
REPO = Path(__file__).parents[3]
LONG, SHORT = (64_000, 400, 3_000, 40), (1_000_000, 40, 8_000, 250)
"""Bits per second, ms each way, and entries to send of so many bytes."""
FACTOR = 2.0
LEAST_S = 2.0
"""What takes less is as good as now."""


class Thin:
    """A centre behind a line, and rooms on this side of it that have entries of `size` bytes to send."""

    def __init__(self, far: Far, count: int, size: int) -> None:
        self._far, self._count, self._size = far, count, size

    def drain(self, territory: str, more: int = 0) -> tuple[list[dict[str, Any]], dict[str, Any], Counts]:
        """What a room of a territory of its own said while it drained, at its end, and what crossed the line."""
        folder = str(self._far.folder / territory)
        code = central.enrol_code(self._far.folder / "central", pack_path("bandung"), territory)
        self._run(self._far.line.at_server, "write", folder, self._far.url, code, self._count, self._size).communicate()
        before = self._far.line.counts()
        with self._run(self._far.line.at_client, "drain", folder, more, self._size) as room:
            assert room.stdout is not None
            said: list[dict[str, Any]] = []
            while not said or "seconds" not in said[-1]:
                said.append(json.loads(room.stdout.readline()))
            after = self._far.line.counts()
            room.communicate("\n")
        assert room.returncode == 0
        return said[:-1], said[-1], Counts(0, after.bytes_up - before.bytes_up, after.bytes_down - before.bytes_down)

    def _run(self, place: Any, *arguments: object) -> subprocess.Popen[str]:
        command = place(sys.executable, "-m", "tests.sync.thin_line_room", *map(str, arguments))
        environment = os.environ | {"PYTHONPATH": str(REPO)}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=REPO, env=environment, stdin=pipe, stdout=pipe, text=True)


@pytest.fixture(scope="module", params=[LONG, SHORT], ids=["64k", "1M"])
def thin(request: pytest.FixtureRequest) -> Iterator[Thin]:
    rate, delay_ms, count, size = request.param
    with far_centre(rate=rate, delay_ms=delay_ms) as far:
        yield Thin(far, count, size)


def forecasts(said: list[dict[str, Any]], end: float) -> list[tuple[float, float]]:
    """(forecast, what it took) wherever enough was left to speak of."""
    return [(s["drain_s"], end - s["at"]) for s in said if s["drain_s"] is not None and end - s["at"] > LEAST_S]


def test_the_forecast_is_right_within_a_factor_of_two_and_the_count_within_a_tenth(thin: Thin) -> None:
    said, last, crossed = thin.drain("32.73.02")
    end = next(s["at"] for s in said if not s["queue"] and s["drain_s"] == 0.0)
    told = forecasts(said, end)
    assert len(told) >= 5, "at several points of the drain"
    assert [x for x in told if not x[1] / FACTOR <= x[0] <= x[1] * FACTOR] == []
    assert last["link"] == "lineB"
    assert 0.9 < last["carried"] / (crossed.bytes_up + crossed.bytes_down) < 1.1


@pytest.mark.parametrize("thin", [SHORT], ids=["1M"], indirect=True)
def test_a_queue_that_grows_is_never_said_to_take_twice_as_long_and_is_right_once_it_stops(thin: Thin) -> None:
    said, _, _ = thin.drain("32.73.03", more=1_000)
    end = next(s["at"] for s in said if not s["queue"] and not s["goes"])
    grown = next(k for k, s in enumerate(said) if not s["goes"]) + 1
    early, late = forecasts(said[:grown], end), forecasts(said[grown:], end)
    assert [x for x in early if x[0] > x[1] * FACTOR] == []
    assert [x for x in late if not x[1] / FACTOR <= x[0] <= x[1] * FACTOR] == []
