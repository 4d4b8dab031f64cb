"""Entries a second that the centre takes: four writers, batches of 200, proven, judged, numbered, chained and on disk before
they are answered; beside it, COPY of rows of the same size into the same PostgreSQL, 200 a transaction, by one connection.
"""

from __future__ import annotations

import json
import os
import threading
import time

import msgspec
import psycopg
import requests

from console.central.postgres import EmbeddedPostgres
from console.cities.pack import pack_path
from console.domain.clock import SystemClock
from console.domain.entry import FIRST_HASH, Entry, Seen, chain_hash
from console.domain.stream import OPENED, StreamOpened, new_stream
from console.wire import codec
from console.wire.messages import PushReply
from console.wire.runs import offer
from tests.servers import CentralServer, Enrolled, central_server, short_folder

WRITERS, BATCHES, BATCH = 4, 20, 200
TERRITORIES = ("32.73.01", "32.73.02", "32.73.03", "32.73.04")
REACH = 3000.0


def main() -> list[dict[str, object]]:
    """Measure and print the figure; the line printed is also given back."""
    with short_folder() as folder, central_server(folder / "central", pack_path("bandung")) as server:
        writers = [Writer(server, TERRITORIES[k]) for k in range(WRITERS)]
        threads = [threading.Thread(target=w.run) for w in writers]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = WRITERS * BATCHES * BATCH / (time.perf_counter() - began)
        faults = [fault for w in writers for fault in w.faults]
        copied = raw_copy(EmbeddedPostgres(server.data).dsn())
    if faults:
        raise RuntimeError(f"not accepted: {faults[:3]}")
    line: dict[str, object] = {
        "name": "central_ingest", "value": round(rate), "unit": "entries/s", "reach": REACH,
        "beside": {"raw_copy": round(copied)}, "ok": rate >= REACH,
    }  # fmt: skip
    print(json.dumps(line))
    return [line]


class Writer:
    """One device with its batches packed beforehand, so that only the centre's work is timed."""

    def __init__(self, server: CentralServer, territory: str) -> None:
        self.device = server.enrol(territory)
        self.requests = batches(self.device, territory)
        self.faults: list[str] = []

    def run(self) -> None:
        """Send all batches, one after the other."""
        with requests.Session() as session:
            for body, headers in self.requests:
                said = {**self.device.headers, **headers, "Accept-Encoding": codec.ACCEPTED}
                reply = session.post(f"{self.device.url}/v1/entries", body, headers=said, timeout=60)
                if reply.status_code != 200:
                    self.faults.append(f"{reply.status_code} {reply.text}")
                    continue
                got = codec.decode(reply.content, reply.headers.get("Content-Encoding", ""), PushReply)
                self.faults += [a.reason or a.outcome for a in got.answers if a.outcome != "accepted"]


def batches(device: Enrolled, territory: str) -> list[tuple[bytes, dict[str, str]]]:
    """One stream of incidents, in packed requests."""
    stream, now = new_stream(), SystemClock().now()
    entries = [
        Entry(
            territory, stream, seq, now + seq, 0, "op-1", Seen(), "incident.opened" if seq > 1 else OPENED, "",
            incident(seq) if seq > 1 else msgspec.json.encode(StreamOpened(device.key.id)),
        )
        for seq in range(1, BATCHES * BATCH + 1)
    ]  # fmt: skip
    out, link = [], FIRST_HASH
    for first in range(0, len(entries), BATCH):
        part = entries[first : first + BATCH]
        for entry in part:
            link = chain_hash(link, entry)
        checkpoint = device.key.checkpoint(territory, stream, part[-1].seq, link)
        out.append(codec.encode(offer(part, [checkpoint], {}, now)))
    return out


def incident(seq: int) -> bytes:
    """A body as rooms write it."""
    return (
        b'{"title":"Pohon tumbang menutup jalan %d","category":"D11","status":"baru","priority":3,"place":"32.73.02.1004",'
        b'"address":"Jl. Ir. H. Juanda %d","lat":-6.88%04d,"lon":107.61%04d,"source":"operator"}'
        % (seq, seq % 400, seq % 10_000, seq * 7 % 10_000)
    )


def raw_copy(dsn: str) -> float:
    """Rows a second that COPY alone takes, with the same columns and keys."""
    rows = WRITERS * BATCHES
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("CREATE TABLE bare (LIKE entries INCLUDING ALL)")
        began = time.perf_counter()
        for batch in range(rows):
            with db.transaction(), db.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(
                    ("text", "int8", "text", "int8", "text", "bytea", "bytea", "bytea", "int8", "text", "int8", "bytea")
                )
                for k in range(BATCH):
                    n = batch * BATCH + k
                    copy.write_row(
                        ("32.73.02", n, "00000000000000aa", n, "incident.opened", bytes(110), incident(n), None, n, "", 0,
                         os.urandom(32))
                    )  # fmt: skip
        return rows * BATCH / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
