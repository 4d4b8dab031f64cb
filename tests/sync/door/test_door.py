"""The room's door: who is let in, and that what is sent twice, changed, too large or too slow changes nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from console.domain.keys import DeviceKey
from console.store.carried import Held
from console.sync.door import content
from console.sync.door.client import NeighbourClient
from console.sync.door.door import Door
from console.sync.door.messages import DOOR_TYPE, ENTRIES, HEADS, HELLO, JOIN, Given, Nothing, packed
from console.sync.door.neighbour import Neighbour
from console.sync.door.server import CALLS, WORDS, DoorServer
from console.sync.door.session import CallingSide, Hello, Join, Seal, Stranger, Welcome
from console.sync.door.talks import TALK_HEADER, TALK_S, Talks
from console.wire import codec
from console.wire.guard import Trouble
from console.wire.messages import Changes
from console.wire.runs import pack_runs
from tests.small_city import CITY, NORTH, SOUTH
from tests.sync.town import Post, Town, in_town

Answer = tuple[int, bytes]


def send(port: int, path: str, body: bytes, talk: str = "", length: int | None = None) -> Answer:
    """A call as bytes on a socket; status and body of the reply."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {DOOR_TYPE}\r\n"
    head += f"Content-Length: {len(body) if length is None else length}\r\n"
    head += f"{TALK_HEADER}: {talk}\r\n" if talk else ""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + b"\r\n" + body)
        got = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(65536):
                got += piece
    first, _, rest = got.partition(b"\r\n\r\n")
    return int(first.split()[1]) if first else 0, rest


@asynccontextmanager
async def door_of(post: Post, call_s: float = 20.0) -> AsyncIterator[DoorServer]:
    server = DoorServer(("127.0.0.1", 0), Door(post.store, post.key, asyncio.get_running_loop()), call_s)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.close)


def client_of(post: Post, server: DoorServer, key: DeviceKey | None = None) -> NeighbourClient:
    address = f"127.0.0.1:{server.port}"
    return NeighbourClient(address, key or post.key, lambda: post.store.ring, post.city.code)


@asynccontextmanager
async def calling(post: Post, server: DoorServer, key: DeviceKey | None = None) -> AsyncIterator[NeighbourClient]:
    client = client_of(post, server, key)
    try:
        yield client
    finally:
        client.close()


async def meet(caller: Post, server: DoorServer) -> None:
    async with calling(caller, server) as client:
        await Neighbour(caller.store, client, lambda: None).meet()


def introduced(post: Post, port: int) -> tuple[str, Seal]:
    """A talk that is going, by hand."""
    caller = CallingSide(post.key)
    status, body = send(port, HELLO, msgspec.json.encode(caller.hello))
    assert status == 200
    join, seal = caller.join(msgspec.json.decode(body, type=Welcome), post.store.ring)
    assert send(port, JOIN, msgspec.json.encode(join))[0] == 200
    return join.talk, seal


def at_the_door(path: Path, story: Callable[[Town, DoorServer], Awaitable[None]], call_s: float = 20.0) -> None:
    """A story at the door of the north room, which has something to tell."""

    async def told(town: Town) -> None:
        await town.north.write(3)
        async with door_of(town.north, call_s) as server:
            await story(town, server)

    in_town(path, told)


def test_two_rooms_end_with_the_same_entries_and_order(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.south.write(2)
        await town.number(town.north, CITY, NORTH)
        await town.north.write(1)
        await meet(town.south, server)
        assert await town.north.entries() == await town.south.entries()
        assert await town.north.store.cursors() == await town.south.store.cursors()
        assert (await town.south.store.cursors())[NORTH].n == 4
        async with calling(town.south, server) as client:
            assert (await client.heads()).held == await content.held(town.south.store)

    at_the_door(tmp_path, story)


def test_many_pages_come_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "PAGE", 7)

    async def story(town: Town, server: DoorServer) -> None:
        await town.north.write(30)
        await town.south.write(25)
        await town.number(town.north, NORTH)
        await meet(town.south, server)
        assert await town.north.entries() == await town.south.entries()
        assert (await town.south.store.cursors())[NORTH].n == 34

    at_the_door(tmp_path, story)


