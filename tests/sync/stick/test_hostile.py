"""What comes by stick and should not: any change of any byte is refused in words, and leaves the room as it was; what an
enrolled sender made up inside is refused whole, or proves nothing."""

from __future__ import annotations

import asyncio
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.entry import Checkpoint, EntryId, Seen
from console.domain.order import Link, OrderHead
from console.store import carried
from console.store.carried import Held
from console.store.store import Store
from console.store.writer import StoreFull
from console.sync.stick import content
from console.sync.stick.memory import Receipt
from console.sync.stick.stick import Stick, read_file, write_file
from console.wire import bundle as wire
from console.wire.bundle import BundleRefused, Manifest, Member
from console.wire.messages import Changes, EntryRun, FramesRequest, LinkRun
from console.wire.runs import pack_links, pack_runs
from tests.small_city import CITY, NORTH
from tests.sync.town import Post, Town, codes, frame, in_town


class Hall:
    """A town with a bundle on its way to the hall, kept open over many tries."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.town = Town(folder)
        self.do(self.town.open())
        self.do(self.town.north.write(5))
        self.do(self.town.north.store.record_frames([frame(NORTH, self.town.clock.now() // 60_000)]))
        file, _ = self.do(self.town.north.export(self.town.hall.name))
        self.data: bytes = file.read_bytes()
        self.file = self.town.hall.slot / "coba.simpul"
        self.before = self.do(self.town.hall.state())

    def do(self, work):  # type: ignore[no-untyped-def]
        return self.loop.run_until_complete(work)

    def refused(self, data: bytes) -> str:
        """Give it to the hall: refused in one line, and nothing is other than before."""
        self.file.write_bytes(data)
        with pytest.raises(BundleRefused) as error:
            self.do(self.town.hall.take(self.file))
        assert self.do(self.town.hall.state()) == self.before
        assert "\n" not in str(error.value) and str(error.value).endswith(".")
        return error.value.code


@contextmanager
def hall() -> Iterator[Hall]:
    with tempfile.TemporaryDirectory() as folder:
        made = Hall(Path(folder))
        try:
            yield made
        finally:
            made.town.close()
            made.loop.run_until_complete(made.loop.shutdown_default_executor())
            made.loop.close()


def test_any_change_of_a_file_is_refused_and_leaves_the_room_as_it_was() -> None:
    with hall() as here:
        size = len(here.data)

        @settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
        @given(st.integers(0, size - 1), st.integers(0, 255), st.booleans())
        def change(place: int, flip: int, cut: bool) -> None:
            changed = bytearray(here.data)
            changed[place] ^= flip or 1
            here.refused(here.data[:place] if cut else bytes(changed))

        change()
        here.file.write_bytes(here.data)
        assert here.do(here.town.hall.take(here.file)).arrived.held == 6


def made_up(sender: Post, reader: Post, members: list[Member], **more: object) -> bytes:
    """A bundle with these insides, from an enrolled sender with tools of its own."""
    said = Manifest(
        1, "bundle", CITY, sender.store.ring.root, "", b"", sender.name, NORTH, "*", "", 1, "", 0, 2**60, {}, [], b"", {}, 0,
        b"",
    )  # fmt: skip
    device = sender.store.ring.devices[reader.key.id]
    return wire.pack(msgspec.structs.replace(said, **more), members, sender.key, [device])[0]


def page(**more: object) -> bytes:
    return msgspec.json.encode(Changes(0, **more))  # type: ignore[arg-type]


S = "00000000000000aa"
RUN = EntryRun(NORTH, S, 1, [0], ["x"], [], [""], [], ["{}"], [], [""], [], [(0, Seen())])


def run_with(**more: object) -> bytes:
    return page(runs=[msgspec.structs.replace(RUN, **more)])


CASES = {
    "not json": (Member("journal", NORTH, b"{", 1), "unreadable"),
    "a key twice": (Member("journal", NORTH, b'{"now":1,"now":2}', 1), "unreadable"),
    "not a number": (Member("journal", NORTH, b'{"now":NaN}', 1), "unreadable"),
    "deep": (Member("journal", NORTH, b'{"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", 1), "unreadable"),
    "another journal": (Member("journal", CITY, page(runs=[RUN]), 1), "unreadable"),
    "no such city": (Member("journal", "12.75.01", page(), 1), "foreign"),
    "columns apart": (Member("journal", NORTH, run_with(kinds=["a", "b"]), 1), "unreadable"),
    "no rows": (Member("journal", NORTH, run_with(at=[]), 1), "unreadable"),
    "one body a million times": (
        Member("journal", NORTH, run_with(at=[0] * 90_000, bodies=["x" * 60_000]), 1), "too_big",
    ),
    "too many rows": (Member("journal", NORTH, run_with(at=[0] * 200_000), 1), "too_big"),
    "a seq beyond numbers": (Member("journal", NORTH, run_with(seq=2**62), 1), "unreadable"),
    "a stream that is none": (Member("journal", NORTH, run_with(stream="../x"), 1), "unreadable"),
    "a billion links": (
        Member("order", NORTH, page(links=[LinkRun(NORTH, 1, [(S, 1, 10**9)], [(10**9, 0)])]), 1), "too_big",
    ),
    "links beyond numbers": (
        Member("order", NORTH, page(links=[LinkRun(NORTH, 2**62, [(S, 1, 1)], [(1, 0)])]), 1), "unreadable",
    ),
    "accepted beyond time": (
        Member("order", NORTH, page(links=[LinkRun(NORTH, 1, [(S, 1, 1)], [(1, 2**63)])]), 1), "unreadable",
    ),
    "a head beyond numbers": (
        Member("order", NORTH, page(heads=[OrderHead(NORTH, 2**63, 1, b"", b"")]), 1), "unreadable",
    ),
    "a checkpoint below one": (
        Member("journal", NORTH, page(checkpoints=[Checkpoint(NORTH, S, 0, b"", b"")]), 1), "unreadable",
    ),
    "readings that are none": (Member("frames", "", b"[]", 1), "unreadable"),
    "a minute beyond time": (
        Member("frames", "", msgspec.json.encode(FramesRequest([frame(NORTH, 2**70)])), 1), "unreadable",
    ),
    "a receipt beyond numbers": (
        Member("receipt", "", msgspec.json.encode(Receipt(1, {NORTH: Held(2**70)})), 1), "unreadable",
    ),
    "a receipt that is none": (Member("receipt", "", b"{}", 1), "unreadable"),
    "a pack that is none": (Member("pack", "", b"{}", 1), "unreadable"),
}  # fmt: skip


def test_what_an_enrolled_sender_made_up_is_refused_whole() -> None:
    with hall() as here:
        good = Member("journal", NORTH, page(), 0)
        for case, (member, code) in CASES.items():
            for members in ([member], [good, member]):
                assert here.refused(made_up(here.town.north, here.town.hall, members)) == code, case


@pytest.mark.expect_log("")
def test_an_order_that_nobody_signed_takes_the_entries_and_not_the_order(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(2)
        part = await town.north.store.read(lambda db: carried.part(db, NORTH, Held(), 99))
        [(entries, checkpoints)] = part.pages
        links = tuple(Link(n, e.id, 1, "revoked") for n, e in enumerate(entries, start=1))
        head = OrderHead(NORTH, 1, len(links), b"x" * 32, b"y" * 64)
        members = [
            Member("journal", NORTH, page(runs=pack_runs(entries), checkpoints=list(checkpoints)), 3),
            Member("order", NORTH, page(links=pack_links(NORTH, links), heads=[head]), 3),
        ]
        file = town.hall.slot / "karangan.simpul"
        file.write_bytes(made_up(town.north, town.hall, members))
        taken = await town.hall.take(file)
        assert codes(taken) == ["other_order"] and taken.arrived.held == 3 and taken.arrived.numbered == 0
        # The honest order is taken afterwards as if nothing had been.
        await town.number(town.hall, NORTH)
        assert (await town.hall.store.cursors())[NORTH].n == 3

    in_town(tmp_path, story)


def test_made_up_order_for_later_spoils_nothing(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(1)
        made = page(
            links=pack_links(NORTH, [Link(3, EntryId(S, 1), 1), Link(4, EntryId(S, 2), 1)]),
            heads=[OrderHead(NORTH, 1, 4, b"x" * 32, b"y" * 64)],
        )
        file = town.hall.slot / "karangan.simpul"
        file.write_bytes(made_up(town.north, town.hall, [Member("order", NORTH, made, 2)]))
        assert codes(await town.hall.take(file)) == ["gap"]
        await town.number(town.north, NORTH)
        honest, _ = await town.north.export(town.hall.name)
        await town.hall.take(honest)
        assert (await town.hall.store.cursors())[NORTH].n == 2
        await town.north.write(2)
        await town.number(town.north, NORTH)
        again, _ = await town.north.export(town.hall.name)
        await town.hall.take(again)
        assert (await town.hall.store.cursors())[NORTH].n == 4

    in_town(tmp_path, story)


def test_the_cursor_of_the_line_is_not_moved_by_a_stick(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.hall.store.set_meta("sync.cursor", "lama")
        await town.north.write(1)
        part = await town.north.store.read(lambda db: carried.part(db, NORTH, Held(), 99))
        [(entries, checkpoints)] = part.pages
        evil = page(runs=pack_runs(entries), checkpoints=list(checkpoints), cursor="AQED")
        file = town.hall.slot / "karangan.simpul"
        file.write_bytes(made_up(town.north, town.hall, [Member("journal", NORTH, evil, 2)]))
        assert (await town.hall.take(file)).arrived.held == 2
        assert await town.hall.store.get_meta("sync.cursor") == "lama"

    in_town(tmp_path, story)


def test_an_entry_that_was_changed_inside_counts_nowhere(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(2)
        part = await town.north.store.read(lambda db: carried.part(db, NORTH, Held(), 99))
        [(entries, checkpoints)] = part.pages
        forged = [*entries[:-1], msgspec.structs.replace(entries[-1], body=b'{"title":"palsu"}')]
        member = Member("journal", NORTH, page(runs=pack_runs(forged), checkpoints=list(checkpoints)), 3)
        file = town.hall.slot / "karangan.simpul"
        file.write_bytes(made_up(town.south, town.hall, [member]))
        taken = await town.hall.take(file)
        assert codes(taken) == ["broken"] and await town.hall.entries(NORTH) == set()
        good, _ = await town.north.export(town.hall.name)
        assert (await town.hall.take(good)).arrived.held == 3

    in_town(tmp_path, story)


def test_odd_readings_and_kinds_of_tomorrow_are_passed_over(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        minute = town.clock.now() // 60_000
        bad = msgspec.structs.replace(frame(NORTH, minute - 1), values=((2**62, None),))
        members = [
            Member("blob", "a" * 64, b"foto", 1),
            Member("besok", "", b"apa pun", 1),
            Member("frames", "", msgspec.json.encode(FramesRequest([frame(NORTH, minute), bad])), 2),
        ]
        file = town.hall.slot / "besok.simpul"
        file.write_bytes(made_up(town.north, town.hall, members))
        await town.hall.take(file)
        kept = await town.hall.store.read_readings(lambda db: db.execute("SELECT minute FROM frames").fetchall())
        assert kept == [(minute,)]

    in_town(tmp_path, story)


def test_a_full_disk_refuses_and_the_room_goes_on_afterwards(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(3)
        file, _ = await town.north.export(town.hall.name)
        pages = await town.hall.store._write(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        await town.hall.store._write(lambda db: db.execute(f"PRAGMA max_page_count={pages}").fetchall())
        await fill(town.hall)
        with pytest.raises(BundleRefused) as error:
            await town.hall.take(file)
        assert error.value.code == "not_written"
        # A journal that still found room is there whole, never in part.
        assert await town.hall.entries(NORTH) in (set(), await town.north.entries(NORTH))
        await town.hall.store._write(lambda db: db.execute("PRAGMA max_page_count=1000000").fetchall())
        await town.hall.take(file)
        assert await town.hall.entries(NORTH) == await town.north.entries(NORTH)

    in_town(tmp_path, story)


async def fill(post: Post) -> None:
    """Write until nothing fits."""
    for _ in range(1000):
        try:
            await post.write(1, CITY, "x" * 2000)
        except StoreFull:
            break
    for size in (3000, 300, 30, 3):
        for k in range(1000):
            try:
                await post.store.set_meta(f"sisa-{size}-{k}", "y" * size)
            except StoreFull:
                break


def test_a_room_whose_disk_is_full_can_still_give_away_what_it_holds(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(2)
        pages = await town.north.store._write(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        await town.north.store._write(lambda db: db.execute(f"PRAGMA max_page_count={pages}").fetchall())
        await fill(town.north)
        file, made = await town.north.export(town.hall.name)
        assert "not_remembered" in [n.code for n in made.notes]
        await town.hall.take(file)
        assert await town.hall.entries() == await town.north.entries()

    in_town(tmp_path, story)


def test_a_room_that_takes_nothing_gives_away_what_it_holds_and_takes_nothing(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(2)
        file, _ = await town.north.export(town.hall.name)
        town.hall.store.close()
        town.hall.store = Store(
            town.hall.folder.path, town.city, town.root.public, town.hall.key, "uji", town.clock, unwritable=True
        )
        town.hall.stick = Stick(town.hall.store, town.hall.folder, town.city, town.clock)
        with pytest.raises(BundleRefused) as error:
            await town.hall.take(file)
        assert error.value.code == "not_written"
        _, made = await town.hall.export(town.north.name)
        assert made.entries and "not_remembered" in [n.code for n in made.notes]

    in_town(tmp_path, story)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "besar.simpul"
    with file.open("wb") as out:
        out.truncate(wire.MAX_SEALED * 2)
    with pytest.raises(BundleRefused) as error:
        read_file(file)
    assert error.value.code == "too_big"
    assert content.MAX_UNFOLDED < wire.MAX_PLAIN


def test_a_stick_that_is_full_keeps_no_half_file(tmp_path: Path) -> None:
    file = tmp_path / "a.simpul"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        with pytest.raises(BundleRefused) as error:
            write_file(file, bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.code == "no_room" and list(tmp_path.iterdir()) == []
