"""The centre was lost and began a newer epoch: a room that only ever gets sticks follows, gets the lost orders along with the
entries that name them, and folds the same; what nobody signed proves nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.store import carried
from console.store.carried import Held
from console.sync.recovery import lost_orders
from console.sync.stick import lost as on_stick
from console.sync.stick.lost import LOST, MOST
from console.wire.bundle import BundleRefused, Member
from console.wire.messages import LinkRun
from console.wire.recovery import LostOrder
from tests.small_city import NORTH
from tests.sync.door.test_epochs import agree, long_lost_order, lost_centre, number_some, orders, pieces
from tests.sync.stick.test_hostile import made_up
from tests.sync.stick.test_stick import refused
from tests.sync.town import Post, Town, codes, in_town, journal_members


async def carry(giver: Post, taker: Post) -> list[str]:
    """A stick, and its receipt back; what the taker was told."""
    file, _ = await giver.export(taker.key.id)
    taken = await taker.take(file, receipt=True)
    await giver.take(Path(taken.receipt))
    return codes(taken)


async def lost_of(post: Post) -> list[LostOrder]:
    """What a room would give of them."""
    found = [
        await lost_orders.find(post.store, territory, *end)
        for territory, ends in (await lost_orders.ends(post.store)).items()
        for end in ends
    ]
    return [lost for lost in found if lost is not None]


def member(lost: LostOrder, **more: object) -> Member:
    return Member(LOST, NORTH, msgspec.json.encode(msgspec.structs.replace(lost, **more)), 1)


def test_a_room_that_only_gets_sticks_folds_as_the_others(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        await carry(town.south, town.hall)
        assert "new_epoch" in await carry(town.north, town.hall)
        await carry(town.hall, town.north)
        await carry(town.hall, town.south)
        await agree(town.north, town.south, town.hall)
        assert len(await orders(town.hall)) == 8 + 4

    in_town(tmp_path, story)


def test_a_room_that_never_saw_the_lost_order_folds_what_names_it_as_the_others(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        await carry(town.south, town.north)
        assert "new_epoch" in await carry(town.north, town.south)
        assert await orders(town.hall) == set()
        await carry(town.north, town.hall)
        await agree(town.north, town.south, town.hall)

    in_town(tmp_path, story)


def test_who_joins_later_gets_one_lost_order_on_another(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        await town.north.store.fall_back(NORTH, 5, "")
        await number_some(town, town.north, 2, 3)
        await town.north.store.fall_back(NORTH, 1, "")
        await number_some(town, town.north, 6, 4)
        late = await town.room("north-2", NORTH, "kecamatan", "Meja kedua")
        await town.publish(town.hall, town.north, late)
        assert [c for c in await carry(town.north, late) if c != "nothing_new"] == []
        await agree(town.north, late)
        assert len(await lost_of(late)) == 3

    in_town(tmp_path, story)


def test_a_lost_order_that_is_more_than_a_bundle_takes_comes_with_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(town: Town) -> None:
        await long_lost_order(town, monkeypatch)
        monkeypatch.setattr(on_stick, "MOST_NUMBERS", 10)
        made = await pieces(town.north)
        assert sum(made) == 27
        had = 0
        while had < len(made):
            await carry(town.north, town.hall)
            town.clock.advance(60_000)
            now = await pieces(town.hall)
            assert now == made[: len(now)] and had < len(now)
            had = len(now)
        await agree(town.north, town.hall)

    in_town(tmp_path, story)


def test_the_newer_epoch_counts_on_a_stick_while_it_is_still_the_shorter(tmp_path: Path) -> None:
    """Also where the receipt speaks of the order that is lost by now."""

    async def story(town: Town) -> None:
        await town.north.write(9)
        await number_some(town, town.north, 9, 1)
        await carry(town.north, town.hall)
        await town.north.store.fall_back(NORTH, 2, "")
        await number_some(town, town.north, 1, 2)
        assert "new_epoch" in await carry(town.north, town.hall)
        await agree(town.north, town.hall)

    in_town(tmp_path, story)


def test_a_receipt_leaves_known_lost_orders_out(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        for there, lost in ((False, 1), (True, 0)):
            _, made = await town.north.export(town.hall.key.id)
            assert sum(s.kind == LOST for s in made.manifest.sections) == lost, there
            await carry(town.north, town.hall)
        _, made = await town.north.export("siapa saja")
        assert sum(s.kind == LOST for s in made.manifest.sections) == 1

    in_town(tmp_path, story)


def test_one_that_comes_before_its_entries_waits_for_them(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        [lost] = await lost_of(town.north)
        file = town.hall.slot / "awal.simpul"
        file.write_bytes(made_up(town.north, town.hall, [member(lost)]))
        assert codes(await town.hall.take(file)) == ["lost_waiting"]
        assert await orders(town.hall) == set()
        part = await town.north.store.read(lambda db: carried.part(db, NORTH, Held(), 99))
        file.write_bytes(made_up(town.north, town.hall, list(journal_members(NORTH, part))))
        assert codes(await town.hall.take(file)) == []
        await agree(town.north, town.hall)

    in_town(tmp_path, story)


async def refusal(post: Post, file: Path, data: bytes) -> pytest.ExceptionInfo[BundleRefused]:
    """Why a room does not take it; nothing is other than before."""
    file.write_bytes(data)
    before = await post.state()
    with pytest.raises(BundleRefused) as error:
        await post.take(file)
    assert await post.state() == before
    return error


def test_a_foreign_or_huge_one_refuses_the_bundle(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        [lost] = await lost_of(town.north)
        huge = [LinkRun(NORTH, 4, [("00000000000000aa", 1, 10**9)], [(10**9, 0)])]
        long = [LinkRun(NORTH, 4, [("00000000000000aa", 1, 95_000)], [(95_000, 0)])]
        away = msgspec.structs.replace(lost.head, territory="12.75.01")
        for case, code in (
            (member(lost, territory="12.75.01"), "unreadable"),
            (member(lost, territory="12.75.01", head=away, links=[]), "unreadable"),
            (member(lost, links=huge), "too_big"),
            (member(lost, links=long), "unreadable"),
            (member(lost, common_n=2**70), "unreadable"),
            (Member(LOST, NORTH, b"{}", 1), "unreadable"),
        ):
            data = made_up(town.north, town.hall, [case])
            refused(await refusal(town.hall, town.hall.slot / "karangan.simpul", data), code)
        many = made_up(town.north, town.hall, [member(lost)] * (MOST + 1))
        refused(await refusal(town.hall, town.hall.slot / "karangan.simpul", many), "too_big")

    in_town(tmp_path, story)


def test_one_that_no_centre_signed_is_ignored_in_words(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        [lost] = await lost_of(town.north)
        await carry(town.north, town.hall)
        before = await orders(town.hall)
        forged = msgspec.structs.replace(lost.head, signature=town.north.key.sign(lost.head.message()))
        other = msgspec.structs.replace(forged, hash=bytes(32))
        file = town.hall.slot / "karangan.simpul"
        file.write_bytes(made_up(town.north, town.hall, [member(lost, head=other)]))
        taken = await town.hall.take(file)
        assert "lost_unsigned" in codes(taken)
        assert await orders(town.hall) == before
        assert await town.hall.stick._importer.memory.lost() == []

    in_town(tmp_path, story)
