"""What comes from anywhere, in any order and from anybody, never spoils what is good."""

from __future__ import annotations

import itertools
import sqlite3

import msgspec
import pytest

from console.domain.drafts import Draft
from console.domain.entry import Checkpoint, Entry, EntryId, Seen, chain_hash
from console.domain.exchange import Incoming, Refusal
from console.domain.keys import DeviceKey
from console.domain.order import OrderHead
from console.domain.people import Operator
from console.domain.views import IncidentQuery
from console.store import order, outbox, projection, queries, search
from console.store.journal import MAX_HEADS, BodyTooLarge, Journals
from console.store.standing import uncounted
from tests.small_city import CITY, NORTH, SOUTH
from tests.store.test_convergence import (
    CENTRE_KEY,
    CITY_PACK,
    KEYS,
    ROOT,
    SUBJECT,
    Centre,
    Desk,
    Rooms,
    enrolment,
    everything,
    memory,
    opened,
    standing,
)

HEADER = "SELECT COUNT(*) FROM parked"


def edits(rooms: Rooms, who: int, count: int) -> list[Entry]:
    """Edits of one writer that the centre has not seen, in order."""
    for value in range(count):
        rooms.edit(who, "title", value)
    whole = everything(rooms.desks[who].db, NORTH)
    return sorted((e for e in whole.entries if e.kind == "incident.edited"), key=lambda e: e.seq)


def proofs(desk: Desk) -> tuple[Checkpoint, ...]:
    return everything(desk.db, NORTH).checkpoints


def forged(e: Entry) -> Entry:
    return msgspec.structs.replace(e, body=b'{"title":"palsu"}')


def parked(desk: Desk) -> int:
    count: int = desk.db.execute(HEADER).fetchone()[0]
    return count


# ---- unproven things meet


def test_a_forged_entry_does_not_drive_out_what_lies_parked() -> None:
    rooms = opened()
    good = edits(rooms, 0, 4)
    desk = rooms.desks[1]
    desk.take(Incoming(tuple(good[1:])))
    assert parked(desk) == 3
    desk.take(Incoming((good[0], forged(good[1])), proofs(rooms.desks[0])))
    assert standing(rooms, 1, "title")[0] == '"3"'
    assert parked(desk) == 0


def test_what_was_parked_forged_does_not_stop_the_good() -> None:
    rooms = opened()
    good = edits(rooms, 0, 4)
    desk = rooms.desks[1]
    desk.take(Incoming(tuple(forged(e) for e in good[1:])))
    desk.take(Incoming(tuple(good), proofs(rooms.desks[0])))
    assert standing(rooms, 1, "title")[0] == '"3"'
    assert parked(desk) == 0


def test_another_devices_signature_replaces_no_proof() -> None:
    """The same place and hash under a wrong signature: kept, it would make every copy downstream refuse the stream."""
    rooms = opened()
    edits(rooms, 0, 2)
    [mine] = [c for c in proofs(rooms.desks[0]) if c.seq > 2]
    fake = KEYS[2].checkpoint(mine.territory, mine.stream, mine.seq, mine.hash)
    for desk in (rooms.desks[0], rooms.desks[1]):
        desk.take(Incoming(everything(rooms.desks[0].db, NORTH).entries, (mine,)))
        desk.take(Incoming((), (fake,)))
        assert mine in everything(desk.db, NORTH).checkpoints


def test_a_wrong_proof_for_what_has_not_come_yet_is_not_kept() -> None:
    rooms = opened()
    good = edits(rooms, 0, 3)
    [mine] = [c for c in proofs(rooms.desks[0]) if c.seq == good[-1].seq]
    desk = rooms.desks[1]
    desk.take(Incoming((), (mine,)))
    desk.take(Incoming((), (KEYS[2].checkpoint(mine.territory, mine.stream, mine.seq, mine.hash),)))
    desk.take(Incoming(tuple(good)))
    assert standing(rooms, 1, "title")[0] == '"2"'


def test_an_entry_that_is_none_stops_only_what_follows_it() -> None:
    rooms = opened()
    good = edits(rooms, 0, 4)
    huge = msgspec.structs.replace(good[2], body=b'{"text":"' + b"x" * 70_000 + b'"}')
    (link,) = (
        rooms.desks[0]
        .db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (good[1].stream, good[1].seq))
        .fetchone()
    )
    middle = KEYS[0].checkpoint(NORTH, good[1].stream, good[1].seq, link)
    desk = rooms.desks[1]
    outcome = desk.journals.take(desk.db, Incoming((good[0], good[1], huge, good[3]), (middle,)), 0)
    assert [f.reason for f in outcome.taken.faults] == ["malformed"]
    assert standing(rooms, 1, "title")[0] == '"1"'
    desk.take(Incoming(tuple(good), proofs(rooms.desks[0])))
    assert standing(rooms, 1, "title")[0] == '"3"'


