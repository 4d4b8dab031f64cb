"""The other calls: waiting for changes, frames, metrics, and what happens to requests that mean no good."""

from __future__ import annotations

import os
import threading
import time

import msgspec
import pytest
import requests
import zstandard

from console.domain.reading import Frame
from console.wire import guard as g
from console.wire.messages import (
    MEDIA_TYPE,
    FramePage,
    FramesReply,
    FramesRequest,
    Health,
    HistoryPage,
    PushRequest,
)
from tests.central.desk import Stream, ask, changes, send
from tests.servers import CentralServer, Enrolled

CITY, HERE, THERE = "12.75", "12.75.01", "12.75.02"
ZEROS = b"0" * 16


@pytest.fixture
def device(server: CentralServer) -> Enrolled:
    return server.enrol(HERE)


@pytest.fixture
def reader(server: CentralServer) -> Enrolled:
    return server.enrol(HERE)


def frame(minute: int, revision: int = 1, value: int = 7, territory: str = HERE, source: str = "uji") -> Frame:
    return Frame(territory, source, minute, revision, ("s1",), (0,), ((value,),), (0,), True)


def post_frames(device: Enrolled, *frames: Frame) -> FramesReply:
    with device.guard() as guard:
        return guard.call("POST", f"{device.url}/v1/frames", FramesReply, FramesRequest(list(frames))).value


def test_a_waiting_reader_is_woken_by_a_push_to_it(device: Enrolled, server: CentralServer) -> None:
    reader = server.enrol(CITY)
    since = changes(reader, limit=5000).cursor
    got: list[float] = []
    waiting = threading.Thread(
        target=lambda: got.append(time.monotonic() if changes(reader, since, wait=20).links else 0)
    )
    waiting.start()
    time.sleep(0.5)
    assert not got
    stream = Stream(device.key, HERE)
    pushed = time.monotonic()
    send(device, stream.push())
    waiting.join(10)
    assert got and 0 < got[0] - pushed < 2


def test_ones_own_push_ends_ones_own_wait_only_at_its_time(device: Enrolled) -> None:
    since = changes(device, limit=5000).cursor
    got: list[tuple[float, int]] = []

    def wait() -> None:
        page = changes(device, since, wait=1.5)
        got.append((time.monotonic(), len(page.links)))

    began = time.monotonic()
    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.4)
    send(device, Stream(device.key, HERE).push())
    waiting.join(10)
    assert got[0][0] - began > 1.4
    assert got[0][1] == 1


def test_a_wait_with_nothing_new_ends_empty_and_small(device: Enrolled) -> None:
    since = changes(device, limit=5000).cursor
    began = time.monotonic()
    got = ask(device, since, wait=0.4)
    assert 0.35 < time.monotonic() - began < 3
    assert (got.value.cursor, got.value.links, got.value.frames) == ("", [], [])
    assert got.reply.sent + got.reply.received < 900


def test_a_full_citys_place_stays_small_enough_to_idle_on(server: CentralServer) -> None:
    from console.central.places import Place, read_place, write_place

    orders = {"32.73": (1000, b"abcd")} | {f"32.73.{k:02d}": (20_000, os.urandom(4)) for k in range(1, 31)}
    text = write_place(Place(orders, 12_345), "32.73")
    assert read_place(text, "32.73") == Place(orders, 12_345)
    assert len(text) < 350
    for broken in ("", "x", text[:-3], "AAAA", "\0", "é"):
        read_place(broken, "32.73")


def test_frames_replace_by_revision_and_come_after_a_place(device: Enrolled, reader: Enrolled) -> None:
    assert post_frames(device, frame(100), frame(101)).taken == 2
    since = changes(reader, limit=5000).cursor
    assert post_frames(device, frame(100), frame(101, value=9)).taken == 0
    assert not changes(reader, since).cursor
    assert post_frames(device, frame(101, revision=2, value=9), frame(102)).taken == 2
    page = changes(reader, since)
    assert page.frames == [frame(101, revision=2, value=9), frame(102)]
    assert not changes(reader, page.cursor).frames
    assert changes(reader, since, lanes="journal").frames == []
    with device.guard() as guard:
        got = guard.call("GET", f"{device.url}/v1/frames?territory={HERE}&limit=1", FramePage).value
        assert got.more
        rest = guard.call("GET", f"{device.url}/v1/frames?since={got.next}&source=uji", FramePage).value
    assert {f.minute for f in got.frames + rest.frames} == {100, 101, 102}


