"""Answers that stop a part of the exchange and no more: a refused chain its stream, a fork its territory, a busy centre its
pause, a void entry nothing; and what the operator reads meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from console.domain.drafts import Draft
from console.domain.views import IncidentQuery
from console.room import Room
from console.store import carried
from console.store.carried import Held
from console.sync.ports import CURSOR
from console.wire import codec
from console.wire.journal_file import JOURNAL_TYPE
from console.wire.messages import Answer, Changes, Fork, PushRequest
from console.wire.runs import unpack_run
from tests.faults import bad_server as bad
from tests.faults.bad_server import BadServer
from tests.faults.zoo_room import QUEUE, Shifted, codes, fill, journal, make_room, opened, until
from tests.small_city import NORTH, SOUTH
from tests.sync.scripted_centre import ScriptedCentre, accepted, gap, refused_from, void_at
from widgets.shell.states import STOP, sentence

HOUR_MS = 3600 * 1000


def read(room: Room) -> list[str]:
    """The sentences on screen, of the exchange alone."""
    return [sentence(state).text for state in room.states() if state.code in codes(room)]


def with_room(path: Path, behaviour: bad.Behaviour, story: Callable[[Room], Awaitable[None]]) -> None:
    async def work() -> None:
        with BadServer(behaviour) as server:
            async with opened(make_room(path, server.url)) as room:
                await fill(room)
                await story(room)

    asyncio.run(work())


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_a_refused_chain_stops_its_stream_alone_and_says_how_much_it_holds_back(tmp_path: Path) -> None:
    centre = ScriptedCentre(refused_from(3), *[accepted] * 9)

    async def story(room: Room) -> None:
        before = await journal(room)
        await room.start()
        await until(lambda: codes(room) == ["entries_refused"])
        assert read(room) == ["2 catatan ditolak pusat; semua tetap tersimpan di ruang ini."]
        assert (room.link().mode, room.link().queue) == ("langsung", QUEUE)
        after = await journal(room)
        assert changed(before, after) == {"streams"}, "where it stops is written down, and nothing else"
        [stop] = (await room.store.stops()).refused
        assert (stop.from_seq, stop.reason) == (3, "chain")
        told = len(centre.offered)
        await room.store.append(NORTH, [Draft("incident.opened", "", b'{"title":"sesudahnya"}')], "op-1")
        room.uplink.wake()
        await until(lambda: len(centre.offered) > told)
        assert centre.offered[-1] == [1, 2], "a new stream goes up, and nothing of the stopped one"
        assert codes(room) == ["entries_refused"]

    with_room(tmp_path, centre, story)


def test_one_entry_that_is_too_large_for_the_centre_is_told_as_that(tmp_path: Path) -> None:
    async def story(room: Room) -> None:
        await writes(room, "a" * 3000)
        await room.start()
        await until(lambda: codes(room) == ["entries_too_large"])
        assert read(room) == ["1 catatan terlalu besar untuk pusat; semua tetap tersimpan di ruang ini."]

    with_room(tmp_path, NarrowCentre(2000), story)


class NarrowCentre(ScriptedCentre):
    """What stands before it lets no more than `most` bytes of bodies through at once. Attribute: `taken`, the titles."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.taken: list[str] = []

    def __call__(self, h: bad.Handler) -> None:
        if h.command == "GET":
            super().__call__(h)
            return
        request = codec.decode(h.body, h.headers.get("Content-Encoding", ""), PushRequest)
        entries = [e for run in request.runs for e in unpack_run(run)]
        if sum(len(e.body or b"") for e in entries) > self.most:
            h.reply(413, b'{"code":"size","reason":"terlalu besar"}')
            return
        self.taken += [msgspec.json.decode(raw, type=str) for e in entries if (raw := e.fields().get("title"))]
        self.script = [accepted]
        super().__call__(h)


async def writes(room: Room, *titles: str) -> None:
    """In one go, so in one stream."""
    drafts = [Draft("incident.opened", "", msgspec.json.encode({"title": title})) for title in titles]
    await room.store.append(NORTH, drafts, "op-1")


async def titles(room: Room) -> list[str]:
    found = await room.incidents(IncidentQuery())
    return sorted(one.title for one in found.items)