def test_a_stream_cannot_be_claimed_for_another_journal() -> None:
    rooms = opened()
    good = edits(rooms, 0, 2)
    stray = tuple(msgspec.structs.replace(e, territory=SOUTH) for e in good)
    desk = rooms.desks[1]
    outcome = desk.journals.take(desk.db, Incoming(stray), 0)
    assert [f.reason for f in outcome.taken.faults] == ["elsewhere"]
    # Claimed before it was ever seen: kept apart from the real one.
    opening = everything(rooms.desks[0].db, NORTH)
    fresh = Desk(KEYS[2])
    fresh.take(Incoming(tuple(msgspec.structs.replace(e, territory=SOUTH) for e in opening.entries)))
    fresh.take(opening)
    assert fresh.held() == rooms.desks[0].held()


def test_counts_of_a_take_are_of_what_is_new() -> None:
    rooms = opened()
    good = edits(rooms, 0, 3)
    desk = rooms.desks[1]
    first = desk.journals.take(desk.db, Incoming(tuple(good[1:])), 0).taken
    again = desk.journals.take(desk.db, Incoming(tuple(good[1:])), 0).taken
    last = desk.journals.take(desk.db, Incoming((good[0],), proofs(rooms.desks[0])), 0).taken
    assert [(t.held, t.parked) for t in (first, again, last)] == [(0, 2), (0, 0), (3, 0)]
    assert last.subjects == {SUBJECT}


# ---- keys


def ring_of(desk: Desk) -> tuple[object, object]:
    desk.journals.reload(desk.db)
    return desk.journals.ring.devices, desk.journals.ring.operators


class City:
    """Three streams of the city's journal: the root enrols the centre, the centre enrols rooms and names people."""

    def __init__(self) -> None:
        self.root, self.centre, self.room = memory(), memory(), memory()
        root = Journals(CITY_PACK, ROOT.public, ROOT, "uji")
        root.append(self.root, CITY, [enrolment(CENTRE_KEY, "centre")], "", 0, 0)
        centre = Journals(CITY_PACK, ROOT.public, CENTRE_KEY, "uji")
        centre.take(self.centre, everything(self.root, CITY), 0)
        people = [Draft("operator.set", "", msgspec.json.encode(Operator("op-1", "Satu", "operator", NORTH, "")))]
        centre.append(self.centre, CITY, [*(enrolment(k, "kecamatan") for k in KEYS), *people], "", 0, 0)
        room = Journals(CITY_PACK, ROOT.public, KEYS[0], "uji")
        room.take(self.room, everything(self.centre, CITY), 0)
        room.append(self.room, NORTH, [Draft("incident.opened", SUBJECT, b'{"title":"0"}')], "op-1", 0, 0)

    def pieces(self) -> list[Incoming]:
        whole = everything(self.centre, CITY)
        streams = {e.stream for e in whole.entries}
        parts = [
            Incoming(
                tuple(e for e in whole.entries if e.stream == s), tuple(c for c in whole.checkpoints if c.stream == s)
            )
            for s in streams
        ]
        return [*parts, everything(self.room, NORTH)]


def empty_desk() -> Desk:
    desk = Desk.__new__(Desk)
    desk.key, desk.db = KEYS[1], memory()
    desk.start()
    return desk


def test_keys_and_what_they_prove_may_come_in_any_order() -> None:
    """The journals of a city by stick, without any order: whoever comes first waits for whoever vouches for it."""
    city = City()
    shown = []
    for pieces in itertools.permutations(city.pieces()):
        desk = empty_desk()
        for piece in pieces:
            desk.take(piece)
        assert parked(desk) == 0
        written = city.room.execute("SELECT stream, seq FROM entries WHERE territory = ?", (NORTH,))
        assert desk.held() == {EntryId(*row) for row in written}
        assert search.line(desk.db, SUBJECT) is not None
        before = (desk.journals.ring.devices, desk.journals.ring.operators)
        assert len(desk.journals.ring.devices) == 2 + len(KEYS)
        assert before == ring_of(desk), "the ring in memory is not the ring in the file"
        shown.append(before)
    assert all(each == shown[0] for each in shown)


def test_in_one_delivery_too() -> None:
    pieces = City().pieces()
    for shuffled in itertools.permutations(pieces):
        desk = empty_desk()
        desk.take(
            Incoming(tuple(e for p in shuffled for e in p.entries), tuple(c for p in shuffled for c in p.checkpoints))
        )
        assert parked(desk) == 0
        assert search.line(desk.db, SUBJECT) is not None


