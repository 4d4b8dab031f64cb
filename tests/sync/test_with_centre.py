"""A room's exchange with the real central server: what comes through, what is refused or void, and what a fork does."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from console.central.serve import revoke
from console.cities.read import read_city
from console.demo.outage import FILE, Office, Outage, play_file
from console.domain.clock import SystemClock
from console.domain.drafts import Draft
from console.domain.entry import short
from console.domain.keys import DeviceKey
from console.domain.people import Operator
from console.domain.reading import Frame
from console.domain.refusals import NotPermitted, Refused
from console.domain.views import NewIncident
from console.room import PackMissing, Room, known_pack, open_room
from console.store import recovery
from console.store.folder import Folder, Identity
from console.sync.client import enrol, fetch_city
from console.sync.ports import CURSOR
from console.sync.uplink import introduce
from console.wire.guard import Rejected
from tests.faults.toxic import ToxicProxy
from tests.servers import CentralServer, central_server, short_folder
from tests.small_city import CITY, NORTH, SOUTH, make_small_pack

PLACE = "99.01.01.1001"


@pytest.fixture(scope="module")
def server() -> Iterator[CentralServer]:
    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as running:
        yield running


@asynccontextmanager
async def enrolled(server: CentralServer, folder: Path, territory: str, url: str = "") -> AsyncIterator[Room]:
    """An enrolled room that is exchanging, with somebody logged in."""
    city = read_city(make_small_pack(folder / "pack"))
    room = open_room(folder / "room", city, SystemClock(), identity=Identity(territory, territory, "uji"))
    try:
        await room.enrol(url or server.url, await asyncio.to_thread(server.code, territory))
        room.log_in_as(Operator("op-1", "Petugas uji", "koordinator", territory, ""))
        yield room
    finally:
        await room.close()


@asynccontextmanager
async def north_and_hall(server: CentralServer, folder: Path) -> AsyncIterator[tuple[Room, Room]]:
    """A kecamatan's room and city hall's, both exchanging."""
    async with enrolled(server, folder / "a", NORTH) as north, enrolled(server, folder / "b", CITY) as hall:
        yield north, hall


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 45.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


def numbered(room: Room) -> Callable[[], Awaitable[bool]]:
    """Nothing waits any more."""

    async def condition() -> bool:
        return (await room.store.queue()).entries == 0

    return condition


def answered(room: Room) -> Callable[[], Awaitable[bool]]:
    """The centre has said something."""

    async def condition() -> bool:
        return room.link().last_contact is not None

    return condition


def holds(room: Room, subject: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await room.incident(subject) is not None

    return condition


def run(work: Awaitable[None]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work, 200)

    asyncio.run(bounded())


def new(title: str = "Pohon tumbang", place: str = PLACE) -> NewIncident:
    return NewIncident(title, "D02", place)


def test_what_one_room_writes_the_other_shows_soon_and_stopping_does_not_wait_for_the_long_poll(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            await until(numbered(north))
            subject = await north.open_incident(new())
            await until(holds(hall, subject), 20)
            await hall.note(subject, "diterima")
            await until(numbered(hall))

            async def answered() -> bool:
                detail = await north.incident(subject)
                return detail is not None and [e.n is not None for e in detail.story] == [True, True]

            await until(answered, 20)
            state = hall.link()
            assert (state.mode, state.problem, state.queue) == ("langsung", "", 0)
            assert state.bytes_up > 0 and state.rtt_ms is not None
            await asyncio.sleep(0.3)
            began = time.monotonic()
            await north.uplink.stop()
            assert time.monotonic() - began < 0.5

    run(work())


def test_a_new_room_gets_everything_that_was_before_it(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", SOUTH) as south:
            subject = await south.open_incident(new(place="99.01.02.1001"))
            for k in range(60):
                await south.note(subject, f"catatan {k}")
            await until(numbered(south))
            async with enrolled(server, tmp_path / "b", NORTH) as north:
                await until(holds(north, subject))
                detail, there = await north.incident(subject), await south.incident(subject)
                assert detail == there and detail is not None and len(detail.story) == 61

    run(work())


@pytest.mark.expect_log("cursor was ahead")
def test_a_changes_cursor_that_stepped_over_something_is_noticed_and_mended(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            await until(numbered(north))
            await hall.sync_now()
            old = await hall.store.get_meta(CURSOR)
            await hall.uplink.stop()
            subject = await north.open_incident(new())
            await until(numbered(north))
            await north.sync_now()
            ahead = await north.store.get_meta(CURSOR)
            assert ahead and ahead != old
            await hall.store.set_meta(CURSOR, ahead)
            await hall.start()
            await north.note(subject, "sesudah celah")
            await until(numbered(north))

            async def whole() -> bool:
                detail = await hall.incident(subject)
                return detail is not None and len(detail.story) == 2

            await until(whole)

    run(work())


def test_telemetry_reaches_the_other_room(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            minute = SystemClock().now() // 60_000
            frame = Frame(NORTH, "uji", minute, 1, ("990101-tma",), (0, 10_000), ((181, 182),), (0,), True)
            await north.store.record_frames([frame])

            async def arrived() -> bool:
                return "990101-tma" in await hall.latest()

            await until(arrived)
            latest = (await hall.latest())["990101-tma"]
            assert (latest.value, latest.simulated) == (182.0, True)
            assert not await north.store.frames_outbox(10)

    run(work())


def test_a_revoked_device_keeps_its_queue_and_says_so(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", NORTH) as room:
            await until(numbered(room))
            assert await asyncio.to_thread(revoke, server.data, server.pack, room.device)
            await room.open_incident(new())

            async def told() -> bool:
                return room.link().problem == "revoked"

            await until(told)
            assert (await room.store.queue()).entries == 2  # the stream's opening, and the incident
            assert "revoked" in [s.code for s in room.states()]

    run(work())


def test_an_entry_in_another_territorys_journal_is_stored_but_void(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", NORTH) as room:
            body = msgspec.json.encode({"title": "Bukan wilayahku"})
            await room.store.append(SOUTH, [Draft("incident.opened", "", body)], "op-1")
            await until(numbered(room))
            assert {u.event.void for u in await room.uncounted()} == {"outside"}
            assert room.link().problem == ""

    run(work())


def test_what_is_void_counts_once_a_coordinator_of_the_city_adopts_it(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with north_and_hall(server, tmp_path) as (north, hall):
            subject = await hall.open_incident(new("Di selatan", "99.01.02.1001"))
            await until(numbered(hall))
            await until(holds(north, subject))
            said = Draft("incident.edited", subject, msgspec.json.encode({"title": "Kata utara"}))
            [place] = await north.store.append(SOUTH, [said], "op-1")
            entry = str(place)

            async def voided() -> bool:
                return entry in {one.event.entry for one in await hall.uncounted()}

            await until(voided)
            await until(numbered(north))
            [one] = [one for one in await hall.uncounted() if one.event.entry == entry]
            assert (one.title, one.subject, one.event.void, one.adopted) == ("Di selatan", subject, "outside", False)
            with pytest.raises(Refused) as refused:
                await north.adopt(entry)
            assert refused.value.code == "other_journal"
            hall.log_in_as(Operator("op-2", "Petugas dua", "operator", CITY, ""))
            with pytest.raises(NotPermitted) as forbidden:
                await hall.adopt(entry)
            assert forbidden.value.roles == ("koordinator",)
            hall.log_in_as(Operator("op-1", "Petugas uji", "koordinator", CITY, ""))
            await hall.adopt(entry)
            for code, wrong in (("already_adopted", entry), ("not_void", subject), ("not_void", "bukan-entri")):
                with pytest.raises(Refused) as refused:
                    await hall.adopt(wrong)
                assert refused.value.code == code
            opened = next(one.event for one in await hall.uncounted() if one.event.kind == "stream.opened")
            with pytest.raises(Refused) as refused:
                await hall.adopt(opened.entry)
            assert refused.value.code == "not_adoptable"

            async def counts() -> bool:
                seen = await north.incident(subject), await hall.incident(subject)
                return all(d is not None and d.incident.confirmed and d.incident.title == "Kata utara" for d in seen)

            await until(counts)
            assert all(one.adopted for one in await north.uncounted() if one.event.entry == entry)

    run(work())


def test_a_refused_chain_stops_its_stream_alone(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", CITY) as hall:
            await until(numbered(hall))
            await hall.uplink.stop()
            bad = await hall.open_incident(new("Akan rusak"))
            await hall.note(bad, "menyusul")
            good = await hall.open_incident(new("Tetap utuh", "99.01.02.1001"))
            stream, _, seq = bad.partition("-")
            await asyncio.to_thread(_spoil, tmp_path / "a" / "room" / "room.db", stream, int(seq))
            done = await hall.sync_now()
            assert done is not None and (done.refused, done.problem) == (1, "entries_refused")
            detail = await hall.incident(good)
            assert detail is not None and detail.incident.confirmed
            [stop] = (await hall.store.stops()).refused
            assert stop.stream == stream and stop.reason
            assert done.queue > 0
            await hall.start()
            after = await hall.open_incident(new("Sesudahnya"))

            async def confirmed() -> bool:
                found = await hall.incident(after)
                return found is not None and found.incident.confirmed

            await until(confirmed)
            assert after.partition("-")[0] != stream
            held = (await hall.store.stops()).held
            assert held >= 2, "the spoiled entry and the note after it"
            assert [s.detail for s in hall.states() if s.code == "entries_refused"] == [str(held)]

    run(work())


def test_two_simulated_offices_that_lost_their_line_leave_something_to_decide(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path / "a", CITY) as hall:
            subject = await hall.open_incident(new("Selokan meluap"))
            await until(numbered(hall))
            codes = [server.code(NORTH) for _ in range(2)]
            offices = tuple(Office(NORTH, f"Kantor {k} (simulasi)", code, 2 + 2 * k) for k, code in enumerate(codes))
            assert not await play_file(hall)
            plan = Outage(server.url, subject, offices)
            (hall.folder.path / FILE).write_bytes(msgspec.json.encode(plan))
            assert await play_file(hall) and not await play_file(hall)

            async def torn() -> bool:
                return subject in [d.incident.subject for d in (await hall.undecided()).items]

            await until(torn)
            [detail] = [d for d in (await hall.undecided()).items if d.incident.subject == subject]
            assert sorted(side.value for side in detail.candidates["priority"]) == ["2", "4"]
            devices = {event.entry: hall.device_name(event.device) for event in detail.story}
            assert {devices[side.entry] for side in detail.candidates["priority"]} == {o.name for o in offices}

    run(work())


def _spoil(file: Path, stream: str, seq: int) -> None:
    """What a failing disk does: an entry's body changes under its hash."""
    with sqlite3.connect(file) as db:
        changed = db.execute(
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'rusak', 'lain!') AS BLOB)"
            " WHERE stream = ? AND seq = ?",
            (stream, seq),
        )
        assert changed.rowcount == 1
    db.close()


