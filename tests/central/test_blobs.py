"""Photos at the centre: only what an entry names, resumable both ways, each device for itself, never half or wrong."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psycopg
import pytest
import requests

from console.central import blobs
from console.central.blob_names import PAGE
from console.central.blobs import DAY_BYTES, OPEN_PARTS, PART_MS, ROW
from console.domain.attachment import ATTACHED, MAX_SIZE, Thumb, body
from console.wire import guard as g
from console.wire.messages import BLOB_TYPE, BlobState, MissingBlobs, Problem
from tests.central.desk import Stream, now_ms, send
from tests.servers import CentralServer, Enrolled

HERE, THERE = "12.75.01", "12.75.02"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def device(server: CentralServer) -> Enrolled:
    return server.enrol(HERE)


def name_it(device: Enrolled, *named: tuple[str, int], thumb: Thumb | None = None) -> None:
    """Entries that name blobs, by name and size."""
    stream = Stream(device.key, device.reply.territory)
    opened = stream.write("incident.opened", "", {"title": "Banjir"})
    for name, size in named:
        said = body(name, size, "image/jpeg", "foto.jpg", thumb, (4, 3), "")
        stream.write(ATTACHED, str(opened.id), msgspec.json.decode(said))
    send(device, stream.push())


def put(device: Enrolled, name: str, data: bytes, start: int, end: int) -> requests.Response:
    headers = {**device.headers, "Content-Type": BLOB_TYPE, "Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
    return requests.put(f"{device.url}/v1/blobs/{name}", data[start:end], headers=headers, timeout=20)


def have(reply: requests.Response) -> tuple[int, int, bool]:
    state = msgspec.json.decode(reply.content, type=BlobState)
    return reply.status_code, state.have, state.complete


def code(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, msgspec.json.decode(reply.content, type=Problem).code


def get(device: Enrolled, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{device.url}/v1/{path}", headers={**device.headers, **headers}, timeout=20)


def missing(device: Enrolled) -> set[str]:
    out: set[str] = set()
    after, more = "", True
    while more:
        page = msgspec.json.decode(get(device, f"missing?after={after}").content, type=MissingBlobs)
        names = [page.names[k : k + 32].hex() for k in range(0, len(page.names), 32)]
        assert names == sorted(names)
        out |= set(names)
        after, more = max(names, default=""), page.more
    return out


@contextmanager
def database(server: CentralServer) -> Iterator[psycopg.Connection]:
    from console.central.postgres import EmbeddedPostgres

    with psycopg.connect(EmbeddedPostgres(server.data).start(own=False), autocommit=True) as db:
        yield db


def test_a_blob_resumes_both_ways(device: Enrolled, server: CentralServer) -> None:
    data = os.urandom(3 * ROW + 1234)
    name = sha(data)
    name_it(device, (name, len(data)))
    cuts = [0, 1000, ROW + 7, 3 * ROW, len(data)]
    for start, end in itertools.pairwise(cuts):
        assert have(put(device, name, data, start, end)) == (200, end, end == len(data))
    assert have(put(device, name, data, 0, 10)) == (200, len(data), True)
    reader = server.enrol(THERE)
    whole = get(reader, f"blobs/{name}")
    assert (whole.status_code, whole.content) == (200, data)
    for start, end in ((0, 1), (ROW - 1, ROW + 1), (2 * ROW, len(data)), (5, 2 * ROW)):
        part = get(reader, f"blobs/{name}", Range=f"bytes={start}-{end - 1}")
        assert (part.status_code, part.content) == (206, data[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(data)}"


def test_a_blob_in_the_making_tells_where_to_go_on_and_is_not_given_out(
    device: Enrolled, server: CentralServer
) -> None:
    data = os.urandom(2000)
    name_it(device, (sha(data), 2000))
    put(device, sha(data), data, 0, 700)
    assert have(put(device, sha(data), data, 900, 1000)) == (409, 700, False)
    assert get(device, f"blobs/{sha(data)}").status_code == 404
    with device.guard() as guard:
        url = f"{device.url}/v1/blobs/{sha(data)}/state"
        assert guard.call("GET", url, BlobState).value == BlobState(2000, 700, False)


def test_only_what_an_entry_names_is_taken_in_the_size_that_it_says(device: Enrolled) -> None:
    data, small = os.urandom(500), os.urandom(90)
    assert code(put(device, sha(data), data, 0, 500)) == (403, "unnamed")
    name_it(device, (sha(data), 500), thumb=Thumb(sha(small), 90))
    assert code(put(device, sha(data), data + b"x", 0, 400)) == (403, "unnamed")
    assert have(put(device, sha(data), data, 0, 500)) == (200, 500, True)
    assert have(put(device, sha(small), small, 0, 90)) == (200, 90, True), "the thumbnail is named with it"
    huge = os.urandom(32).hex()
    name_it(device, (huge, MAX_SIZE + 1))
    reply = requests.put(
        f"{device.url}/v1/blobs/{huge}", b"x", timeout=20,
        headers={**device.headers, "Content-Type": BLOB_TYPE, "Content-Range": f"bytes 0-0/{MAX_SIZE + 1}"},
    )  # fmt: skip
    assert code(reply) == (403, "unnamed"), "an entry that names more than a blob may be names none"


def test_bytes_that_do_not_hash_to_their_name_are_thrown_away(device: Enrolled) -> None:
    data, name = b"x" * 1000, sha(b"lain")
    name_it(device, (name, 1000))
    assert put(device, name, data, 0, 600).status_code == 200
    assert put(device, name, data, 600, 1000).status_code == 422
    with device.guard() as guard, pytest.raises(g.Rejected) as caught:
        guard.call("GET", f"{device.url}/v1/blobs/{name}/state", BlobState)
    assert caught.value.status == 404
    for path, sent in ((name, b""), ("zz", b"x"), (name.upper(), b"x"), ("..%2fx", b"x")):
        assert put(device, path, sent, 0, max(1, len(sent))).status_code in (400, 404, 422)


def test_two_rooms_send_one_blob_and_neither_spoils_the_others(device: Enrolled, server: CentralServer) -> None:
    other = server.enrol(THERE)
    data, bad = os.urandom(3000), b"y" * 3000
    name_it(device, (sha(data), 3000))
    put(other, sha(data), bad, 0, 2900)
    assert have(put(device, sha(data), data, 0, 1000)) == (200, 1000, False)
    assert have(put(device, sha(data), data, 1000, 3000)) == (200, 3000, True)
    assert have(put(other, sha(data), bad, 2900, 3000)) == (200, 3000, True)
    assert get(other, f"blobs/{sha(data)}").content == data


def test_a_race_of_many_ends_with_one_whole(device: Enrolled, server: CentralServer) -> None:
    rooms = [device, *(server.enrol(THERE) for _ in range(3))]
    data = os.urandom(5 * ROW // 2)
    name_it(device, (sha(data), len(data)))
    ended: list[tuple[int, int, bool]] = []

    def send_all(room: Enrolled) -> None:
        step = ROW // 2
        for start in range(0, len(data), step):
            reply = put(room, sha(data), data, start, min(start + step, len(data)))
            assert reply.status_code in (200, 409), reply.content
        ended.append(have(put(room, sha(data), data, 0, 1)))

    threads = [threading.Thread(target=send_all, args=(room,)) for room in rooms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [(200, len(data), True)] * 4
    assert get(rooms[3], f"blobs/{sha(data)}").content == data
    with database(server) as db:
        assert db.execute("SELECT count(*) FROM blob_parts WHERE sha256 = %s", (sha(data),)).fetchone() == (0,)


def test_a_device_begins_no_more_than_its_share_and_what_nobody_comes_back_for_is_forgotten(
    device: Enrolled, server: CentralServer
) -> None:
    names = [(os.urandom(32).hex(), 1000) for _ in range(OPEN_PARTS + 1)]
    name_it(device, *names)
    for name, _ in names[:-1]:
        assert put(device, name, b"x" * 1000, 0, 10).status_code == 200
    assert code(put(device, names[-1][0], b"x" * 1000, 0, 10)) == (403, "quota")
    assert have(put(device, names[0][0], b"x" * 1000, 10, 20)) == (200, 20, False), "what is begun goes on"
    with database(server) as db:
        db.execute("UPDATE blob_parts SET at = at - %s WHERE device = %s", (PART_MS + 1000, device.key.id))
        assert put(device, names[-1][0], b"x" * 1000, 0, 10).status_code == 200
        rows = db.execute("SELECT count(*) FROM part_rows WHERE device = %s", (device.key.id,)).fetchone()
        assert rows == (1,)
        db.execute(
            "INSERT INTO blobs (sha256, size, have, complete, device, at) VALUES (%s, %s, 0, true, %s, %s)",
            (os.urandom(32).hex(), DAY_BYTES, device.key.id, now_ms()),
        )
    assert code(put(device, names[1][0], b"x" * 1000, 0, 10)) == (403, "quota")


def test_an_upload_goes_on_after_the_centre_was_killed(device: Enrolled, server: CentralServer) -> None:
    data = os.urandom(9000)
    name_it(device, (sha(data), 9000))
    put(device, sha(data), data, 0, 5000)
    server.kill()
    server.start()
    assert have(put(device, sha(data), data, 6000, 9000)) == (409, 5000, False)
    assert have(put(device, sha(data), data, 5000, 9000)) == (200, 9000, True)


def test_the_centre_says_what_it_lacks_and_finds_what_rots(device: Enrolled, server: CentralServer) -> None:
    data, lost = os.urandom(1000), os.urandom(32).hex()
    name_it(device, (sha(data), 1000), (lost, 5))
    assert {sha(data), lost} <= missing(device)
    put(device, sha(data), data, 0, 1000)
    assert sha(data) not in missing(device)
    with database(server) as db:
        db.execute("UPDATE blob_rows SET data = 'rusak' WHERE sha256 = %s", (sha(data),))
    state = get(device, f"blobs/{sha(data)}/state?proved=true")
    assert state.status_code == 404
    assert sha(data) in missing(device)
    assert have(put(device, sha(data), data, 0, 1000)) == (200, 1000, True)
    assert get(device, f"blobs/{sha(data)}/state?proved=true").status_code == 200
    many = [(os.urandom(32).hex(), 5) for _ in range(PAGE + 3)]
    name_it(device, *many)
    assert {name for name, _ in many} <= missing(device)


def test_a_journal_that_was_put_back_is_read_from_the_beginning(device: Enrolled, server: CentralServer) -> None:
    data = os.urandom(700)
    name_it(device, (sha(data), 700))
    assert sha(data) in missing(device)
    with database(server) as db:
        db.execute("UPDATE blob_scans SET order_hash = 'lain', n = n + 1000 WHERE territory = %s", (HERE,))
        db.execute("DELETE FROM blob_names")
    assert sha(data) in missing(device)


def test_pieces_are_no_larger_than_a_reply_may_be() -> None:
    assert blobs.MAX_PIECE >= ROW
