"""What the centre takes, numbers, voids and refuses, over real HTTP and a real PostgreSQL."""

from __future__ import annotations

import msgspec
import pytest

from console.domain.keys import DeviceKey, KeyRing, verify
from console.domain.order import FIRST_ORDER, Cursor, next_order
from console.domain.stream import StreamHead, admit
from console.wire import guard as g
from console.wire.enrolment import names_city, new_code
from console.wire.messages import Answer, PushRequest
from console.wire.runs import offer, pack_runs, unpack_links, unpack_run
from tests.central.desk import Stream, changes, everything, links_of, now_ms, send
from tests.servers import CentralServer, Enrolled, enrol

CITY, HERE, THERE = "12.75", "12.75.01", "12.75.02"


@pytest.fixture
def device(server: CentralServer) -> Enrolled:
    return server.enrol(HERE)


@pytest.fixture
def reader(server: CentralServer) -> Enrolled:
    return server.enrol(CITY)


def outcomes(answers: list[Answer]) -> list[tuple[int, int, str, str]]:
    return [(a.first, a.last, a.outcome, a.code) for a in answers]


def test_entries_are_numbered_and_come_to_another_device(device: Enrolled, reader: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(20)
    before = changes(reader, limit=5000).cursor
    reply = send(device, stream.push())
    assert outcomes(reply.answers) == [(1, 21, "accepted", "")]
    assert [link.id.seq for run in reply.links for link in unpack_links(run)] == list(range(1, 22))
    page = changes(reader, before)
    assert [e for run in page.runs for e in unpack_run(run)] == stream.entries
    assert page.checkpoints == [stream.checkpoint()]
    assert not page.more
    own = changes(device, before)
    assert own.links == page.links
    assert not own.runs
    assert changes(device, before, echo="true").runs == page.runs


def test_a_copy_verifies_every_author_and_the_whole_order(device: Enrolled, reader: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(3)
    send(device, stream.push())
    pages = list(everything(reader, limit=3))
    entries = {e.id: e for page in pages for run in page.runs for e in unpack_run(run)}
    heads = {h.territory: h for page in pages for h in page.heads}
    ring = KeyRing(reader.reply.city_key)
    hashes = {}
    for territory in sorted({e.territory for e in entries.values()}, key=len):
        links = links_of(pages, territory)
        for name in dict.fromkeys(link.id.stream for link in links):
            rows = [e for e in entries.values() if e.stream == name]
            proofs = [c for page in pages for c in page.checkpoints if c.stream == name]
            got = admit(StreamHead(territory, name), rows, proofs, ring.key)
            assert len(got.accepted) == len(rows)
            hashes |= {e.id: h for e, h in got.accepted}
            for e, _ in got.accepted if territory == CITY else ():
                ring.take(e, got.head.device)
        order = FIRST_ORDER
        assert [link.n for link in links] == list(range(1, len(links) + 1))
        for link in links:
            order = next_order(order, link.n, hashes[link.id], link.accepted_at, link.void)
        assert (heads[territory].n, heads[territory].hash) == (len(links), order)
        assert ring.centre_signed(heads[territory].signature, heads[territory].message())
    assert ring.devices[device.key.id].territory == HERE


def test_sending_twice_is_known_and_changes_nothing(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(5)
    first = send(device, stream.push())
    again = send(device, stream.push())
    assert outcomes(again.answers) == [(1, 6, "known", "")]
    assert again.links == first.links
    assert again.heads == first.heads


def test_a_gap_is_named_and_the_prefix_is_taken(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(9)
    assert outcomes(send(device, stream.push(5)).answers) == [(5, 10, "gap", "")]
    assert send(device, stream.push(5)).answers[0].from_seq == 1
    holed = PushRequest(
        now_ms(), runs=pack_runs([*stream.entries[:3], *stream.entries[4:]]),
        checkpoints=[stream.checkpoint(3), stream.checkpoint()],
    )  # fmt: skip
    answers = send(device, holed).answers
    assert outcomes(answers) == [(1, 3, "accepted", ""), (5, 10, "gap", "")]
    assert answers[1].from_seq == 4
    assert outcomes(send(device, stream.push(4)).answers) == [(4, 10, "accepted", "")]


def test_what_no_checkpoint_covers_is_not_taken(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(4)
    request = PushRequest(now_ms(), runs=pack_runs(stream.entries), checkpoints=[stream.checkpoint(2)])
    answers = send(device, request).answers
    assert outcomes(answers) == [(1, 2, "accepted", ""), (3, 5, "gap", "checkpoint")]


def test_a_changed_entry_is_refused_from_there_on(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(3)
    send(device, stream.push())
    stream.open_incidents(3)
    forged = [*stream.entries[4:5], msgspec.structs.replace(stream.entries[5], actor="op-2"), stream.entries[6]]
    answers = send(device, PushRequest(now_ms(), runs=pack_runs(forged), checkpoints=[stream.checkpoint()])).answers
    assert outcomes(answers) == [(5, 7, "refused", "chain")]
    assert answers[0].reason
    changed = msgspec.structs.replace(stream.entries[1], body=b'{"title":"lain"}')
    assert outcomes(send(device, PushRequest(now_ms(), runs=pack_runs([changed]))).answers) == [
        (2, 2, "refused", "conflict")
    ]
    assert outcomes(send(device, stream.push(5)).answers) == [(5, 7, "accepted", "")]


def test_a_signature_of_another_is_refused(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    request = PushRequest(
        now_ms(), runs=pack_runs(stream.entries), checkpoints=[stream.checkpoint(key=DeviceKey.generate())]
    )
    assert outcomes(send(device, request).answers) == [(1, 1, "refused", "signature")]


def test_an_author_nobody_enrolled_is_refused(device: Enrolled) -> None:
    stranger = Stream(DeviceKey.generate(), HERE)
    assert outcomes(send(device, stranger.push()).answers) == [(1, 1, "refused", "unknown_device")]


def test_a_stream_without_opening_and_one_of_another_journal_are_refused(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    first = msgspec.structs.replace(stream.entries[0], kind="incident.opened")
    assert outcomes(send(device, PushRequest(now_ms(), runs=pack_runs([first]))).answers) == [
        (1, 1, "refused", "opening")
    ]
    send(device, stream.push())
    stream.territory = THERE
    stream.open_incidents(1)
    answers = send(
        device, PushRequest(now_ms(), runs=pack_runs(stream.entries[1:]), checkpoints=[stream.checkpoint()])
    ).answers
    assert outcomes(answers) == [(2, 2, "refused", "elsewhere")]


def test_an_oversized_or_deep_entry_is_refused_and_what_stands_before_it_is_not(device: Enrolled) -> None:
    for body in ("x" * 70_000, msgspec.json.decode("[" * 40 + "]" * 40)):
        stream = Stream(device.key, HERE)
        stream.write("incident.noted", "", {"text": body})
        request = PushRequest(
            now_ms(), runs=pack_runs(stream.entries), checkpoints=[stream.checkpoint(1), stream.checkpoint()]
        )
        assert outcomes(send(device, request).answers) == [(1, 1, "accepted", ""), (2, 2, "refused", "malformed")]


def test_another_territory_than_ones_own_is_stored_void(device: Enrolled, reader: Enrolled) -> None:
    before = changes(reader, limit=5000).cursor
    stream = Stream(device.key, THERE)
    stream.open_incidents(2)
    assert outcomes(send(device, stream.push()).answers) == [(1, 3, "void", "outside")]
    page = changes(reader, before)
    assert [e for run in page.runs for e in unpack_run(run)] == stream.entries
    assert {link.void for link in links_of([page], THERE)} == {"outside"}
    city = Stream(reader.key, THERE)
    assert outcomes(send(reader, city.push()).answers) == [(1, 1, "accepted", "")]


def test_nobody_but_an_authority_names_devices(device: Enrolled, reader: Enrolled, server: CentralServer) -> None:
    stream, thief = Stream(reader.key, CITY), DeviceKey.generate()
    body = {"device": thief.id, "public_key": thief.public.hex(), "territory": CITY, "role": "city", "name": ""}
    stream.write("device.enrolled", thief.id, body)
    assert outcomes(send(reader, stream.push()).answers) == [(1, 1, "accepted", ""), (2, 2, "void", "authority")]
    assert outcomes(send(device, Stream(thief, CITY).push()).answers) == [(1, 1, "refused", "unknown_device")]


def test_a_territory_that_the_city_does_not_have_is_refused(device: Enrolled) -> None:
    assert outcomes(send(device, Stream(device.key, "99.99").push()).answers) == [(1, 1, "refused", "territory")]


def test_after_revocation_entries_are_void_by_any_courier_but_the_numbered_keep_their_verdict(
    server: CentralServer, reader: Enrolled
) -> None:
    from console.central.serve import revoke

    device = server.enrol(HERE)
    stream = Stream(device.key, HERE)
    stream.open_incidents(2)
    send(device, stream.push())
    assert revoke(server.data, server.pack, device.key.id, "hilang")
    assert not revoke(server.data, server.pack, device.key.id)
    with pytest.raises(g.Unauthorized):
        send(device, stream.push())
    stream.open_incidents(2)
    reply = send(reader, stream.push())
    assert outcomes(reply.answers) == [(1, 3, "known", ""), (4, 5, "void", "revoked")]
    assert [link.void for run in reply.links for link in unpack_links(run)] == ["", "", "", "revoked", "revoked"]


def test_links_move_the_pushers_place_when_nobody_came_between(device: Enrolled, server: CentralServer) -> None:
    other = server.enrol(HERE)
    place = changes(device, limit=5000).cursor
    mine, theirs = Stream(device.key, HERE), Stream(other.key, HERE)
    reply = send(device, msgspec.structs.replace(mine.push(), since=place))
    assert reply.cursor
    assert not changes(device, reply.cursor).links
    send(other, theirs.push())
    mine.open_incidents(1)
    late = send(device, msgspec.structs.replace(mine.push(2), since=reply.cursor))
    assert not late.cursor
    assert [link.id for link in links_of([changes(device, reply.cursor)], HERE)] == [
        theirs.entries[0].id,
        mine.entries[1].id,
    ]


def test_a_cursor_of_another_order_is_a_fork_and_nothing_is_taken(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    head = send(device, stream.push()).heads[0]
    stream.open_incidents(1)
    push = stream.push(2)
    strange = {HERE: Cursor(head.n, bytes(32), 1)}
    trail = {HERE: [(head.n - 1, "f" * 16), (1, "0" * 16)]}
    reply = send(device, msgspec.structs.replace(push, cursors=strange, trails=trail))
    assert [(f.territory, f.common_n, f.n) for f in reply.forks] == [(HERE, 0, head.n)]
    assert not reply.answers
    trail = {HERE: [(head.n + 5, "f" * 16), (head.n, head.hash.hex()[:16])]}
    ahead = {HERE: Cursor(head.n + 9, bytes(32), 1)}
    reply = send(device, msgspec.structs.replace(push, cursors=ahead, trails=trail))
    assert [f.common_n for f in reply.forks] == [head.n]
    good = {HERE: Cursor(head.n, head.hash, 1)}
    reply = send(device, msgspec.structs.replace(push, cursors=good))
    assert not reply.forks
    assert outcomes(reply.answers) == [(2, 2, "accepted", "")]


def test_the_shortest_offer_proves_as_much_as_the_full_one(device: Enrolled) -> None:
    stream = Stream(device.key, HERE)
    stream.open_incidents(4)
    head = send(device, stream.push(1, 2)).heads[0]
    cursor = {HERE: Cursor(head.n, head.hash, 1)}
    forged = [stream.entries[2], msgspec.structs.replace(stream.entries[3], actor="op-2"), stream.entries[4]]
    reply = send(device, offer(forged, [stream.checkpoint()], cursor, now_ms()))
    assert outcomes(reply.answers) == [(3, 5, "refused", "signature")]
    short = offer(stream.entries[2:], [stream.checkpoint()], cursor, now_ms())
    assert (short.checkpoints[0].hash, len(short.cursors[HERE].hash)) == (b"", 8)
    reply = send(device, short)
    assert (outcomes(reply.answers), reply.forks) == ([(3, 5, "accepted", "")], [])
    other = {HERE: Cursor(head.n, bytes(32), 1)}
    assert send(device, offer(stream.entries[2:], [stream.checkpoint()], other, now_ms())).forks


def test_a_clock_far_off_is_taken_and_marked(device: Enrolled, reader: Enrolled) -> None:
    before = changes(reader, limit=5000).cursor
    stream = Stream(device.key, HERE)
    stream.open_incidents(2)
    reply = send(device, msgspec.structs.replace(stream.push(), now=now_ms() + 3_600_000))
    assert [a.outcome for a in reply.answers] == ["accepted"]
    [(first, count, off)] = reply.links[0].clocks
    assert (first, count) == (0, 3)
    assert 3_590_000 < off < 3_610_000
    assert changes(reader, before).links[0].clocks == reply.links[0].clocks


def test_codes_work_once_and_name_their_city(server: CentralServer) -> None:
    code = server.code(HERE)
    first = enrol(server.url, code.lower().replace("-", " "), DeviceKey.generate())
    assert names_city(code, first.reply.city_key)
    assert (first.reply.territory, first.reply.role) == (HERE, "kecamatan")
    assert not names_city(new_code(b"another"), first.reply.city_key)
    with pytest.raises(g.Rejected) as caught:
        enrol(server.url, code, DeviceKey.generate())
    assert caught.value.code == "not_enrolled"
    with pytest.raises(g.Rejected):
        enrol(server.url, "BUKAN-KODE", DeviceKey.generate())
    with pytest.raises(ValueError, match=r"99\.99"):
        server.code("99.99")


def test_a_device_that_is_enrolled_again_gets_a_new_token_and_no_new_entry(
    server: CentralServer, reader: Enrolled
) -> None:
    key = DeviceKey.generate()
    server.enrol(HERE, key=key)
    before = changes(reader, limit=5000).cursor
    again = server.enrol(HERE, key=key)
    assert not changes(reader, before).links
    assert changes(again).cursor
    with pytest.raises(g.Rejected):
        server.enrol(THERE, key=key)


def test_the_city_pack_is_signed_by_the_city(device: Enrolled) -> None:
    from console.central.pack import signed_message

    with device.guard() as guard:
        reply = guard.fetch("GET", f"{device.url}/v1/city", frozenset({"application/vnd.simpul.pack"}))
        signature = bytes.fromhex(reply.headers["Simpul-Signature"])
        assert verify(device.reply.city_key, signature, signed_message(reply.body))
        known = {"If-None-Match": reply.headers["ETag"]}
        assert guard.fetch("GET", f"{device.url}/v1/city", frozenset(), headers=known).status == 304
