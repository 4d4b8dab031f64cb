"""From readings to minute frames."""

from __future__ import annotations

import msgspec
import pytest

from console.domain.city import City
from console.domain.reading import BAD, Frame, Reading
from console.feeds import faults
from console.feeds.faults import Found
from console.feeds.frames import KEEP_MS, OPEN_MS, FrameBuilder, scaled
from console.feeds.locate import Locator

NOW = 1795428030000
MINUTE = NOW // 60_000
TMA, RAIN, SOUTH = "990101-tma", "990101-hujan", "990102-hujan"


def measured(city: City) -> City:
    """The city with real instruments."""
    return msgspec.structs.replace(
        city, sensors=tuple(msgspec.structs.replace(s, simulated=False) for s in city.sensors)
    )


def take(builder: FrameBuilder, *readings: Reading) -> tuple[Frame, ...]:
    found = Found()
    frames = builder.take(readings, NOW, found)
    assert found == {}
    return frames


def test_a_minute_of_a_territory_is_one_frame(city: City) -> None:
    start = MINUTE * 60_000
    frames = take(
        FrameBuilder(measured(city), "uji"),
        Reading(TMA, start, 41.0), Reading(TMA, start + 10_000, 43.0, BAD), Reading(RAIN, start, 2.34),
        Reading(SOUTH, start, 0.0),
    )  # fmt: skip
    assert frames == (
        Frame("99.01.01", "uji", MINUTE, 3, (RAIN, TMA), (0, 10_000), ((23, None), (41, 43)), (0, BAD)),
        Frame("99.01.02", "uji", MINUTE, 1, (SOUTH,), (0,), ((0,),), (0,)),
    )


def test_late_and_corrected_values_raise_the_revision_and_known_ones_do_nothing(city: City) -> None:
    builder = FrameBuilder(measured(city), "uji")
    start = MINUTE * 60_000
    (first,) = take(builder, Reading(TMA, start, 41.0))
    assert take(builder, Reading(TMA, start, 41.0)) == ()
    (late,) = take(builder, Reading(TMA, start - 60_000, 40.0))
    (more,) = take(builder, Reading(TMA, start + 20_000, 42.0), Reading(TMA, start, 41.0))
    (mended,) = take(builder, Reading(TMA, start, 44.0))
    assert (first.revision, late.revision, more.revision, mended.revision) == (1, 1, 2, 3)
    assert late.minute == MINUTE - 1 and more.values == ((41, 42),) and mended.values == ((44, 42),)


def test_a_backlog_delivered_after_hours_replaces_nothing(city: City) -> None:
    builder, old = FrameBuilder(measured(city), "uji"), MINUTE * 60_000 - OPEN_MS - 600_000
    take(builder, Reading(RAIN, old, 1.0))
    take(builder, Reading(RAIN, NOW, 1.0))
    late = take(builder, Reading(TMA, old, 41.0), Reading("990101-suhu", old, 24.0))
    assert [(f.source, f.values, f.revision) for f in late] == [
        ("uji/990101-suhu", ((240,),), 1), ("uji/990101-tma", ((41,),), 1),
    ]  # fmt: skip


def test_whoever_reads_the_same_source_anew_numbers_it_the_same(city: City) -> None:
    readings = [Reading(TMA, MINUTE * 60_000 + k * 10_000, 40.0 + k) for k in range(3)]
    whole = take(FrameBuilder(measured(city), "uji"), *readings)
    piecewise = FrameBuilder(measured(city), "uji")
    assert [take(piecewise, r) for r in readings][-1] == whole


def test_simulated_and_measured_values_never_share_a_frame(city: City) -> None:
    start = MINUTE * 60_000
    frames = take(
        FrameBuilder(measured(city), "uji"), Reading(TMA, start, 41.0), Reading(RAIN, start, 1.0, simulated=True)
    )
    assert {(f.source, f.simulated) for f in frames} == {("uji", False), ("simulasi:uji", True)}
    (own,) = take(FrameBuilder(city, "uji"), Reading(TMA, start, 41.0))
    assert own.simulated, "the pack says that the sensor is simulated"


@pytest.mark.parametrize(
    "reading, kind",
    [
        (Reading("tidak-ada", NOW, 1.0), faults.UNKNOWN_SENSOR),
        (Reading(TMA, NOW, None), faults.EMPTY),
        (Reading(TMA, NOW, 1e300), faults.IMPOSSIBLE),
        (Reading(TMA, NOW, float("nan")), faults.IMPOSSIBLE),
        (Reading(TMA, NOW + 400_000, 1.0), faults.FUTURE),
        (Reading(TMA, NOW - KEEP_MS - 1, 1.0), faults.TOO_OLD),
    ],
)
def test_what_cannot_be_is_counted_and_the_rest_taken(city: City, reading: Reading, kind: str) -> None:
    found = Found()
    frames = FrameBuilder(city, "uji").take([reading, Reading(TMA, NOW, 7.0)], NOW, found)
    assert [f.values for f in frames] == [((7,),)] and found == {kind: 1}


def test_integers_are_rounded_half_up() -> None:
    assert [scaled(v, 1) for v in (2.34, 2.35, 0.05, -0.05, 7)] == [23, 24, 1, 0, 70]


def test_a_point_is_found_in_the_smallest_territory(city: City) -> None:
    locator = Locator(city)
    assert locator.territory_at(-4.99, 100.01) == "99.01.01.1001"
    assert locator.territory_at(-4.99, 100.03) == "99.01.01.1002"
    assert locator.territory_at(-5.01, 100.03) == "99.01.02.1001"
    assert locator.territory_at(-5.0, 100.02) == "99.01.01.1001", "a corner of three belongs to the first by code"
    assert locator.territory_at(-6.9, 107.6) is None


def test_schematic_boundaries_have_slack_and_official_ones_none(city: City) -> None:
    official = msgspec.structs.replace(city, boundaries_note="")
    just_out = (-4.99, 99.995)  # 550 m west of the edge
    assert Locator(city).territory_at(*just_out) == "99.01.01.1001"
    assert Locator(official).territory_at(*just_out) is None
    assert Locator(city).territory_at(-4.99, 99.98) is None
    assert Locator(msgspec.structs.replace(city, boundaries=b"")).territory_at(*just_out) is None
