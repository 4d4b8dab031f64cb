"""Logging in by name and password, from what the city's journal says of people, with no line at all."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from argon2 import PasswordHasher

from console.domain.drafts import Draft
from console.domain.exchange import Incoming
from console.domain.keys import DeviceKey
from console.domain.people import Operator
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import NewIncident
from console.login import admitted
from console.room import Room
from console.store.journal import Journals
from tests.small_city import CITY, NORTH
from tests.store.test_convergence import everything, memory

ROOT = DeviceKey.from_bytes(b"r" * 32)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SARI = Operator("op-7", "Petugas Tujuh", "operator", NORTH, QUICK.hash("rahasia"))


class CityHall:
    """Writes the city's journal with the city's key."""

    def __init__(self, room: Room) -> None:
        self._db, self._journals = memory(), Journals(room.city, ROOT.public, ROOT, "uji")
        self._room = room

    async def set_operator(self, operator: Operator) -> None:
        body = msgspec.json.encode(operator)
        self._journals.append(self._db, CITY, [Draft("operator.set", "", body)], "", 0, 0)
        whole = everything(self._db, CITY)
        await self._room.store.take_changes(Incoming(whole.entries, whole.checkpoints))


@pytest.fixture
def room(open_one: Callable[..., Room]) -> Room:
    return open_one(NORTH, role="", root=ROOT.public.hex())


async def test_the_right_password(room: Room) -> None:
    await CityHall(room).set_operator(SARI)
    topics: list[str] = []
    room.notices.subscribe(lambda n: topics.append(n.topic))
    for name in ("op-7", "Petugas Tujuh"):
        assert await room.log_in(name, "rahasia") == SARI
        assert room.operator == SARI
        room.log_out()
        assert room.operator is None
    assert set(topics) == {"people"}


async def test_wrong_passwords_and_unknown_names_sound_alike(room: Room) -> None:
    await CityHall(room).set_operator(SARI)
    said = set()
    for name, password in (("op-7", "salah"), ("op-7", ""), ("siapa", "rahasia"), ("", ""), ("\ud800", "\ud800")):
        with pytest.raises(Refused) as refused:
            await room.log_in(name, password)
        said.add(str(refused.value))
    assert len(said) == 1
    assert room.operator is None


@pytest.mark.parametrize("verifier", ["", "rahasia", "$argon2id$v=19$rusak"])
async def test_without_a_verifier_nobody_gets_in(verifier: str, room: Room) -> None:
    await CityHall(room).set_operator(msgspec.structs.replace(SARI, verifier=verifier))
    for password in ("", "rahasia"):
        with pytest.raises(Refused):
            await room.log_in("op-7", password)


async def test_what_the_city_says_counts_at_once(room: Room) -> None:
    hall = CityHall(room)
    await hall.set_operator(SARI)
    await room.log_in("op-7", "rahasia")
    subject = await room.open_incident(NewIncident("Api", "D01", NORTH))
    await hall.set_operator(msgspec.structs.replace(SARI, role="pimpinan"))
    with pytest.raises(NotPermitted):
        await room.note(subject, "halo")
    await hall.set_operator(msgspec.structs.replace(SARI, active=False))
    assert room.operator is None
    with pytest.raises(Refused):
        await room.log_in("op-7", "rahasia")
    detail = await room.incident(subject)
    assert detail is not None
    assert detail.story[0].actor == "op-7"


async def test_two_of_one_name_both_get_in(room: Room) -> None:
    twin = msgspec.structs.replace(SARI, id="op-8", verifier=QUICK.hash("lain"))
    both = [SARI, twin]
    assert admitted(both, "Petugas Tujuh", "lain") == twin
    assert admitted(both, "Petugas Tujuh", "rahasia") == SARI
    assert admitted(both, "op-7", "lain") is None


async def test_only_the_city_names_people(room: Room) -> None:
    """A kecamatan's device cannot make operators, not even in its own file."""
    await room.store.append(CITY, [Draft("operator.set", "", msgspec.json.encode(SARI))], "")
    assert room.store.ring.operators == {}
