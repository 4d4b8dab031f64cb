"""Reading sources from a real small server that misbehaves, and from files."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.city import City
from console.domain.clock import ManualClock
from console.domain.views import FeedState
from console.feeds import faults
from console.feeds.catalogue import open311_feed, sensorthings_feed
from console.feeds.collector import MAX_PAGES, Feed
from console.feeds.run import FeedRunner, run_once
from console.feeds.source import Fetcher, Source
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer, Handler
from tests.feeds.conftest import Kept

NOW = 1795428030000
JSON = "application/json"
ROW = {
    "service_request_id": "1", "service_code": "D01", "description": "Asap", "lat": -4.99, "long": 100.01,
    "requested_datetime": "2026-11-23T06:37:38+07:00",
}  # fmt: skip
GOOD = json.dumps([ROW]).encode()


def good(h: Handler) -> None:
    h.reply(200, GOOD, JSON)


def once(feed: Feed, sink: Kept, city: City) -> FeedState:
    return asyncio.run(run_once(feed, sink, ManualClock(NOW), city))


def quick(feed: Feed, seconds: float = 5.0, max_bytes: int = 1_000_000) -> Feed:
    sources = tuple(Source(s.where, seconds, max_bytes) for s in feed.sources)
    return Feed(feed.name, sources, feed.parse, interval_s=0.05, pause_s=0.0)


def big(h: Handler) -> None:
    h.reply(200, b" " * 2_000_000, JSON)


def gzip_bomb(h: Handler) -> None:
    h.reply(200, gzip.compress(b" " * 50_000_000), JSON, Content_Encoding="gzip")


def hidden_portal(h: Handler) -> None:
    h.reply(200, bad.PAGE, JSON)


def picture(h: Handler) -> None:
    h.reply(200, b"\x89PNG", "image/png")


def gone(h: Handler) -> None:
    h.reply(404, b'{"message":"Data not found"}', JSON)


@pytest.mark.parametrize(
    "behaviour, kind",
    [
        (bad.portal, faults.PORTAL),
        (hidden_portal, faults.PORTAL),
        (bad.redirect, faults.REDIRECTED),
        (bad.truncated, faults.TRUNCATED),
        (bad.reset, faults.UNREACHABLE),
        (bad.error, faults.TROUBLED),
        (bad.busy(30), faults.WAIT),
        (big, faults.TOO_LARGE),
        (gzip_bomb, faults.TOO_LARGE),
        (picture, faults.WRONG_TYPE),
        (gone, faults.REFUSED),
    ],
)
def test_a_bad_reply_is_counted_by_kind_and_gives_nothing(
    city: City, sink: Kept, behaviour: Callable[[Handler], None], kind: str
) -> None:
    with BadServer(behaviour) as server:
        state = once(quick(open311_feed(city, f"{server.url}/requests.json")), sink, city)
    assert state.faults == {kind: 1} and state.last_ok is None and sink.reports == []


def test_a_reply_that_drips_ends_at_its_deadline(city: City, sink: Kept) -> None:
    with BadServer(bad.drip) as server:
        began = time.monotonic()
        state = once(quick(open311_feed(city, server.url), seconds=0.5), sink, city)
        took = time.monotonic() - began
    assert state.faults == {faults.TIMED_OUT: 1} and took < 5


def test_nobody_there_is_one_fault_and_ends_the_round(city: City, sink: Kept) -> None:
    state = once(quick(open311_feed(city, "http://127.0.0.1:9/a", "http://127.0.0.1:9/b")), sink, city)
    assert state.faults == {faults.UNREACHABLE: 1}


def test_one_refused_source_does_not_stop_the_next(city: City, sink: Kept) -> None:
    def half(h: Handler) -> None:
        gone(h) if h.path == "/a" else good(h)

    with BadServer(half) as server:
        state = once(quick(open311_feed(city, f"{server.url}/a", f"{server.url}/b")), sink, city)
    assert [r.external_id for r in sink.reports] == ["1"] and state.faults == {faults.REFUSED: 1}
    assert state.taken == 1 and state.last_ok == NOW


def test_an_unchanged_reply_is_not_sent_again(city: City) -> None:
    asked: list[str | None] = []

    def tagged(h: Handler) -> None:
        asked.append(h.headers.get("If-None-Match"))
        if asked[-1]:
            h.reply(304, b"", JSON)
        else:
            h.reply(200, GOOD, JSON, ETag='"v1"')

    with BadServer(tagged) as server:
        fetcher = Fetcher()
        first = fetcher.fetch(Source(server.url))
        second = fetcher.fetch(Source(server.url), first.etag)
        fetcher.close()
    assert (first.data, second.data) == (GOOD, None) and asked == [None, '"v1"']


def test_files_are_read_and_a_missing_one_is_a_fault(city: City, sink: Kept, tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    file.write_bytes(GOOD)
    assert once(open311_feed(city, str(file)), sink, city).taken == 1
    assert once(open311_feed(city, file.as_uri()), sink, city).taken == 1
    assert len({r.subject for r in sink.reports}) == 1
    assert once(open311_feed(city, str(tmp_path / "tidak-ada")), sink, city).faults == {faults.NO_FILE: 1}
    file.write_bytes(b" " * 100)
    assert once(quick(open311_feed(city, str(file)), max_bytes=50), sink, city).faults == {faults.NO_FILE: 1}


def test_a_point_outside_the_city_is_not_ours_and_none_is_the_citys(city: City, sink: Kept, tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    away, nowhere = ROW | {"service_request_id": "2", "lat": -6.9, "long": 107.6}, {**ROW, "service_request_id": "3"}
    file.write_text(json.dumps([ROW, away, nowhere | {"lat": None, "long": None}]))
    state = once(open311_feed(city, str(file)), sink, city)
    assert [(r.external_id, r.place) for r in sink.reports] == [("1", "99.01.01.1001"), ("3", "99.01")]
    assert state.faults == {faults.OUTSIDE: 1}


def test_a_kecamatan_takes_what_is_its_own(city: City, tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    file.write_text(json.dumps([ROW, ROW | {"service_request_id": "2", "lat": -5.01}]))
    for territory, numbers in (("99.01.01", ["1"]), ("99.01.02", ["2"]), ("99.01", ["1", "2"])):
        sink = Kept()
        asyncio.run(run_once(open311_feed(city, str(file)), sink, ManualClock(NOW), city, territory))
        assert [r.external_id for r in sink.reports] == numbers


def test_a_report_from_the_future_came_now(city: City, sink: Kept, tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    file.write_text(json.dumps([ROW | {"requested_datetime": "2099-01-01T00:00:00Z"}]))
    assert once(open311_feed(city, str(file)), sink, city).faults == {faults.FUTURE: 1}
    assert sink.reports[0].opened_at == NOW


def pages(last: int) -> Callable[[Handler], None]:
    """Pages of SensorThings, each leading to the next up to `last`, one value on each."""

    def answer(h: Handler) -> None:
        here = int(h.path.rpartition("=")[2]) if "page=" in h.path else 0
        at = f"2026-11-23T09:{here // 6:02d}:{here % 6}0Z"
        group = {"Datastream": {"name": "990101-tma"}, "components": ["phenomenonTime", "result"]}
        link = {"@iot.nextLink": f"/x?page={here + 1}"} if here < last else {}
        h.reply(200, json.dumps({"value": [group | {"dataArray": [[at, here]]}], **link}).encode(), JSON)

    return answer


def test_pages_are_followed(city: City, sink: Kept) -> None:
    with BadServer(pages(7)) as server:
        state = once(sensorthings_feed(city, f"{server.url}/x"), sink, city)
    assert state.taken == 8 and state.faults == {} and [f.values for f in sink.frames] == [
        ((0, 1, 2, 3, 4, 5),), ((6, 7),),
    ]  # fmt: skip


def test_pages_without_end_are_cut_off_and_counted(city: City, sink: Kept) -> None:
    with BadServer(pages(10_000)) as server:
        state = once(sensorthings_feed(city, f"{server.url}/x"), sink, city)
        asked = len(server.calls)
    assert state.taken == asked == MAX_PAGES and state.faults == {faults.ENDLESS: 1}
    assert state.last_ok == NOW


def test_a_page_on_another_host_is_not_followed() -> None:
    fetcher = Fetcher()
    assert fetcher.follow(Source("http://127.0.0.1:9/a"), "http://127.0.0.1:9/a", "http://lain.example/b") is None
    fetcher.close()


async def settle(done: Callable[[], bool], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.01)


def run(city: City, sink: Kept, *feeds: Feed, until: Callable[[FeedRunner], bool]) -> list[FeedState]:
    async def work() -> list[FeedState]:
        runner = FeedRunner(feeds, sink, ManualClock(NOW), city)
        await runner.start()
        try:
            await settle(lambda: until(runner))
        finally:
            await runner.stop()
        return runner.states()

    return asyncio.run(work())


def test_reading_again_hands_over_only_what_is_new_and_counts_a_fault_once(city: City, sink: Kept) -> None:
    calls: list[int] = []

    def growing(h: Handler) -> None:
        """The same dirty record in every reply, each of which is longer than the one before."""
        calls.append(1)
        more = [ROW | {"service_request_id": str(k)} for k in range(10, 10 + len(calls))]
        h.reply(200, json.dumps([ROW | {"lat": "-4.99"}, *more]).encode(), JSON)

    with BadServer(growing) as server:
        (state,) = run(city, sink, quick(open311_feed(city, server.url)), until=lambda r: len(calls) >= 4)
    numbers = [r.external_id for r in sink.reports]
    assert len(numbers) == len(set(numbers)) >= 4 and state.faults == {faults.TEXT_NUMBER: 1}
    assert state.taken == len(numbers)


def test_a_failing_feed_backs_off_and_the_others_go_on(city: City, sink: Kept) -> None:
    with BadServer(bad.error) as broken, BadServer(good) as sound:
        feeds = (quick(open311_feed(city, broken.url, name="rusak")), quick(open311_feed(city, sound.url, name="baik")))
        states = run(city, sink, *feeds, until=lambda r: len(sound.calls) >= 12)
        failed = len(broken.calls)
    assert states[0].faults == {faults.TROUBLED: failed} and states[0].last_ok is None
    assert states[1].faults == {} and states[1].last_ok == NOW
    assert failed <= 6, "0.05 s, doubled each time"
    assert len(sink.reports) == 1


def test_what_the_room_cannot_save_is_kept_and_given_later(city: City, sink: Kept) -> None:
    sink.full = True

    def until(runner: FeedRunner) -> bool:
        if runner.states()[0].faults.get(faults.NOT_SAVED, 0) >= 2:
            sink.full = False
        return bool(sink.reports)

    with BadServer(good) as server:
        (state,) = run(city, sink, quick(open311_feed(city, server.url)), until=until)
    assert [r.external_id for r in sink.reports] == ["1"]
    assert state.faults[faults.NOT_SAVED] >= 2


@pytest.mark.expect_log("feed failed")
def test_a_fault_of_the_program_is_logged_and_stops_nothing(city: City, sink: Kept) -> None:
    failed: list[int] = []

    def broken(data: bytes) -> object:
        failed.append(1)
        raise ZeroDivisionError

    with BadServer(good) as server:
        sound = quick(open311_feed(city, server.url))
        poor = Feed("rusak", sound.sources, broken, interval_s=0.05)  # type: ignore[arg-type]
        states = run(city, sink, poor, sound, until=lambda r: len(failed) >= 2 and bool(sink.reports))
    assert states[0].faults[faults.INTERNAL] >= 2 and len(sink.reports) == 1


def test_stopping_does_not_wait_for_a_slow_reply(city: City, sink: Kept) -> None:
    arrived = threading.Event()

    def slow(h: Handler) -> None:
        arrived.set()
        bad.drip(h)

    async def work(url: str) -> float:
        runner = FeedRunner([open311_feed(city, url)], sink, ManualClock(NOW), city)
        await runner.start()
        await settle(arrived.is_set)
        began = time.monotonic()
        await runner.stop()
        return time.monotonic() - began

    with BadServer(slow) as server:
        assert asyncio.run(work(server.url)) < 2


def test_a_feed_is_stale_after_twice_its_interval(city: City, sink: Kept) -> None:
    clock = ManualClock(NOW)
    feed = quick(open311_feed(city, "http://127.0.0.1:9/"))
    runner = FeedRunner([feed], sink, clock, city)
    assert not runner.states()[0].stale
    clock.advance(round(2000 * feed.interval_s + 1000 * feed.sources[0].seconds) + 1)
    assert runner.states()[0].stale