def test_an_unknown_device_is_turned_away(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        async with calling(town.south, server, DeviceKey.generate()) as client:
            with pytest.raises(Stranger):
                await client.heads()

    at_the_door(tmp_path, story)


def test_who_knows_an_id_but_not_its_key_is_turned_away(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        def lie() -> list[int]:
            hello = Hello(town.south.key.id, CallingSide(town.south.key).hello.key)
            status, body = send(server.port, HELLO, msgspec.json.encode(hello))
            talk = msgspec.json.decode(body, type=Welcome).talk
            forged = msgspec.json.encode(Join(talk, DeviceKey.generate().sign(b"x")))
            return [status, send(server.port, JOIN, forged)[0], send(server.port, HEADS, b"x" * 40, f"{talk}:1")[0]]

        assert await asyncio.to_thread(lie) == [200, 401, 401]

    at_the_door(tmp_path, story)


def test_a_revoked_device_is_out_at_its_next_call(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        async with calling(town.south, server) as client:
            assert NORTH in (await client.heads()).held
            await town.act("device.revoked", town.south.key.id, {"device": town.south.key.id})
            await town.publish(town.north)
            with pytest.raises(Stranger):
                await client.heads()

    at_the_door(tmp_path, story)


def test_nothing_is_given_to_a_door_whose_device_was_revoked(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.south.write(1)
        await town.act("device.revoked", town.north.key.id, {"device": town.north.key.id})
        await town.publish(town.south)
        before = await town.north.state()
        with pytest.raises(Stranger):
            await meet(town.south, server)
        assert await town.north.state() == before

    at_the_door(tmp_path, story)


def test_another_citys_device_is_turned_away_by_both_sides(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()

    async def story(town: Town, server: DoorServer) -> None:
        other = Town(tmp_path / "there")
        try:
            await other.open()
            async with calling(other.south, server) as client:
                with pytest.raises(Stranger):
                    await client.heads()
            # One that our city enrolled, but that itself believes in another: the door is a stranger to it.
            await town._enrol(other.south.key, SOUTH, "kecamatan", "tamu")
            await town.publish(town.north)
            async with calling(other.south, server) as client:
                with pytest.raises(Stranger):
                    await client.heads()
        finally:
            other.close()

    at_the_door(tmp_path / "here", story)


def test_a_partner_may_not_read_the_citys_journals(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        partner = await town.room("rs", CITY, "partner", "Rumah Sakit")
        await town.publish(town.north, partner)
        async with calling(partner, server) as client:
            with pytest.raises(Stranger):
                await client.heads()

    at_the_door(tmp_path, story)


def test_a_replayed_or_moved_or_tampered_call_does_nothing(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.south.write(2)
        page = await content.page_for(town.south.store, SOUTH, Held(), 0)

        def calls() -> list[int]:
            talk, seal = introduced(town.south, server.port)
            body = seal.ask(2, ENTRIES, packed(page.pack()))
            flipped = body[:20] + bytes([body[20] ^ 1]) + body[21:]
            asked = seal.ask(1, HEADS, packed(Nothing()))
            tried = [
                (ENTRIES, flipped, 2),
                (ENTRIES, body, 3),
                (HEADS, body, 2),
                (ENTRIES, body, 2),
                (ENTRIES, body, 2),
            ]
            answers = [send(server.port, path, sent, f"{talk}:{k}")[0] for path, sent, k in tried]
            return [*answers, send(server.port, HEADS, asked, f"{talk}:1")[0]]

        assert await asyncio.to_thread(calls) == [401, 401, 401, 200, 401, 401]
        assert await town.south.entries(SOUTH) == await town.north.entries(SOUTH)

    at_the_door(tmp_path, story)


def test_a_join_serves_once(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        def twice() -> list[int]:
            caller = CallingSide(town.south.key)
            _, body = send(server.port, HELLO, msgspec.json.encode(caller.hello))
            join, _ = caller.join(msgspec.json.decode(body, type=Welcome), town.south.store.ring)
            return [send(server.port, JOIN, msgspec.json.encode(join))[0] for _ in range(2)]

        assert await asyncio.to_thread(twice) == [200, 401]

    at_the_door(tmp_path, story)


def test_a_talk_ends_and_the_caller_begins_another_by_itself(tmp_path: Path) -> None:
    now = [0.0]

    async def told(town: Town) -> None:
        talks = Talks(town.north.key, lambda: town.north.store.ring, lambda: now[0])
        door = Door(town.north.store, town.north.key, asyncio.get_running_loop(), talks)
        server = DoorServer(("127.0.0.1", 0), door)
        try:
            async with calling(town.south, server) as client:
                first = await client.heads()
                talk = client._talk
                now[0] = TALK_S + 1
                assert await client.heads() == first
                assert client._talk != talk
        finally:
            await asyncio.to_thread(server.close)

    in_town(tmp_path, told)


def test_forged_entries_are_not_taken_though_a_member_brings_them(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        await town.south.write(2)
        part = (await content.page_for(town.south.store, SOUTH, Held(), 0)).part
        [(entries, checkpoints)] = part.pages
        forged = [*entries[:-1], msgspec.structs.replace(entries[-1], body=b'{"title":"palsu"}')]
        before = await town.north.entries(SOUTH)
        changes = Changes(0, runs=pack_runs(forged), checkpoints=list(checkpoints))

        def give() -> int:
            talk, seal = introduced(town.south, server.port)
            return send(server.port, ENTRIES, seal.ask(1, ENTRIES, packed(Given(changes))), f"{talk}:1")[0]

        assert await asyncio.to_thread(give) == 200
        assert await town.north.entries(SOUTH) == before == set()

    at_the_door(tmp_path, story)


def test_bad_calls_get_their_answer_and_change_nothing(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        foreign = Given(Changes(0, runs=pack_runs([])))
        bomb = codec.compress(b" " * (codec.MAX_PLAIN + 1), codec.ACCEPTED)

        def calls() -> list[int]:
            talk, seal = introduced(town.south, server.port)
            port = server.port
            return [
                send(port, HELLO, b"x" * (WORDS + 1))[0],
                send(port, ENTRIES, b"", f"{talk}:1", length=codec.MAX_WIRE * 2)[0],
                send(port, ENTRIES, b"", f"{talk}:1", length=10**30)[0],
                send(port, ENTRIES, seal.ask(1, ENTRIES, bomb), f"{talk}:1")[0],
                send(port, ENTRIES, seal.ask(2, ENTRIES, b"no zstd"), f"{talk}:2")[0],
                send(port, ENTRIES, seal.ask(3, ENTRIES, packed(Nothing())), f"{talk}:3")[0],
                send(port, HELLO, b'{"device": NaN}')[0],
                send(port, "/v1/entries", seal.ask(4, ENTRIES, packed(foreign)), f"{talk}:4")[0],
                send(port, HEADS, b"", "no talk")[0],
            ]

        before = await town.north.state()
        assert await asyncio.to_thread(calls) == [413, 413, 413, 413, 400, 400, 400, 404, 401]
        assert await town.north.state() == before

    at_the_door(tmp_path, story)


def test_slow_callers_are_cut_and_do_not_keep_others_out_for_long(tmp_path: Path) -> None:
    async def story(town: Town, server: DoorServer) -> None:
        def hold() -> list[socket.socket]:
            lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(CALLS)]
            for line in lines:
                line.sendall(b"POST /v1/door/hello HTTP/1.1\r\nContent-Length: 9\r\n\r\n{")
            return lines

        lines = await asyncio.to_thread(hold)
        started = time.monotonic()
        try:
            async with calling(town.south, server) as client:
                while True:
                    try:
                        assert NORTH in (await client.heads()).held
                        break
                    except Trouble as error:
                        assert time.monotonic() - started < 15, error
                        await asyncio.sleep(0.1)
            assert await asyncio.to_thread(lambda: [line.recv(1) for line in lines]) == [b""] * CALLS
        finally:
            for line in lines:
                line.close()

    at_the_door(tmp_path, story, call_s=1.0)