@pytest.mark.slow
def test_a_thin_line_that_cuts_every_long_reply_still_gets_the_whole_journal(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work(proxy: ToxicProxy) -> None:
        async with enrolled(server, tmp_path / "a", SOUTH) as south:
            subject = await south.open_incident(new(place="99.01.02.1001"))
            chance = random.Random(5)
            for _ in range(40):
                await south.note(subject, chance.randbytes(300).hex())
            await until(numbered(south))
            async with enrolled(server, tmp_path / "b", NORTH, proxy.url) as north:
                proxy.cut_after, proxy.cut = 12_000, "rst"

                async def whole() -> bool:
                    detail = await north.incident(subject)
                    return detail is not None and len(detail.story) == 41

                await until(whole, 120)

    with ToxicProxy(int(server.url.rsplit(":", 1)[1])) as proxy:
        run(work(proxy))


@pytest.mark.slow
def test_a_line_that_swallows_everything_is_soon_called_dead_and_nothing_is_lost(
    server: CentralServer, tmp_path: Path
) -> None:
    async def work(proxy: ToxicProxy) -> None:
        async with enrolled(server, tmp_path / "a", NORTH, proxy.url) as room:
            await until(numbered(room))
            subject = await room.open_incident(new())
            await until(numbered(room))
            proxy.cut, proxy.cut_after = "hole", 1
            await room.note(subject, "ditelan")

            async def dead() -> bool:
                return room.link().mode == "putus"

            await until(dead, 120)
            assert (await room.store.queue()).entries == 1
            proxy.cut_after = 0
            await until(numbered(room), 120)
            detail = await room.incident(subject)
            assert detail is not None and [e.text for e in detail.story if e.text] == ["ditelan"]

    with ToxicProxy(int(server.url.rsplit(":", 1)[1])) as proxy:
        run(work(proxy))


@pytest.mark.slow
def test_a_centre_restored_from_an_old_copy_takes_its_own_signed_order_up_again_from_the_room(tmp_path: Path) -> None:
    async def work(server: CentralServer, backup: Path) -> None:
        async with enrolled(server, tmp_path / "a", CITY) as hall:
            first = await hall.open_incident(new())
            await until(numbered(hall))
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(subprocess.run, ["cp", "-a", server.data, backup], check=True)
            await asyncio.to_thread(server.start)
            await hall.sync_now()
            await hall.note(first, "sesudah cadangan dibuat")
            await until(numbered(hall), 120)
            cursor = (await hall.store.cursors())[NORTH]
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(shutil.rmtree, server.data)
            await asyncio.to_thread(shutil.move, backup, server.data)
            await asyncio.to_thread(server.start)
            await hall.note(first, "pusat sudah mundur")
            elsewhere = await hall.open_incident(new("Di selatan", "99.01.02.1001"))

            async def taken_up_again() -> bool:
                found = [await hall.incident(first), await hall.incident(elsewhere)]
                return all(d is not None and all(e.n is not None for e in d.story) for d in found)

            async def calm() -> bool:
                # The numbers are in the file a moment before the exchange has counted its queue anew.
                return (hall.link().problem, (await hall.store.stops()).forked) == ("", ())

            await until(taken_up_again, 120)
            await until(calm, 120)
            names = await hall.store.read(lambda db: recovery.names(db, NORTH, [cursor.n]))
            assert names == [(cursor.n, short(cursor.hash))]
            assert (await hall.store.cursors())[NORTH].epoch == 1

    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as server:
        run(work(server, folder / "backup"))


def test_enrolment_trusts_only_the_city_that_gave_the_code(server: CentralServer, tmp_path: Path) -> None:
    async def work(other: CentralServer) -> None:
        code = await asyncio.to_thread(server.code, NORTH)
        key = DeviceKey.generate()
        reply = await enrol(server.url, code, key, "uji")
        assert reply.territory == NORTH
        fetched = await fetch_city(server.url, reply.token, reply.city_key)
        assert fetched is not None
        assert await fetch_city(server.url, reply.token, reply.city_key, fetched[1]) is None
        foreign = await asyncio.to_thread(other.code, NORTH)
        with pytest.raises(Rejected, match="Kode tidak berlaku"):
            await enrol(server.url, foreign, key, "uji")

    with short_folder() as folder, central_server(folder / "central", make_small_pack(folder / "pack")) as other:
        run(work(other))


def test_an_enrolment_whose_pack_did_not_come_goes_on_with_the_same_code(server: CentralServer, tmp_path: Path) -> None:
    folder = Folder.open(tmp_path / "room")

    async def work() -> None:
        code = await asyncio.to_thread(server.code, NORTH)
        first = await introduce(folder, server.url, code, "uji")
        shutil.rmtree(folder.path / "pack")
        folder.keep(msgspec.structs.replace(first, pack=""))
        with pytest.raises(PackMissing):
            known_pack(folder.path)
        assert await introduce(folder, server.url, code, "uji") == first
        pack = known_pack(folder.path)
        assert pack is not None and read_city(pack).code == CITY

    try:
        run(work())
    finally:
        folder.close()


def test_figures_are_as_old_as_the_last_word_from_the_centre(server: CentralServer, tmp_path: Path) -> None:
    async def work() -> None:
        async with enrolled(server, tmp_path, NORTH) as room:
            await until(answered(room))
            heard = {figure.key: figure.at for figure in (await room.situation()).figures}
            assert heard["open"] is not None and heard["open"] <= room.clock.now()
        city = read_city(tmp_path / "pack")
        # Opened again, before it has heard of anybody: nothing here is fresh, but the room's own queue.
        again = open_room(tmp_path / "room", city, SystemClock())
        try:
            ages = {figure.key: figure.at for figure in (await again.situation()).figures}
            assert ages.pop("queue") is not None
            assert set(ages.values()) == {None}
        finally:
            await again.close()

    run(work())
