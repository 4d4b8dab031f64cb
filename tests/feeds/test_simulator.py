"""The made-up city: the same for the same seed, marked everywhere, and with a river that answers to rain."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
import requests

from console.cities.pack import pack_path
from console.cities.read import read_city
from console.domain.city import City
from console.domain.clock import ManualClock
from console.feeds import faults
from console.feeds.bmkg_forecast import parse_forecast
from console.feeds.bmkg_quakes import parse_quakes
from console.feeds.catalogue import simulated_feeds
from console.feeds.open311 import Services, parse_open311
from console.feeds.run import FeedRunner, run_once
from console.feeds.sensorthings import Streams, parse_sensorthings
from console.feeds.simserver import SimServer
from console.feeds.simulation.noise import chance, key_of, normal, smooth, uniform
from console.feeds.simulator import Simulator
from tests.feeds.conftest import Kept

HOUR, DAY = 3_600_000, 24 * 3_600_000
# A Thursday in the dry season, 14:00 in Jakarta.
STORM = int(datetime(2026, 8, 6, 7, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def simulator(city: City) -> Simulator:
    return Simulator(city, seed=7, storm_at=STORM, pace=200.0)


def test_the_same_seed_and_time_give_the_same_bytes_whatever_was_asked_before(city: City) -> None:
    one, other = (Simulator(city, 7, STORM, 200.0) for _ in range(2))
    other.observations(STORM - DAY, STORM)
    window = (STORM - HOUR, STORM + HOUR)
    assert one.observations(*window) == other.observations(*window)
    assert one.requests(*window) == other.requests(*window)
    assert one.quakes(STORM, 15) == other.quakes(STORM, 15)
    assert one.forecast("99.01.01", STORM) == other.forecast("99.01.01", STORM)
    assert one.observations(*window) != Simulator(city, 8, STORM, 200.0).observations(*window)
    assert one.requests(*window) != Simulator(city, 8, STORM, 200.0).requests(*window)


def test_a_window_is_the_sum_of_its_parts(simulator: Simulator) -> None:
    middle = STORM + 7 * 60_000 + 123
    whole = simulator.readings(STORM, STORM + HOUR)
    parts = simulator.readings(STORM, middle) + simulator.readings(middle, STORM + HOUR)
    key = [(r.sensor, r.at, r.value) for r in whole]
    assert sorted(key) == sorted((r.sensor, r.at, r.value) for r in parts) and len(whole) > 400


def test_everything_says_that_it_is_simulated(city: City, simulator: Simulator) -> None:
    streams = Streams.of(city, simulator.datastreams())
    readings = parse_sensorthings(simulator.observations(STORM, STORM + HOUR), streams)
    calls = parse_open311(simulator.requests(STORM - HOUR, STORM + HOUR), "uji", Services.of(city))
    forecast = parse_forecast(simulator.forecast("99.01.01", STORM) or b"", city)
    quakes = [q for day in range(60) for q in parse_quakes(simulator.quakes(STORM - day * DAY, 15), city).bulletins]
    for found in (readings.readings, calls.reports, forecast.bulletins, quakes):
        assert len(found) > 0 and all(item.simulated for item in found)
    assert all(b"SIMULASI" in simulator.quakes(STORM, n) for n in (1, 15))
    assert set(readings.faults) <= {faults.EMPTY} and calls.faults == {} and forecast.faults == {}


def test_the_storm_reaches_the_river_later(simulator: Simulator) -> None:
    at = np.arange(STORM - 2 * HOUR, STORM + 8 * HOUR, 60_000, dtype=np.int64)
    sensors = {s.quantity: s for s in simulator.city.sensors if s.territory == "99.01.01"}
    rain, level = (simulator.instruments.truth(sensors[q], at) for q in ("hujan", "tma"))
    before = level[at < STORM - HOUR]
    assert rain.max() > 20 and rain[at < STORM - HOUR].max() == 0
    assert level.max() > before.max() + 30, "a storm raises the river by more than its noise"
    delay = (at[level.argmax()] - at[rain.argmax()]) / 60_000
    assert 15 <= delay <= 150
    onset = at[rain > 0][0]
    assert level[(at > onset) & (at < onset + 10 * 60_000)].max() < before.max() + 5, "not before the water is there"
    assert level[-1] < before.max() + 15, "and it goes down again"


def test_without_a_storm_there_is_none(city: City) -> None:
    calm = Simulator(city, 7)
    at = np.arange(STORM - HOUR, STORM + HOUR, 60_000, dtype=np.int64)
    assert calm.weather.rain(-4.99, 100.02, at).max() < 20


def test_a_day_has_its_rhythm() -> None:
    bandung = read_city(pack_path("bandung"), trusted=True)
    calm = Simulator(bandung, 3)
    at = np.arange(STORM - STORM % DAY - 7 * HOUR, STORM - STORM % DAY + 17 * HOUR, 300_000, dtype=np.int64)
    hours = ((at + 7 * HOUR) % DAY) / HOUR

    def mean(quantity: str, low: float, high: float) -> float:
        picked = (hours >= low) & (hours < high)
        found = [calm.instruments.truth(s, at)[picked].mean() for s in bandung.sensors if s.quantity == quantity]
        return float(np.mean(found))

    assert mean("suhu", 13, 15) > mean("suhu", 4, 6) + 4
    assert mean("kecepatan", 16.5, 18) < 0.7 * mean("kecepatan", 1, 4)
    assert mean("kecepatan", 6.7, 7.7) < 0.75 * mean("kecepatan", 1, 4)
    assert mean("pm25", 18, 20) > mean("pm25", 12, 15)
    calls = Simulator(bandung, 3, pace=20.0).calls.between(int(at[0]), int(at[-1]))
    by_hour = Counter(int(((c.at + 7 * HOUR) % DAY) / HOUR) for c in calls)
    assert sum(by_hour[h] for h in range(9, 17)) > 3 * sum(by_hour[h] for h in range(0, 5)) > 0


def test_values_go_missing_and_sensors_fall_silent() -> None:
    bandung = read_city(pack_path("bandung"), trusted=True)
    calm = Simulator(bandung, 3)
    start = STORM - 12 * HOUR
    got = [calm.instruments.samples(s, start, start + 6 * HOUR) for s in bandung.sensors if s.interval_s == 60]
    lost = sum(int(np.isnan(g.values).sum()) for g in got)
    present = sum(len(g.at) for g in got)
    assert 0 < lost < 0.01 * present
    assert 0.98 * 360 * len(got) < present + 360 * len(got) * 0.02 and present < 360 * len(got)
    longest = max(int(np.diff(g.at).max()) for g in got)
    assert 4 * 60_000 < longest <= 26 * 60_000


def test_rain_brings_calls_and_places_are_the_packs(city: City, simulator: Simulator) -> None:
    codes = {t.code for t in city.territories}
    stormy = simulator.calls.between(STORM - HOUR, STORM + HOUR)
    calm = simulator.calls.between(STORM - DAY - HOUR, STORM - DAY + HOUR)
    assert len(stormy) > 1.5 * len(calm) > 0
    assert {c.territory.code for c in stormy} <= codes and {c.category.code for c in stormy} > {"D01"}
    numbers = [c.number for c in stormy + calm]
    assert len(numbers) == len(set(numbers))


def test_a_days_calls_add_up_to_the_published_counts() -> None:
    bandung = read_city(pack_path("bandung"), trusted=True)
    residents = sum(t.residents or 0 for t in bandung.districts())
    calls = Simulator(bandung, 3, pace=10.0).calls.between(STORM - 20 * DAY, STORM)
    a_day = Counter(c.category.channel for c in calls)
    assert a_day["darurat"] / 200 == pytest.approx(0.15 * residents / 1e5, rel=0.15)
    assert a_day["aduan"] / 200 == pytest.approx(0.6 * residents / 1e5, rel=0.15)


def test_three_hours_of_history_come_through_http_and_real_formats(sink: Kept) -> None:
    bandung = read_city(pack_path("bandung"), trusted=True)
    simulator, clock = Simulator(bandung, 1, STORM, pace=3.0), ManualClock(STORM + HOUR)
    with SimServer(simulator, clock) as server:
        states = {
            f.name: asyncio.run(run_once(f, sink, clock, bandung)) for f in simulated_feeds(simulator, server.url)
        }
    assert all(state.simulated or not state.taken for state in states.values())
    assert states["simulasi-sensor"].taken > 40_000 and set(states["simulasi-sensor"].faults) <= {faults.EMPTY}
    assert all(f.simulated for f in sink.frames) and {f.territory for f in sink.frames} == {
        d.code for d in bandung.districts()
    }
    assert len([b for b in sink.bulletins if b.kind == "prakiraan"]) == len(bandung.districts())
    assert sink.reports and all(r.simulated and bandung.territory(r.place) for r in sink.reports)


def test_reading_on_as_time_goes_loses_nothing(city: City, sink: Kept) -> None:
    simulator, clock = Simulator(city, 1, STORM), ManualClock(STORM)

    async def work(url: str) -> None:
        feed = simulated_feeds(simulator, url, backfill_s=600)[0]
        feed = type(feed)(feed.name, feed.sources, feed.parse, interval_s=0.02, overlap_s=60, backfill_s=600)
        runner = FeedRunner([feed], sink, clock, city)
        rounds: list[int] = []
        runner.told = lambda: (rounds.append(1), clock.advance(10_000))[0]
        await runner.start()
        async with asyncio.timeout(20):
            while len(rounds) < 20:
                await asyncio.sleep(0.01)
        await runner.stop()

    with SimServer(simulator, clock) as server:
        asyncio.run(work(server.url))
    newest = {(f.territory, f.minute): f for f in sink.frames}
    got = {
        (s, f.minute * 60_000 + at, value)
        for f in newest.values()
        for s, row in zip(f.sensors, f.values, strict=True)
        for at, value in zip(f.at, row, strict=True)
        if value is not None
    }
    decimals = {s.code: s.decimals for s in city.sensors}
    end = STORM + 18 * 10_000
    sent = {
        (r.sensor, r.at, round((r.value or 0) * 10 ** decimals[r.sensor]))
        for r in simulator.readings(STORM - 600_000 + 1, end)
    }
    assert sent <= got and len(sent) > 80


def test_the_server_answers_like_the_real_ones(city: City) -> None:
    with SimServer(Simulator(city, 1), ManualClock(STORM)) as server:
        gone = requests.get(f"{server.url}/publik/prakiraan-cuaca?adm4=11.11", timeout=5)
        assert gone.status_code == 404 and gone.json()["statusCode"] == 404
        first = requests.get(f"{server.url}/DataMKG/TEWS/gempaterkini.json", timeout=5)
        assert isinstance(first.json()["Infogempa"]["gempa"], list) and len(first.json()["Infogempa"]["gempa"]) == 15
        again = requests.get(first.url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
        assert again.status_code == 304 and again.content == b""
        single = requests.get(f"{server.url}/DataMKG/TEWS/autogempa.json", timeout=5).json()
        assert isinstance(single["Infogempa"]["gempa"], dict)
        assert requests.get(f"{server.url}/sta/v1.1/Observations?since=kapan", timeout=5).status_code == 400
        since = requests.get(f"{server.url}/sta/v1.1/Observations?since=2026-08-06T06:58:00Z", timeout=5).json()
        assert since["value"] and server.url.startswith("http://127.0.0.1:")


def test_chance_has_no_memory_and_no_bias() -> None:
    index = np.arange(100_000, dtype=np.int64)
    key = key_of(1, "uji")
    even = uniform(key, index)
    assert even.min() >= 0 and even.max() < 1 and even.mean() == pytest.approx(0.5, abs=0.01)
    assert abs(float(np.corrcoef(even[:-1], even[1:])[0, 1])) < 0.02
    assert chance(key, 777) == even[777]
    assert normal(key, index).std() == pytest.approx(1, abs=0.02)
    line = smooth(key, index * 10, 60_000)
    assert np.abs(np.diff(line)).max() < 0.001 and -1 <= line.min() < line.max() <= 1


def test_a_pack_of_districts_only_is_enough(city: City) -> None:
    coarse = msgspec.structs.replace(city, territories=tuple(t for t in city.territories if t.level != "kelurahan"))
    found = json.loads(Simulator(coarse, 1, STORM, 500.0).requests(STORM - HOUR, STORM))
    assert found and {row["address"] for row in found} == {"Kec. Utara", "Kec. Selatan"}