async def unproven(room: Room) -> set[str]:
    """Streams that go on beyond what is signed of them, so that nobody could take it from here."""
    part = await room.store.read(lambda db: carried.part(db, NORTH, Held(), 10_000))
    entries = [e for page, _ in part.pages for e in page]
    signed = {c.stream: c.seq for _, checkpoints in part.pages for c in checkpoints}
    return {e.stream for e in entries if e.seq > signed.get(e.stream, 0)}


def test_what_follows_an_entry_that_is_too_large_goes_up_without_it(tmp_path: Path) -> None:
    centre = NarrowCentre(2000)
    large = ["a" * 3000, "b" * 3000]

    async def story(room: Room) -> None:
        await writes(room, "satu", large[0], "dua", "tiga", large[1], "empat")
        before = await titles(room)
        await room.start()
        await until(lambda: {"satu", "dua", "tiga", "empat"} <= set(centre.taken))
        await until(lambda: read(room) == ["2 catatan terlalu besar untuk pusat; semua tetap tersimpan di ruang ini."])
        assert len(centre.taken) == len(set(centre.taken)) and not set(large) & set(centre.taken)
        assert await titles(room) == before and set(large) < set(before)
        assert await unproven(room) == set()
        # What the room writes from now on goes up as well.
        await writes(room, "lima")
        room.uplink.wake()
        await until(lambda: "lima" in centre.taken)

    with_room(tmp_path, centre, story)


def test_a_centre_that_takes_nothing_at_all_moves_nothing_around(tmp_path: Path) -> None:
    centre = NarrowCentre(-1)

    async def story(room: Room) -> None:
        before = await titles(room)
        await room.start()
        await until(lambda: codes(room) == ["entries_too_large"])
        room.uplink.wake()
        assert await titles(room) == before and (await room.store.queue()).entries == QUEUE
        aside = await room.store.read(lambda db: db.execute("SELECT count(*) FROM set_aside").fetchone()[0])
        assert aside == 0 and centre.taken == []

    with_room(tmp_path, centre, story)


def test_a_cursor_that_the_centre_does_not_share_stops_that_territory_alone(tmp_path: Path) -> None:
    centre = ScriptedCentre(*[accepted] * 9)
    centre.changes = Changes(0, forks=[Fork(NORTH, 3, 9, 1)])

    async def story(room: Room) -> None:
        await room.store.append(SOUTH, [Draft("incident.opened", "", b'{"title":"di selatan"}')], "op-1")
        before = (await journal(room))["cursors"]
        await room.start()
        await until(lambda: codes(room) == ["centre_forked"] and bool(centre.offered))
        assert read(room) == [
            "Urutan di pusat tidak sama dengan ruang ini; sinkron dihentikan, semua tersimpan di ruang ini."
        ]
        assert sentence(room.states()[0]).grade == STOP
        await room.store.append(SOUTH, [Draft("incident.opened", "", b'{"title":"lagi"}')], "op-1")
        room.uplink.wake()
        await until(lambda: centre.offered[-1] in ([3], [1, 2, 3]))
        assert (await journal(room))["cursors"] == before
        assert (await room.store.queue()).entries == QUEUE + 3
        centre.changes = Changes(0)
        await until(lambda: not codes(room) and 4 in centre.offered[-1])

    with_room(tmp_path, centre, story)


def test_a_void_entry_stops_nothing(tmp_path: Path) -> None:
    centre = ScriptedCentre(void_at(2))

    async def story(room: Room) -> None:
        done = await room.sync_now()
        assert (done.sent, done.void, done.refused, done.problem, done.whole) == (QUEUE, 1, 0, "", True)
        assert codes(room) == []

    with_room(tmp_path, centre, story)


