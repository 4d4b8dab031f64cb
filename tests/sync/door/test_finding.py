"""Doors found on the LAN (here: the loopback interface): who is called, and that nobody who only says so counts."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from zeroconf import ServiceInfo, Zeroconf

from console.sync.door import finding
from console.sync.door.finding import MOST_OF_ONE
from console.sync.door.nearby import SERVICE, Card, Heard, Nearby
from console.sync.door.neighbours import Neighbourhood
from tests.small_city import CITY, NORTH, SOUTH
from tests.sync.town import Post, Town, in_town

LAN = "127.0.0.1"


async def until(what: Callable[[], object], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)


def neighbourhood(post: Post, door: int | None, find: bool, lan: str = LAN) -> Neighbourhood:
    made = Neighbourhood(post.store, post.key, lambda: None, lambda: post.territory)
    made.arrange(door, (), lan, find)
    return made


@asynccontextmanager
async def around(*neighbourhoods: Neighbourhood) -> AsyncIterator[None]:
    try:
        for each in neighbourhoods:
            await each.start()
        yield
    finally:
        for each in neighbourhoods:
            await each.stop()


def called(each: Neighbourhood) -> int:
    return len(each._finding.neighbours) if each._finding is not None else 0


@contextmanager
def canary() -> Iterator[tuple[int, list[int]]]:
    """A port that counts who comes, and answers nobody."""
    calls: list[int] = []
    with socket.create_server((LAN, 0)) as line:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line.accept()[0].close()
                    calls.append(1)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield line.getsockname()[1], calls
        finally:
            line.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@asynccontextmanager
async def crier() -> AsyncIterator[Callable[..., Awaitable[ServiceInfo]]]:
    """Somebody on the LAN who announces whatever he likes."""
    opened = await asyncio.to_thread(Zeroconf, interfaces=[LAN])

    def cry(name: str, port: int, device: str, city: str = CITY) -> ServiceInfo:
        info = ServiceInfo(
            SERVICE, f"{name}.{SERVICE}", port=port, parsed_addresses=[LAN], server=f"{name}.local.",
            properties={"city": city, "territory": NORTH, "device": device},
        )  # fmt: skip
        opened.send(opened.generate_service_broadcast(info, None))
        return info

    async def say(name: str, port: int, device: str, city: str = CITY) -> ServiceInfo:
        return await asyncio.to_thread(cry, name, port, device, city)

    say.opened = opened  # type: ignore[attr-defined]
    try:
        yield say
    finally:
        await asyncio.to_thread(opened.close)


def test_a_door_is_found_and_what_its_room_holds_comes(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(3)
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        async with around(door, finder):
            await until(lambda: finder.count == 1)
            held = await town.north.entries(NORTH)
            while await town.south.entries(NORTH) != held:
                await asyncio.sleep(0.02)
            assert door.count == 0 and called(door) == 0

    in_town(tmp_path, story)


def test_two_that_look_find_each_other_and_nobody_finds_himself(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        one, two = neighbourhood(town.north, 0, True), neighbourhood(town.south, 0, True)
        async with around(one, two):
            await until(lambda: one.count == two.count == 1)
            assert called(one) == called(two) == 1

    in_town(tmp_path, story)


def test_without_a_word_nothing_is_said_and_nobody_looked_for(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        before = set(threading.enumerate())
        silent = neighbourhood(town.north, None, False)
        async with around(silent):
            assert silent._finding is None
            assert set(threading.enumerate()) == before

    in_town(tmp_path, story)


def test_a_room_that_the_city_does_not_know_says_nothing_until_it_does(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        office = town.office("kantor", NORTH, "Kelurahan")
        late, finder = neighbourhood(office, 0, True), neighbourhood(town.south, None, True)
        async with around(late, finder):
            assert late._finding is not None and late._finding._nearby is None
            await town._enrol(office.key, NORTH, "kecamatan", "Kelurahan")
            await town.publish(office, town.south)
            late.people_changed()
            finder.people_changed()
            await until(lambda: finder.count == 1)

    in_town(tmp_path, story)


def test_what_strangers_announce_is_not_called(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        with canary() as (port, calls):
            async with around(finder), crier() as say:
                await say("deadbeef-00000001", port, "deadbeef")
                await say(f"{town.north.key.id[:8]}-00000002", port, town.north.key.id[:8], city="99.02")
                await say("Bu Ani", port, town.north.key.id[:8])
                await say(f"{town.south.key.id[:8]}-00000003", port, town.south.key.id[:8])
                async with around(door):
                    await until(lambda: finder.count == 1)
                    assert called(finder) == 1 and calls == []

    in_town(tmp_path, story)


def test_who_says_he_is_a_member_gets_nothing_and_crowds_nobody_out(tmp_path: Path, monkeypatch: object) -> None:
    async def story(town: Town) -> None:
        short = town.north.key.id[:8]
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        with canary() as (port, calls):
            async with around(finder), crier() as say:
                for k in range(40):
                    await say(f"{short}-{k:08x}", port, short)
                await until(lambda: calls)
                async with around(door):
                    await until(lambda: finder.count == 1)
                    for k in range(40, 60):
                        await say(f"{short}-{k:08x}", port, short)
                    await until(lambda: len(calls) > 3)
                    assert called(finder) <= MOST_OF_ONE
                    assert finder.count == 1

    in_town(tmp_path, story)


def test_a_flood_in_many_names_is_bounded_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST", 4)

    async def story(town: Town) -> None:
        members = [await town.room(f"kec-{k}", SOUTH, "kecamatan", f"Ruang {k}") for k in range(6)]
        await town.publish(town.south)
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        with canary() as (port, calls):
            async with around(finder), crier() as say:
                for k, post in enumerate(members):
                    await say(f"{post.key.id[:8]}-{k:08x}", port, post.key.id[:8])
                await until(lambda: len(calls) >= 6)
                assert called(finder) == 4
                async with around(door):
                    await until(lambda: finder.count == 1)
                    assert called(finder) <= 4

    in_town(tmp_path, story)


def test_a_goodbye_counts_once_nobody_answers_and_a_door_may_come_back_elsewhere(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        async with around(finder), crier() as say:
            async with around(door):
                await until(lambda: finder.count == 1)
                [name] = finder._finding._found  # type: ignore[union-attr]
                forged = await say(name.removesuffix(f".{SERVICE}"), 1, town.north.key.id[:8])
                opened: Zeroconf = say.opened  # type: ignore[attr-defined]
                neighbour = finder._finding.neighbours[0]  # type: ignore[union-attr]
                while not neighbour._leaving:
                    # The door's own word, said again meanwhile, outdoes it.
                    await asyncio.to_thread(lambda: opened.send(opened.generate_service_broadcast(forged, 0)))
                    await asyncio.sleep(0.5)
                await neighbour.meet()
                assert finder.count == 1 and called(finder) == 1
            await until(lambda: called(finder) == 0)
            assert finder.count == 0
            async with around(neighbourhood(town.north, 0, False)):
                await until(lambda: finder.count == 1)

    in_town(tmp_path, story)


def test_another_address_is_told_and_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    here = [{LAN}]
    monkeypatch.setattr(Nearby, "_own_addresses", lambda self: here[-1])
    asyncio.run(move_house(here))


async def move_house(here: list[set[str]]) -> None:
    heard: list[Heard] = []
    own = Nearby(Card(CITY, NORTH, "0123456789abcdef"), lambda _: True, heard.append, LAN)
    other = Nearby(Card(CITY, NORTH, "fedcba9876543210"), lambda _: True, heard.append, LAN)
    try:
        await asyncio.to_thread(other.begin, None, True)
        await asyncio.to_thread(own.begin, 8471, False)
        await until(lambda: heard and f"{LAN}:8471" in heard[-1].addresses)
        here.append({"10.1.2.3", "fd00::7"})
        await asyncio.to_thread(own.refresh)
        await until(lambda: {"10.1.2.3:8471", "[fd00::7]:8471"} <= set(heard[-1].addresses))
        await asyncio.to_thread(own.close)
        await until(lambda: heard[-1].addresses == ())
        assert {h.short for h in heard} == {"01234567"}
    finally:
        await asyncio.to_thread(own.close)
        await asyncio.to_thread(other.close)


def test_a_door_is_called_over_ipv6(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    monkeypatch.setattr(Nearby, "_own_addresses", lambda self: {"::1"})

    async def story(town: Town) -> None:
        door, finder = neighbourhood(town.north, 0, False), neighbourhood(town.south, None, True)
        monkeypatch.setattr(door, "_lan", "::1")
        door._open(0)
        monkeypatch.setattr(door, "_lan", LAN)
        async with around(door, finder):
            await until(lambda: finder.count == 1)
            assert finder._finding.neighbours[0].client.address == f"[::1]:{door.port}"  # type: ignore[union-attr]

    in_town(tmp_path, story)


def test_a_door_without_an_address_answers_in_both_kinds(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        from console.sync.door.server import DoorServer
        from tests.sync.door.test_door import Door

        server = DoorServer(("", 0), Door(town.north.store, town.north.key, asyncio.get_running_loop()))
        try:
            hosts = [LAN, *(["::1"] if socket.has_dualstack_ipv6() else [])]
            for host in hosts:
                with socket.create_connection((host, server.port), timeout=5):
                    pass
        finally:
            await asyncio.to_thread(server.close)

    in_town(tmp_path, story)
