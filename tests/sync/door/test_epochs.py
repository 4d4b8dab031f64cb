"""The centre was lost and began a newer epoch: a room that has no line hears of it from a neighbour, lost orders come along,
and every copy folds the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.domain.drafts import Draft
from console.domain.exchange import Incoming
from console.domain.order import Cursor
from console.store import carried, order, queries, recovery
from console.store.carried import Held
from console.store.doctor.doctor import examine
from console.sync.door import content
from console.sync.door.neighbour import Neighbour
from console.sync.recovery import epochs, lost_orders
from console.wire.runs import pack_links
from tests.small_city import CITY, NORTH
from tests.sync.door.test_door import at_the_door, calling, door_of, in_town, meet
from tests.sync.town import Post, Town

Orders = set[tuple[int, bytes]]


async def orders(post: Post) -> Orders:
    """Every signed order that a room knows, present and lost, number by number."""
    rows = await post.store.read(
        lambda db: db.execute("SELECT n, hash FROM orders WHERE territory = ?", (NORTH,)).fetchall()
    )
    return {tuple(row) for row in rows}  # type: ignore[misc]


async def folded(post: Post) -> dict[str, object]:
    subjects = [s for (s,) in await post.store.read(lambda db: db.execute("SELECT subject FROM incidents").fetchall())]
    found = {s: await post.store.read(lambda db, s=s: queries.incident(db, s)) for s in subjects}  # type: ignore[misc]
    return {s: d.incident for s, d in found.items() if d is not None}


async def place(post: Post) -> Cursor:
    return (await post.store.cursors()).get(NORTH, Cursor())


async def whole_order(post: Post) -> Incoming:
    """What a room would give to one that has nothing."""
    page = await content.page_for(post.store, NORTH, Held(), 0)
    return content.read(page.pack(), CITY)


async def note(post: Post, subject: str, title: str) -> None:
    await post.store.append(NORTH, [Draft("incident.field", subject, msgspec.json.encode({"title": title}))], "op-1")


async def number_some(town: Town, post: Post, count: int, epoch: int) -> None:
    """The centre numbers the first of what waits, and no more."""
    whole = await post.store.read(lambda db: town._order(db, NORTH, epoch))
    links = whole.links[NORTH][:count]
    hashes = dict(
        await post.store.read(
            lambda db: [
                (
                    x.id,
                    db.execute("SELECT hash FROM entries WHERE stream=? AND seq=?", (x.id.stream, x.id.seq)).fetchone()[
                        0
                    ],
                )
                for x in links
            ]
        )
    )
    [*_, (last, name)] = order.chain(await place(post), links, hashes)
    head = msgspec.structs.replace(whole.heads[0], n=last.n, hash=name)
    signed = msgspec.structs.replace(head, signature=town.centre.sign(head.message()))
    await post.store.take_changes(Incoming(links={NORTH: tuple(links)}, heads=(signed,)))


async def lost_centre(town: Town, common: int, first: int, second: int) -> None:
    """North and south share an order of epoch 1; the centre comes back at `common`, in epoch 2, and only north hears of it.
    What each writes then names the order that it knew."""
    await town.north.write(first)
    await number_some(town, town.north, first, 1)
    async with door_of(town.north) as server:
        await meet(town.south, server)
    assert await place(town.north) == await place(town.south)
    [subject, *_] = await folded(town.north)
    await note(town.south, subject, "dari selatan")
    await town.north.store.fall_back(NORTH, common, "")
    await note(town.north, subject, "dari utara")
    await number_some(town, town.north, second, 2)


async def long_lost_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """North alone holds an order of 27 numbers that the centre lost, where 8 are the most that travel at once. It heard of it
    three by three."""
    monkeypatch.setattr(order, "MILESTONE", 4)
    monkeypatch.setattr(carried, "MAX_LINKS", 8)
    await town.north.write(30)
    for _ in range(10):
        await number_some(town, town.north, 3, 1)
    [subject, *_] = await folded(town.north)
    await note(town.north, subject, "yang terakhir")
    await town.north.store.fall_back(NORTH, 3, "")
    await number_some(town, town.north, 4, 2)


async def pieces(post: Post) -> list[int]:
    """How many numbers each lost order has that a room would give."""
    found = [
        await lost_orders.find(post.store, territory, *end)
        for territory, ends in (await lost_orders.ends(post.store)).items()
        for end in ends
    ]
    return [sum(run.count for run in lost.links) for lost in found if lost is not None]


async def agree(*posts: Post) -> None:
    first, *others = posts
    for other in others:
        assert await place(other) == await place(first)
        assert await orders(other) == await orders(first)
        assert await folded(other) == await folded(first)
        assert await content.held(other.store) == await content.held(first.store)
        assert examine(other.folder.path, other.city, other.store.ring.root, other.key).findings == ()


def test_who_has_no_line_follows_the_newer_epoch(tmp_path: Path) -> None:
    async def story(town: Town, server: object) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        assert (await place(town.south)).epoch == 1 and (await place(town.north)).epoch == 2
        async with door_of(town.north) as door, calling(town.south, door) as client:
            met = Neighbour(town.south.store, client, lambda: None)
            await met.meet()
            await met.meet()
        await agree(town.north, town.south)
        assert (await place(town.south)) == await place(town.north)
        assert len(await orders(town.south)) == 8 + 4

    at_the_door(tmp_path, story)  # type: ignore[arg-type]


@pytest.mark.parametrize(("caller", "answers"), [("south", "north"), ("north", "south")])
def test_the_newer_epoch_counts_while_it_is_still_the_shorter_whoever_calls(
    tmp_path: Path, caller: str, answers: str
) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=2, first=9, second=1)
        assert (await place(town.north)).n < (await place(town.south)).n
        async with door_of(getattr(town, answers)) as door:
            await meet(getattr(town, caller), door)
        await agree(town.north, town.south)

    in_town(tmp_path, story)


def test_who_joins_later_gets_the_lost_orders_too(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        async with door_of(town.north) as door:
            await meet(town.south, door)
            # Once more, so that one lost order stands on another.
            await town.north.store.fall_back(NORTH, 1, "")
            await number_some(town, town.north, 6, 3)
            await meet(town.south, door)
            await meet(town.hall, door)
        await agree(town.north, town.south, town.hall)
        late = await town.room("north-2", NORTH, "kecamatan", "Meja kedua")
        await town.publish(town.hall, town.north, town.south, late)
        async with door_of(late) as door:
            await meet(town.hall, door)
        await agree(town.north, late)

    in_town(tmp_path, story)


def test_a_lost_order_that_is_long_comes_in_pieces_that_each_are_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(town: Town) -> None:
        await long_lost_order(town, monkeypatch)
        made = await pieces(town.north)
        assert sum(made) == 27 and 1 < max(made) <= 8
        async with door_of(town.north) as door:
            await meet(town.hall, door)
        await agree(town.north, town.hall)
        async with door_of(town.south) as door:
            await meet(town.hall, door)
        await agree(town.north, town.south)
        assert await pieces(town.south) == made

    in_town(tmp_path, story)


def test_an_older_epoch_moves_nobody(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        before = await place(town.north)
        assert (await epochs.take(town.north.store, await whole_order(town.south))).epochs == {}
        assert await place(town.north) == before

    in_town(tmp_path, story)


def test_a_newer_epoch_that_the_centre_did_not_sign_moves_nobody(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        own, incoming = await whole_order(town.south), await whole_order(town.north)
        forged = [msgspec.structs.replace(h, epoch=3) for h in own.heads]
        for heads in (tuple(forged), tuple(msgspec.structs.replace(h, epoch=9) for h in incoming.heads)):
            links = own.links if heads == tuple(forged) else incoming.links
            before = await place(town.south), await orders(town.south)
            await epochs.take(town.south.store, Incoming(incoming.entries, incoming.checkpoints, links, heads))
            assert (await place(town.south), await orders(town.south)) == before

    in_town(tmp_path, story)


def test_a_lost_order_that_nobody_signed_is_not_kept(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        [(n, name)] = (await town.north.store.read(recovery.lost_ends))[NORTH]
        found = await lost_orders.find(town.north.store, NORTH, n, name)
        assert found is not None
        async with door_of(town.north) as door:
            await meet(town.hall, door)
        fresh = await orders(town.hall)
        assert len(fresh) == 8 + 4
        other = msgspec.structs.replace(found.head, hash=bytes(32))
        moved = msgspec.structs.replace(found, head=other)
        assert not await lost_orders.keep(town.south.store, moved)
        cut = msgspec.structs.replace(found, links=pack_links(NORTH, ()))
        assert await lost_orders.keep(town.south.store, cut)  # known there: nothing to prove
        assert await orders(town.hall) == fresh

    in_town(tmp_path, story)


def test_neighbours_do_not_undo_that_a_room_fell_back(tmp_path: Path) -> None:
    """While the centre recovers, the rooms around still hold the order that it lost."""

    async def story(town: Town) -> None:
        await lost_centre(town, common=3, first=8, second=4)
        await town.hall.store.take_changes(await whole_order(town.south))
        await town.hall.store.fall_back(NORTH, 2, "")
        async with door_of(town.south) as door:
            await meet(town.hall, door)
            assert await place(town.hall) != await place(town.south) and (await place(town.hall)).n == 2
        async with door_of(town.hall) as door:
            await meet(town.south, door)
            assert (await place(town.hall)).n == 2
        async with door_of(town.north) as door:
            await meet(town.hall, door)
            await meet(town.south, door)
        await agree(town.north, town.hall, town.south)

    in_town(tmp_path, story)
