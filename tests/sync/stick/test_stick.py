"""Sticks between rooms: what arrives, in whatever order and however often, and what the next bundle leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.sync.stick.exporting import Order
from console.sync.stick.memory import Memory
from console.wire.bundle import BundleRefused
from tests.small_city import CITY, NORTH, SOUTH
from tests.sync.town import Town, codes, frame, in_town


def refused(error: pytest.ExceptionInfo[BundleRefused], code: str) -> None:
    assert error.value.code == code
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


def test_a_stick_brings_entries_order_and_keys(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.number(town.hall, CITY)
        await town.north.write(3)
        file, _ = await town.north.export(town.hall.name)
        taken = await town.hall.take(file)
        assert taken.arrived.held == 4 and taken.arrived.name == town.north.name
        await town.number(town.hall, NORTH)
        back, _ = await town.hall.export(town.north.name)
        arrived = (await town.north.take(back)).arrived
        assert arrived.journals == {CITY: 4 + 1, NORTH: 4} and arrived.numbered == 9
        assert await town.north.store.cursors() == await town.hall.store.cursors()
        assert (await town.north.store.queue()).entries == 0

    in_town(tmp_path, story)


def test_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(3)
        file, _ = await town.north.export(town.hall.name)
        first = await town.hall.take(file)
        entries = await town.hall.entries()
        again = await town.hall.take(file)
        assert await town.hall.entries() == entries
        assert codes(first) == [] and codes(again) == ["known"] and again.arrived.held == 0

    in_town(tmp_path, story)


def test_a_receipt_shortens_the_next_bundle(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(20)
        file, made = await town.north.export(town.hall.name)
        assert made.manifest.sequence == 1 and made.entries >= 21
        taken = await town.hall.take(file, receipt=True)
        receipt = Path(taken.receipt)
        assert receipt.parent == town.hall.slot and receipt.name.startswith("tanda-terima-")
        told = await town.north.take(receipt, receipt=True)
        assert told.arrived.kind == "receipt" and told.receipt == "" and told.arrived.held == 0
        await town.north.write(2, text="lalu")
        second, made = await town.north.export(town.hall.name)
        assert made.manifest.sequence == 2 and made.manifest.ranges[NORTH].entries == 2 and made.entries == 2
        arrived = await town.hall.take(second)
        assert arrived.arrived.held == 2 and codes(arrived) == []
        assert await town.hall.entries(NORTH) == await town.north.entries(NORTH)

    in_town(tmp_path, story)


def test_without_news_the_export_says_that_nothing_is_new(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        file, _ = await town.north.export(town.hall.name)
        taken = await town.hall.take(file, receipt=True)
        await town.north.take(Path(taken.receipt))
        _, made = await town.north.export(town.hall.name)
        assert "nothing_new" in [n.code for n in made.notes] and made.entries == 0

    in_town(tmp_path, story)


def test_numbers_in_a_receipt_leave_the_order_out(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.hall.write(5, NORTH)
        await town.number(town.hall, CITY, NORTH)
        first, _ = await town.hall.export(town.north.name)
        taken = await town.north.take(first, receipt=True)
        await town.hall.take(Path(taken.receipt))
        await town.hall.write(1, NORTH)
        await town.number(town.hall, NORTH)
        second, made = await town.hall.export(town.north.name)
        assert made.manifest.ranges == {NORTH: type(made.manifest.ranges[NORTH])(6, 7, 1)}
        assert (await town.north.take(second)).arrived.journals == {NORTH: 7}

    in_town(tmp_path, story)


def test_out_of_order_is_harmless_and_a_gap_is_named(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        files = []
        await town.hall.write(3, NORTH)
        await town.number(town.hall, CITY, NORTH)
        first, _ = await town.hall.export(town.north.name)
        await taken_as_known(town, first)
        for _ in range(2):
            await town.hall.write(2, NORTH)
            await town.number(town.hall, NORTH)
            file, _ = await town.hall.export(town.north.name)
            await taken_as_known(town, file)
            files.append(file)
        # Only now does the first bundle reach the room: last of all.
        late = await town.north.take(files[1])
        assert {"gap", "missing"} <= set(codes(late))
        assert any("nomor 1 sampai 6" in n.text for n in late.arrived.notes), late.arrived.notes
        middle = await town.north.take(files[0])
        assert "gap" in codes(middle) and "old" in codes(middle)
        last = await town.north.take(first)
        assert codes(last) == ["old"]
        assert await town.north.entries(NORTH) == await town.hall.entries(NORTH)
        # The order that had to wait was kept: the first bundle completed it.
        cursors = await town.north.store.cursors()
        again = [await town.north.take(f) for f in files]
        assert (await town.north.store.cursors())[NORTH] == (await town.hall.store.cursors())[NORTH]
        assert cursors[NORTH].n >= 6 and all(codes(x) == ["known"] for x in again)

    in_town(tmp_path, story)


async def taken_as_known(town: Town, file: Path) -> None:
    """The hall believes that the room has what this bundle brought: its receipt came back, the room was then set back."""
    spare = town.office(f"cadangan-{file.stem}", NORTH, "cadangan")
    spare.folder.key = town.north.key
    spare.stick = type(spare.stick)(spare.store, spare.folder, spare.city, town.clock)
    for earlier in sorted(town.hall.slot.glob("simpul-*.simpul")):
        if earlier != file:
            await spare.take(earlier)
    town.clock.advance(1000)
    taken = await spare.take(file, receipt=True)
    await town.hall.take(Path(taken.receipt))
    town.clock.advance(1000)


def test_anyone_can_open_a_bundle_for_anyone_but_only_who_is_meant_the_other(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(1)
        for_all, made = await town.north.export("siapa saja")
        assert set(made.manifest.ranges) == {CITY, NORTH}
        assert (await town.south.take(for_all)).arrived.held == 2
        for_hall, _ = await town.north.export(SOUTH)
        assert (await town.south.take(for_hall)).arrived.held == 0
        assert (await town.hall.take(for_hall)).arrived.held == 2
        only_hall, _ = await town.north.export(town.hall.key.id)
        before = await town.south.state()
        with pytest.raises(BundleRefused) as error:
            await town.south.take(only_hall)
        refused(error, "sealed")
        assert town.hall.name in str(error.value)
        assert await town.south.state() == before

    in_town(tmp_path, story)


def test_targets_that_cannot_be_are_named(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        old = await town.room("lama", SOUTH, "kecamatan", "Ruang lama", seal=False)
        await town.publish(town.north)
        for target, code in (("Tidak Ada", "unknown_target"), (old.name, "no_seal"), (old.key.id, "no_seal")):
            with pytest.raises(BundleRefused) as error:
                await town.north.export(target)
            refused(error, code)
        with pytest.raises(BundleRefused) as error:
            await town.north.export("*", territories=("99.01.77",))
        refused(error, "unknown_journal")
        _, made = await town.north.export(SOUTH)
        assert [n.code for n in made.notes].count("without_seal") == 1
        stranger = town.office("asing", NORTH, "Asing")
        sizes = stranger.stick.photo_sizes(Order())
        for asked in (stranger.export("*"), stranger.export("Tidak Ada"), sizes):
            with pytest.raises(BundleRefused) as error:
                await asked  # type: ignore[misc]
            refused(error, "not_enrolled")

    in_town(tmp_path, story)


def test_expired_is_taken_with_a_warning(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(1)
        file, _ = await town.north.export(town.hall.name, days=3)
        town.clock.advance(4 * 86_400_000)
        taken = await town.hall.take(file)
        assert codes(taken) == ["expired"] and taken.arrived.held == 2

    in_town(tmp_path, story)


def test_a_bundle_from_the_future_says_to_look_at_the_clocks(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        file, _ = await town.north.export(town.hall.name)
        town.clock.advance(-10 * 365 * 86_400_000)
        assert codes(await town.hall.take(file)) == ["future"]

    in_town(tmp_path, story)


def test_another_citys_bundle_is_refused(tmp_path: Path) -> None:
    async def other(town: Town) -> bytes:
        await town.north.write(1)
        file, _ = await town.north.export("siapa saja")
        return file.read_bytes()

    (tmp_path / "lain").mkdir()
    (tmp_path / "ini").mkdir()
    data = in_town(tmp_path / "lain", other)

    async def story(town: Town) -> None:
        file = town.hall.slot / "lain.simpul"
        file.write_bytes(data)
        before = await town.hall.state()
        with pytest.raises(BundleRefused) as error:
            await town.hall.take(file)
        refused(error, "foreign")
        assert await town.hall.state() == before

    in_town(tmp_path / "ini", story)


def test_a_revoked_devices_bundle_is_taken_with_a_warning_but_not_its_readings(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(2)
        await town.north.store.record_frames([frame(NORTH, town.clock.now() // 60_000)])
        file, _ = await town.north.export(town.hall.name)
        await town.act("device.revoked", town.north.key.id, {"device": town.north.key.id})
        await town.publish(town.hall, town.north)
        taken = await town.hall.take(file, receipt=True)
        assert codes(taken) == ["revoked"] and taken.arrived.held == 3 and taken.arrived.frames == 0
        assert taken.receipt == ""
        with pytest.raises(BundleRefused) as error:
            await town.north.export(town.hall.name)
        refused(error, "revoked")

    in_town(tmp_path, story)


def test_a_stranger_is_refused_and_a_newcomer_whose_enrolment_is_inside_is_not(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        newcomer = await town.room("baru", SOUTH, "kecamatan", "Kantor baru")
        await town.publish(newcomer)
        await newcomer.write(1)
        file, _ = await newcomer.export(town.hall.name)
        taken = await town.hall.take(file)
        assert taken.arrived.name == "Kantor baru" and codes(taken) == []
        assert newcomer.key.id in town.hall.store.ring.devices
        impostor = town.office("palsu", SOUTH, "Kantor palsu")
        await town.publish(impostor)
        await impostor.store.trust(town.root.public)
        impostor.store.ring.devices[impostor.key.id] = town.hall.store.ring.devices[newcomer.key.id]
        forged, _ = await impostor.export(town.hall.name)
        before = await town.hall.state()
        with pytest.raises(BundleRefused) as error:
            await town.hall.take(forged)
        refused(error, "stranger")
        assert await town.hall.state() == before

    in_town(tmp_path, story)


def test_readings_go_with_it_and_are_handed_over_once(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        minute = town.clock.now() // 60_000
        await town.north.store.record_frames([frame(NORTH, minute - k) for k in range(5)])
        file, made = await town.north.export(town.hall.name)
        assert made.frames == 5
        taken = await town.hall.take(file, receipt=True)
        assert taken.arrived.frames == 5
        # The hall takes them on to the centre; the room may forget to send them, but keeps what it measured.
        assert len(await town.hall.store.frames_outbox(99)) == 5
        await town.north.store.record_frames([frame(NORTH, minute + 1)])
        await town.north.take(Path(taken.receipt))
        assert [f.minute for f in await town.north.store.frames_outbox(99)] == [minute + 1]
        _, made = await town.north.export(town.hall.name)
        assert made.frames == 6 and [s.count for s in made.manifest.sections if s.kind == "frames_on"] == [1]

    in_town(tmp_path, story)


def test_who_cannot_send_readings_on_leaves_them_with_their_owner(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.store.record_frames([frame(NORTH, town.clock.now() // 60_000)])
        file, _ = await town.north.export(SOUTH)
        taken = await town.south.take(file, receipt=True)
        assert taken.arrived.frames == 1 and not await town.south.store.frames_outbox(9)
        await town.north.take(Path(taken.receipt))
        assert len(await town.north.store.frames_outbox(9)) == 1

    in_town(tmp_path, story)


def test_latest_readings_arrive_as_they_were(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        minute = town.clock.now() // 60_000
        sent = [frame(SOUTH, minute - k, value=k) for k in range(3)]
        await town.hall.store.take_frames([*sent, frame(SOUTH, minute - 24 * 60)])
        file, made = await town.hall.export(town.north.name, hours=1)
        assert made.frames == 3
        await town.north.take(file)
        both = [
            await p.store.read_readings(lambda db: db.execute("SELECT at, value, flags FROM readings").fetchall())
            for p in (town.hall, town.north)
        ]
        assert sorted(both[1]) == sorted(r for r in both[0] if r[0] >= (minute - 60) * 60_000) != []

    in_town(tmp_path, story)


def test_the_pack_goes_along_until_the_receipt_says_it_is_there(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        kept = town.give_pack(town.hall)
        file, made = await town.hall.export(town.north.name)
        assert "pack" in [s.kind for s in made.manifest.sections]
        taken = await town.north.take(file, receipt=True)
        assert taken.arrived.pack == kept.version and codes(taken) == ["new_pack"]
        assert (town.north.folder.path / "pack" / "city.toml").exists()
        await town.hall.take(Path(taken.receipt))
        _, made = await town.hall.export(town.north.name)
        assert "pack" not in [s.kind for s in made.manifest.sections]

    in_town(tmp_path, story)


def test_a_pack_that_the_city_did_not_sign_is_left_alone(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        town.root, honest = town.hall.key, town.root
        town.give_pack(town.hall)
        town.root = honest
        file, _ = await town.hall.export(town.north.name)
        taken = await town.north.take(file)
        assert codes(taken) == ["bad_pack"] and not (town.north.folder.path / "pack").exists()

    in_town(tmp_path, story)


def test_a_full_or_missing_stick_leaves_no_half_file(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        town.hall.slot.rmdir()
        with pytest.raises(BundleRefused) as error:
            await town.hall.stick.export(town.hall.slot / "a.simpul", Order(town.north.name))
        refused(error, "no_room")
        with pytest.raises(BundleRefused) as error:
            await town.hall.take(town.hall.slot / "tidak-ada.simpul")
        refused(error, "no_file")
        assert (await Memory(town.hall.store).sent(town.north.key.id)).sequence == 0

    in_town(tmp_path, story)


def test_a_receipt_that_cannot_be_written_is_a_note(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.north.write(1)
        file, _ = await town.north.export(town.hall.name)
        taken = await town.hall.stick.take(file, town.hall.slot / "tidak" / "ada.simpul")
        assert taken.arrived.held == 2 and codes(taken) == ["no_receipt"] and taken.receipt == ""

    in_town(tmp_path, story)


def test_a_newer_epoch_of_the_centre_is_followed_and_nothing_is_lost(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.hall.write(3, NORTH)
        await town.number(town.hall, NORTH)
        first, _ = await town.hall.export("siapa saja")
        await town.north.take(first)
        await town.south.take(first)
        # The centre lost what it numbered last: it numbers the rest in another order, in a new epoch.
        await town.south.store.fall_back(NORTH, 2, "")
        await town.south.write(1, NORTH, "baru")
        await town.number(town.south, NORTH, epoch=2)
        await town.north.write(2, NORTH, "luring")
        receipt, _ = await town.north.export(SOUTH)
        await town.south.take(receipt)
        second, made = await town.south.export(town.north.name)
        assert made.manifest.ranges[NORTH].after == 2
        taken = await town.north.take(second)
        assert codes(taken)[0] == "new_epoch" and "other_order" not in codes(taken)
        assert (await town.north.store.cursors())[NORTH] == (await town.south.store.cursors())[NORTH]
        assert (await town.north.store.queue()).entries > 0
        assert await town.north.entries(NORTH) == await town.south.entries(NORTH)
        # The older epoch does not come back with an old stick.
        again = await town.north.take(first)
        assert "new_epoch" not in codes(again)
        assert (await town.north.store.cursors())[NORTH] == (await town.south.store.cursors())[NORTH]

    in_town(tmp_path, story)
