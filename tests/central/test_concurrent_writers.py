"""Eight writers at once, two server processes, one PostgreSQL, and a reader that polls all the while: it must see every
number once, in order, without a gap, and every entry that was acknowledged."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from console.central.postgres import EmbeddedPostgres
from console.domain.entry import EntryId
from console.wire.guard import Throttled
from console.wire.messages import PushReply, PushRequest
from console.wire.runs import unpack_links
from tests.central.desk import Stream, changes
from tests.servers import CentralServer, Enrolled, central_server

TERRITORIES = ("12.75.03", "12.75.04")
WRITERS, SECONDS, BATCH = 8, 8.0, 50


@dataclass
class Writer:
    """One thread's work: pushes batches of `batch` to its servers in turn, and keeps what was acknowledged."""

    device: Enrolled
    urls: list[str]
    batch: int
    acknowledged: dict[str, set[EntryId]] = field(default_factory=lambda: defaultdict(set))
    trouble: list[BaseException] = field(default_factory=list)

    def run(self, ends: float) -> None:
        try:
            streams = [Stream(self.device.key, t) for t in TERRITORIES]
            turn = 0
            with self.device.guard() as guard:
                while time.monotonic() < ends:
                    stream, url = streams[turn % 2], self.urls[turn // 2 % 2]
                    first = len(stream.entries) + 1 if turn > 1 else 1
                    stream.open_incidents(self.batch)
                    self._push(guard, url, stream, stream.push(first))
                    turn += 1
        except BaseException as e:  # noqa: BLE001 - the test shows it
            self.trouble.append(e)

    def _push(self, guard: object, url: str, stream: Stream, request: PushRequest) -> None:
        try:
            got = guard.call("POST", f"{url}/v1/entries", PushReply, request)  # type: ignore[attr-defined]
        except Throttled as e:
            time.sleep(e.retry_after)
            return self._push(guard, url, stream, request)
        assert [a.outcome for a in got.value.answers] == ["accepted"], got.value.answers
        for run in got.value.links:
            self.acknowledged[stream.territory].update(link.id for link in unpack_links(run))
        return None


@dataclass
class Reader:
    """Follows changes from the beginning, asking each server in turn, and keeps every link in the order it came."""

    device: Enrolled
    urls: list[str]
    seen: dict[str, list[tuple[int, EntryId]]] = field(default_factory=lambda: defaultdict(list))
    entries: set[EntryId] = field(default_factory=set)

    def run(self, done: threading.Event) -> None:
        since, turn = "", 0
        while True:
            finished = done.is_set()
            self.device.url = self.urls[turn % len(self.urls)]
            page = changes(self.device, since, limit=150, wait=0.5)
            for run in page.links:
                self.seen[run.territory] += [(link.n, link.id) for link in unpack_links(run)]
            for run in page.runs:
                self.entries.update(EntryId(run.stream, run.seq + k) for k in range(len(run.at)))
            since, turn = page.cursor or since, turn + 1
            if finished and not page.links and not page.more:
                return


def test_a_polling_reader_misses_nothing(server: CentralServer) -> None:
    dsn = EmbeddedPostgres(server.data).dsn()
    with central_server(server.data, server.pack, dsn, "second") as second:
        urls = [server.url, second.url]
        writers = [
            Writer(server.enrol("12.75", "city"), urls[k % 2 :] + urls[: k % 2], BATCH if k % 2 else 1)
            for k in range(WRITERS)
        ]
        reader = Reader(server.enrol("12.75", "city"), urls)
        done, ends = threading.Event(), time.monotonic() + SECONDS
        reading = threading.Thread(target=reader.run, args=(done,))
        writing = [threading.Thread(target=w.run, args=(ends,)) for w in writers]
        for thread in (reading, *writing):
            thread.start()
        for thread in writing:
            thread.join()
        done.set()
        reading.join(60)
        assert not reading.is_alive()
    report(writers, reader)
    assert [w.trouble for w in writers] == [[] for _ in writers]
    for territory in TERRITORIES:
        acknowledged = set().union(*(w.acknowledged[territory] for w in writers))
        numbers = [n for n, _ in reader.seen[territory]]
        seen = {entry for _, entry in reader.seen[territory]}
        assert len(acknowledged) > 100
        assert acknowledged <= seen & reader.entries, f"{len(acknowledged - seen)} entries were stepped over"
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(seen) == len(numbers)


def report(writers: list[Writer], reader: Reader) -> None:
    """Figures for `pytest -s`."""
    for territory in TERRITORIES:
        acknowledged = set().union(*(w.acknowledged[territory] for w in writers))
        numbers = [n for n, _ in reader.seen[territory]]
        missed = len(acknowledged - {entry for _, entry in reader.seen[territory]})
        holes = sum(b != a + 1 for a, b in pairwise(numbers))
        print(
            f"{territory}: {len(acknowledged)} acknowledged, {missed} missed, {len(numbers)} numbers, {holes} steps that skip"
        )
