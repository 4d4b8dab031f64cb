"""Who may do what: every role, every action, every scope, in the table and at the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import get_args

import pytest

from console.domain.incident import NEXT
from console.domain.people import PERMISSIONS, STATUS_ACTION, Action, Operator, Role, may, who_may
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import NewIncident
from console.room import Room
from tests.small_city import CITY, KELURAHAN, NORTH, SOUTH

ROLES, ACTIONS = get_args(Role), get_args(Action)
# What DOMAIN says of each role, written out once more by hand: x may.
TABLE = """
             operator koordinator camat lurah opd pimpinan admin
open             x        x         x     x    .     .       .
verify           x        x         x     x    .     .       .
dispose          x        x         x     .    .     .       .
accept           x        x         x     x    x     .       .
act              x        x         x     x    x     .       .
finish           x        x         x     x    x     .       .
close            x        x         .     .    .     .       .
hold             x        x         .     .    .     .       .
reject           x        x         .     .    x     .       .
duplicate        x        x         .     .    .     .       .
archive          x        x         .     .    .     .       .
reopen           .        x         x     .    .     .       .
note             x        x         x     x    x     .       .
edit             x        x         .     .    .     .       .
prioritise       .        x         .     .    .     .       .
decide           .        x         x     .    .     .       .
adopt            .        x         .     .    .     .       .
acknowledge      x        x         .     .    .     .       .
silence          .        x         .     .    .     .       .
audit            .        x         .     .    .     .       x
administer       .        .         .     .    .     .       x
"""


def table() -> dict[tuple[str, str], bool]:
    head, *lines = TABLE.strip("\n").splitlines()
    roles = head.split()
    return {
        (role, line.split()[0]): mark == "x"
        for line in lines
        for role, mark in zip(roles, line.split()[1:], strict=True)
    }


def test_the_table_names_every_role_and_action() -> None:
    assert {role for role, _ in table()} == set(ROLES) == set(PERMISSIONS)
    assert {action for _, action in table()} == set(ACTIONS)
    assert set().union(*PERMISSIONS.values()) <= set(ACTIONS)
    assert set(STATUS_ACTION.values()) <= set(ACTIONS)
    assert set(STATUS_ACTION) == set(NEXT)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_each_role_and_action(role: str, action: str) -> None:
    one = Operator("x", "X", role, CITY, "", agency="PU")
    assert may(one, action, NORTH, ("PU",)) is table()[role, action]
    assert (role in who_may(action)) is table()[role, action]
    assert not may(Operator("x", "X", role, CITY, "", agency="PU", active=False), action, NORTH, ("PU",))


@pytest.mark.parametrize(
    ("scope", "place", "allowed"),
    [
        (CITY, CITY, True), (CITY, NORTH, True), (CITY, KELURAHAN[0], True), (NORTH, NORTH, True),
        (NORTH, KELURAHAN[0], True), (NORTH, SOUTH, False), (NORTH, CITY, False), (NORTH, KELURAHAN[2], False),
        (KELURAHAN[0], KELURAHAN[0], True), (KELURAHAN[0], KELURAHAN[1], False), (KELURAHAN[0], NORTH, False),
        (NORTH, f"{NORTH}9", False), ("", NORTH, False),
    ],
)  # fmt: skip
def test_scope(scope: str, place: str, allowed: bool) -> None:
    for role in ROLES:
        one = Operator("x", "X", role, scope, "", agency="PU")
        for action in ACTIONS:
            if role != "opd":
                assert may(one, action, place, ("PU",)) is (allowed and table()[role, action])


def test_an_agency_acts_on_what_is_assigned_to_it() -> None:
    one = Operator("x", "X", "opd", SOUTH, "", agency="PU")
    assert may(one, "act", NORTH, ("DAMKAR", "PU"))
    assert not may(one, "act", SOUTH, ("DAMKAR",))
    assert not may(one, "act", SOUTH)
    nobody = Operator("x", "X", "opd", SOUTH, "", agency="")
    assert not may(nobody, "act", SOUTH, ("",))


def actions(room: Room, subject: str) -> dict[str, Awaitable[object]]:
    """Everything that a desk offers, by the action that it needs."""
    return {
        "open": room.open_incident(NewIncident("Api", "D01", NORTH)),
        "verify": room.set_status(subject, "terverifikasi"),
        "hold": room.set_status(subject, "ditunda"),
        "reject": room.set_status(subject, "bukan_wewenang"),
        "duplicate": room.set_status(subject, "duplikat"),
        "archive": room.close_ghost(subject),
        "dispose": room.assign(subject, ("PU",)),
        "edit": room.set_fields(subject, {"title": "Lain"}),
        "prioritise": room.set_fields(subject, {"priority": 1}),
        "decide": room.decide(subject, "title", '"Lain"'),
        "note": room.note(subject, "catatan"),
    }


@pytest.mark.parametrize("role", ROLES)
async def test_the_desk_keeps_the_table(role: str, open_one: Callable[..., Room]) -> None:
    room = open_one()
    for index, action in enumerate(actions_named()):
        room.log_in_as(Operator("k", "K", "koordinator", CITY, ""))
        subject = await room.open_incident(NewIncident(f"Kejadian {index}", "A01", NORTH))
        room.log_in_as(Operator("x", "X", role, NORTH, "", agency="PU"))
        offered = actions(room, subject)
        wanted = offered.pop(action)
        for unused in offered.values():
            unused.close()  # type: ignore[attr-defined]
        before = (await room.store.queue()).entries
        if table()[role, action]:
            await wanted
            assert (await room.store.queue()).entries > before
        else:
            with pytest.raises(NotPermitted) as refused:
                await wanted
            assert refused.value.roles == who_may(action)
            assert (await room.store.queue()).entries == before


def actions_named() -> tuple[str, ...]:
    return (
        "open",
        "verify",
        "hold",
        "reject",
        "duplicate",
        "archive",
        "dispose",
        "edit",
        "prioritise",
        "decide",
        "note",
    )


async def test_nobody_at_the_desk(room: Room) -> None:
    subject = await room.open_incident(NewIncident("Api", "D01", NORTH))
    room.log_out()
    assert "login_needed" in [s.code for s in room.states()]
    for action in actions(room, subject).values():
        with pytest.raises(Refused) as refused:
            await action
        assert refused.value.code == "not_logged_in"


async def test_a_kecamatan_never_writes_in_anothers_journal(open_one: Callable[..., Room]) -> None:
    hall = open_one()
    subject = await hall.open_incident(NewIncident("Banjir", "D01", SOUTH))
    kecamatan = open_one(NORTH)
    batch = await hall.store.outbox(99, 10**9, {}, {})
    from console.domain.exchange import Incoming

    kecamatan.store._journals.ring = hall.store._journals.ring.copy()
    kecamatan.store._journals.ring.devices[hall.device] = device_of(hall)
    await kecamatan.store.take_changes(Incoming(batch.entries, batch.checkpoints))
    assert await kecamatan.incident(subject) is not None
    kecamatan.log_in_as(Operator("k", "K", "koordinator", CITY, ""))
    for name, action in actions(kecamatan, subject).items():
        if name == "open":
            own = await action
            detail = await kecamatan.incident(str(own))
            assert detail is not None
            assert detail.incident.territory == NORTH
            continue
        with pytest.raises(Refused) as refused:
            await action
        assert refused.value.code == "other_journal"
        assert "Selatan" in str(refused.value)
    assert kecamatan.journal_for(SOUTH) == NORTH
    assert hall.journal_for(KELURAHAN[2]) == SOUTH


def device_of(room: Room) -> object:
    from console.domain.keys import Device

    return Device(room.device, room.folder.key.public, CITY, "city", "balai kota")
