"""Rooms that exchange in every order agree, lose nothing, and flag exactly the real conflicts."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from console.cities.read import read_city
from console.domain.city import City
from console.domain.drafts import Draft
from console.domain.entry import Checkpoint, Entry, EntryId, from_bytes
from console.domain.exchange import Incoming
from console.domain.incident_fold import FIELD_KINDS
from console.domain.journal import fold_fields
from console.domain.keys import DeviceKey
from console.domain.order import FIRST_ORDER, Link, OrderHead, next_order
from console.store import order, outbox, projection, rows, schema
from console.store.journal import Journals
from tests.small_city import CITY, NORTH, make_small_pack

ROOMS = 3
SUBJECT = "f" + "0" * 31
FIELDS = ("status", "title")


def small_city() -> City:
    with tempfile.TemporaryDirectory() as folder:
        make_small_pack(Path(folder))
        return read_city(Path(folder))


CITY_PACK = small_city()
ROOT = DeviceKey.from_bytes(b"r" * 32)
KEYS = [DeviceKey.from_bytes(bytes([k]) * 32) for k in range(1, ROOMS + 1)]
CENTRE_KEY = DeviceKey.from_bytes(b"c" * 32)


def memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(db)
    return db


def enrolment(key: DeviceKey, role: str) -> Draft:
    body = {"device": key.id, "public_key": key.public.hex(), "territory": NORTH, "role": role, "name": ""}
    return Draft("device.enrolled", "", msgspec.json.encode(body))


def bootstrap() -> Incoming:
    """The city's journal as its root wrote it: the centre and every room enrolled."""
    db = memory()
    drafts = [enrolment(CENTRE_KEY, "centre"), *(enrolment(k, "kecamatan") for k in KEYS)]
    Journals(CITY_PACK, ROOT.public, ROOT, "uji").append(db, CITY, drafts, "", 0, 0)
    return everything(db, CITY)


def everything(db: sqlite3.Connection, territory: str) -> Incoming:
    found = db.execute("SELECT header, body, body_hash FROM entries WHERE territory = ?", (territory,)).fetchall()
    streams = [s for (s,) in db.execute("SELECT stream FROM streams WHERE territory = ?", (territory,))]
    return Incoming(tuple(from_bytes(*row) for row in found), tuple(rows.checkpoints_of(db, streams)))


KEYS_OF_CITY = bootstrap()


class Desk:
    """One room: its file, its journals, and what it truly held when it wrote (the oracle's knowledge, not the fold's)."""

    def __init__(self, key: DeviceKey) -> None:
        self.key = key
        self.db = memory()
        self.start()
        self.take(KEYS_OF_CITY)

    def start(self) -> None:
        self.journals = Journals(CITY_PACK, ROOT.public, self.key, "uji")
        self.journals.reload(self.db)

    def take(self, incoming: Incoming) -> None:
        self.journals.take(self.db, incoming, 0)

    def held(self) -> set[EntryId]:
        found = self.db.execute("SELECT stream, seq FROM entries WHERE territory = ?", (NORTH,))
        return {EntryId(*row) for row in found}


