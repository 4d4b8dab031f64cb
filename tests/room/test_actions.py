"""What an operator does at the desk, as entries: one transaction each, nothing half, nothing that others would refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.incident import CLOSED, NEXT, IncidentDetail
from console.domain.people import Operator
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import IncidentQuery, NewIncident, Notice
from console.room import Room
from console.store import queries
from tests.small_city import CITY, KELURAHAN, NORTH, SOUTH

FIRE = NewIncident("  Api di gudang ", "D01", KELURAHAN[0], address="Jl. Uji 3", lat=-4.99, lon=100.01)


async def detail(room: Room, subject: str) -> IncidentDetail:
    found = await room.incident(subject)
    assert found is not None
    return found


async def test_opening_carries_what_the_pack_said_that_day(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    one = (await detail(room, subject)).incident
    assert (one.title, one.category, one.channel, one.priority) == ("Api di gudang", "D01", "darurat", 1)
    assert (one.territory, one.place, one.agencies, one.status) == (NORTH, KELURAHAN[0], ("DAMKAR",), "baru")
    assert (one.lat, one.lon, one.address) == (-4.99, 100.01, "Jl. Uji 3")
    assert (one.opened_at, one.times.acknowledge_by, one.times.respond_by) == (
        clock.now(), clock.now() + 120_000, clock.now() + 900_000,
    )  # fmt: skip
    assert one.due == one.times.acknowledge_by
    assert not one.confirmed
    assert not one.simulated


async def test_who_reported_is_named_apart_and_in_the_same_transaction(room: Room) -> None:
    told: list[Notice] = []
    room.notices.subscribe(told.append)
    subject = await room.open_incident(msgspec.structs.replace(FIRE, reporter=" Warga ", reporter_contact="0800"))
    story = (await detail(room, subject)).story
    assert [e.kind for e in story] == ["incident.opened", "incident.reporter"]
    assert "Warga" not in json.dumps(story[0].changes)
    assert json.loads(story[1].changes["name"]) == "Warga"
    assert len(json.loads(story[1].changes["nonce"])) == 16, "random bytes keep the hash unguessable"
    assert [n for n in told if n.topic == "incidents"] == [Notice("incidents", frozenset({subject}))]
    # Not found by searching for the reporter.
    assert (await room.incidents(IncidentQuery(text="warga"))).total == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": "X99"}, "unknown_category"), ({"place": "11.11"}, "unknown_place"), ({"title": "  "}, "no_title"),
        ({"description": "x" * 9000}, "too_long"), ({"title": "x" * 9000}, "too_long"),
        ({"reporter": "x" * 70_000}, "too_long"),
    ],
)  # fmt: skip
async def test_what_cannot_be_opened(change: dict[str, str], code: str, room: Room) -> None:
    with pytest.raises(Refused) as refused:
        await room.open_incident(msgspec.structs.replace(FIRE, **change))
    assert refused.value.code == code
    assert (await room.store.queue()).entries == 0


async def test_half_a_character_becomes_a_question_mark(room: Room) -> None:
    subject = await room.open_incident(msgspec.structs.replace(FIRE, title="Api \ud83d"))
    await room.note(subject, "lihat \udc00")
    story = await detail(room, subject)
    assert story.incident.title == "Api ?"
    assert story.story[-1].text == "lihat ?"


async def test_every_way_through_the_states(room: Room) -> None:
    """Each state can be reached and left as the table says, and by no other way."""
    for state, following in NEXT.items():
        for wanted in NEXT:
            subject = await room.open_incident(FIRE)
            await room.store.append(
                NORTH, [Draft("incident.status", subject, msgspec.json.encode({"status": state}))], "op"
            )
            if wanted in following:
                await room.set_status(subject, wanted, "alasan")
                one = await detail(room, subject)
                assert one.incident.status == wanted
                assert one.incident.open is (wanted not in CLOSED)
                assert one.story[-1].changes["reason"] == '"alasan"'
            else:
                with pytest.raises(Refused) as refused:
                    await room.set_status(subject, wanted)
                assert refused.value.code == "unknown_status"


async def test_a_status_says_of_what_and_until_when(room: Room, clock: ManualClock) -> None:
    subject, other = await room.open_incident(FIRE), await room.open_incident(FIRE)
    await room.set_status(subject, "ditunda", "menunggu alat", {"held_until": clock.now() + 1000})
    await room.set_status(other, "duplikat", extra={"duplicate_of": subject})
    assert json.loads((await detail(room, other)).story[-1].changes["duplicate_of"]) == subject
    for extra in ({"status": "ditutup"}, {"priority": 1}, {"held_until": "besok"}):
        with pytest.raises(Refused):
            await room.set_status(subject, "diarsipkan", extra=extra)  # type: ignore[arg-type]


async def test_a_ghost_is_closed_in_one_go_and_counts_nowhere(room: Room, clock: ManualClock) -> None:
    ghost, real = await room.open_incident(FIRE), await room.open_incident(FIRE)
    clock.advance(60_000)
    await room.close_ghost(ghost)
    assert (await detail(room, ghost)).incident.status == "diarsipkan"
    clock.advance(180_000)
    await room.set_status(real, "terverifikasi")
    figures = {f.key: f for f in (await room.situation()).figures}
    assert (figures["first_response"].value, figures["first_response"].note) == (4.0, "n 1")
    assert (figures["within_limit"].value, figures["within_limit"].note) == (0.0, "n 1")
    assert figures["open"].value == 1


async def test_a_referral_starts_the_clock_once(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(NewIncident("Jalan berlubang", "A01", NORTH))
    assert (await detail(room, subject)).incident.times.respond_by is None
    clock.advance(3_600_000)
    await room.assign(subject, ("PU", "KECAMATAN"), "mohon ditangani")
    one = (await detail(room, subject)).incident
    assert (one.status, one.agencies) == ("didisposisikan", ("PU", "KECAMATAN"))
    # Five working days from Monday the 23rd: the end of the next Monday in Jakarta.
    assert one.times.respond_by == int(datetime(2026, 11, 30, 17, 0, tzinfo=UTC).timestamp() * 1000) - 1
    clock.advance(86_400_000)
    await room.assign(subject, ("PU",))
    again = (await detail(room, subject)).incident
    assert again.times.respond_by == one.times.respond_by
    assert again.status == "didisposisikan"


async def test_a_clock_from_the_opening_is_not_touched_by_a_referral(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    before = (await detail(room, subject)).incident.times.respond_by
    await room.assign(subject, ("DAMKAR",))
    assert (await detail(room, subject)).incident.times.respond_by == before


async def test_only_agencies_that_exist_today(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    for wanted in (("TIDAKADA",), ("PU", "TIDAKADA"), ()):
        with pytest.raises(Refused) as refused:
            await room.assign(subject, wanted)
        assert refused.value.code == "unknown_agency"
    clock.advance(int(datetime(2030, 12, 31, 3, tzinfo=UTC).timestamp() * 1000) - clock.now())
    await room.assign(subject, ("PU",))
    clock.advance(86_400_000)
    with pytest.raises(Refused):
        await room.assign(subject, ("PU",))
    await room.assign(subject, ("DAMKAR",))


async def test_corrections(room: Room) -> None:
    subject = await room.open_incident(msgspec.structs.replace(FIRE, description="lama"))
    await room.set_fields(subject, {"title": "Api besar", "place": KELURAHAN[1], "description": "", "point": None})
    one = (await detail(room, subject)).incident
    assert (one.title, one.place, one.description, one.lat) == ("Api besar", KELURAHAN[1], "", None)
    await room.set_fields(subject, {"priority": 3, "point": (-4.98, 100.03), "category": "D02"})
    one = (await detail(room, subject)).incident
    assert (one.priority, one.lat, one.category) == (3, -4.98, "D02")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "ditutup"}, "unknown_field"), ({"agencies": ["PU"]}, "unknown_field"), ({"x": 1}, "unknown_field"),
        ({"priority": 9}, "unknown_field"), ({"priority": "1"}, "unknown_field"), ({"priority": True}, "unknown_field"),
        ({"title": ""}, "no_title"), ({"title": 3}, "unknown_field"), ({"place": "x"}, "unknown_place"),
        ({"category": "x"}, "unknown_category"), ({"point": (99, 999)}, "unknown_field"),
        ({"description": "x" * 9000}, "too_long"),
    ],
)  # fmt: skip
async def test_what_cannot_be_corrected(fields: dict[str, object], code: str, room: Room) -> None:
    subject = await room.open_incident(FIRE)
    before = (await room.store.queue()).entries
    with pytest.raises(Refused) as refused:
        await room.set_fields(subject, fields)
    assert refused.value.code == code
    assert (await room.store.queue()).entries == before


async def test_nobody_sends_an_incident_where_he_may_not_act(open_one: Callable[..., Room]) -> None:
    room = open_one(NORTH)
    subject = await room.open_incident(FIRE)
    with pytest.raises(NotPermitted):
        await room.set_fields(subject, {"place": SOUTH})
    assert (await detail(room, subject)).incident.place == KELURAHAN[0]


async def test_notes(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    clock.advance(1000)
    await room.note(subject, "  dua mobil tiba ")
    last = (await detail(room, subject)).story[-1]
    assert (last.text, last.actor, last.device, last.at, last.n) == (
        "dua mobil tiba", "op-1", room.device, clock.now(), None,
    )  # fmt: skip
    for text, code in ((" ", "empty_note"), ("x" * 8001, "too_long")):
        with pytest.raises(Refused) as refused:
            await room.note(subject, text)
        assert refused.value.code == code


async def test_an_unknown_incident_is_said_to_be_unknown(room: Room) -> None:
    for subject in ("", "x", "f" + "0" * 31, "\ud800", "'; DROP TABLE entries"):
        with pytest.raises(Refused) as refused:
            await room.note(subject, "halo")
        assert refused.value.code == "unknown_incident"
        assert await room.incident(subject) is None


async def conflict(room: Room) -> str:
    """An incident whose title two writers set without knowing each other."""
    from console.domain.exchange import Incoming
    from console.domain.keys import Device, DeviceKey
    from console.store.journal import Journals
    from tests.store.test_convergence import memory

    subject = await room.open_incident(FIRE)
    other, key = memory(), DeviceKey.generate()
    journals = Journals(room.city, b"r" * 32, key, "uji")
    journals.ring.devices[room.device] = Device(room.device, room.folder.key.public, CITY, "city", "")
    batch = await room.store.outbox(99, 10**9, {}, {})
    journals.take(other, Incoming(batch.entries, batch.checkpoints), 0)
    journals.append(other, NORTH, [Draft("incident.edited", subject, b'{"title":"Api kecil"}')], "op-2", 0, 0)
    await room.set_fields(subject, {"title": "Api besar"})
    found = other.execute("SELECT header, body, body_hash FROM entries").fetchall()
    from console.domain.entry import from_bytes
    from console.store import rows

    entries = tuple(from_bytes(*row) for row in found)
    proofs = tuple(rows.checkpoints_of(other, {e.stream for e in entries}))
    room.store.ring.devices[key.id] = Device(key.id, key.public, CITY, "city", "")
    await room.store.take_changes(Incoming(entries, proofs))
    other.close()
    return subject


async def test_a_decision_clears_the_conflict(room: Room) -> None:
    subject = await conflict(room)
    one = await detail(room, subject)
    assert one.incident.undecided == ("title",)
    assert {json.loads(c.value) for c in one.candidates["title"]} == {"Api besar", "Api kecil"}
    assert [d.incident.subject for d in (await room.undecided()).items] == [subject]
    assert (await room.situation()).undecided == 1
    for wrong in ('"x","status":"ditutup"', "{", "3", "null", ""):
        with pytest.raises(Refused):
            await room.decide(subject, "title", wrong)
    with pytest.raises(Refused):
        await room.decide(subject, "tidakada", '"x"')
    await room.decide(subject, "title", '"Api kecil"')
    one = await detail(room, subject)
    assert (one.incident.title, one.incident.undecided, one.candidates) == ("Api kecil", (), {})
    assert (await room.undecided()).items == ()


async def test_notices_come_after_the_commit(room: Room) -> None:
    """Whoever is told may read at once, and finds it."""
    from console.store.writer import connect_reader

    found: list[object] = []

    def read(notice: Notice) -> None:
        for subject in notice.subjects:
            db = connect_reader(room.store.path)
            found.append(queries.incident(db, subject))
            db.close()

    unsubscribe = room.notices.subscribe(read)
    subject = await room.open_incident(FIRE)
    await room.note(subject, "halo")
    assert len(found) == 2
    assert None not in found
    unsubscribe()
    unsubscribe()
    await room.note(subject, "lagi")
    assert len(found) == 2


async def test_what_a_demo_opens_says_so(open_one: Callable[..., Room]) -> None:
    room = open_one(demo=True)
    subject = await room.open_incident(FIRE)
    assert (await detail(room, subject)).incident.simulated


async def test_the_picture_of_the_situation(room: Room, clock: ManualClock) -> None:
    for place, category in ((KELURAHAN[0], "D01"), (KELURAHAN[1], "A01"), (KELURAHAN[2], "D02"), (CITY, "D01")):
        await room.open_incident(NewIncident("x", category, place))
    clock.advance(3_600_000)
    seen = await room.situation()
    assert [f.key for f in seen.figures] == ["open", "first_response", "within_limit", "overdue", "sensors", "queue"]
    assert seen.open_by_priority == (2, 1, 1, 0)
    assert [(d.code, d.open, d.worst) for d in seen.districts] == [(NORTH, 2, 1), (SOUTH, 1, 2)]
    assert {f.key: f.value for f in seen.figures}["overdue"] == 3
    assert seen.queue == 7, "four incidents and the openings of three streams"
    assert {j.territory: j.waiting for j in await room.journals()} == {CITY: 2, NORTH: 3, SOUTH: 2}


async def test_closing_twice_and_opening_again(open_one: Callable[..., Room], clock: ManualClock) -> None:
    room = open_one()
    subject = await room.open_incident(FIRE)
    await room.start()
    await room.close()
    await room.close()
    from console.room import open_room

    again = open_room(room.folder.path, room.city, room.clock)
    clock.advance(1000)
    try:
        again.log_in_as(Operator("op-1", "Satu", "koordinator", CITY, ""))
        await again.note(subject, "lanjut")
        assert (await detail(again, subject)).story[-1].text == "lanjut"
    finally:
        await again.close()