def test_who_is_far_behind_gets_the_newest_and_the_rest_as_history_newest_first(
    device: Enrolled, reader: Enrolled
) -> None:
    first = post_frames(device, frame(6_000, source="jauh"))
    assert first.taken == 1
    since = changes(reader, limit=5000).cursor
    late = [frame(m, source="jauh") for m in range(6_100, 6_300)]
    for k in range(0, 200, 50):
        post_frames(device, *late[k : k + 50])
    post_frames(device, frame(6_050, source="jauh"))
    near = changes(reader, since, limit=500)
    assert len(near.frames) == 201 and near.skipped is None
    far = changes(reader, since, limit=150, lanes="own")
    assert far.frames == [] and far.behind == {"readings": 1}
    far = changes(reader, since, limit=150)
    assert [f.minute for f in far.frames if f.source == "jauh"] == [6_299]
    assert far.skipped is not None and not far.behind
    assert not changes(reader, far.cursor).frames
    above, upto = far.skipped
    mine = changes(device, since, limit=150)
    assert (mine.frames, mine.skipped, mine.behind) == ([], None, {}), "nobody gets back what he recorded himself"
    got: list[int] = []
    minute, n, more = 2**61, 0, True
    with reader.guard() as guard:
        while more:
            asked = f"above={above}&upto={upto}&minute={minute}&n={n}&since=6101&limit=64"
            page = guard.call("GET", f"{device.url}/v1/frames/history?{asked}", HistoryPage).value
            got += [f.minute for f in page.frames]
            minute, n, more = page.minute, page.n, page.more
    assert got == list(range(6_299, 6_100, -1)), "not before the minute asked for, and what was there before stays out"


def test_a_new_reader_gets_the_newest_frame_of_each_source_first(device: Enrolled) -> None:
    post_frames(device, frame(500), frame(501), frame(400, source="lain"))
    newest = {(f.source, f.minute) for f in changes(device, limit=5000).frames if f.territory == HERE}
    assert {("uji", 501), ("lain", 400)} <= newest
    assert ("uji", 500) not in newest


def test_frames_that_cannot_be_are_refused_one_by_one(device: Enrolled) -> None:
    ragged = msgspec.structs.replace(frame(7), values=((1, 2),))
    bad = [
        frame(7, territory=THERE),
        frame(7, territory="99.99"),
        ragged,
        frame(-1),
        frame(7, revision=0),
        frame(7, value=2**70),
    ]
    reply = post_frames(device, frame(8), *bad)
    assert reply.taken == 1
    assert [k for k, _ in reply.refused] == [1, 2, 3, 4, 5, 6]


def test_health_says_how_far_and_metrics_need_a_token(device: Enrolled, server: CentralServer) -> None:
    with device.guard() as guard:
        health = guard.call("GET", f"{server.url}/v1/health", Health).value
    assert (health.status, health.city) == ("ok", CITY)
    assert health.entries >= 3
    assert requests.get(f"{server.url}/v1/metrics", timeout=5).status_code == 401
    text = requests.get(f"{server.url}/v1/metrics", headers=device.headers, timeout=5).text
    assert 'simpul_journal_n{territory="12.75"}' in text
    assert "# TYPE simpul_calls_total counter" in text


def test_everything_but_health_and_enrol_needs_a_token(server: CentralServer) -> None:
    calls = [
        ("GET", "/v1/city"), ("GET", "/v1/changes"), ("POST", "/v1/entries"), ("GET", "/v1/frames"), ("POST", "/v1/frames"),
        ("PUT", "/v1/blobs/x"), ("GET", "/v1/blobs/x"), ("GET", "/v1/blobs/x/state"), ("GET", "/v1/metrics"),
        ("GET", "/v1/missing"), ("GET", "/v1/schema/openapi.json"),
    ]  # fmt: skip
    for method, path in calls:
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eA=="}):
            reply = requests.request(method, server.url + path, headers=headers, timeout=5)
            assert reply.status_code == 401, path