class Centre:
    """Numbers what it is given, by the same rules as the real one, without HTTP and PostgreSQL."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.heads: list[OrderHead] = []
        self.entries: dict[EntryId, Entry] = {}
        self.checkpoints: dict[str, Checkpoint] = {}
        self._hash = FIRST_ORDER

    def accept(self, db: sqlite3.Connection, batch: tuple[Entry, ...], checkpoints: tuple[Checkpoint, ...]) -> None:
        for c in checkpoints:
            self.checkpoints[c.stream] = c
        for e in batch:
            if (
                e.territory != NORTH
                or e.id in self.entries
                or (e.seq > 1 and EntryId(e.stream, e.seq - 1) not in self.entries)
            ):
                continue
            (chain,) = db.execute("SELECT hash FROM entries WHERE stream = ? AND seq = ?", (e.stream, e.seq)).fetchone()
            n = len(self.links) + 1
            self.entries[e.id] = e
            self.links.append(Link(n, e.id, n, ""))
            self._hash = next_order(self._hash, n, chain, n, "")
            bare = OrderHead(NORTH, 1, n, self._hash, b"")
            self.heads.append(msgspec.structs.replace(bare, signature=CENTRE_KEY.sign(bare.message())))

    def changes(self, after: int, count: int) -> Incoming:
        links = tuple(self.links[after : after + count])
        if not links:
            return Incoming()
        entries = tuple(self.entries[x.id] for x in links)
        proofs = tuple(self.checkpoints.values())
        return Incoming(entries, proofs, {NORTH: links}, (self.heads[links[-1].n - 1],))


class Rooms(RuleBasedStateMachine):
    """Writes, restarts, sticks between rooms in every shape, pushes and pulls in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.desks = [Desk(key) for key in KEYS]
        self.centre = Centre()
        self.truth: dict[EntryId, set[EntryId]] = {}
        self.conflicts = 0

    def write(self, who: int, drafts: list[Draft]) -> None:
        desk = self.desks[who]
        before = desk.held()
        for written in desk.journals.append(desk.db, NORTH, drafts, f"op{who}", 0, 0):
            self.truth[written] = set(before)
            before.add(written)

    @rule(who=st.integers(0, ROOMS - 1), field=st.sampled_from(FIELDS), value=st.integers(0, 2))
    def edit(self, who: int, field: str, value: int) -> None:
        self.write(who, [Draft("incident.edited", SUBJECT, msgspec.json.encode({field: str(value)}))])

    @rule(who=st.integers(0, ROOMS - 1))
    def note(self, who: int) -> None:
        self.write(who, [Draft("incident.noted", SUBJECT, b'{"text":"catatan"}')])

    @rule(who=st.integers(0, ROOMS - 1))
    def open(self, who: int) -> None:
        self.write(who, [Draft("incident.opened", SUBJECT, b'{"title":"0","status":"baru"}')])

    @rule(who=st.integers(0, ROOMS - 1))
    def restart(self, who: int) -> None:
        self.desks[who].start()

    @rule(
        a=st.integers(0, ROOMS - 1),
        step=st.integers(1, ROOMS - 1),
        seed=st.integers(0, 999),
        share=st.sampled_from((1.0, 0.6)),
    )
    def stick(self, a: int, step: int, seed: int, share: float) -> None:
        """Some entries, shuffled and doubled, with or without their checkpoints."""
        b = (a + step) % ROOMS
        chance = random.Random(seed)
        all_of_it = everything(self.desks[a].db, NORTH)
        entries = [e for e in all_of_it.entries if chance.random() < share]
        entries += chance.sample(entries, len(entries) // 3)
        chance.shuffle(entries)
        proofs = all_of_it.checkpoints if chance.random() < 0.9 else ()
        self.desks[b].take(Incoming(tuple(entries), proofs))

    @rule(who=st.integers(0, ROOMS - 1))
    def push(self, who: int) -> None:
        desk = self.desks[who]
        batch = outbox.outbox(desk.db, desk.key.id, 999, 10**9, {}, {})
        self.centre.accept(desk.db, batch.entries, batch.checkpoints)

    @rule(who=st.integers(0, ROOMS - 1), count=st.integers(1, 5))
    def pull(self, who: int, count: int) -> None:
        desk = self.desks[who]
        desk.take(self.centre.changes(order.cursor(desk.db, NORTH).n, count))

    def teardown(self) -> None:
        self.settle()

    @precondition(lambda self: self.truth)
    @rule()
    def settle(self) -> None:
        for _ in range(2):
            for who in range(ROOMS):
                self.push(who)
            for who in range(ROOMS):
                self.pull(who, 10**6)
        shown = {self.shown(desk) for desk in self.desks}
        assert len(shown) == 1, shown
        for desk in self.desks:
            # Every entry that anybody saw as saved is here, numbered, once, and nothing waits.
            assert desk.held() >= self.truth.keys()
            assert outbox.queue(desk.db).entries == KEYS_OF_CITY.entries.__len__()
            assert not desk.db.execute("SELECT COUNT(*) FROM parked").fetchone()[0]
        self.check_conflicts()

    def shown(self, desk: Desk) -> str:
        detail = projection.detail(desk.db, NORTH, SUBJECT)
        line = desk.db.execute(
            "SELECT line FROM incidents JOIN incident_texts USING (id) WHERE subject = ?", (SUBJECT,)
        ).fetchone()
        if detail is not None:
            assert line is not None, "the projection forgot an incident"
            assert line[0] == msgspec.json.encode(detail.incident), "the projection is not the fold"
        return repr(detail)

    def check_conflicts(self) -> None:
        """A field is to be decided exactly where somebody really did not know the other's value."""
        entries, view = projection.load(self.desks[0].db, NORTH, SUBJECT)
        for field in FIELDS:
            setting = {e.id: bytes(e.fields()[field]) for e in entries if field in e.fields()}
            leaves = {i for i in setting if not any(i in self.truth[other] for other in setting if other != i)}
            standing = fold_fields(entries, FIELD_KINDS, [field], view).get(field)
            if standing is None:
                assert not setting
                continue
            shown = {standing.value.raw, *(c.raw for c in standing.candidates)}
            assert shown == {setting[i] for i in leaves}
            self.conflicts += len(shown) > 1


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Rooms,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_rooms_agree_and_flag_exactly_the_real_conflicts() -> None:
    run(80, 25)


@pytest.mark.slow
def test_rooms_agree_over_many_runs() -> None:
    run(400, 40)


# ---- the hard cases, scripted, since random search misses some of them


def standing(rooms: Rooms, who: int, field: str) -> tuple[str, set[str]]:
    desk = rooms.desks[who]
    entries, view = projection.load(desk.db, NORTH, SUBJECT)
    found = fold_fields(entries, FIELD_KINDS, [field], view)[field]
    return found.value.raw.decode(), {c.raw.decode() for c in found.candidates}


def opened() -> Rooms:
    """An incident that the city knows and every room has pulled."""
    rooms = Rooms()
    rooms.open(0)
    rooms.settle()
    return rooms


def test_mondays_delivery_of_thursdays_edit_never_reopens_what_friday_closed() -> None:
    rooms = opened()
    rooms.write(1, [Draft("incident.status", SUBJECT, b'{"status":"ditangani"}')])
    rooms.write(0, [Draft("incident.status", SUBJECT, b'{"status":"ditutup"}')])
    rooms.push(0)
    rooms.pull(2, 99)
    rooms.push(1)
    rooms.settle()
    assert standing(rooms, 2, "status") == ('"ditutup"', {'"ditangani"'})


def test_a_knowing_edit_settles_it_whatever_its_number() -> None:
    rooms = opened()
    rooms.write(1, [Draft("incident.status", SUBJECT, b'{"status":"ditangani"}')])
    rooms.write(0, [Draft("incident.status", SUBJECT, b'{"status":"ditutup"}')])
    rooms.settle()
    rooms.write(1, [Draft("incident.decided", SUBJECT, b'{"status":"ditangani"}')])
    rooms.settle()
    assert standing(rooms, 0, "status") == ('"ditangani"', set())


def test_one_writer_never_conflicts_with_himself_across_restarts_offline() -> None:
    rooms = opened()
    for value in range(3):
        rooms.edit(1, "title", value)
        rooms.restart(1)
    assert standing(rooms, 1, "title") == ('"2"', set())
    rooms.settle()
    assert standing(rooms, 0, "title") == ('"2"', set())


def test_accepted_but_not_yet_pulled_then_restarted() -> None:
    rooms = opened()
    rooms.edit(1, "title", 1)
    rooms.push(1)
    rooms.restart(1)
    rooms.edit(1, "title", 2)
    rooms.settle()
    assert standing(rooms, 0, "title") == ('"2"', set())


def test_what_came_by_stick_is_known_even_if_the_centre_numbers_it_later() -> None:
    rooms = opened()
    rooms.edit(0, "title", 1)
    rooms.stick(0, 1, 1, 1.0)
    rooms.edit(1, "title", 2)
    rooms.push(1)
    rooms.settle()
    assert standing(rooms, 2, "title") == ('"2"', set())


def test_equal_values_are_one_and_different_fields_never_conflict() -> None:
    rooms = opened()
    rooms.edit(0, "title", 1)
    rooms.edit(1, "title", 1)
    rooms.edit(2, "status", 1)
    rooms.settle()
    assert standing(rooms, 0, "title") == ('"1"', set())
    assert standing(rooms, 0, "status") == ('"1"', set())


def test_a_note_that_arrives_before_its_incident_waits_for_it() -> None:
    rooms = Rooms()
    rooms.open(0)
    rooms.stick(0, 1, 1, 1.0)
    rooms.note(1)
    rooms.desks[2].take(of_room(rooms.desks[1], rooms.desks[1].key))
    assert rooms.shown(rooms.desks[2]) == "None"
    rooms.desks[2].take(of_room(rooms.desks[0], rooms.desks[0].key))
    detail = projection.detail(rooms.desks[2].db, NORTH, SUBJECT)
    assert detail is not None
    assert [e.text for e in detail.story if e.text] == ["catatan"]


def of_room(desk: Desk, author: DeviceKey) -> Incoming:
    """Only what one device wrote."""
    whole = everything(desk.db, NORTH)
    own = {s for (s,) in desk.db.execute("SELECT stream FROM streams WHERE device = ?", (author.id,))}
    return Incoming(
        tuple(e for e in whole.entries if e.stream in own), tuple(c for c in whole.checkpoints if c.stream in own)
    )


def test_parked_entries_are_kept_and_fold_when_the_rest_comes() -> None:
    rooms = opened()
    for value in range(4):
        rooms.edit(0, "title", value)
    whole = everything(rooms.desks[0].db, NORTH)
    unnumbered = [e for e in whole.entries if e.kind == "incident.edited"]
    rooms.desks[1].take(Incoming(tuple(unnumbered[1:]), whole.checkpoints))
    assert standing(rooms, 1, "title")[0] == '"0"'
    rooms.desks[1].take(Incoming((unnumbered[0],), ()))
    assert standing(rooms, 1, "title")[0] == '"3"'


def test_a_forged_order_is_refused_whole() -> None:
    rooms = opened()
    rooms.edit(0, "title", 1)
    rooms.push(0)
    desk = rooms.desks[1]
    good = rooms.centre.changes(order.cursor(desk.db, NORTH).n, 9)
    links = (*good.links[NORTH][:-1], msgspec.structs.replace(good.links[NORTH][-1], void="revoked"))
    before = desk.held()
    desk.db.execute("BEGIN")
    with pytest.raises(order.OrderMismatch):
        desk.take(msgspec.structs.replace(good, links={NORTH: links}))
    desk.db.execute("ROLLBACK")
    desk.start()
    assert desk.held() == before
    desk.take(good)
    assert standing(rooms, 1, "title") == ('"1"', set())


def test_the_same_place_with_other_bytes_is_set_apart() -> None:
    rooms = opened()
    rooms.edit(0, "title", 1)
    forged = msgspec.structs.replace(everything(rooms.desks[0].db, NORTH).entries[-1], body=b'{"title":"9"}')
    outcome = rooms.desks[0].journals.take(rooms.desks[0].db, Incoming((forged,)), 0)
    assert [f.reason for f in outcome.taken.faults] == ["forked"]
    assert standing(rooms, 0, "title") == ('"1"', set())
    assert rooms.desks[0].db.execute("SELECT COUNT(*) FROM set_aside").fetchone()[0] == 1
