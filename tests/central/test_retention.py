"""Old readings are given up a few at a time: what comes in does not wait, cursors stay good, and whoever asks for what went
is told from when on there are some."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from console.central import retention
from console.central.frames import frames_head, kept_from
from console.central.postgres import EmbeddedPostgres
from console.domain.reading import Frame
from console.wire.messages import FramePage, FramesReply, FramesRequest, HistoryPage
from tests.central.desk import changes, now_ms
from tests.servers import CentralServer, Enrolled, central_server, short_folder

HERE = "12.75.01"
DAY = 1440
OLD, NEW = 2_500, 150


def frame(minute: int, source: str = "uji", value: int = 1) -> Frame:
    return Frame(HERE, source, minute, 1, ("127501-tma",), (0,), ((value,),), (0,), True)


def post(device: Enrolled, *frames: Frame) -> int:
    with device.guard() as guard:
        return guard.call("POST", f"{device.url}/v1/frames", FramesReply, FramesRequest(list(frames))).value.taken


def get(device: Enrolled, path: str, kind: type) -> object:
    with device.guard() as guard:
        return guard.call("GET", f"{device.url}{path}", kind).value


def now_minute() -> int:
    return now_ms() // 60_000


@pytest.fixture
def server(pack: Path) -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", pack) as running:
        yield running


@pytest.fixture
def db(server: CentralServer) -> Iterator[psycopg.Connection]:
    with psycopg.connect(EmbeddedPostgres(server.data).dsn(), autocommit=True) as connection:
        yield connection


def filled(server: CentralServer) -> tuple[Enrolled, Enrolled, str]:
    """A device that sent readings of years and of today, another that knew the city before, and its cursor then."""
    device, reader = server.enrol(HERE), server.enrol("12.75", "city")
    since = changes(reader, limit=5000).cursor
    old = [frame(now_minute() - 500 * DAY + k) for k in range(OLD)]
    for k in range(0, OLD, 500):
        post(device, *old[k : k + 500])
    post(device, *(frame(now_minute() - k) for k in range(NEW)))
    return device, reader, since


def test_a_reader_behind_what_went_goes_on_and_is_told_from_when_on_there_are_readings(
    server: CentralServer, db: psycopg.Connection
) -> None:
    device, reader, since = filled(server)
    before = retention.edge(db, now_ms(), 400)
    while retention.prune(db, before):
        pass
    page = changes(reader, since, limit=100)
    assert page.skipped is not None and len(page.frames) == 1 and not page.more
    got: list[Frame] = []
    place, more = (2**61, 0), True
    while more:
        asked = f"above={page.skipped[0]}&upto={page.skipped[1]}&minute={place[0]}&n={place[1]}&limit=100"
        history = get(reader, f"/v1/frames/history?{asked}", HistoryPage)
        assert isinstance(history, HistoryPage) and history.kept_from == before
        got, place, more = got + history.frames, (history.minute, history.n), history.more
    assert len(got) == NEW and min(f.minute for f in got) >= before
    assert not changes(reader, page.cursor).frames
    numbered = get(reader, "/v1/frames?since=0&limit=2000", FramePage)
    assert isinstance(numbered, FramePage)
    assert (len(numbered.frames), numbered.next, numbered.kept_from) == (NEW, OLD + NEW, before)
    # What comes next has the next number, and comes to whoever stands at the last.
    late = frame(now_minute() + 5)
    assert post(device, late) == 1
    assert changes(reader, page.cursor).frames == [late]
    assert frames_head(db) == OLD + NEW + 1


def test_it_goes_in_small_batches_and_what_comes_in_meanwhile_is_taken(
    server: CentralServer, db: psycopg.Connection
) -> None:
    device, _, _ = filled(server)
    before, stop, taken = retention.edge(db, now_ms(), 400), threading.Event(), [0]

    def feed() -> None:
        minute = now_minute() + 10
        while not stop.is_set():
            minute, taken[0] = minute + 1, taken[0] + post(device, frame(minute, "hidup"))

    feeding = threading.Thread(target=feed)
    feeding.start()
    gone = [retention.prune(db, before, at_once=100)]
    while gone[-1]:
        gone.append(retention.prune(db, before, at_once=100))
    stop.set()
    feeding.join()
    assert max(gone) == 100 and sum(gone) == OLD
    row = db.execute("SELECT count(*), count(*) FILTER (WHERE source = 'hidup') FROM frames").fetchone()
    assert row == (NEW + taken[0], taken[0]) and taken[0] > 0


def test_a_clock_that_ran_ahead_gives_nothing_up_and_neither_does_a_source_whose_clock_did(
    server: CentralServer, db: psycopg.Connection
) -> None:
    device, _, _ = filled(server)
    assert retention.edge(db, now_ms() + 10 * 365 * DAY * 60_000, 400) <= now_minute() - 400 * DAY
    post(device, *(frame(now_minute() + 10 * 365 * DAY + k, "salah") for k in range(20)))
    assert retention.edge(db, now_ms() + 10 * 365 * DAY * 60_000, 400) <= now_minute() - 400 * DAY
    assert retention.edge(db, 0, 400) == 0


def test_the_server_does_so_by_itself_and_says_how_much(server: CentralServer, db: psycopg.Connection) -> None:
    device, _, _ = filled(server)
    assert kept_from(db) == 0
    server.stop()
    server.start()
    with psycopg.connect(EmbeddedPostgres(server.data).dsn(), autocommit=True) as again:
        ends = time.monotonic() + 60
        while again.execute("SELECT count(*) FROM frames").fetchone() != (NEW,):
            assert time.monotonic() < ends
            time.sleep(0.05)
        edge = kept_from(again)
    assert edge > now_minute() - 401 * DAY

    def told() -> dict[str, int]:
        with device.guard() as guard:
            text = guard.fetch("GET", f"{server.url}/v1/metrics", frozenset({"text/plain"})).body.decode()
        return {name: int(value) for name, value in re.findall(r"^(simpul_frames\w+) (\d+)$", text, re.MULTILINE)}

    while (said := told()).get("simpul_frames_pruned_total") != OLD:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert said == {
        "simpul_frames_n": OLD + NEW, "simpul_frames_pruned_total": OLD, "simpul_frames_kept_from_seconds": 60 * edge,
    }  # fmt: skip
