"""What was carried by stick stays written down: what went out, what came in, and which of it is known to have arrived."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.sticks import Bundles, Stopped, Watched
from tests.small_city import SOUTH
from tests.sync.town import Post, Town, in_town


def bundles(post: Post, town: Town) -> Bundles:
    return Bundles(post.store, post.folder, town.city, town.clock)


def test_a_bundle_counts_as_arrived_once_its_receipt_is_back(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, south = bundles(town.north, town), bundles(town.south, town)
        await town.north.write(3)
        file, made = await town.north.export(SOUTH)
        [out] = await north.carried()
        assert (out.line.way, out.line.other, out.line.sequence) == ("out", SOUTH, 1)
        assert out.line.ranges == made.manifest.ranges and out.receipts == ()
        assert await north.last_receipt(SOUTH) is None
        taken = await town.south.take(file, receipt=True)
        await town.south.take(file)
        [came] = await south.carried()
        assert (came.line.way, came.line.name, came.line.receipt) == ("in", "Kecamatan Utara", taken.receipt)
        assert came.line.entries == taken.arrived.held > 0
        town.clock.advance(60_000)
        await town.north.take(Path(taken.receipt))
        receipt, out = await north.carried()
        assert (receipt.line.kind, receipt.line.way) == ("receipt", "in")
        assert [name for name, _ in out.receipts] == ["Kecamatan Selatan"]
        assert await north.last_receipt(SOUTH) == out.receipts[0][1]

    in_town(tmp_path, story)


def test_a_receipt_tells_of_what_came_and_of_nothing_else(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        lost, _ = await town.north.export(SOUTH)
        await town.north.write(2)
        second, _ = await town.north.export("siapa saja")
        taken = await town.south.take(second, receipt=True)
        await town.north.take(Path(taken.receipt))
        assert [len(p.receipts) for p in await bundles(town.north, town).carried() if p.line.way == "out"] == [1, 0]
        third, _ = await town.north.export(SOUTH)
        await town.south.take(third)
        newest = (await bundles(town.south, town).carried())[0]
        assert newest.missing == (1,)
        await town.south.take(lost)
        assert (await bundles(town.south, town).carried())[0].missing == ()

    in_town(tmp_path, story)


def test_what_is_stopped_writes_nothing_and_leaves_journals_whole(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        north, south = bundles(town.north, town), bundles(town.south, town)
        await town.north.write(3)
        watch = Watched(lambda fraction, what: watch.stop() if fraction >= 0.8 else None)
        with pytest.raises(Stopped):
            await town.north.stick.export(town.north.slot, order(), watch)
        assert list(town.north.slot.iterdir()) == [] and await north.carried() == ()
        file, _ = await town.north.export(SOUTH)
        watch = Watched(lambda fraction, what: watch.stop() if fraction >= 0.1 else None)
        with pytest.raises(Stopped):
            await south.take(file, None, watch)
        assert await south.carried() == () and [f.name for f in town.north.slot.iterdir()] == [file.name]
        await town.south.take(file)
        assert await town.north.entries(town.north.territory) <= await town.south.entries(town.north.territory)

    def order():  # type: ignore[no-untyped-def]
        from console.sync.stick.exporting import Order

        return Order(SOUTH)

    in_town(tmp_path, story)


def test_whom_a_bundle_can_be_for(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        assert [d.name for d in bundles(town.north, town).rooms()] == ["Balai Kota", "Kecamatan Selatan"]
        assert await bundles(town.north, town).journals() == ("99.01",)
        await town.north.write()
        assert await bundles(town.north, town).journals() == ("99.01", town.north.territory)

    in_town(tmp_path, story)
