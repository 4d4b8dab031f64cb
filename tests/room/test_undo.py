"""Taking back the last change for ten seconds, and nothing that another office was told of."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable

import pytest

from console.domain.clock import ManualClock
from console.domain.drafts import Draft
from console.domain.people import Operator
from console.domain.refusals import Refused
from console.room import Room
from tests.room.test_actions import FIRE, conflict, detail
from tests.small_city import CITY


async def refusal(room: Room) -> str:
    with pytest.raises(Refused) as refused:
        await room.undo()
    return refused.value.code


async def test_a_change_of_state_is_taken_back_by_an_entry_of_its_own(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    await room.set_status(subject, "terverifikasi")
    await room.set_status(subject, "ditunda", "menunggu alat", {"held_until": clock.now() + 1000})
    clock.advance(10_000)
    assert room.can_undo(subject)
    undone = await room.undo()
    assert (undone.subject, undone.fields) == (subject, {"status": '"terverifikasi"', "held_until": "null"})
    one = await detail(room, subject)
    assert (one.incident.status, one.incident.undecided) == ("terverifikasi", ())
    stream, _, seq = one.story[-2].entry.partition("-")
    assert json.loads(one.story[-1].changes["undoes"]) == [stream, int(seq)]
    # Once is enough: taking back is no action to be taken back.
    assert not room.can_undo(subject)
    assert await refusal(room) == "nothing_to_undo"


async def test_fields_come_back_as_they_were(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    before = (await detail(room, subject)).incident
    await room.set_fields(subject, {"title": "Api besar", "description": "asap", "point": None, "priority": 3})
    await room.undo()
    after = (await detail(room, subject)).incident
    assert (after.title, after.description, after.lat, after.priority) == (
        before.title, before.description, before.lat, before.priority,
    )  # fmt: skip


async def test_a_ghost_call_comes_back_but_was_looked_at(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    await room.close_ghost(subject)
    closed_at = clock.now()
    clock.advance(9_000)
    await room.undo()
    one = (await detail(room, subject)).incident
    assert (one.status, one.open, one.times.acknowledged_at) == ("baru", True, closed_at)


async def test_after_ten_seconds_it_stands(room: Room, clock: ManualClock) -> None:
    subject = await room.open_incident(FIRE)
    await room.close_ghost(subject)
    clock.advance(10_001)
    assert not room.can_undo(subject)
    assert await refusal(room) == "nothing_to_undo"
    clock.advance(-60_000)
    assert await refusal(room) == "nothing_to_undo", "a clock set back gives no second chance"
    assert (await detail(room, subject)).incident.status == "diarsipkan"


async def test_what_is_never_taken_back(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    assert await refusal(room) == "nothing_to_undo"
    await room.set_status(subject, "terverifikasi")
    assert await refusal(room) == "nothing_to_undo", "the first step out of baru is the acknowledgement"
    await room.set_fields(subject, {"title": "Api besar"})
    await room.assign(subject, ("DAMKAR",))
    assert await refusal(room) == "nothing_to_undo", "another office has it"
    other = await room.open_incident(FIRE)
    await room.set_status(other, "terverifikasi")
    await room.set_status(other, "didisposisikan")
    assert await refusal(room) == "nothing_to_undo"


async def test_a_note_stays_and_hides_nothing(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    await room.set_fields(subject, {"title": "Api besar"})
    await room.note(subject, "catatan")
    await room.undo()
    one = await detail(room, subject)
    assert one.incident.title == FIRE.title.strip()
    assert [e.text for e in one.story if e.text] == ["catatan"]


async def test_only_who_did_it_takes_it_back(room: Room) -> None:
    subject = await room.open_incident(FIRE)
    await room.close_ghost(subject)
    room.log_in_as(Operator("op-2", "Petugas Dua", "koordinator", CITY, ""))
    assert await refusal(room) == "nothing_to_undo"
    room.log_out()
    assert await refusal(room) == "nothing_to_undo"


async def test_what_changed_since_is_left_alone(open_one: Callable[..., Room]) -> None:
    room = open_one()
    subject = await room.open_incident(FIRE)
    await room.set_fields(subject, {"title": "Api besar", "priority": 3})
    # The same value by somebody else's hand is theirs.
    await room.store.append("99.01.01", [Draft("incident.edited", subject, b'{"priority":3}')], "op-2")
    assert await refusal(room) == "changed_since"
    one = (await detail(room, subject)).incident
    assert (one.title, one.priority) == ("Api besar", 3)


async def test_what_comes_in_while_it_is_being_taken_back_is_left_alone(open_one: Callable[..., Room]) -> None:
    room = open_one()
    subject = await room.open_incident(FIRE)
    await room.set_fields(subject, {"title": "Api besar"})
    busy = threading.Event()
    held = asyncio.ensure_future(room.store._write(lambda _db: busy.wait(30)))
    theirs = Draft("incident.edited", subject, b'{"title":"Api padam"}')
    coming = asyncio.ensure_future(room.store.append("99.01.01", [theirs], "op-2"))
    await asyncio.sleep(0)
    undoing = asyncio.ensure_future(room.undo())
    await asyncio.sleep(0.2)
    busy.set()
    await asyncio.gather(held, coming)
    with pytest.raises(Refused) as refused:
        await undoing
    assert refused.value.code == "changed_since"
    assert (await detail(room, subject)).incident.title == "Api padam"


async def test_a_decision_stands(room: Room) -> None:
    subject = await conflict(room)
    # Setting a field that was to be decided settles it, however it is set.
    await room.set_fields(subject, {"title": "Api sedang"})
    assert await refusal(room) == "nothing_to_undo"
    again = (await detail(room, subject)).incident
    assert (again.title, again.undecided) == ("Api sedang", ())
