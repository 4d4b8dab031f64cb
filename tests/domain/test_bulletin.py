"""Bulletins: two collectors make one, what is void does not count, and a forecast's hours survive any detail."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.domain.bulletin import BulletinLine, current, fold_bulletin, outlook, steps_of
from console.domain.entry import Entry, Seen
from tests.domain.view import View

NOW = 1_764_000_000_000
HOUR = 3_600_000
COLUMNS = ["at", "t", "hu", "tp", "weather"]


def entry(stream: str, body: dict[str, Any], kind: str = "bulletin.issued") -> Entry:
    return Entry(
        "99.01", stream * 16, 1, NOW, 0, "sumber:bmkg", Seen(0, "0" * 16, ()), kind, "f1", msgspec.json.encode(body)
    )


def said(**fields: Any) -> dict[str, Any]:
    return {"type": "prakiraan", "issued_at": NOW, "expires": NOW + HOUR, "headline": "Utara: cerah"} | fields


def line(subject: str = "f1", at: int = NOW, kind: str = "prakiraan", place: str = "99.01.01.1001", **detail: Any):
    return BulletinLine(subject, kind, "judul", at, NOW + HOUR, place, "bmkg", False, True, detail)


def test_two_collectors_make_one_bulletin_and_one_number_confirms_it() -> None:
    a, b = entry("a", said()), entry("b", said())
    assert not fold_bulletin("f1", [a, b], View()).confirmed
    assert fold_bulletin("f1", [a, b], View(b.id)).confirmed
    assert fold_bulletin("f1", [b, a], View(b.id)) == fold_bulletin("f1", [a, b], View(b.id))


def test_a_void_one_does_not_count() -> None:
    a, b = entry("a", said(headline="palsu", simulated=True)), entry("b", said())
    assert fold_bulletin("f1", [a], View(a.id, void=(a.id,))) is None
    kept = fold_bulletin("f1", [a, b], View(a.id, b.id, void=(a.id,)))
    assert kept.headline == "Utara: cerah" and not kept.simulated


def test_impossible_values_are_folded_around() -> None:
    odd = said(point=[91, 0], place=3, detail=[1], simulated="ya")
    kept = fold_bulletin("f1", [entry("a", odd)], View())
    assert (kept.lat, kept.place, kept.detail, kept.simulated) == (None, "99.01", {}, False)
    for name in ("issued_at", "expires", "headline"):
        assert fold_bulletin("f1", [entry("a", said(**{name: None}))], View()) is None
    assert fold_bulletin("f1", [entry("a", said(), "incident.opened")], View()) is None


def test_the_newest_forecast_of_a_place_alone_counts_and_what_is_over_goes() -> None:
    old, new = line("f1", NOW - 2 * HOUR), line("f2", NOW - HOUR)
    quakes = [line("f3", NOW - 3 * HOUR, "gempa", "99.01"), line("f4", NOW - 4 * HOUR, "gempa", "99.01")]
    assert [b.subject for b in current([old, *quakes, new], NOW, 9)] == ["f2", "f3", "f4"]
    assert [b.subject for b in current([old, *quakes, new], NOW, 2)] == ["f2", "f3"]
    assert current([old, new, *quakes], NOW + HOUR, 9) == ()


def test_an_outlook_names_the_gravest_rain_the_sum_and_the_range() -> None:
    steps = [
        [NOW - 3 * HOUR, 20, 80, 9.0, 95], [NOW - HOUR, 21, 80, 0.2, 3], [NOW + 2 * HOUR, 24, 80, 4.5, 63],
        [NOW + 5 * HOUR, 28, 70, 1.0, 61], [NOW + 8 * HOUR, 30, 70, 0, 4],
    ]  # fmt: skip
    seen = outlook(line(columns=COLUMNS, steps=steps), NOW, NOW + 6 * HOUR)
    assert (round(seen.rain_mm, 1), seen.gravest.words, seen.gravest.at) == (5.7, "hujan sedang", NOW + 2 * HOUR)
    assert (seen.low, seen.high) == (21, 28)
    dry = outlook(line(columns=COLUMNS, steps=steps[4:] + steps[1:2]), NOW, NOW + 12 * HOUR)
    assert dry.gravest.words == "berawan"
    assert outlook(line(columns=COLUMNS, steps=steps), NOW + 24 * HOUR, NOW + 36 * HOUR) is None


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*COLUMNS, "steps"]), inner),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional={"columns": st.just(COLUMNS) | ANY, "steps": st.lists(st.lists(ANY)) | ANY}))
def test_any_detail_is_read_or_left_out(detail: dict[str, Any]) -> None:
    shown = line(**detail)
    assert all(step.at < NOW + HOUR for step in steps_of(shown, NOW, NOW + HOUR))
    outlook(shown, NOW, NOW + HOUR)


@given(st.dictionaries(st.sampled_from(["type", "issued_at", "expires", "headline", "detail", "place", "point"]), ANY))
def test_any_body_makes_a_bulletin_or_none(body: dict[str, Any]) -> None:
    made = fold_bulletin("f1", [entry("a", body), entry("b", said())], View())
    assert made is None or made.headline