def test_what_is_void_by_the_order_counts_no_more_in_the_ring() -> None:
    city, desk = City(), empty_desk()
    desk.take(everything(city.centre, CITY))
    assert "op-1" in desk.journals.ring.operators
    centre = CentreOf(CITY)
    centre.accept(city.centre, void={"operator.set"})
    outcome = desk.journals.take(desk.db, centre.incoming(), 0)
    assert outcome.keys_changed
    assert "op-1" not in desk.journals.ring.operators
    assert ring_of(desk)[1] == {}


class CentreOf(Centre):
    """A centre that numbers one territory whole, some kinds as void."""

    def __init__(self, territory: str) -> None:
        super().__init__()
        self.territory = territory

    def accept(self, db: sqlite3.Connection, void: set[str]) -> None:  # type: ignore[override]
        from console.domain.order import Link, next_order

        found = db.execute(
            "SELECT stream, seq, kind, hash FROM entries WHERE territory = ? ORDER BY rowid", (self.territory,)
        )
        for n, (stream, seq, kind, chain) in enumerate(found, start=1):
            code = "revoked" if kind in void else ""
            self.links.append(Link(n, EntryId(stream, seq), n, code))
            self._hash = next_order(self._hash, n, chain, n, code)

    def head(self, key: DeviceKey = CENTRE_KEY, epoch: int = 1) -> OrderHead:
        bare = OrderHead(self.territory, epoch, len(self.links), self._hash, b"")
        return msgspec.structs.replace(bare, signature=key.sign(bare.message()))

    def incoming(self, *heads: OrderHead) -> Incoming:
        return Incoming(links={self.territory: tuple(self.links)}, heads=heads or (self.head(),))


def test_a_take_that_fails_leaves_no_trace_in_memory() -> None:
    city, desk = City(), empty_desk()
    ring = desk.journals.ring
    whole = everything(city.centre, CITY)
    centre = CentreOf(CITY)
    centre.accept(city.centre, void=set())
    wrong = centre.head(KEYS[0])
    desk.db.execute("BEGIN")
    with pytest.raises(order.OrderMismatch):
        desk.take(msgspec.structs.replace(centre.incoming(wrong), entries=whole.entries, checkpoints=whole.checkpoints))
    desk.db.execute("ROLLBACK")
    assert desk.journals.ring is ring
    assert set(ring.operators) == set()
    assert len(ring.devices) == 1


# ---- order


def test_a_head_that_nobody_checked_is_neither_kept_nor_believed() -> None:
    rooms = opened()
    desk = rooms.desks[1]
    before = desk.db.execute("SELECT * FROM order_heads").fetchall()
    rooms.edit(0, "title", 1)
    rooms.push(0)
    good = rooms.centre.changes(order.cursor(desk.db, NORTH).n, 9)
    low = OrderHead(NORTH, 1, order.cursor(desk.db, NORTH).n, b"x" * 32, b"y" * 64)
    high = OrderHead(NORTH, 9, 10**6, b"x" * 32, b"y" * 64)
    desk.take(msgspec.structs.replace(good, heads=(low, high, *good.heads)))
    kept = desk.db.execute("SELECT * FROM order_heads").fetchall()
    checked = [(h.territory, h.epoch, h.n, h.hash, h.signature) for h in good.heads]
    # The first of its stretch stays beside the newest.
    assert sorted(kept) == sorted([*before, *checked]) and len(kept) == 2
    assert order.cursor(desk.db, NORTH).epoch == 1


def test_numbers_of_entries_that_are_not_here_are_asked_for_and_the_cursor_waits() -> None:
    rooms = opened()
    for value in range(3):
        rooms.edit(0, "title", value)
    rooms.push(0)
    desk = rooms.desks[1]
    start = order.cursor(desk.db, NORTH).n
    whole = rooms.centre.changes(start, 99)
    lost = whole.entries[1]
    outcome = desk.journals.take(
        desk.db, msgspec.structs.replace(whole, entries=tuple(e for e in whole.entries if e is not lost)), 0
    )
    assert lost.id in outcome.taken.missing
    assert order.cursor(desk.db, NORTH).n == start
    desk.take(whole)
    assert order.cursor(desk.db, NORTH).n == start + len(whole.links[NORTH])
    assert standing(rooms, 1, "title") == ('"2"', set())