def post(device: Enrolled, body: bytes, path: str = "/v1/entries", **headers: str) -> requests.Response:
    said = {k.replace("_", "-"): v for k, v in headers.items()}
    return requests.post(
        device.url + path, body, headers={**device.headers, "Content-Type": MEDIA_TYPE, **said}, timeout=60
    )


def test_requests_that_mean_no_good_are_refused_with_a_reason(device: Enrolled) -> None:
    bomb = zstandard.compress(b'{"now":1,"x":"' + b" " * 200_000_000 + b'"}')
    bad: list[tuple[int, bytes, dict[str, str]]] = [
        (400, b"{", {}), (400, b'{"now":1,"now":2}', {}), (400, b'{"now":NaN}', {}), (400, b"[" * 100_000, {}),
        (400, b"xx", {"Content_Encoding": "zstd"}), (400, b"xx", {"Content_Encoding": "br"}),
        (413, bomb, {"Content_Encoding": "zstd"}), (413, b" " * 9_000_000, {}), (400, b'{"now":"x"}', {}),
        (400, b'{"now":1,"runs":[["32.73","zz",1,[1],["a"],[],[""],[],["{}"],[],[""],[],[[0,[0,"%s",[]]]]]]}' % ZEROS, {}),
        (400, b'{"now":1,"runs":[["32.73","%s",1,[1,1],["a"],[],[""],[],["{}"],[],[""],[],[]]]}' % ZEROS, {}),
    ]  # fmt: skip
    for status, body, headers in bad:
        reply = post(device, body, **headers)
        assert reply.status_code == status, (body[:60], reply.text)
        assert reply.json()["reason"]
    assert post(device, b'{"now":1}').status_code == 200


def test_more_entries_than_fit_a_push_are_told_so(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(5001)
    with pytest.raises(g.RequestTooLarge):
        send(device, stream.push())


def test_a_number_no_database_holds_is_no_fault_of_the_centre(device: Enrolled) -> None:
    for n in (2**63, 2**62, -1, 10**30):
        reply = post(
            device, msgspec.json.encode({"now": n, "cursors": {HERE: [n, "", 1]}, "trails": {HERE: [[n, "f" * 16]]}})
        )
        assert reply.status_code in (200, 400), reply.text
    stream = Stream(device.key, HERE)
    reply = send(device, PushRequest(2**61, runs=stream.push().runs, checkpoints=[stream.checkpoint()]))
    assert reply.answers[0].outcome == "accepted"


def test_null_characters_in_texts_are_kept_and_no_fault(device: Enrolled, server: CentralServer) -> None:
    stream = Stream(device.key, HERE)
    stream.write("a\0b", "c\0d", {"x\0": "\0"})
    before = changes(device, limit=5000).cursor
    assert send(device, stream.push()).answers[0].outcome == "accepted"
    from console.wire.runs import unpack_run

    reader = server.enrol(CITY)
    pages = changes(reader, before)
    assert [e for run in pages.runs for e in unpack_run(run) if e.stream == stream.id] == stream.entries


def test_a_refusal_says_back_neither_the_address_nor_the_token(device: Enrolled, server: CentralServer) -> None:
    cursor = "KURSOR-RAHASIA" * 400
    bad_token = {"Authorization": "Bearer TOKEN-SALAH-77"}
    for path, headers in (
        (f"changes?since={cursor}", device.headers),
        (f"changes?since={cursor[:40]}&limit=banyak", device.headers),
        ("changes?since=KURSOR-RAHASIA", bad_token),
        ("tidak-ada?since=KURSOR-RAHASIA", device.headers),
    ):
        reply = requests.get(f"{device.url}/v1/{path}", headers=headers, timeout=30)
        assert 400 <= reply.status_code < 500
        assert reply.headers["Content-Type"] == MEDIA_TYPE
        for secret in ("KURSOR", "TOKEN-SALAH", device.reply.token):
            assert secret not in reply.text
    log = (server.data / f"{server.name}.log").read_text()
    assert "KURSOR" not in log and device.reply.token not in log