def test_a_centre_that_asks_for_an_hour_is_left_alone_for_an_hour_also_after_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        clock = Shifted()
        with BadServer(bad.away(3600)) as server:
            path = make_room(tmp_path, server.url)
            async with opened(path, clock) as room:
                await fill(room)
                await room.start()
                await until(lambda: codes(room) == ["centre_busy"])
            told, before = len(server.calls), server.knocks
            async with opened(path, clock) as room:
                kept = await journal(room)
                await room.start()
                await until(lambda: room.link().queue == QUEUE)
                assert codes(room) == ["centre_busy"], "it says so before it has tried"
                done = await room.sync_now()
                assert (done.problem, done.whole, done.queue) == ("centre_busy", False, QUEUE)
                assert (len(server.calls), server.knocks) == (told, before)
                assert await journal(room) == kept
            clock.by = HOUR_MS
            server.behaviour = ScriptedCentre(*[accepted] * 9)
            async with opened(path, clock) as room:
                await room.start()
                await until(lambda: codes(room) == ["clock_wrong"], 30)
                assert len(server.calls) > told

    asyncio.run(work())


def test_what_is_remembered_of_the_line_by_an_older_program_is_still_read(tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(make_room(tmp_path, "http://127.0.0.1:9")) as room:
            old = {"last_contact": 5, "bytes_up": 7, "bytes_down": 9}
            await room.store.set_meta("sync.line", msgspec.json.encode(old).decode())
            await room.start()
            await until(lambda: codes(room) == ["line_cut"])
            assert room.link().bytes_up == 7

    asyncio.run(work())


# ---- answers that lead round and round


def more_for_ever(h: bad.Handler) -> None:
    h.reply(200, b'{"now":1,"more":true}')


def ever_new_cursors(h: bad.Handler) -> None:
    h.reply(200, b'{"now":1,"more":true,"cursor":"kursor-%d"}' % time.monotonic_ns())


def all_but_the_last(stream: str, seqs: list[int]) -> list[Answer]:
    return accepted(stream, seqs[:-1])


class Bouncing(ScriptedCentre):
    """Takes all but the last entry, and then wants all of them again, for ever."""

    def __init__(self) -> None:
        super().__init__(*[all_but_the_last, gap(1)] * 500)


def journal_of_nothing(h: bad.Handler) -> None:
    _journal(h, b"", "5-1-0123456789abcdef")


def journal_of_garbage(h: bad.Handler) -> None:
    _journal(h, bytes(range(256)), "5-1-0123456789abcdef", 256)


def journal_ever_anew(h: bad.Handler) -> None:
    _journal(h, b"x" * 10, f"5-1-{time.monotonic_ns():016x}")


def journal_without_end(h: bad.Handler) -> None:
    _journal(h, bytes(range(256)), "5-1-0123456789abcdef", 2**31)


def _journal(h: bad.Handler, piece: bytes, tag: str, total: int = 10**12) -> None:
    if not h.path.startswith("/v1/journal/"):
        ScriptedCentre()(h)
        return
    start = int(h.headers["Range"].removeprefix("bytes=").partition("-")[0])
    place = f"bytes {start}-{start + max(0, len(piece) - 1)}/{total}"
    h.reply(206, piece, JOURNAL_TYPE, ETag=f'"{tag}"', Content_Range=place)


@pytest.mark.parametrize(
    ("behaviour", "begun"),
    [
        (more_for_ever, True),
        (ever_new_cursors, True),
        (Bouncing(), True),
        (journal_of_nothing, False),
        (journal_of_garbage, False),
        (journal_ever_anew, False),
        (journal_without_end, False),
    ],
)
def test_who_promises_for_ever_is_not_followed_for_ever(behaviour: bad.Behaviour, begun: bool, tmp_path: Path) -> None:
    async def work() -> None:
        with BadServer(behaviour) as server:
            async with opened(make_room(tmp_path, server.url)) as room:
                await fill(room)
                if not begun:
                    await room.store.set_meta(CURSOR, "")
                done = await room.sync_now()
                assert (done.problem, done.queue) == ("centre_unusable", QUEUE)
                assert len(server.calls) < 40
                assert not list(room.folder.path.glob("incoming/*"))[1:], "no more than one begun file is kept"

                def good(h: bad.Handler) -> None:
                    bad.gone(h) if "/journal/" in h.path else centre(h)

                centre = ScriptedCentre(*[accepted] * 9)
                server.behaviour = good
                done = await room.sync_now()
                assert (done.problem, done.sent) == ("", QUEUE)

    asyncio.run(work())