def test_falling_back_loses_nothing_and_the_lost_branch_still_says_who_knew_what() -> None:
    """A centre that lost its last numbers: the room goes back, offers them again, and the same fold comes out."""
    rooms = opened()
    desk = rooms.desks[1]
    common = order.cursor(desk.db, NORTH).n
    rooms.edit(0, "title", 1)
    rooms.settle()
    rooms.edit(1, "title", 2)
    rooms.settle()
    before, held = rooms.shown(desk), desk.held()
    reached = order.cursor(desk.db, NORTH).n
    order.fall_back(desk.db, NORTH, common)
    projection.refold(desk.db, CITY_PACK, NORTH, order.affected(desk.db, NORTH, common, reached) | {SUBJECT})
    assert order.cursor(desk.db, NORTH).n == common
    assert desk.held() == held
    assert standing(rooms, 1, "title") == ('"2"', set())
    offered = outbox.outbox(desk.db, desk.key.id, 99, 10**9, {}, {})
    assert len([e for e in offered.entries if e.territory == NORTH]) == reached - common
    rooms.pull(1, 99)
    assert rooms.shown(desk) == before
    # A second time, further back: the first branch hangs on the second.
    order.fall_back(desk.db, NORTH, 1)
    assert standing(rooms, 1, "title") == ('"2"', set())
    order.fall_back(desk.db, NORTH, 0)
    assert order.cursor(desk.db, NORTH).n == 0
    assert standing(rooms, 1, "title") == ('"2"', set())
    rooms.pull(1, 99)
    assert rooms.shown(desk) == before


def test_what_was_void_stays_void_when_the_room_falls_back() -> None:
    rooms = opened()
    rooms.edit(0, "title", 1)
    desk = rooms.desks[0]
    centre = CentreOf(NORTH)
    centre.accept(desk.db, void={"incident.edited"})
    fresh = Desk(KEYS[1])
    fresh.take(msgspec.structs.replace(centre.incoming(), **_entries(desk)))
    assert standing_of(fresh) == '"0"'
    assert [u.event.void for u in uncounted(fresh.db, 9)] == ["revoked"]
    order.fall_back(fresh.db, NORTH, 0)
    assert standing_of(fresh) == '"0"'


def _entries(desk: Desk) -> dict[str, object]:
    whole = everything(desk.db, NORTH)
    return {"entries": whole.entries, "checkpoints": whole.checkpoints}


def standing_of(desk: Desk) -> str:
    detail = projection.detail(desk.db, NORTH, SUBJECT)
    assert detail is not None
    return msgspec.json.encode(detail.incident.title).decode()


# ---- our own entries


def test_no_entry_is_written_that_nobody_else_would_take() -> None:
    desk = Desk(KEYS[0])
    with pytest.raises(BodyTooLarge):
        desk.journals.append(desk.db, NORTH, [Draft("incident.noted", "x", b'"' + b"x" * 70_000 + b'"')], "op", 0, 0)
    assert not desk.held()
    for _ in range(MAX_HEADS + 40):
        desk.start()
        desk.journals.append(desk.db, NORTH, [Draft("incident.noted", "x", b"{}")], "op", 0, 0)
    other = Desk(KEYS[1])
    outcome = other.journals.take(other.db, everything(desk.db, NORTH), 0)
    assert outcome.taken.faults == ()
    assert other.held() == desk.held()


def test_whoever_sees_his_stream_written_by_another_opens_a_new_one() -> None:
    """Two processes from one machine image write on in the same stream."""
    rooms = opened()
    rooms.edit(0, "title", 1)
    desk = rooms.desks[0]
    twin = Desk(KEYS[0])
    twin.take(everything(desk.db, NORTH))
    twin.journals._streams = dict(desk.journals._streams)
    for each, value in ((desk, b'{"title":"a"}'), (twin, b'{"title":"b"}')):
        each.journals.append(each.db, NORTH, [Draft("incident.edited", SUBJECT, value)], "op", 0, 0)
    outcome = desk.journals.take(desk.db, everything(twin.db, NORTH), 0)
    assert "forked" in {f.reason for f in outcome.taken.faults}
    stream = desk.journals._streams.get(NORTH)
    [place] = desk.journals.append(desk.db, NORTH, [Draft("incident.edited", SUBJECT, b'{"title":"c"}')], "op", 0, 0)
    assert place.stream != stream
    assert place.seq == 2


def test_a_waiting_signature_of_another_version_spoils_no_stream() -> None:
    rooms = opened()
    desk, third = rooms.desks[0], rooms.desks[2]
    twin = Desk(KEYS[0])
    twin.take(everything(desk.db, NORTH))
    twin.journals._streams = dict(desk.journals._streams)
    for each, value in ((desk, b'{"title":"a"}'), (twin, b'{"title":"b"}')):
        each.journals.append(each.db, NORTH, [Draft("incident.edited", SUBJECT, value)], "op", 0, 0)
    third.take(Incoming((), everything(twin.db, NORTH).checkpoints))
    third.take(everything(desk.db, NORTH))
    assert third.held() >= desk.held()


def test_the_first_place_of_a_refusal_stands() -> None:
    rooms = opened()
    [stream] = rooms.desks[0].db.execute("SELECT stream FROM streams WHERE territory = ?", (NORTH,)).fetchone()
    assert not outbox.note_refusal(rooms.desks[0].db, Refusal(stream, 2, "chain")), (
        "it has a number: nothing waits there"
    )
    for value in range(8):
        rooms.edit(0, "title", value)
    for seq in (5, 9, 3):
        assert outbox.note_refusal(rooms.desks[0].db, Refusal(stream, seq, "chain"))
    assert outbox.stops(rooms.desks[0].db).refused == (Refusal(stream, 3, "chain"),)


# ---- the fold is total


BODIES = [
    b"", b"[]", b"null", b"{", b'{"title":1}', b'{"title":"\xff\xfe"}', b'{"\xff":1}',
    b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", b'{"started":' + b"9" * 400 + b"}",
    b'{"started":9007199254740993000}', b'{"respond_by":-5}', b'{"priority":99999999999999999999999}',
    b'{"point":[1e308,-1e308]}', b'{"point":[1]}', b'{"agencies":["a b","\\u0000"]}', b'{"status":"\\ud800"}',
    b'{"text":{"a":1}}', b'{"place":"","title":"\xee\x80\x80o"}', b'{"_replaces":["x"]}',
    b'{"_replaces":' + b"[" * 9_000 + b"}", b'{"entry":3}',
]  # fmt: skip
KINDS = ("incident.opened", "incident.edited", "incident.noted", "incident.status", "entry.adopted", "kind.unknown", "",
         "device.enrolled", "operator.set", "stream.opened")  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_whatever_a_known_device_writes_is_kept_and_folded_around(body: bytes) -> None:
    rooms = opened()
    drafts = [Draft(kind, SUBJECT, body) for kind in KINDS] + [Draft("incident.edited", SUBJECT, b'{"title":"9"}')]
    rooms.desks[0].journals.append(rooms.desks[0].db, NORTH, drafts, "op\x00", 2**61, -(2**61))
    about_keys = [Draft(kind, SUBJECT, body) for kind in KINDS if not kind.startswith("incident.")]
    rooms.desks[0].journals.append(rooms.desks[0].db, CITY, about_keys, "op", -(2**61), 2**61)
    desk = rooms.desks[1]
    for territory in (NORTH, CITY):
        desk.take(everything(rooms.desks[0].db, territory))
    assert desk.held() == rooms.desks[0].held()
    assert rooms.shown(desk) == rooms.shown(rooms.desks[0])
    assert standing(rooms, 1, "title")[0] == '"9"'
    uncounted(desk.db, 99)
    queries.figures(desk.db, 0, 0, 0, (), None)
    assert search.incidents(desk.db, IncidentQuery()).total >= 1
    desk.start()
    assert projection.rebuild(desk.db, CITY_PACK) >= 1


def test_a_much_edited_field_stays_cheap() -> None:
    """Ten times the edits of one field may cost about ten times as much, not a hundred times."""
    knows = {100: 0, 1000: 0}
    import console.domain.journal as module

    real = module.knows
    for count in knows:
        called = 0

        def counted(e: Entry, f: Entry, view: object) -> bool:
            nonlocal called
            called += 1
            return real(e, f, view)  # type: ignore[arg-type]

        entries, link = [], bytes(32)
        for seq in range(1, count + 1):
            e = Entry(NORTH, "a" * 16, seq, seq, 0, "op", Seen(), "incident.edited", "x", b'{"title":"%d"}' % seq)
            link = chain_hash(link, e)
            entries.append(module.Value(str(seq).encode(), module.Counted(e, e)))
        module.knows = counted  # type: ignore[assignment]
        try:
            found = module.stand(entries, order.StoredOrder(memory(), NORTH))
        finally:
            module.knows = real
        assert found is not None
        assert found.value.raw == str(count).encode()
        knows[count] = called
    assert knows[1000] < 15 * knows[100]


def test_a_subjects_entries_are_found_without_reading_the_journal() -> None:
    db = memory()
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT header, body, body_hash, n, void FROM entries WHERE subject = ? AND territory = ?",
        ("x", NORTH),
    ).fetchall()
    assert "entries_subject (subject=? AND territory=?)" in plan[0][3]
